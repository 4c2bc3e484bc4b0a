"""Write a rule book: begin a draft, change it, see what is wrong with it, compare it, give it up."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range

from ecosystem_api.kernel.canonical import content_hash
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import IllegalMove, NotFound
from ecosystem_api.market.calendars import service as calendars
from ecosystem_api.rules import (
    SETTINGS,
    CaseResult,
    CompiledBook,
    RuleBookInvalid,
    RuleError,
    book_from_dict,
    book_to_dict,
    book_warnings,
    run_cases,
    with_declared,
)
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, expect_version, page_of
from ecosystem_api.runtime.ledger import record
from ecosystem_api.selling.engagement import store
from ecosystem_api.selling.engagement.errors import BookNotEditable, InForceNotRetired
from ecosystem_api.selling.engagement.events import RuleBookDrafted, RuleBookRetired
from ecosystem_api.selling.engagement.schemas import (
    CaseResultRead,
    PublicationRead,
    RuleBookAuthorRead,
    RuleBookCreate,
    RuleBookDiffRead,
    RuleBookUpdate,
    RuleFaultRead,
    RuleWarningRead,
    ValidationRead,
)
from ecosystem_api.selling.engagement.service.books import book_in_force, changes_between, render
from ecosystem_api.selling.engagement.service.declare import compiled_now
from ecosystem_api.selling.engagement.tables import RuleBookRow

_LIMITS: Final = {setting.name for setting in SETTINGS if setting.is_optional}


async def create_draft(tx: Tx, who: Caller, body: RuleBookCreate) -> RuleBookAuthorRead:
    """Begin a draft from another book, by default the one in force. Errors: `NotFound`."""
    base = await get_book_row(tx, body.based_on) if body.based_on else await book_in_force(tx)
    content = {**base.content, "version": 1, "name": body.name or base.content["name"]}
    # A draft is held against the fields of its day; which of them it reads is told when it is published.
    content.pop("custom_fields", None)
    row = RuleBookRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        status="draft",
        based_on_id=base.id,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        **_stored(content),
    )
    await tx.insert(row)
    event = RuleBookDrafted(rule_book_id=row.id, based_on=base.id)
    await record(tx, who, event, subject_id=encode("rb", row.id))
    return read_for_author(row, tx.now)


async def update_draft(tx: Tx, book_id: UUID, body: RuleBookUpdate, if_match: str | None) -> RuleBookAuthorRead:
    """Replace parts of a draft. What it says may be faulty, its shape may not.

    Errors: `NotFound`, `BookNotEditable` once published, `PreconditionFailed`, `RuleBookInvalid` for a wrong shape.
    """
    row = await get_book_row(tx, book_id, is_locked=True)
    if row.status != "draft":
        raise BookNotEditable()
    expect_version(if_match, row.version)
    changes = body.model_dump(exclude_unset=True)
    parameters = _merged(row.content["parameters"], changes.pop("parameters", None) or {})
    content = {**row.content, **{name: value for name, value in changes.items() if value is not None}}
    stored = _stored({**content, "parameters": parameters})
    if stored["content_hash"] != row.content_hash:
        row.content, row.content_hash = stored["content"], stored["content_hash"]
        touch(row, tx.now)
        await tx.flush()
    return read_for_author(row, tx.now)


async def validate_draft(tx: Tx, book_id: UUID) -> ValidationRead:
    """Everything that keeps a book from being published, and what it says that nothing of it does."""
    row = await get_book_row(tx, book_id)
    try:
        book = await compiled_now(tx, row)
        results = run_cases(book)
    except RuleBookInvalid as refused:
        faults = [RuleFaultRead.model_validate(fault) for fault in refused.rule_errors]
        return ValidationRead(is_valid=False, faults=faults, warnings=[], cases=[])
    cases = [CaseResultRead.model_validate(result) for result in results]
    missing = [RuleFaultRead.model_validate(fault) for fault in await missing_calendar(tx, book)]
    return ValidationRead(
        is_valid=not missing and all(case.is_passed for case in cases),
        faults=missing,
        warnings=[RuleWarningRead.model_validate(one) for one in book_warnings(book)],
        cases=cases,
    )


async def retire_book(tx: Tx, who: Caller, book_id: UUID, if_match: str | None) -> RuleBookAuthorRead:
    """Give up a draft, or a book that is not in force yet: then the book before it stays in force.

    Errors: `NotFound`, `InForceNotRetired`, `IllegalMove` once it is retired, `PreconditionFailed`.
    """
    published = await store.lock_published(tx)
    row = await get_book_row(tx, book_id, is_locked=True)
    status = status_of(row, tx.now)
    if status == "retired":
        raise IllegalMove("The book is retired.", allowed_actions=[])
    if row.status == "published" and is_in_force(row, tx.now):
        raise InForceNotRetired()
    expect_version(if_match, row.version)
    row.status = "retired"
    if row.in_force is not None:
        begins, ends = row.in_force.lower, row.in_force.upper
        row.in_force = Range(empty=True)
        await tx.flush()
        for other in published:
            if other.in_force and other.in_force.upper == begins:
                other.in_force = Range(other.in_force.lower, ends)
    touch(row, tx.now)
    await tx.flush()
    await record(tx, who, RuleBookRetired(rule_book_id=row.id, number=row.number), subject_id=encode("rb", row.id))
    return read_for_author(row, tx.now)


async def get_book(tx: Tx, book_id: UUID) -> RuleBookAuthorRead:
    """One book in any state. Errors: `NotFound`."""
    return read_for_author(await get_book_row(tx, book_id), tx.now)


async def render_one(tx: Tx, book_id: UUID, media_type: str) -> str:
    """One book in any state as partners would read it. Errors: `NotFound`, `RuleBookInvalid`."""
    row = await get_book_row(tx, book_id)
    book = await compiled_now(tx, row)
    return render(row, media_type, replace(book, book=with_declared(book)))


async def list_books(tx: Tx, paging: Paging, status: str | None) -> Page[RuleBookAuthorRead]:
    """Books in any state, newest first."""
    keys = [(RuleBookRow.id, True)]
    return await page_of(tx, store.books(tx, status), paging, keys, lambda row: read_for_author(row, tx.now))


async def compare(tx: Tx, book_id: UUID, against: UUID | None) -> RuleBookDiffRead:
    """What changed in a book: from another one, by default from the one that it began from or that it followed.

    Errors: `NotFound`, also when there is nothing to compare with.
    """
    row = await get_book_row(tx, book_id)
    if against is not None:
        other: RuleBookRow | None = await get_book_row(tx, against)
    elif row.based_on_id is not None:
        other = await store.find_book(tx, row.based_on_id)
    else:
        other = await store.find_book_before(tx, row)
    if other is None:
        raise NotFound("There is no book before this one; name one with `against`.")
    return RuleBookDiffRead(from_id=other.id, to_id=row.id, changes=changes_between(other, row))


async def get_book_row(tx: Tx, book_id: UUID, *, is_locked: bool = False) -> RuleBookRow:
    """The row of a book. Errors: `NotFound`."""
    row = await store.find_book(tx, book_id, is_locked=is_locked)
    if row is None:
        raise NotFound()
    return row


def is_in_force(row: RuleBookRow, now: datetime) -> bool:
    """Whether decisions are made by this book now."""
    period = row.in_force
    if row.status != "published" or period is None or period.isempty:
        return False
    return (period.lower is None or period.lower <= now) and (period.upper is None or now < period.upper)


def status_of(row: RuleBookRow, now: datetime) -> str:
    """A published book whose period has ended is retired, without anybody's doing."""
    has_ended = row.in_force is not None and row.in_force.upper is not None and row.in_force.upper <= now
    return "retired" if row.status == "published" and has_ended else row.status


