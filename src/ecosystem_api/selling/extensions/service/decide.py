"""End an undecided request: a person decides, whoever asked takes it back, or the protection ends first."""

from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import IllegalMove, NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.schemas import Evidence
from ecosystem_api.selling.engagement.service import Judgement
from ecosystem_api.selling.extensions import store
from ecosystem_api.selling.extensions.domain import LIFECYCLE
from ecosystem_api.selling.extensions.events import (
    ExtensionApproved,
    ExtensionLapsed,
    ExtensionRejected,
    ExtensionWithdrawn,
)
from ecosystem_api.selling.extensions.schemas import ExtensionApprove, ExtensionReject, ExtensionRequestRead
from ecosystem_api.selling.extensions.service.ask import ACTION
from ecosystem_api.selling.extensions.service.read import actions_of, read_request, tell
from ecosystem_api.selling.extensions.tables import ExtensionRow


async def approve(
    tx: Tx, who: Caller, request_id: UUID, body: ExtensionApprove, if_match: str | None
) -> ExtensionRequestRead:
    """Grant more time, as much as was asked for or another number of days; the protection runs longer at once.

    Edges: days count from the end that the protection had without waiting for this decision.
    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `ProtectionOver`.
    """
    deal_id = await _deal_of(tx, request_id)
    await deals.hold_deal(tx, deal_id)
    row = await _undecided(tx, who, request_id, "approve", if_match)
    running = await deals.hold_running(tx, who, deal_id)
    row.granted_days = body.days or row.days
    writes = Writes()
    judgement = await _decide(tx, who, row, running, "approve", body, writes)
    ends_at = deals.lengthen(writes, tx, who, running, row.granted_days, judgement.parameters.expiring_notice_days)
    row.new_protected_until, row.kept_until = ends_at, None
    tell(writes, tx, who, row, ExtensionApproved, protected_until=ends_at)
    store.keep(writes, row)
    await writes.send(tx)
    return read_request(who, row)


async def reject(
    tx: Tx, who: Caller, request_id: UUID, body: ExtensionReject, if_match: str | None
) -> ExtensionRequestRead:
    """Refuse more time, with a reason and a remedy; a protection that ran on only for this ends now.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `ProtectionOver`.
    """
    deal_id = await _deal_of(tx, request_id)
    await deals.hold_deal(tx, deal_id)
    row = await _undecided(tx, who, request_id, "reject", if_match)
    running = await deals.hold_running(tx, who, deal_id)
    writes = Writes()
    await _decide(tx, who, row, running, "reject", body, writes)
    row.kept_until = None
    tell(writes, tx, who, row, ExtensionRejected, protected_until=running.granted_until)
    store.keep(writes, row)
    await writes.send(tx)
    await deals.keep_no_longer(tx, who, deal_id)
    return read_request(who, row)


async def withdraw(tx: Tx, who: Caller, request_id: UUID, if_match: str | None) -> ExtensionRequestRead:
    """Take a request back; a protection that ran on only for this ends now.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`.
    """
    deal_id = await _deal_of(tx, request_id)
    await deals.hold_deal(tx, deal_id)
    row = await _undecided(tx, who, request_id, "withdraw", if_match)
    await _end(tx, who, row, "withdraw")
    await deals.keep_no_longer(tx, who, deal_id)
    return read_request(who, row)


async def lapse(tx: Tx, who: Caller, deal_id: UUID) -> None:
    """End the request about a protection that has ended; nothing happens where there is none, or it runs on."""
    await deals.hold_deal(tx, deal_id)
    row = await store.lock_undecided(tx, deal_id)
    if row is not None and not await deals.is_protected(tx, deal_id):
        await _end(tx, who, row, "lapse")


async def _end(tx: Tx, who: Caller, row: ExtensionRow, action: str) -> None:
    row.status, row.kept_until = LIFECYCLE.move(row.status, action), None
    touch(row, tx.now)
    writes = Writes()
    store.keep(writes, row)
    news = ExtensionWithdrawn if action == "withdraw" else ExtensionLapsed
    tell(writes, tx, who, row, news, protected_until=row.protected_until)
    await writes.send(tx)


async def _deal_of(tx: Tx, request_id: UUID) -> UUID:
    row = await store.find_request(tx, request_id)
    if row is None:
        raise NotFound()
    return row.deal_id


async def _undecided(tx: Tx, who: Caller, request_id: UUID, action: str, if_match: str | None) -> ExtensionRow:
    # Locked after the customer and the registration, always in this order.
    row = await store.lock_request(tx, request_id)
    if row is None:
        raise NotFound()
    if action not in LIFECYCLE.allowed(row.status):
        raise IllegalMove(f"This request is {row.status} already.", allowed_actions=actions_of(who, row))
    expect_version(if_match, row.version)
    return row


async def _decide(
    tx: Tx,
    who: Caller,
    row: ExtensionRow,
    running: deals.Running,
    outcome: str,
    body: ExtensionApprove | ExtensionReject,
    writes: Writes,
) -> Judgement:
    days = row.granted_days or row.days
    evidence = [Evidence.model_validate(one) for one in row.evidence]
    gathered = await deals.weigh_extension(tx, running, days, {one.kind for one in evidence})
    judgement = await engagement.decide_as_person(
        tx,
        who,
        action=ACTION,
        subject_id=encode("deal", row.deal_id),
        partner_id=row.partner_id,
        facts=gathered.facts,
        evidence={**gathered.evidence, "extension": {"days": days, "request_id": encode("ext", row.id)}},
        given=evidence,
        outcome=outcome,
        reason=body.reason,
        remedy=getattr(body, "remedy", None),
        note=body.note,
        writes=writes,
    )
    row.status = LIFECYCLE.move(row.status, outcome)
    row.reasons, row.remedies = list(judgement.reasons), list(judgement.remedies)
    row.decision_id, row.decided_at = judgement.decision_id, tx.now
    touch(row, tx.now)
    return judgement
