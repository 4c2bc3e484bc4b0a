"""Where the rules send a registration to a person: its case is opened, kept and ended with its moves."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.money import Money
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.kernel.reason import of_person, own_reason
from ecosystem_api.rules import Parameters, approvals_needed, review_time
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.schemas import DealApprove
from ecosystem_api.selling.deals.service.read import amount_of
from ecosystem_api.selling.deals.service.weigh import Gathered
from ecosystem_api.selling.deals.tables import DealRow
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.service import Judgement
from ecosystem_api.selling.reviews import service as reviews

SUBJECT, OVERRIDE = "deal_registration", "customer_override"
CHOICE = own_reason(
    "customer_choice", "The customer's written choice gave the claim to another, or took it from another."
)
_OVERRIDE_GOES_ON = ("queued", "rejected")
ENDINGS = {"approve": "approved", "reject": "rejected", "require": "returned", "wait": "queued"}


async def follow_outcome(
    tx: Tx, who: Caller, writes: Writes, row: DealRow, outcome: str, judgement: Judgement, gathered: Gathered
) -> None:
    """A person decides from now on, or still, or no longer.

    Edges: judged again and still for a person, a registration keeps its case, and its clock runs on.
    """
    if outcome != "review":
        is_silent = outcome == "approve" and engagement.SILENCE in judgement.reasons
        await end_review(tx, who, writes, row, "lapsed" if is_silent else ENDINGS[outcome])
    elif row.review_id is not None:
        await reviews.judged_again(tx, writes, row.review_id, judgement.decision_id, judgement.reasons)
    else:
        await _open(tx, who, writes, row, judgement.parameters, judgement.book_number, gathered)


async def end_review(tx: Tx, who: Caller, writes: Writes, row: DealRow, how: str) -> None:
    """No person decides any more. Edges: nothing happens where none did; an override that somebody has signed goes on
    while the registration may still be given another's claim.
    """
    if row.review_id is not None:
        await reviews.close_case(tx, who, writes, row.review_id, how)
        row.review_id = None
    if how not in _OVERRIDE_GOES_ON:
        await end_override(tx, who, writes, row, "void")


async def end_override(tx: Tx, who: Caller, writes: Writes, row: DealRow, how: str) -> None:
    """Nobody is to sign an override any more. Edges: nothing happens where nobody was."""
    if row.override_review_id is not None:
        await reviews.close_case(tx, who, writes, row.override_review_id, how)
        row.override_review_id = None


async def approvals_missing(tx: Tx, who: Caller, row: DealRow, body: DealApprove, gathered: Gathered) -> int:
    """Whose approval is still needed after this one: of how many people, by the book in force.

    Edges: while some is, only the signature is kept; the registration stays where it is.
    Errors: `PersonNeeded`, `SignedAlready`.
    """
    book = await engagement.rules_now(tx)
    needed = approvals_needed(book.parameters, gathered.facts)
    if needed == 1:
        return 0
    if row.review_id is None:
        # In review since before there were cases: its signatures need one.
        opening = Writes()
        await _open(tx, who, opening, row, book.parameters, book.version, gathered)
        await opening.send(tx)
    assert row.review_id is not None, "it has just been opened, or was before"
    return await _sign(tx, who, row, row.review_id, reviews.Approval(of_person(body.reason), body.note), needed)


async def override_missing(tx: Tx, who: Caller, row: DealRow, note: str | None, gathered: Gathered) -> int:
    """Whose signature an override still needs after this one: of how many people, by the book in force.

    Edges: while some is, nobody loses or gets a claim, and the first signature opens a case for the second.
    Errors: `PersonNeeded`, `SignedAlready`.
    """
    book = await engagement.rules_now(tx)
    needed = approvals_needed(book.parameters, gathered.facts)
    if needed == 1:
        return 0
    if row.override_review_id is None:
        opening = Writes()
        case = _case(row, book.parameters, book.version, gathered)
        case = replace(case, subject_type=OVERRIDE, reasons=[CHOICE], may_lapse=False)
        row.override_review_id = await reviews.open_case(tx, who, opening, case)
        await opening.send(tx)
    return await _sign(tx, who, row, row.override_review_id, reviews.Approval(CHOICE, note), needed)


async def approvals_for(tx: Tx, deal_id: UUID, amount: Money | None = None) -> int:
    """How many people must approve what gives this registration a claim, by the book in force.

    Shape: `amount` is what it would be worth, where that is about to change. Errors: `NotFound`.
    """
    row = await store.find_deal(tx, deal_id)
    if row is None:
        raise NotFound()
    book, amount = await engagement.rules_now(tx), amount or amount_of(row)
    facts = {"amount_minor": amount.minor if amount else 0, "currency": amount.currency if amount else ""}
    return approvals_needed(book.parameters, {"deal": facts})


async def _sign(tx: Tx, who: Caller, row: DealRow, review_id: UUID, approval: reviews.Approval, needed: int) -> int:
    missing = await reviews.sign(tx, who, review_id, approval, needed)
    if missing:
        row.last_activity_at = tx.now
        touch(row, tx.now)
        writes = Writes()
        store.keep(writes, row)
        await writes.send(tx)
    return missing


async def content_changed(tx: Tx, who: Caller, row: DealRow, gathered: Gathered) -> None:
    """What a person decides about has changed: who has approved what it was has not approved this."""
    if row.review_id is not None:
        book = await engagement.rules_now(tx)
        needed = approvals_needed(book.parameters, gathered.facts)
        await reviews.subject_changed(tx, who, row.review_id, needed)


async def silent_since(tx: Tx, row: DealRow) -> datetime | None:
    """Since when silence approves this registration; None where a person has time, or nobody decides about it."""
    return await reviews.silent_since(tx, row.review_id) if row.review_id is not None else None


async def is_lapsed(tx: Tx, row: DealRow, review_id: UUID) -> bool:
    """Whether this very case of the registration has ended in silence that approves."""
    return row.review_id == review_id and await reviews.is_silent(tx, review_id)


async def _open(
    tx: Tx, who: Caller, writes: Writes, row: DealRow, book: Parameters, book_number: int, gathered: Gathered
) -> None:
    row.review_id = await reviews.open_case(tx, who, writes, _case(row, book, book_number, gathered))


def _case(row: DealRow, book: Parameters, book_number: int, gathered: Gathered) -> reviews.Case:
    assert row.decision_id is not None, "the rules have judged it"
    return reviews.Case(
        subject_type=SUBJECT,
        subject_id=encode("deal", row.id),
        partner_id=row.partner_id,
        reasons=row.reasons,
        decision_id=row.decision_id,
        parameters=book,
        book_number=book_number,
        time=review_time(book, gathered.facts),
        approvals=approvals_needed(book, gathered.facts),
    )
