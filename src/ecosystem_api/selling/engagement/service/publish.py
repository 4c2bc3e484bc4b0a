"""Publish a rule book: it is without faults, its golden cases pass, and what it changes is known."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range

from ecosystem_api.kernel.canonical import content_hash
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.instant import instant_text
from ecosystem_api.kernel.problem import FieldError
from ecosystem_api.rules import (
    CaseResult,
    CompiledBook,
    Recorded,
    RuleBookInvalid,
    Tally,
    book_from_dict,
    book_warnings,
)
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import record
from ecosystem_api.selling.engagement import store
from ecosystem_api.selling.engagement.errors import (
    BookNotEditable,
    CasesFail,
    FlipsNeedReason,
    InstantTaken,
    PublishedInPast,
)
from ecosystem_api.selling.engagement.events import RuleBookPublished
from ecosystem_api.selling.engagement.schemas import (
    PublicationRead,
    RuleBookAuthorRead,
    RuleBookPublish,
    RuleWarningRead,
)
from ecosystem_api.selling.engagement.service.author import (
    failed_cases,
    get_book_row,
    missing_calendar,
    read_for_author,
)
from ecosystem_api.selling.engagement.service.books import book_in_force
from ecosystem_api.selling.engagement.service.declare import compiled_now, content_with
from ecosystem_api.selling.engagement.tables import RuleBookRow

RECENT_DAYS = 90
_TOLD = 3  # failing cases in a sentence each; `cases` has all
RECENT_DECISIONS = 2_000


async def publish_book(
    tx: Tx, who: Caller, book_id: UUID, body: RuleBookPublish, if_match: str | None
) -> RuleBookAuthorRead:
    """A draft becomes the book that decides from an instant on; the book of that instant ends there.

    Edges: it is tried on the decisions of the last 90 days, the newest 2,000 of them; when it would have made more of
    them otherwise than the book in force allows, a reason is needed.
    Errors: `NotFound`, `BookNotEditable`, `PreconditionFailed`, `PublishedInPast`, `RuleBookInvalid`, `CasesFail`,
    `FlipsNeedReason`, `InstantTaken`.
    """
    published = await store.lock_published(tx)
    row = await get_book_row(tx, book_id, is_locked=True)
    if row.status != "draft":
        raise BookNotEditable()
    expect_version(if_match, row.version)
    begins = body.effective_from or tx.now
    if begins < tx.now:
        detail = f"Now ({instant_text(tx.now)}) or later; leave it out for now."
        fault = FieldError("/effective_from", "in_past", detail)
        raise PublishedInPast(errors=[fault])
    book = await compiled_now(tx, row, is_locked=True)
    if failing := failed_cases(book):
        raise _cases_fail(failing)
    if missing := await missing_calendar(tx, book):
        raise RuleBookInvalid(missing)
    row.publication = (await _tried(tx, book, body.reason)).model_dump()
    row.number = await store.highest_number(tx) + 1
    row.content = {**content_with(row, book), "version": row.number}
    row.content_hash = content_hash(row.content)
    await _take_place(tx, published, row, begins)
    row.status, row.published_at = "published", tx.now
    touch(row, tx.now)
    await tx.flush()
    event = RuleBookPublished(
        rule_book_id=row.id,
        number=row.number,
        content_hash=row.content_hash,
        effective_from=instant_text(begins),
    )
    await record(tx, who, event, subject_id=encode("rb", row.id))
    return read_for_author(row, tx.now)


def _cases_fail(failing: Sequence[CaseResult]) -> CasesFail:
    told = [case.sentence for case in failing[:_TOLD]]
    more = [f"So do {len(failing) - _TOLD} more."] if len(failing) > _TOLD else []
    return CasesFail(" ".join(["Golden cases fail.", *told, *more]), cases=[asdict(case) for case in failing])


async def _tried(tx: Tx, book: CompiledBook, reason: str | None) -> PublicationRead:
    tally = Tally[UUID]()
    since = tx.now - timedelta(days=RECENT_DAYS)
    recent = await store.recent_decisions(tx, since=since, limit=RECENT_DECISIONS)
    past = (Recorded(one.id, one.action, one.facts, one.outcome) for one in recent)
    flips = sum(1 for _ in tally.take(book, past))
    in_force = await book_in_force(tx)
    allowed = book_from_dict(in_force.content).parameters.flip_limit_percent
    if reason is None and flips * 100 > allowed * tally.judged:
        detail = f"{flips} of {tally.judged} recent decisions would be made otherwise; {allowed} % need no reason."
        raise FlipsNeedReason(detail, flips=flips, judged=tally.judged, flip_limit_percent=allowed)
    return PublicationRead(
        cases=len(book.book.cases),
        replayed=tally.judged,
        not_judgeable=tally.not_judgeable,
        flips=flips,
        reason=reason,
        warnings=[RuleWarningRead.model_validate(one) for one in book_warnings(book)],
    )


async def _take_place(tx: Tx, published: Sequence[RuleBookRow], row: RuleBookRow, begins: datetime) -> None:
    """The new book begins inside the period of another, which ends there; that of a later book is untouched."""
    ends = None
    for other in published:
        period = other.in_force
        if period is None or period.isempty:
            continue
        if period.lower == begins:
            raise InstantTaken(f"Book {other.number} comes into force at that instant.", number=other.number)
        if (period.lower is None or period.lower < begins) and (period.upper is None or begins < period.upper):
            ends = period.upper
            other.in_force = Range(period.lower, begins)
            touch(other, tx.now)
    await tx.flush()
    row.in_force = Range(begins, ends)
