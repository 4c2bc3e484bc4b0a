"""Paths of contacts."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.kernel.ids import encode
from ecosystem_api.network.contacts import service
from ecosystem_api.network.contacts.schemas import ContactCreate, ContactId, ContactRead, ContactRole, ContactUpdate
from ecosystem_api.network.partners.schemas import PartnerId
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, IfMatch, Page, Paging, allow, created, room_router, tagged

router = room_router("contacts")
Reader = Annotated[Caller, allow("contacts:read")]
Writer = Annotated[Caller, allow("contacts:write")]


@router.post("/v1/partners/{partner_id}/contacts", status_code=201, response_model=ContactRead)
async def add_contact(
    partner_id: PartnerId, body: ContactCreate, tx: CurrentTx, response: Response, who: Writer
) -> ContactRead:
    """Add a person to a partner. A new first contact takes the place of the one before."""
    read = await service.add_contact(tx, who, partner_id, body)
    return created(response, f"/v1/contacts/{encode('con', read.id)}", read)


@router.get("/v1/partners/{partner_id}/contacts", response_model=Page[ContactRead])
async def list_contacts(
    partner_id: PartnerId,
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    role: Annotated[ContactRole | None, Query(description="Only people to turn to for this.")] = None,
) -> Page[ContactRead]:
    """List the people of a partner, newest first."""
    return await service.list_contacts(tx, partner_id, role, paging)


@router.get("/v1/contacts/{contact_id}", response_model=ContactRead)
async def get_contact(contact_id: ContactId, tx: CurrentTx, response: Response, who: Reader) -> ContactRead:
    """Read one person."""
    return tagged(response, await service.get_contact(tx, contact_id))


@router.patch("/v1/contacts/{contact_id}", response_model=ContactRead)
async def update_contact(
    contact_id: ContactId,
    body: ContactUpdate,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    if_match: IfMatch = None,
) -> ContactRead:
    """Change what is known of a person, by JSON merge patch."""
    return tagged(response, await service.update_contact(tx, who, contact_id, body, if_match))


@router.delete("/v1/contacts/{contact_id}", status_code=204)
async def delete_contact(contact_id: ContactId, tx: CurrentTx, who: Writer) -> None:
    """Erase a person for good; the event that tells of it holds nothing but ids."""
    await service.delete_contact(tx, who, contact_id)
