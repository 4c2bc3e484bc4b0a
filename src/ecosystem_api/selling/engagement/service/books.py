"""The book in force: which, what it says, and ready to decide."""

import json
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy.dialects.postgresql import Range

from ecosystem_api.kernel.canonical import canonical_json
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.rules import (
    DEFAULT_BOOK,
    CompiledBook,
    RuleBook,
    as_html,
    as_markdown,
    book_from_dict,
    book_hash,
    book_to_dict,
    compile_book,
)
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import record
from ecosystem_api.selling.engagement import store
from ecosystem_api.selling.engagement.events import RuleBookPublished
from ecosystem_api.selling.engagement.schemas import RuleBookRead, RuleRead
from ecosystem_api.selling.engagement.tables import RuleBookRow


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
        rule_book_id=row.id, number=1, content_hash=row.content_hash, effective_from=tx.now.isoformat()
    )
    await record(tx, who, event, subject_id=encode("rb", row.id))


async def book_in_force(tx: Tx, at: datetime | None = None) -> RuleBookRow:
    """The book that decides at an instant, now by default. Errors: `NotFound` when none was in force then."""
    row = await store.find_book_in_force(tx, at or tx.now)
    if row is None:
        raise NotFound("No rule book was in force at that instant.")
    return row


async def read_book(tx: Tx, at: datetime | None) -> RuleBookRead:
    """The book in force at an instant, as published."""
    row = await book_in_force(tx, at)
    return RuleBookRead(
        id=row.id,
        name=row.content["name"],
        number=row.number,
        content_hash=row.content_hash,
        effective_from=_effective_from(row),
        effective_until=row.in_force.upper if row.in_force else None,
        default_outcome=row.content["default_outcome"],
        rules=[RuleRead.model_validate(rule) for rule in row.content["rules"]],
        parameters=row.content["parameters"],
    )


async def render_book(tx: Tx, at: datetime | None, media_type: str) -> str:
    """The book as text/markdown or text/html, from the same data."""
    row = await book_in_force(tx, at)
    book, day = compiled(row).book, _effective_from(row).date()
    return as_html(book, effective_from=day) if media_type == "text/html" else as_markdown(book, effective_from=day)


def compiled(row: RuleBookRow) -> CompiledBook:
    """A published book, ready to decide; compiled once per process and content."""
    return _compiled(row.content_hash, canonical_json(row.content))


@lru_cache(maxsize=256)
def _compiled(content_hash: str, content: bytes) -> CompiledBook:
    return compile_book(_book(content))


def _book(content: bytes) -> RuleBook:
    data: dict[str, Any] = json.loads(content)
    return book_from_dict(data)


def _effective_from(row: RuleBookRow) -> datetime:
    lower = row.in_force.lower if row.in_force else None
    return lower or row.published_at or row.created_at
