"""Settle a registration: gather the facts, let the rules decide, act on the outcome, judge its rivals again."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.reason import own_reason
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import (
    LIFECYCLE,
    OUTCOME_ACTIONS,
    UNDECIDED_STATUSES,
    Waiting,
    queue_of,
    queue_place,
)
from ecosystem_api.selling.deals.events import (
    DealApproved,
    DealNews,
    DealQueued,
    DealRejected,
    DealReturned,
    DealReviewStarted,
)
from ecosystem_api.selling.deals.schemas import QueueRead
from ecosystem_api.selling.deals.service.claim import grant_claim
from ecosystem_api.selling.deals.service.hold import hold
from ecosystem_api.selling.deals.service.review import follow_outcome, is_lapsed
from ecosystem_api.selling.deals.service.tell import tell
from ecosystem_api.selling.deals.service.weigh import ACTION, Customer, Gathered, asked_of, gather
from ecosystem_api.selling.deals.tables import DealRow
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.service import Judgement

_NEWS: dict[str, type[DealNews]] = {
    "reject": DealRejected,
    "wait": DealQueued,
    "require": DealReturned,
    "review": DealReviewStarted,
    "approve": DealApproved,
}
PROTECTED_CLAIM = own_reason("protected_claim", "Another holds the claim, whatever the book says: it is exclusive.")
_KEEPS_PLACE = "You keep your place by time of submission and are told when the protection ends."


async def settle(
    tx: Tx, who: Caller, row: DealRow, customer: Customer, writes: Writes, *, is_silent: bool = False
) -> str:
    """Let the rules judge a registration that stands as submitted, act on the outcome and answer it.

    Shape: its customer is locked. Edges: an approval sends every undecided rival back to the rules, which know the new
    claim. What a book without a rule on claims approves while another holds the claim, or is next to get it, waits: the
    claim is exclusive whatever the book says. Where nobody has spoken in time (`is_silent`), what is for a person is
    approved.
    """
    row.claim_account_id = customer.claim_account_id
    gathered = await gather(tx, asked_of(row), customer)
    judgement = await engagement.judge(
        tx,
        who,
        action=ACTION,
        subject_id=encode("deal", row.id),
        partner_id=row.partner_id,
        facts=gathered.facts,
        evidence=gathered.evidence,
        ruling_id=row.restored_by_id,
        writes=writes,
        is_silent=is_silent,
    )
    is_kept_out = judgement.outcome == "approve" and gathered.is_kept_out
    outcome = "wait" if is_kept_out else judgement.outcome
    row.status = LIFECYCLE.move(row.status, OUTCOME_ACTIONS[outcome])
    note_decision(tx, row, judgement)
    if is_kept_out:
        row.reasons, row.remedies, row.decided_at = [PROTECTED_CLAIM], [_KEEPS_PLACE], None
    await follow_outcome(tx, who, writes, row, outcome, judgement, gathered)
    until = await _grant(tx, writes, row, judgement, gathered) if outcome == "approve" else None
    queue = stand_in_line(row, gathered) if outcome == "wait" else None
    store.keep(writes, row)
    place = queue.place if queue else None
    tell(writes, tx, who, row, _NEWS[outcome], protected_until=until, queue_place=place)
    await writes.send(tx)
    if outcome == "approve":
        await judge_rivals(tx, who, gathered.weighed.rivals)
    return outcome


async def _grant(tx: Tx, writes: Writes, row: DealRow, judgement: Judgement, gathered: Gathered) -> datetime:
    is_restored = row.restored_by_id is not None
    return await grant_claim(tx, writes, row, judgement, gathered.weighed, is_restored=is_restored)


async def approve_by_silence(tx: Tx, who: Caller, deal_id: UUID, review_id: UUID) -> None:
    """Nobody has decided in time and the book says that silence approves: so it is, unless the rules now say no.

    Edges: what another holds meanwhile is queued; nothing happens to a case that has ended.
    """
    row, customer = await hold(tx, deal_id)
    if row.status == "in_review" and await is_lapsed(tx, row, review_id):
        row.status = "submitted"
        touch(row, tx.now)
        await settle(tx, who, row, customer, Writes(), is_silent=True)


async def judge_rivals(tx: Tx, who: Caller, rivals: Collection[UUID]) -> None:
    """Judge undecided registrations again, now that another holds the claim; each gets a decision of its own.

    Shape: the customer is locked already; they are taken in the order of their ids.
    """
    async with tx.vendor_wide():
        for deal_id in sorted(rivals):
            row, customer = await hold(tx, deal_id)
            if row.status in UNDECIDED_STATUSES:
                row.status = "submitted"
                touch(row, tx.now)
                await settle(tx, who, row, customer, Writes())


def note_decision(tx: Tx, row: DealRow, judgement: Judgement) -> None:
    """Put what was decided, and why, where its reader looks first."""
    row.decision_id = judgement.decision_id
    row.reasons, row.remedies = list(judgement.reasons), list(judgement.remedies)
    if judgement.outcome in ("approve", "reject"):
        row.decided_at = tx.now


def stand_in_line(row: DealRow, gathered: Gathered) -> QueueRead:
    """The place that a registration takes among those that wait for what overlaps."""
    assert row.submitted_at is not None, "it was submitted"
    coverage = gathered.weighed.coverage
    others = [one for one in gathered.weighed.queue if one.deal_id != row.id]
    queue = queue_of(coverage, [*others, Waiting(row.id, row.partner_id, row.submitted_at, coverage)])
    place = queue_place(row.id, queue) or len(queue)
    return QueueRead(place=place, length=len(queue), region=coverage.extent.region)
