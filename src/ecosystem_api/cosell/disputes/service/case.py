"""The review of a dispute: opened with it, ended with it, and never by anybody who has decided in the matter."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from ecosystem_api.cosell.disputes import store
from ecosystem_api.cosell.disputes.errors import ReviewerDiffers
from ecosystem_api.cosell.disputes.schemas import DisputeDecide
from ecosystem_api.cosell.disputes.tables import DisputePartyRow, DisputeRow
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.reason import of_person
from ecosystem_api.rules import Parameters, ruling_time
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.amendments import service as amendments
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.schemas import DecisionRead
from ecosystem_api.selling.reviews import service as reviews

SUBJECT = "dispute"


async def open_review(
    tx: Tx, who: Caller, row: DisputeRow, claimant: DisputePartyRow, decision: DecisionRead, rules: Parameters
) -> datetime:
    """Let somebody rule, by the book of the decision that is contested; answer by when.

    Edges: silence rules on nothing.
    """
    case = reviews.Case(
        subject_type=SUBJECT,
        subject_id=encode("dsp", row.id),
        partner_id=claimant.partner_id,
        reasons=[of_person(row.grounds)],
        decision_id=row.decision_id,
        parameters=rules,
        book_number=decision.book_number,
        time=ruling_time(rules),
        approvals=await _approvals(tx, row, claimant),
        may_lapse=False,
    )
    writes = Writes()
    await reviews.open_case(tx, who, writes, case)
    await writes.send(tx)
    return await due_at(tx, row)


async def require_review(tx: Tx, who: Caller, row: DisputeRow, claimant: DisputePartyRow) -> None:
    """Open the review of a case that has been open since before cases had reviews; nothing happens to others."""
    if await reviews.running_case(tx, SUBJECT, encode("dsp", row.id)) is None:
        decision = await engagement.get_decision(tx, row.decision_id)
        rules = await engagement.parameters_of(tx, decision.rule_book_id)
        await open_review(tx, who, row, claimant, decision, rules)


async def due_at(tx: Tx, row: DisputeRow) -> datetime:
    """When a ruling on an open case is due."""
    subject_id = encode("dsp", row.id)
    return (await reviews.running_reviews(tx, SUBJECT, [subject_id]))[subject_id].brief.due_at


async def end_review(tx: Tx, who: Caller, row: DisputeRow, how: str) -> None:
    """Nobody is to rule any more."""
    writes = Writes()
    await reviews.close_case_of(tx, who, writes, SUBJECT, encode("dsp", row.id), how)
    await writes.send(tx)


async def deciders_of(tx: Tx, dispute_id: UUID) -> Collection[str]:
    """Who has decided about one of the registrations of a case, by whatever way: they do not rule on it."""
    return await _deciders(tx, (await store.parties_of(tx, [dispute_id]))[dispute_id])


async def require_reviewer(
    tx: Tx, who: Caller, row: DisputeRow, parties: Sequence[DisputePartyRow], body: DisputeDecide
) -> None:
    """Refuse whoever is not to rule on a case, with its review held from now on.

    Edges: what one has signed another may sign, whoever the case was given to.
    Errors: `ReviewerDecided`, `ReviewerDiffers`.
    """
    reviews.refuse_decider(who.actor_id, await _deciders(tx, parties))
    review = await reviews.hold_case(tx, SUBJECT, encode("dsp", row.id))
    reviewer = review.desk.assigned_to if review else None
    is_second = review is not None and review.desk.approvals_given > 0 and body.outcome == "overturned"
    if reviewer is not None and encode("mem", reviewer) != who.actor_id and not is_second:
        raise ReviewerDiffers("The case is another reviewer's: `take` its review first, or let its reviewer rule.")


async def approvals_missing(
    tx: Tx, who: Caller, row: DisputeRow, claimant: DisputePartyRow, body: DisputeDecide
) -> int:
    """Whose signature a ruling that gives back a claim still needs after this one, by the book in force.

    Edges: what a side brings after the first signature voids it. Errors: `PersonNeeded`, `SignedAlready`.
    """
    needed = await _approvals(tx, row, claimant)
    if needed == 1:
        return 0
    await require_review(tx, who, row, claimant)
    review_id = await reviews.running_case(tx, SUBJECT, encode("dsp", row.id))
    assert review_id is not None, "it was there before, or has just been opened"
    return await reviews.sign(tx, who, review_id, reviews.Approval(of_person(body.reason), body.note), needed)


async def case_changed(tx: Tx, who: Caller, row: DisputeRow) -> None:
    """There is more to read: who has signed a ruling has not read this."""
    await reviews.void_approvals(tx, who, SUBJECT, encode("dsp", row.id))


async def _approvals(tx: Tx, row: DisputeRow, claimant: DisputePartyRow) -> int:
    if row.amendment_id is not None:
        return await amendments.approvals_for(tx, row.amendment_id)
    return await deals.approvals_for(tx, claimant.deal_id)


async def _deciders(tx: Tx, parties: Sequence[DisputePartyRow]) -> Collection[str]:
    return await engagement.deciders_of(tx, [encode("deal", one.deal_id) for one in parties])
