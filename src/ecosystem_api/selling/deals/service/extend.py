"""The protection as an object: what happened to it, and more time for it."""

from datetime import timedelta
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger.read import events_after
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.errors import ProtectionOver
from ecosystem_api.selling.deals.events import (
    DealApproved,
    DealClosedLost,
    DealClosedWon,
    DealExpired,
    DealExtended,
    DealReleased,
    DealRevoked,
)
from ecosystem_api.selling.deals.schemas import DealExtend, DealRead, ProtectionHistoryRead, ProtectionStep
from ecosystem_api.selling.deals.service.claim import remind
from ecosystem_api.selling.deals.service.hold import hold
from ecosystem_api.selling.deals.service.read import moved_by, protection_of, read_deal
from ecosystem_api.selling.deals.service.tell import tell
from ecosystem_api.selling.deals.service.weigh import asked_of, gather
from ecosystem_api.selling.engagement import service as engagement

ACTION = "deal_registration.extend"
_STEPS = (DealApproved, DealExtended, DealExpired, DealReleased, DealRevoked, DealClosedWon, DealClosedLost)
_MOST_STEPS = 200


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


async def extend(tx: Tx, who: Caller, deal_id: UUID, body: DealExtend, if_match: str | None) -> DealRead:
    """A person gives a protection more time, with a reason and evidence; what the rules say stands beside it.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `ProtectionOver`.
    """
    row, customer = await hold(tx, deal_id)
    row.status = moved_by(who, row, "extend")
    expect_version(if_match, row.version)
    protection = await protection_of(tx, row)
    if protection is None or protection.ends_at <= tx.now:
        raise ProtectionOver()
    gathered = await gather(tx, asked_of(row), customer)
    ends_at = protection.ends_at + timedelta(days=body.days)
    writes = Writes()
    judgement = await engagement.decide_as_person(
        tx,
        who,
        action=ACTION,
        subject_id=encode("deal", row.id),
        partner_id=row.partner_id,
        facts=gathered.facts,
        evidence={**gathered.evidence, "extension": {"days": body.days}},
        given=body.evidence,
        outcome="approve",
        reason=body.reason,
        remedy=None,
        note=body.note,
        writes=writes,
    )
    store.extend(writes, row.id, ends_at, f", {body.days} days more")
    remind(writes, tx, row, ends_at, judgement.parameters.expiring_notice_days)
    row.last_activity_at = tx.now
    touch(row, tx.now)
    store.keep(writes, row)
    tell(writes, tx, who, row, DealExtended, protected_until=ends_at)
    await writes.send(tx)
    return await read_deal(tx, who, row)
