"""End an undecided amendment: a person decides, or silence does; whoever proposed takes it back; it lapses."""

from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import IllegalMove, NotFound
from ecosystem_api.kernel.reason import of_person
from ecosystem_api.rules import approvals_needed
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.amendments import store
from ecosystem_api.selling.amendments.domain import LIFECYCLE
from ecosystem_api.selling.amendments.errors import AmendmentStale
from ecosystem_api.selling.amendments.events import (
    AmendmentApplied,
    AmendmentLapsed,
    AmendmentNews,
    AmendmentRefused,
    AmendmentWithdrawn,
)
from ecosystem_api.selling.amendments.schemas import AmendmentAccept, AmendmentRead, AmendmentRefuse
from ecosystem_api.selling.amendments.service.propose import changes_of
from ecosystem_api.selling.amendments.service.read import SUBJECT, actions_of, read_amendment, tell
from ecosystem_api.selling.amendments.service.settle import (
    AMEND,
    NEWS,
    SUBMIT,
    about_amendment,
    judge,
    note,
    open_case,
    weigh,
)
from ecosystem_api.selling.amendments.tables import AmendmentRow
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.deals.schemas import DealUpdate
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.reviews import service as reviews
from ecosystem_api.selling.reviews.domain import MAY_APPEAL, UNANSWERED

_SILENT_ENDINGS = {"applied": "lapsed", "refused": "rejected", "returned": "returned"}


async def accept(tx: Tx, who: Caller, amendment_id: UUID, body: AmendmentAccept, if_match: str | None) -> AmendmentRead:
    """Make the registration what was proposed.

    Edges: where it is protected and the change material, the decision stands for the registration as well. Where the
    book wants two people for a protected one of this amount, the first is a signature, and all stays as it is.
    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `NotAmendable`, `AmendmentStale`, `ClaimHeld`;
    `PersonNeeded` and `SignedAlready` where two people must accept.
    """
    row, proposal = await _held(tx, who, amendment_id, "accept", if_match)
    if changes_of(proposal) != row.changes:
        raise AmendmentStale()
    gathered = await weigh(tx, row, proposal)
    if proposal.is_protected and await _approvals_missing(tx, who, row, body, proposal, gathered):
        return await read_amendment(tx, who, row)
    await make_true(tx, who, row, proposal, gathered, "accept", _person(body))
    return await read_amendment(tx, who, row)


async def make_true(
    tx: Tx,
    who: Caller,
    row: AmendmentRow,
    proposal: deals.Proposal,
    gathered: deals.Gathered,
    action: str,
    said: dict[str, Any],
) -> None:
    """A person makes the registration what was proposed. Errors: `ClaimHeld`."""
    writes = Writes()
    about = about_amendment(row, gathered, writes)
    about |= {**said, "evidence": {**about["evidence"], **said.get("evidence", {})}}
    judgement = await engagement.decide_as_person(tx, who, action=AMEND, outcome="approve", **about)
    standing = None
    if row.is_material and proposal.is_protected:
        standing = await engagement.decide_as_person(tx, who, action=SUBMIT, outcome="approve", **about)
    row.status = LIFECYCLE.move(row.status, action)
    note(tx, row, judgement)
    await _end(tx, who, row, writes, "approved", AmendmentApplied)
    await writes.send(tx)
    await deals.apply_proposal(tx, who, proposal, gathered, judgement=standing, is_material=row.is_material)


async def refuse(tx: Tx, who: Caller, amendment_id: UUID, body: AmendmentRefuse, if_match: str | None) -> AmendmentRead:
    """Leave the registration as it is, with a reason and a remedy.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `NotAmendable`; `ReviewLapsed` once silence has applied it.
    """
    row, proposal = await _held(tx, who, amendment_id, "refuse", if_match)
    await reviews.refuse_late_no(tx, SUBJECT, encode("amd", row.id))
    writes = Writes()
    about = about_amendment(row, await weigh(tx, row, proposal), writes) | _person(body)
    judgement = await engagement.decide_as_person(tx, who, action=AMEND, outcome="reject", **about)
    row.status = LIFECYCLE.move(row.status, "refuse")
    note(tx, row, judgement)
    await _end(tx, who, row, writes, "rejected", AmendmentRefused)
    await writes.send(tx)
    return await read_amendment(tx, who, row)


