"""Paths of custom fields."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.kernel.ids import encode
from ecosystem_api.network.fields import service
from ecosystem_api.network.fields.domain import Resource
from ecosystem_api.network.fields.schemas import CustomFieldCreate, CustomFieldId, CustomFieldRead, CustomFieldUpdate
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import (
    CurrentTx,
    IfMatch,
    Page,
    Paging,
    allow,
    created,
    machinery_of,
    room_router,
    tagged,
)
from ecosystem_api.runtime.machinery import Machinery

router = room_router("fields")
Reader = Annotated[Caller, allow("custom-fields:read")]
Writer = Annotated[Caller, allow("custom-fields:write")]


@router.post("/v1/custom-fields", status_code=201, response_model=CustomFieldRead)
async def create_custom_field(
    body: CustomFieldCreate, tx: CurrentTx, response: Response, who: Writer
) -> CustomFieldRead:
    """Add a field of one's own to deal registrations, partners or accounts.

    Records take values of it at once, in `custom_fields`, and rules read it: `deal.custom.seats > 50`. At most 100
    fields of one resource are in use at a time.
    """
    read = await service.create_field(tx, who, body)
    return created(response, f"/v1/custom-fields/{encode('fld', read.id)}", read)


@router.get("/v1/custom-fields", response_model=Page[CustomFieldRead])
async def list_custom_fields(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    resource: Annotated[Resource | None, Query(description="Only fields of this resource.")] = None,
    archived: Annotated[
        bool | None, Query(description="Only fields that are archived, or only those that are in use.")
    ] = None,
) -> Page[CustomFieldRead]:
    """List the vendor's own fields, by resource and key. A partner finds those that it may read."""
    return await service.list_fields(tx, paging, resource=resource, is_archived=archived)


@router.get("/v1/custom-fields/{custom_field_id}", response_model=CustomFieldRead)
async def get_custom_field(
    custom_field_id: CustomFieldId, tx: CurrentTx, response: Response, who: Reader
) -> CustomFieldRead:
    """Read one field: what it is called, what it takes, and who may write it."""
    return tagged(response, await service.get_field(tx, custom_field_id))


@router.patch("/v1/custom-fields/{custom_field_id}", response_model=CustomFieldRead)
async def update_custom_field(
    custom_field_id: CustomFieldId,
    body: CustomFieldUpdate,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    machinery: Annotated[Machinery, Depends(machinery_of)],
    if_match: IfMatch = None,
) -> CustomFieldRead:
    """Change a field by JSON merge patch. Its key and type never change; choices are only added.

    While the remedies of a published rule book fill in its value, now or later, it is not hidden from partners.
    """
    changed = await service.update_field(tx, who, machinery.catalog, custom_field_id, body, if_match)
    return tagged(response, changed)


@router.post("/v1/custom-fields/{custom_field_id}/archive", response_model=CustomFieldRead)
async def archive_custom_field(
    custom_field_id: CustomFieldId,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    machinery: Annotated[Machinery, Depends(machinery_of)],
    if_match: IfMatch = None,
) -> CustomFieldRead:
    """Put a field out of use: records neither show nor take it. What they hold stays, for when it is restored.

    While a published rule book reads it, in force now or later, it stays in use. What was decided by it stays decided,
    and verifies.
    """
    return tagged(response, await service.archive_field(tx, who, machinery.catalog, custom_field_id, if_match))


@router.post("/v1/custom-fields/{custom_field_id}/restore", response_model=CustomFieldRead)
async def restore_custom_field(
    custom_field_id: CustomFieldId, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> CustomFieldRead:
    """Put an archived field back into use, with what records held in it."""
    return tagged(response, await service.restore_field(tx, who, custom_field_id, if_match))
