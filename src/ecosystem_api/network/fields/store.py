"""Queries of custom fields."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, func, literal_column

from ecosystem_api.network.fields.tables import CustomFieldRow
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered
from ecosystem_api.runtime.locks import lock_name
from ecosystem_api.runtime.reading import members_among, with_absent
from ecosystem_api.runtime.statement import Row, Statement, given, listed


async def find_field(tx: Tx, field_id: UUID, *, is_locked: bool = False) -> CustomFieldRow | None:
    """One field that the caller may see, archived or not."""
    statement = scoped(tx, CustomFieldRow).where(CustomFieldRow.id == field_id)
    row: CustomFieldRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row


def fields(tx: Tx, *, resource: str | None, is_archived: bool | None) -> Select[Any]:
    """Fields that the caller may see, filtered."""
    statement = filtered(tx, CustomFieldRow, resource=resource)
    if is_archived is not None:
        since = CustomFieldRow.archived_at
        statement = statement.where(since.is_not(None) if is_archived else since.is_(None))
    return statement


async def lock_fields(tx: Tx, resource: str) -> int:
    """Let additions to one resource wait for each other; answer how many of its fields are in use."""
    await lock_name(tx, f"custom_fields:{resource}")
    counted = fields(tx, resource=resource, is_archived=False).with_only_columns(func.count())
    return int(await tx.session.scalar(counted) or 0)


_OF_RESOURCE = Statement(
    lambda tx: (
        scoped(tx, CustomFieldRow, *CustomFieldRow.__table__.columns)
        .where(CustomFieldRow.resource == given("resource", Text))
        .order_by(CustomFieldRow.key)
    )
)


async def fields_of(tx: Tx, resource: str) -> Sequence[Row]:
    """All fields of a resource that the caller may see, archived ones too, by key."""
    return await _OF_RESOURCE.rows(tx, resource=resource)


def readable(tx: Tx, resource: str, values: Any) -> Any:
    """The values of a record in the fields in use that its reader may see, as JSON."""
    return members_among(values, _keys(tx, resource).scalar_subquery())


def lacking_keys(tx: Tx, resource: str, values: Any, names: Any, *, where: Any) -> Any:
    """A jsonb list, and behind it `custom_fields.{key}` for each required field that a record has no value in.

    Shape: `where` says of which records values are needed.
    """
    needed = _keys(tx, resource).where(CustomFieldRow.required).scalar_subquery()
    return with_absent(names, values, needed, "custom_fields.", where=where)


def _in_use(tx: Any) -> Select[Any]:
    row = CustomFieldRow
    columns = (row.resource, row.key, row.type, row.choices, row.required, row.partner_access)
    return scoped(tx, row, *columns).where(row.archived_at.is_(None)).order_by(row.resource, row.key.collate("C"))


_IN_USE = Statement(_in_use)
_IN_USE_LOCKED = Statement(lambda tx: _in_use(tx).with_for_update(read=True))


async def list_in_use(tx: Tx, *, is_locked: bool = False) -> Sequence[Row]:
    """The fields in use that the caller may see, of every resource; with the lock none is archived meanwhile."""
    return await (_IN_USE_LOCKED if is_locked else _IN_USE).rows(tx)


def in_use(tx: Any) -> Any:
    """The fields in use, as a JSON list of `resource`, `key` and `required`; in the order of their keys."""
    row = CustomFieldRow
    found = scoped(tx, row, row.resource, row.key, row.required).where(row.archived_at.is_(None))
    return listed(found.order_by(row.resource, row.key.collate("C")))


def _keys(tx: Tx, resource: str) -> Select[Any]:
    row = CustomFieldRow
    keys = scoped(tx, row, func.array_agg(row.key).aggregate_order_by(row.key.collate("C")))
    return keys.where(row.resource == literal_column(f"'{resource}'", Text), row.archived_at.is_(None))
