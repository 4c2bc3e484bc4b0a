"""End an undecided request: a person decides, or silence does; whoever asked takes it back; the claim ends first."""

from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import IllegalMove, NotFound
from ecosystem_api.kernel.reason import of_person
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.engagement import service as engagement
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
from ecosystem_api.selling.extensions.service.read import SUBJECT, actions_of, read_request, tell
from ecosystem_api.selling.extensions.service.settle import about_request, grant, judge, note, tell_outcome
from ecosystem_api.selling.extensions.tables import ExtensionRow
from ecosystem_api.selling.reviews import service as reviews
from ecosystem_api.selling.reviews.domain import MAY_APPEAL, UNANSWERED

_SILENT_ENDINGS = {"approved": "lapsed", "rejected": "rejected", "returned": "returned"}


async def approve(
    tx: Tx, who: Caller, request_id: UUID, body: ExtensionApprove, if_match: str | None
) -> ExtensionRequestRead:
    """Grant more time, as much as was asked for or another number of days; the protection runs longer at once.

    Edges: days count from the end that the protection had without waiting for this decision.
    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `ProtectionOver`.
    """
    row, running = await _held(tx, who, request_id, "approve", if_match)
    days, writes = body.days or row.days, Writes()
    judgement = await _decide(tx, who, row, running, "approve", body, writes, days)
    grant(tx, who, writes, row, running, judgement, days)
    await _keep(tx, who, row, writes, "approved")
    tell(writes, tx, who, row, ExtensionApproved, protected_until=row.new_protected_until or running.granted_until)
    await writes.send(tx)
    return await read_request(tx, who, row)


async def reject(
    tx: Tx, who: Caller, request_id: UUID, body: ExtensionReject, if_match: str | None
) -> ExtensionRequestRead:
    """Refuse more time, with a reason and a remedy; a protection that ran on only for this ends now.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `ProtectionOver`; `ReviewLapsed` once silence has granted
    it.
    """
    row, running = await _held(tx, who, request_id, "reject", if_match)
    await reviews.refuse_late_no(tx, SUBJECT, encode("ext", row.id))
    writes = Writes()
    await _decide(tx, who, row, running, "reject", body, writes, row.days)
    row.kept_until = None
    await _keep(tx, who, row, writes, "rejected")
    tell(writes, tx, who, row, ExtensionRejected, protected_until=running.granted_until)
    await writes.send(tx)
    await deals.keep_no_longer(tx, who, row.deal_id)
    return await read_request(tx, who, row)


async def grant_by_silence(tx: Tx, who: Caller, request_id: UUID, review_id: UUID) -> None:
    """Nobody has decided in time and the book says that silence approves: so it is, unless the rules now say no.

    Edges: nothing happens to a request that was decided, nor to one whose protection has ended: that lapses.
    """
    deal_id = await _deal_of(tx, request_id)
    running = await deals.hold_unended(tx, deal_id)
    row = await store.lock_request(tx, request_id)
    if row is None or row.status != "in_review" or not await reviews.is_silent(tx, review_id):
        return
    if running is None:
        return
    writes = Writes()
    row.kept_until = None
    await judge(tx, who, row, running, writes, is_silent=True)
    await _keep(tx, who, row, writes, _SILENT_ENDINGS[row.status])
    tell_outcome(writes, tx, who, row, running)
    await writes.send(tx)
    if row.status != "approved":
        await deals.keep_no_longer(tx, who, deal_id)


async def withdraw(tx: Tx, who: Caller, request_id: UUID, if_match: str | None) -> ExtensionRequestRead:
    """Take a request back; a protection that ran on only for this ends now.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`.
    """
    deal_id = await _deal_of(tx, request_id)
    await deals.hold_deal(tx, deal_id)
    row = await _undecided(tx, who, request_id, "withdraw", if_match)
    await _end(tx, who, row, "withdraw")
    await deals.keep_no_longer(tx, who, deal_id)
    return await read_request(tx, who, row)


async def lapse(tx: Tx, who: Caller, deal_id: UUID, *, is_expired: bool) -> None:
    """End the request about a protection that has ended; nothing happens where there is none, or it runs on.

    Edges: where it ended by time, nobody has answered: that is told as the reason.
    """
    # Most have none, and holding a registration is dear. Who asks holds it too: what was asked before is seen.
    if not await store.has_undecided(tx, deal_id):
        return
    await deals.hold_deal(tx, deal_id)
    row = await store.lock_undecided(tx, deal_id)
    if row is not None and not await claims.is_protected(tx, deal_id):
        if is_expired:
            row.reasons, row.remedies = [UNANSWERED], [MAY_APPEAL]
        await _end(tx, who, row, "lapse")


async def _end(tx: Tx, who: Caller, row: ExtensionRow, action: str) -> None:
    row.status, row.kept_until = LIFECYCLE.move(row.status, action), None
    writes = Writes()
    await _keep(tx, who, row, writes, "withdrawn" if action == "withdraw" else "void")
    news = ExtensionWithdrawn if action == "withdraw" else ExtensionLapsed
    tell(writes, tx, who, row, news, protected_until=row.protected_until)
    await writes.send(tx)


async def _keep(tx: Tx, who: Caller, row: ExtensionRow, writes: Writes, how: str) -> None:
    touch(row, tx.now)
    store.keep(writes, row)
    await reviews.close_case_of(tx, who, writes, SUBJECT, encode("ext", row.id), how)


async def _deal_of(tx: Tx, request_id: UUID) -> UUID:
    row = await store.find_request(tx, request_id)
    if row is None:
        raise NotFound()
    return row.deal_id


async def _held(
    tx: Tx, who: Caller, request_id: UUID, action: str, if_match: str | None
) -> tuple[ExtensionRow, deals.Running]:
    deal_id = await _deal_of(tx, request_id)
    await deals.hold_deal(tx, deal_id)
    row = await _undecided(tx, who, request_id, action, if_match)
    return row, await deals.hold_running(tx, who, deal_id)


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
    days: int,
) -> Judgement:
    about, _ = await about_request(tx, row, running, days)
    judgement = await engagement.decide_as_person(
        tx,
        who,
        **about,
        outcome=outcome,
        reason=of_person(body.reason),
        remedy=getattr(body, "remedy", None),
        note=body.note,
        writes=writes,
    )
    row.status = LIFECYCLE.move(row.status, outcome)
    note(tx, row, judgement)
    return judgement
