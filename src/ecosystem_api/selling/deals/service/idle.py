"""Watch that something happens with a protected deal; where nothing does, the book says what follows."""

from datetime import timedelta
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import plan_with
from ecosystem_api.runtime.ledger.read import live_reminder
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.claims.schemas import ProtectionRead
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import LIFECYCLE
from ecosystem_api.selling.deals.events import DealIdled, DealIdleReviewed, DealIdling
from ecosystem_api.selling.deals.service.claim import WATCH, end_claim
from ecosystem_api.selling.deals.service.hold import hold
from ecosystem_api.selling.deals.service.read import protection_of
from ecosystem_api.selling.deals.service.settle import note_decision
from ecosystem_api.selling.deals.service.tell import keep_and_tell, tell
from ecosystem_api.selling.deals.service.weigh import Customer, asked_of, gather, protection_facts
from ecosystem_api.selling.deals.tables import DealRow
from ecosystem_api.selling.engagement import service as engagement

ACTION = "deal_registration.idle"
NOTICED = "noticed_for"


async def watch_idle(tx: Tx, who: Caller, deal_id: UUID, noticed_for: str | None) -> None:
    """Look whether anything has happened with a protected deal: give notice, or let the book in force judge.

    Shape: `noticed_for` is the instant of which notice was given. Edges: whatever happened meanwhile only moves the
    next look; so progress is cheap to note. How long nothing may happen was said when the protection was granted, and
    stands for it whatever later books say. Nothing is judged without notice: where that is late, so is the judgement.
    """
    row, customer = await hold(tx, deal_id)
    protection = await protection_of(tx, row)
    if row.status != "approved" or protection is None or protection.idle_at is None or protection.ends_at <= tx.now:
        return
    idle_at, stamp = protection.idle_at, protection.idle_at.isoformat()
    if tx.now >= idle_at and noticed_for == stamp:
        await _judge(tx, who, row, customer, protection)
        return
    notice = timedelta(days=(await engagement.parameters_in_force(tx)).idle_notice_days)
    writes, subject = Writes(), encode("deal", row.id)
    if tx.now < idle_at - notice:
        plan_with(writes, WATCH, subject_id=subject, due_at=idle_at - notice)
    else:
        judged_at = idle_at if tx.now < idle_at else tx.now + notice
        plan_with(writes, WATCH, subject_id=subject, due_at=judged_at, data={NOTICED: stamp})
        tell(writes, tx, who, row, DealIdling, protected_until=protection.ends_at, idle_at=judged_at)
    await writes.send(tx)


async def noticed_until(tx: Tx, deal_id: UUID) -> str | None:
    """Of which instant notice was given, if that has come and the judgement is due; None where it is not."""
    reminder = await live_reminder(tx, WATCH, encode("deal", deal_id))
    if reminder is None or reminder.owed_at > tx.now:
        return None
    noticed_for: str | None = reminder.data.get(NOTICED)
    return noticed_for


async def is_idle_over(tx: Tx, row: DealRow, protection: ProtectionRead) -> bool:
    """Whether nothing has happened with a deal for as long as was announced, so that what follows is due."""
    is_idle = protection.idle_at is not None and protection.idle_at <= tx.now
    return is_idle and await noticed_until(tx, row.id) is not None


async def note_progress(tx: Tx, row: DealRow) -> None:
    """Something has happened with a deal: how long nothing may happen begins anew.

    Edges: not once notice was given and the time is over. The judgement is due then, and comes if the worker is late.
    """
    protection = await protection_of(tx, row) if row.status == "approved" else None
    if protection is None or not await is_idle_over(tx, row, protection):
        row.last_activity_at = tx.now


async def _judge(tx: Tx, who: Caller, row: DealRow, customer: Customer, protection: ProtectionRead) -> None:
    gathered = await gather(tx, asked_of(row), customer, protection=protection_facts(tx, protection))
    writes = Writes()
    judgement = await engagement.judge(
        tx,
        who,
        action=ACTION,
        subject_id=encode("deal", row.id),
        partner_id=row.partner_id,
        facts=gathered.facts,
        evidence=gathered.evidence,
        writes=writes,
    )
    if judgement.outcome == "reject":
        row.status = LIFECYCLE.move(row.status, "lapse")
        note_decision(tx, row, judgement)
        touch(row, tx.now)
        end_claim(writes, tx, row, "idle")
        await keep_and_tell(tx, who, row, DealIdled, writes)
        return
    # The protection goes on; it is looked at again after as long a time.
    assert protection.idle_at is not None, "it was found idle"
    again = tx.now + (protection.idle_at - row.last_activity_at)
    plan_with(writes, WATCH, subject_id=encode("deal", row.id), due_at=again)
    if judgement.outcome != "approve":
        store.keep(writes, row)
        tell(writes, tx, who, row, DealIdleReviewed, protected_until=protection.ends_at)
    await writes.send(tx)
