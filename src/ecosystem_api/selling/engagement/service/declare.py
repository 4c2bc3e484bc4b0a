"""The vendor's own fields as rule books read them: of a draft those of now, of a published book those of then."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.network.fields import service as fields
from ecosystem_api.rules import CompiledBook, CustomFact, book_from_dict, compile_book, with_declared
from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.engagement import store
from ecosystem_api.selling.engagement.service.books import compiled
from ecosystem_api.selling.engagement.tables import RuleBookRow

GROUPS: Final = {"deal_registration": "deal", "partner": "partner", "account": "account"}
"""The group of facts that shows the fields of a resource."""


async def compiled_now(tx: Tx, row: RuleBookRow, *, is_locked: bool = False) -> CompiledBook:
    """A book ready to decide. A draft is held against the fields in use; with the lock none of them is archived before
    this transaction ends.

    Errors: `RuleBookInvalid`.
    """
    if row.status != "draft":
        return compiled(row)
    custom = await _declared(tx, is_locked=is_locked)
    return compile_book(book_from_dict(row.content), fingerprint=row.content_hash, custom=custom)


def content_with(row: RuleBookRow, book: CompiledBook) -> dict[str, Any]:
    """The content of a book with the fields that it names, so that it decides by itself from then on."""
    custom = [one.as_dict() for one in with_declared(book).custom]
    return {**row.content, **({"custom_fields": custom} if custom else {})}


async def books_reading(tx: Tx, field_id: UUID) -> Sequence[str]:
    """The published books, in force now or later, that read a field."""
    _, rows = await _reading(tx, field_id)
    return [encode("rb", row.id) for row in rows]


async def books_telling(tx: Tx, field_id: UUID) -> Sequence[str]:
    """The published books, in force now or later, whose remedies tell partners the value of a field."""
    path, rows = await _reading(tx, field_id)
    return [encode("rb", row.id) for row in rows if path in compiled(row).book.filled_in]


async def fields_shown(tx: Tx) -> Collection[tuple[str, str]]:
    """The fields that the caller may read, as (group, key)."""
    return {(GROUPS[one["resource"]], one["key"]) for one in await fields.list_in_use(tx)}


def concerning(facts: Mapping[str, Any], groups: Collection[str], shown: Collection[tuple[str, str]]) -> dict[str, Any]:
    """Some groups of a snapshot, of custom fields only those shown, also among what an amendment was to change."""
    found: dict[str, Any] = {}
    for group in groups:
        if group in facts:
            values = {name: value for name, value in facts[group].items() if name != "custom"}
            held = facts[group].get("custom", {})
            kept = {key: value for key, value in held.items() if (group, key) in shown}
            found[group] = {**values, "custom": kept} if kept else values
    if "request" in found:
        changed = found["request"].get("fields", [])
        found["request"]["fields"] = [name for name in changed if _is_shown(name, shown)]
    return found


def _is_shown(changed: str, shown: Collection[tuple[str, str]]) -> bool:
    head, _, key = changed.partition(".")
    return head != "custom_fields" or ("deal", key) in shown


async def _reading(tx: Tx, field_id: UUID) -> tuple[str, Sequence[RuleBookRow]]:
    field = await fields.get_field(tx, field_id)
    fact = CustomFact(GROUPS[field.resource], field.key, field.type)
    return fact.path, await store.published_reading(tx, [{"group": fact.group, "key": fact.key}])


async def _declared(tx: Tx, *, is_locked: bool) -> list[CustomFact]:
    rows = await fields.list_in_use(tx, is_locked=is_locked)
    return [
        CustomFact(
            GROUPS[one["resource"]], one["key"], one["type"], tuple(one["choices"]), one["partner_access"] != "none"
        )
        for one in rows
    ]
