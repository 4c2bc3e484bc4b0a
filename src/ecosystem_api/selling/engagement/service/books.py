"""The book in force: which, what it says, and ready to decide."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range

from ecosystem_api.kernel.canonical import canonical_json, content_hash
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.instant import instant_text
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.rules import (
    DEFAULT_BOOK,
    Change,
    CompiledBook,
    Parameters,
    as_html,
    as_markdown,
    book_from_dict,
    book_hash,
    book_to_dict,
    compare_books,
    compile_book,
)
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import record
from ecosystem_api.selling.engagement import store
from ecosystem_api.selling.engagement.events import RuleBookPublished
from ecosystem_api.selling.engagement.schemas import ChangeRead, RuleBookRead, RuleRead
from ecosystem_api.selling.engagement.tables import RuleBookRow

_MOST_COMPILED = 256
# By what a book says: a hash names one content, whichever vendor published it.
_COMPILED: dict[str, CompiledBook] = {}


async def open_first_book(tx: Tx, who: Caller) -> None:
    """Give a new vendor the default book, published and in force from the beginning of time."""
    book = replace(DEFAULT_BOOK, version=1)
    row = RuleBookRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        number=1,
        status="published",
        # Open towards the past: history that is loaded later is judged by this book too.
        in_force=Range(None, None),
        content=book_to_dict(book),
        content_hash=book_hash(book),
        published_at=tx.now,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    await tx.insert(row)
    event = RuleBookPublished(
        rule_book_id=row.id,
        number=1,
        content_hash=row.content_hash,
        effective_from=instant_text(tx.now),
    )
    await record(tx, who, event, subject_id=encode("rb", row.id))


async def book_in_force(tx: Tx, at: datetime | None = None) -> RuleBookRow:
    """The book that decides at an instant, now by default. Errors: `NotFound` when none was in force then."""
    row = await store.find_book_in_force(tx, at or tx.now)
    if row is None:
        raise NotFound("No rule book was in force at that instant.")
    return row


async def parameters_in_force(tx: Tx) -> Parameters:
    """The parameters of the book that decides now. Errors: `NotFound` when none is in force."""
    row = await book_in_force(tx)
    return (await compiled_book(tx, row.id, row.content_hash)).book.parameters


async def read_book(tx: Tx, at: datetime | None) -> RuleBookRead:
    """The book in force at an instant, as published. Errors: `NotFound` when there was none."""
    row = await book_in_force(tx, at)
    before = await store.find_book_before(tx, row)
    return RuleBookRead(
        id=row.id,
        name=row.content["name"],
        number=row.number or 0,
        content_hash=row.content_hash,
        effective_from=effective_from(row),
        effective_until=row.in_force.upper if row.in_force else None,
        default_outcome=row.content["default_outcome"],
        rules=[RuleRead.model_validate(rule) for rule in row.content["rules"]],
        parameters=row.content["parameters"],
        custom_fields=row.content.get("custom_fields", []),
        previous_number=before.number if before else None,
        changes=[ChangeRead.model_validate(one) for one in _published_changes(before, row)],
    )


async def render_book(tx: Tx, at: datetime | None, media_type: str) -> str:
    """The book as text/markdown or text/html, from the same data. Errors: `NotFound` when there was none."""
    row = await book_in_force(tx, at)
    changes = _published_changes(await store.find_book_before(tx, row), row)
    return render(row, media_type, compiled(row), changes)


def render(row: RuleBookRow, media_type: str, book: CompiledBook, changes: Sequence[Change] = ()) -> str:
    """One book as text/markdown or text/html, with what changed since the one before."""
    write = as_html if media_type == "text/html" else as_markdown
    day = effective_from(row).date() if row.in_force else None
    return write(book, effective_from=day, changes=changes)


def _published_changes(before: RuleBookRow | None, after: RuleBookRow) -> Sequence[Change]:
    """What a partner reads of the changes: golden cases are the author's own trial, and stand in no published text."""
    if before is None:
        return ()
    return [one for one in _changes(before, after) if not one.place.startswith("cases/")]


def changes_between(before: RuleBookRow, after: RuleBookRow) -> list[ChangeRead]:
    """What changed from one book to another."""
    return [ChangeRead.model_validate(change) for change in _changes(before, after)]


def _changes(before: RuleBookRow, after: RuleBookRow) -> Sequence[Change]:
    return compare_books(book_from_dict(before.content), book_from_dict(after.content))


def compiled(row: RuleBookRow) -> CompiledBook:
    """A book, ready to decide; compiled once per process and content. Errors: `RuleBookInvalid`."""
    return compiled_content(canonical_json(row.content))


@lru_cache(maxsize=256)
def compiled_content(content: bytes) -> CompiledBook:
    """The book of a stored content, under the fingerprint of that very content."""
    data: dict[str, Any] = json.loads(content)
    return compile_book(book_from_dict(data), fingerprint=content_hash(data))


async def compiled_book(tx: Tx, book_id: UUID, content_hash: str) -> CompiledBook:
    """A published book, ready to decide; its content is read only where this process has not compiled it yet."""
    ready = _COMPILED.get(content_hash)
    if ready is None:
        row = await store.find_book(tx, book_id)
        assert row is not None, "its id was read in this transaction"
        if len(_COMPILED) >= _MOST_COMPILED:
            _COMPILED.pop(next(iter(_COMPILED)))
        _COMPILED[content_hash] = ready = compiled(row)
    return ready


def effective_from(row: RuleBookRow) -> datetime:
    """Since when, or from when on, decisions are made by the book."""
    lower = row.in_force.lower if row.in_force else None
    return lower or row.published_at or row.created_at
