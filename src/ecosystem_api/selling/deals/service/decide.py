"""A person decides: approve, reject, return, revoke. The same record as the rules', with a mandatory reason."""

from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.reason import of_person
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.reading import Written
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.events import DealApproved, DealNews, DealRejected, DealReturned, DealRevoked
from ecosystem_api.selling.deals.schemas import DealApprove, DealRead, DealReject, DealReturn, DealRevoke
from ecosystem_api.selling.deals.service.claim import claim_held, end_claim, grant_claim
from ecosystem_api.selling.deals.service.overdue import hold_in_turn
from ecosystem_api.selling.deals.service.read import moved_by, show_deal
from ecosystem_api.selling.deals.service.review import approvals_missing, end_review, silent_since
from ecosystem_api.selling.deals.service.serve import serve_behind
from ecosystem_api.selling.deals.service.settle import judge_rivals, note_decision
from ecosystem_api.selling.deals.service.tell import tell
from ecosystem_api.selling.deals.service.weigh import ACTION, asked_of, gather
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.reviews.service import ReviewLapsed

_OUTCOMES = {"approve": "approve", "reject": "reject", "return": "require", "revoke": "reject"}
_ENDINGS = {"approve": "approved", "reject": "rejected", "return": "returned", "revoke": "rejected"}
_Decision = DealApprove | DealReject | DealReturn | DealRevoke


async def approve(tx: Tx, who: Caller, deal_id: UUID, body: DealApprove, if_match: str | None) -> Written[DealRead]:
    """Grant the claim. Every undecided rival is then judged again, and waits unless the rules say otherwise.

    Edges: where the book wants two people, the first approval is a signature: the registration stays in review.
    Errors: `NotFound`; `ClaimHeld` with the place in the queue for one that waits; `IllegalMove`; `PreconditionFailed`;
    `PersonNeeded` and `SignedAlready` where two people must approve.
    """
    return await _decide(tx, who, deal_id, "approve", body, if_match, DealApproved)


async def reject(tx: Tx, who: Caller, deal_id: UUID, body: DealReject, if_match: str | None) -> Written[DealRead]:
    """Refuse the claim, with a reason and a remedy.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`; `ReviewLapsed` once silence has approved.
    """
    return await _decide(tx, who, deal_id, "reject", body, if_match, DealRejected)


async def return_to_partner(
    tx: Tx, who: Caller, deal_id: UUID, body: DealReturn, if_match: str | None
) -> Written[DealRead]:
    """Ask for what is missing; the registration keeps its place.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`; `ReviewLapsed` once silence has approved.
    """
    return await _decide(tx, who, deal_id, "return", body, if_match, DealReturned)


async def revoke(tx: Tx, who: Caller, deal_id: UUID, body: DealRevoke, if_match: str | None) -> Written[DealRead]:
    """End a protection early, with a reason and a remedy. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`."""
    return await _decide(tx, who, deal_id, "revoke", body, if_match, DealRevoked)


async def _decide(
    tx: Tx, who: Caller, deal_id: UUID, action: str, body: _Decision, if_match: str | None, news: type[DealNews]
) -> Written[DealRead]:
    row, customer = await hold_in_turn(tx, deal_id, decided=encode("deal", deal_id))
    if action != "approve" and (lapsed_at := await silent_since(tx, row)) is not None:
        # Silence speaks first. It approves only what nobody else has claimed meanwhile.
        row, customer = await hold_in_turn(tx, deal_id)
        if row.status == "approved":
            raise ReviewLapsed(due_at=lapsed_at)
    if action == "approve" and row.status == "waiting":
        raise await claim_held(tx, row)
    target = moved_by(who, row, action)
    expect_version(if_match, row.version)
    row.claim_account_id = customer.claim_account_id if action != "revoke" else row.claim_account_id
    gathered = await gather(tx, asked_of(row), customer)
    if action == "approve" and gathered.is_kept_out:
        # Somebody who waits is next; or it is held on another account that is the same customer by evidence that came
        # later: no constraint compares those.
        raise await claim_held(tx, row)
    if isinstance(body, DealApprove) and await approvals_missing(tx, who, row, body, gathered):
        return await show_deal(tx, who, row.id)
    writes = Writes()
    judgement = await engagement.decide_as_person(
        tx,
        who,
        action=ACTION,
        subject_id=encode("deal", row.id),
        partner_id=row.partner_id,
        facts=gathered.facts,
        evidence=gathered.evidence,
        outcome=_OUTCOMES[action],
        reason=of_person(body.reason),
        remedy=getattr(body, "remedy", None),
        note=body.note,
        writes=writes,
    )
    if row.status == "waiting":
        serve_behind(writes, tx, row)
    row.status, row.last_activity_at = target, tx.now
    note_decision(tx, row, judgement)
    touch(row, tx.now)
    await end_review(tx, who, writes, row, _ENDINGS[action])
    until = None
    if action == "approve":
        until = await grant_claim(tx, writes, row, judgement, gathered.weighed)
    if action == "revoke":
        end_claim(writes, tx, row, "revoked")
    store.keep(writes, row)
    tell(writes, tx, who, row, news, protected_until=until)
    await writes.send(tx)
    if action == "approve":
        await judge_rivals(tx, who, gathered.weighed.rivals)
    return await show_deal(tx, who, row.id)
