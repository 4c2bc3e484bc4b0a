"""The protection as an object: what happened to it, more time for it, and what keeps it while that is asked for."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.kernel.reason import of_person
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import plan_with
from ecosystem_api.runtime.ledger.read import events_after
from ecosystem_api.runtime.reading import Written
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.claims.schemas import ProtectionRead
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import LIFECYCLE
from ecosystem_api.selling.deals.errors import ProtectionOver
from ecosystem_api.selling.deals.events import (
    DealApproved,
    DealClosedLost,
    DealClosedWon,
    DealExpired,
    DealExtended,
    DealIdled,
    DealReleased,
    DealRevoked,
    DealSuperseded,
)
from ecosystem_api.selling.deals.schemas import (
    DealExtend,
    DealRead,
    ProtectionHistoryRead,
    ProtectionStep,
)
from ecosystem_api.selling.deals.service.claim import EXPIRE, end_claim, remind
from ecosystem_api.selling.deals.service.hold import hold
from ecosystem_api.selling.deals.service.idle import is_idle_over
from ecosystem_api.selling.deals.service.read import moved_by, protection_of, show_deal
from ecosystem_api.selling.deals.service.tell import keep_and_tell, tell
from ecosystem_api.selling.deals.service.weigh import Customer, Gathered, asked_of, gather, protection_facts
from ecosystem_api.selling.deals.tables import DealRow
from ecosystem_api.selling.engagement import service as engagement

ACTION = "deal_registration.extend"
_STEPS = (
    DealApproved,
    DealExtended,
    DealExpired,
    DealReleased,
    DealRevoked,
    DealSuperseded,
    DealIdled,
    DealClosedWon,
    DealClosedLost,
)
_MOST_STEPS = 200


@dataclass(frozen=True)
class Running:
    """A registration whose protection runs, held with its customer."""

    row: DealRow
    customer: Customer
    protection: ProtectionRead

    @property
    def granted_until(self) -> datetime:
        """The end of the protection, without the time for which it is kept while an extension is undecided."""
        return self.protection.granted_until or self.protection.ends_at


async def protection_history(tx: Tx, deal_id: UUID) -> ProtectionHistoryRead:
    """The right that a registration holds or held. Errors: `NotFound`, also where it never held one."""
    row = await store.find_deal(tx, deal_id)
    protection = await protection_of(tx, row) if row else None
    if protection is None:
        raise NotFound()
    types = [news.type for news in _STEPS]
    events = await events_after(tx, 0, _MOST_STEPS, types=types, subject_id=encode("deal", deal_id))
    steps = [
        ProtectionStep.model_validate({"type": one.type, "at": one.occurred_at, "ends_at": one.data["protected_until"]})
        for one in events
    ]
    return ProtectionHistoryRead(**protection.model_dump(), history=steps)


async def extend(tx: Tx, who: Caller, deal_id: UUID, body: DealExtend, if_match: str | None) -> Written[DealRead]:
    """A person gives a protection more time, with a reason and evidence; what the rules say stands beside it.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `ProtectionOver`.
    """
    running = await hold_running(tx, who, deal_id, if_match)
    gathered = await weigh_extension(tx, running, body.days, {one.kind for one in body.evidence})
    writes = Writes()
    judgement = await engagement.decide_as_person(
        tx,
        who,
        action=ACTION,
        subject_id=encode("deal", deal_id),
        partner_id=running.row.partner_id,
        facts=gathered.facts,
        evidence={**gathered.evidence, "extension": {"days": body.days}},
        given=body.evidence,
        outcome="approve",
        reason=of_person(body.reason),
        remedy=None,
        note=body.note,
        writes=writes,
    )
    lengthen(writes, tx, who, running, body.days, judgement.parameters.expiring_notice_days)
    await writes.send(tx)
    return await show_deal(tx, who, running.row.id)


async def hold_running(tx: Tx, who: Caller, deal_id: UUID, if_match: str | None = "*") -> Running:
    """Hold a registration whose protection runs.

    Errors: `NotFound`, `IllegalMove` unless it is approved, `PreconditionFailed`, `ProtectionOver`.
    """
    row, customer = await hold(tx, deal_id)
    row.status = moved_by(who, row, "extend")
    expect_version(if_match, row.version)
    protection = await protection_of(tx, row)
    if protection is None or protection.ends_at <= tx.now or await is_idle_over(tx, row, protection):
        raise ProtectionOver()
    return Running(row, customer, protection)


async def hold_unended(tx: Tx, deal_id: UUID) -> Running | None:
    """Hold a registration whose protection nobody has ended; its end may have come, where the worker is late.

    Errors: `NotFound`.
    """
    row, customer = await hold(tx, deal_id)
    protection = await protection_of(tx, row)
    if row.status != "approved" or protection is None or protection.ended_how is not None:
        return None
    return Running(row, customer, protection)


async def weigh_extension(tx: Tx, running: Running, days: int, evidence: Collection[str]) -> Gathered:
    """The snapshot for a request for more days, with the kinds of evidence that are shown."""
    request = {"days": days, "evidence": sorted(evidence), "fields": [], "amount_percent": 0, "is_material": False}
    known = protection_facts(tx, running.protection)
    # An expired one holds nothing any more; what it may get back is what it had.
    asked = replace(asked_of(running.row), extent=claims.Extent(running.protection.region))
    return await gather(tx, asked, running.customer, protection=known, request=request)


def lengthen(writes: Writes, tx: Tx, who: Caller, running: Running, days: int, notice_days: int) -> datetime:
    """Give a protection more days, counted from the end it was granted, and tell; answer its new end."""
    row, ends_at = running.row, running.granted_until + timedelta(days=days)
    claims.extend(writes, row.id, ends_at, days)
    remind(writes, tx, row, ends_at, notice_days)
    row.last_activity_at = tx.now
    touch(row, tx.now)
    store.keep(writes, row)
    tell(writes, tx, who, row, DealExtended, protected_until=ends_at)
    return ends_at


def keep_open(writes: Writes, running: Running, until: datetime) -> datetime:
    """Let a protection run past its end while an extension is undecided, to an instant at most; answer until when."""
    until = max(until, running.protection.ends_at)
    if until > running.protection.ends_at:
        claims.keep_until(writes, running.row.id, until)
        plan_with(writes, EXPIRE, subject_id=encode("deal", running.row.id), due_at=until)
    return until


async def keep_no_longer(tx: Tx, who: Caller, deal_id: UUID) -> None:
    """Let a protection end when it was granted to end; if that has come, now."""
    row, _ = await hold(tx, deal_id)
    protection = await protection_of(tx, row)
    if row.status != "approved" or protection is None or protection.granted_until is None:
        return
    writes = Writes()
    if protection.granted_until > tx.now:
        claims.end_as_granted(writes, row.id)
        plan_with(writes, EXPIRE, subject_id=encode("deal", row.id), due_at=protection.granted_until)
        await writes.send(tx)
        return
    row.status = LIFECYCLE.move(row.status, "expire")
    touch(row, tx.now)
    end_claim(writes, tx, row, "expired")
    await keep_and_tell(tx, who, row, DealExpired, writes)