async def apply_by_silence(tx: Tx, who: Caller, amendment_id: UUID, review_id: UUID) -> None:
    """Nobody has decided in time and the book says that silence approves: so it is, unless the rules now say no.

    Edges: nothing happens to one that was decided; one that is no longer of the registration as it stands, or that
    claims what another holds by now, lapses.
    """
    deal_id = await _deal_of(tx, amendment_id)
    await deals.hold_deal(tx, deal_id)
    row = await store.lock_amendment(tx, amendment_id)
    if row is None or row.status != "in_review" or not await reviews.is_silent(tx, review_id):
        return
    if not await deals.is_amendable(tx, deal_id):
        return
    writes = Writes()
    proposal = await deals.propose(tx, who, deal_id, DealUpdate.model_validate(row.patch), "*", is_taken=True)
    gathered = await weigh(tx, row, proposal)
    is_kept_out = proposal.is_protected and gathered.is_kept_out
    if changes_of(proposal) != row.changes or is_kept_out:
        await _lapse(tx, who, row, writes)
        await writes.send(tx)
        return
    _, standing = await judge(tx, who, row, proposal, gathered, writes, is_silent=True)
    await _end(tx, who, row, writes, _SILENT_ENDINGS[row.status], NEWS[row.status])
    await writes.send(tx)
    if row.status == "applied":
        await deals.apply_proposal(tx, who, proposal, gathered, judgement=standing, is_material=row.is_material)


async def withdraw(tx: Tx, who: Caller, amendment_id: UUID, if_match: str | None) -> AmendmentRead:
    """Take a proposal back. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`."""
    await deals.hold_in_turn(tx, await _deal_of(tx, amendment_id))
    row = await _undecided(tx, who, amendment_id, "withdraw", if_match)
    writes = Writes()
    row.status = LIFECYCLE.move(row.status, "withdraw")
    await _end(tx, who, row, writes, "withdrawn", AmendmentWithdrawn)
    await writes.send(tx)
    return await read_amendment(tx, who, row)


async def lapse(tx: Tx, who: Caller, deal_id: UUID, *, is_expired: bool) -> None:
    """End the proposals about a registration that is not amended any more; nothing happens where it is.

    Edges: where its protection ended by time, nobody has answered: that is told as the reason.
    """
    # Most have none, and holding a registration is dear. Who proposes holds it too: what was proposed before is seen.
    if not await store.has_undecided(tx, deal_id):
        return
    await deals.hold_deal(tx, deal_id)
    if await deals.is_amendable(tx, deal_id):
        return
    writes = Writes()
    for row in await store.lock_undecided(tx, deal_id):
        if is_expired:
            row.reasons, row.remedies = [UNANSWERED], [MAY_APPEAL]
        await _lapse(tx, who, row, writes)
    await writes.send(tx)


async def _approvals_missing(
    tx: Tx, who: Caller, row: AmendmentRow, body: AmendmentAccept, proposal: deals.Proposal, gathered: deals.Gathered
) -> int:
    book = await engagement.rules_now(tx)
    needed = approvals_needed(book.parameters, gathered.facts)
    if needed == 1:
        return 0
    subject_id = encode("amd", row.id)
    review_id = await reviews.running_case(tx, SUBJECT, subject_id)
    if review_id is None:
        # In review since before amendments had cases: its signatures need one.
        opening = Writes()
        await open_case(tx, who, opening, row, proposal, book.parameters, book.version, gathered)
        await opening.send(tx)
        review_id = await reviews.running_case(tx, SUBJECT, subject_id)
    assert review_id is not None, "it was there before, or has just been opened"
    return await reviews.sign(tx, who, review_id, reviews.Approval(of_person(body.reason), body.note), needed)


async def _lapse(tx: Tx, who: Caller, row: AmendmentRow, writes: Writes) -> None:
    row.status = LIFECYCLE.move(row.status, "lapse")
    await _end(tx, who, row, writes, "void", AmendmentLapsed)


async def _end(tx: Tx, who: Caller, row: AmendmentRow, writes: Writes, how: str, news: type[AmendmentNews]) -> None:
    touch(row, tx.now)
    store.keep(writes, row)
    await reviews.close_case_of(tx, who, writes, SUBJECT, encode("amd", row.id), how)
    tell(writes, tx, who, row, news)


async def _deal_of(tx: Tx, amendment_id: UUID) -> UUID:
    row = await store.find_amendment(tx, amendment_id)
    if row is None:
        raise NotFound()
    return row.deal_id


async def _held(
    tx: Tx, who: Caller, amendment_id: UUID, action: str, if_match: str | None
) -> tuple[AmendmentRow, deals.Proposal]:
    deal_id = await _deal_of(tx, amendment_id)
    await deals.hold_in_turn(tx, deal_id, decided=encode("amd", amendment_id))
    row = await _undecided(tx, who, amendment_id, action, if_match)
    return row, await deals.propose(tx, who, deal_id, DealUpdate.model_validate(row.patch), "*", is_taken=True)


async def _undecided(tx: Tx, who: Caller, amendment_id: UUID, action: str, if_match: str | None) -> AmendmentRow:
    # Locked after the customer and the registration, always in this order.
    row = await store.lock_amendment(tx, amendment_id)
    if row is None:
        raise NotFound()
    if action not in LIFECYCLE.allowed(row.status):
        raise IllegalMove(f"This amendment is {row.status} already.", allowed_actions=actions_of(who, row))
    expect_version(if_match, row.version)
    return row


def _person(body: AmendmentAccept | AmendmentRefuse) -> dict[str, str | None]:
    return {"reason": of_person(body.reason), "remedy": getattr(body, "remedy", None), "note": body.note}