def read_for_author(row: RuleBookRow, now: datetime) -> RuleBookAuthorRead:
    """A book as the vendor's side reads it."""
    status, in_force = status_of(row, now), is_in_force(row, now)
    has_period = row.in_force is not None and not row.in_force.isempty
    actions = {"draft": ["update", "publish", "retire"], "published": [] if in_force else ["retire"]}
    return RuleBookAuthorRead.model_validate(
        {
            **row.content,
            "id": row.id,
            "number": row.number,
            "status": status,
            "is_in_force": in_force,
            "effective_from": (row.in_force.lower or row.published_at) if row.in_force and has_period else None,
            "effective_until": row.in_force.upper if row.in_force and has_period else None,
            "content_hash": row.content_hash,
            "cases": row.content.get("cases", []),
            "custom_fields": row.content.get("custom_fields", []),
            "based_on": row.based_on_id,
            "publication": PublicationRead.model_validate(row.publication) if row.publication else None,
            "published_at": row.published_at,
            "allowed_actions": actions.get(status, []),
            "version": row.version,
            "created_at": row.created_at,
            "updated_at": row.updated_at,
        }
    )


async def missing_calendar(tx: Tx, compiled: CompiledBook) -> list[RuleError]:
    """The fault of a book that names a calendar which the vendor does not have."""
    key = compiled.book.parameters.review_calendar
    if key is None or await calendars.has_calendar(tx, key):
        return []
    place, message = "parameters/review_calendar", f"no calendar has the key {key}; add it, or name another"
    return [RuleError(None, place, None, None, message, f"/{place}")]


def failed_cases(compiled: CompiledBook) -> list[CaseResult]:
    """The golden cases that a book decides otherwise than they say."""
    return [result for result in run_cases(compiled) if not result.is_passed]


def _merged(parameters: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: value for name, value in parameters.items() if name not in changes}
    return kept | {name: value for name, value in changes.items() if value is not None or name in _LIMITS}


def _stored(content: Mapping[str, Any]) -> dict[str, Any]:
    # Read and written out again: its shape is judged, and every default stands there in words.
    complete = book_to_dict(book_from_dict(dict(content)))
    return {"content": complete, "content_hash": content_hash(complete)}
