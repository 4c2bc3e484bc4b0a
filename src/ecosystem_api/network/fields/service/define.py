"""Define fields: add them, reword them, put them out of use and back into it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, IllegalMove, InvalidRequest, NotFound
from ecosystem_api.network.fields import store
from ecosystem_api.network.fields.domain import MOST_FIELDS, CustomField, alike, definition_faults
from ecosystem_api.network.fields.errors import (
    CustomFieldInUse,
    CustomFieldKeyTaken,
    CustomFieldTold,
    TooManyCustomFields,
)
from ecosystem_api.network.fields.events import (
    CustomFieldArchived,
    CustomFieldCreated,
    CustomFieldNews,
    CustomFieldRestored,
    CustomFieldUpdated,
)
from ecosystem_api.network.fields.schemas import CustomFieldCreate, CustomFieldRead, CustomFieldUpdate
from ecosystem_api.network.fields.tables import CustomFieldRow
from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import Page, Paging, expect_version, page_of
from ecosystem_api.runtime.ledger import record

_CLEARABLE = {"description", "minimum", "maximum", "max_length"}
_REQUIRED = CustomFieldUpdate.model_fields.keys() - _CLEARABLE


async def create_field(tx: Tx, who: Caller, body: CustomFieldCreate) -> CustomFieldRead:
    """Add a field to a resource. Errors: `CustomFieldKeyTaken`, `TooManyCustomFields`, `InvalidRequest`."""
    _judge(body.resource, body.model_dump())
    await _make_room(tx, body.resource)
    await _refuse_alike(tx, body.resource, body.key)
    row = CustomFieldRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        **body.model_dump(),
    )
    try:
        await tx.insert(row)
    except IntegrityError as error:
        if (constraint_name(error) or "").startswith("uq_custom_fields"):
            detail = "Use another key, or restore the archived field that has it."
            raise CustomFieldKeyTaken(errors=[FieldError("/key", "custom_field_key_taken", detail)]) from None
        raise
    await _tell(tx, who, row, CustomFieldCreated, holds=row.type)
    return _read(row)


async def get_field(tx: Tx, field_id: UUID) -> CustomFieldRead:
    """One field that the caller may see, archived or not. Errors: `NotFound`."""
    return _read(await _get(tx, field_id))


async def list_fields(
    tx: Tx, paging: Paging, *, resource: str | None, is_archived: bool | None
) -> Page[CustomFieldRead]:
    """Fields that the caller may see, by resource and key."""
    statement = store.fields(tx, resource=resource, is_archived=is_archived)
    keys = [(CustomFieldRow.resource, False), (CustomFieldRow.key, False)]
    return await page_of(tx, statement, paging, keys, _read)


async def update_field(
    tx: Tx, who: Caller, catalog: Catalog, field_id: UUID, body: CustomFieldUpdate, if_match: str | None
) -> CustomFieldRead:
    """Change what a field is called, takes, or who may read and write it. Records keep what they hold.

    Edges: what a published book tells partners is not hidden from them: the book would go on telling it.
    Errors: `NotFound`, `IllegalMove` for an archived one, `PreconditionFailed`, `InvalidRequest`, `CustomFieldTold`.
    """
    row = await _get(tx, field_id, is_locked=True)
    if row.archived_at is not None:
        raise IllegalMove("The field is archived.", allowed_actions=["restore"])
    expect_version(if_match, row.version)
    before = field_of(vars(row))
    changed = apply_changes(row, body.model_dump(exclude_unset=True), required=_REQUIRED, now=tx.now)
    if changed:
        _judge(row.resource, vars(row), before)
        is_hidden = before.partner_access != "none" and row.partner_access == "none"
        if is_hidden and (needed_by := await _needed_by(tx, catalog, row.id, "told")):
            raise CustomFieldTold(needed_by=needed_by)
        await tx.flush()
        await _tell(tx, who, row, CustomFieldUpdated, changed=changed)
    return _read(row)


async def archive_field(tx: Tx, who: Caller, catalog: Catalog, field_id: UUID, if_match: str | None) -> CustomFieldRead:
    """Put a field out of use: records neither show nor take it, and keep what they hold.

    Errors: `NotFound`, `IllegalMove` for an archived one, `PreconditionFailed`, `CustomFieldInUse`.
    """
    row = await _get(tx, field_id, is_locked=True)
    if row.archived_at is not None:
        raise IllegalMove("The field is archived already.", allowed_actions=["restore"])
    expect_version(if_match, row.version)
    if needed_by := await _needed_by(tx, catalog, row.id, "use"):
        raise CustomFieldInUse(needed_by=needed_by)
    row.archived_at = tx.now
    touch(row, tx.now)
    await tx.flush()
    await _tell(tx, who, row, CustomFieldArchived)
    return _read(row)


async def restore_field(tx: Tx, who: Caller, field_id: UUID, if_match: str | None) -> CustomFieldRead:
    """Put a field back into use, with what records hold in it.

    Errors: `NotFound`, `IllegalMove` for one that is in use, `PreconditionFailed`, `TooManyCustomFields`.
    """
    row = await _get(tx, field_id, is_locked=True)
    if row.archived_at is None:
        raise IllegalMove("The field is in use.", allowed_actions=["archive"])
    expect_version(if_match, row.version)
    await _make_room(tx, row.resource)
    row.archived_at = None
    touch(row, tx.now)
    await tx.flush()
    await _tell(tx, who, row, CustomFieldRestored)
    return _read(row)


def field_of(row: Mapping[str, Any]) -> CustomField:
    """A field as its values are judged by it."""
    return CustomField(
        key=row["key"],
        type=row["type"],
        choices=tuple(row["choices"]),
        minimum=row["minimum"],
        maximum=row["maximum"],
        max_length=row["max_length"],
        is_required=row["required"],
        partner_access=row["partner_access"],
        is_archived=row.get("archived_at") is not None,
    )


async def _needed_by(tx: Tx, catalog: Catalog, field_id: UUID, needs: str) -> list[str]:
    table = CustomFieldRow.__tablename__
    holds = [hold for area in catalog.areas for hold in area.holds if (hold.of, hold.needs) == (table, needs)]
    return [one for hold in holds for one in await hold.needed_by(tx, field_id)]


def _judge(resource: str, told: Mapping[str, Any], before: CustomField | None = None) -> None:
    faults = list(definition_faults(field_of(told), resource, before))
    if faults:
        raise InvalidRequest(errors=[FieldError(f"/{name}", code, detail) for name, code, detail in faults])


async def _make_room(tx: Tx, resource: str) -> None:
    if await store.lock_fields(tx, resource) >= MOST_FIELDS:
        raise TooManyCustomFields(f"At most {MOST_FIELDS} fields of {resource} are in use at a time.")


async def _refuse_alike(tx: Tx, resource: str, key: str) -> None:
    """Two keys that differ in underscores alone would be taken for each other."""
    others = [row["key"] for row in await store.fields_of(tx, resource)]
    if found := [other for other in others if other != key and alike(other) == alike(key)]:
        detail = f"It is too much like {found[0]}; use another key."
        raise CustomFieldKeyTaken(errors=[FieldError("/key", "custom_field_key_taken", detail)])


async def _get(tx: Tx, field_id: UUID, *, is_locked: bool = False) -> CustomFieldRow:
    row = await store.find_field(tx, field_id, is_locked=is_locked)
    if row is None:
        raise NotFound()
    return row


def _read(row: CustomFieldRow) -> CustomFieldRead:
    actions = ["update", "archive"] if row.archived_at is None else ["restore"]
    plain = {name: getattr(row, name) for name in CustomFieldRead.model_fields if name != "allowed_actions"}
    return CustomFieldRead.model_validate(plain | {"allowed_actions": actions})


async def _tell(tx: Tx, who: Caller, row: CustomFieldRow, news: type[CustomFieldNews], **more: Any) -> None:
    event = news.model_validate({"custom_field_id": row.id, "resource": row.resource, "key": row.key, **more})
    await record(tx, who, event, subject_id=encode("fld", row.id))
