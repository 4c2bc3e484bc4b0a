"""Paths of personas."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.network.personas import service
from ecosystem_api.network.personas.schemas import PersonaCreate, PersonaRead, PersonaStatus, PersonaUpdate
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, IfMatch, Page, Paging, allow, created, room_router, tagged
from ecosystem_api.runtime.wire import Key

router = room_router("personas")
Reader = Annotated[Caller, allow("personas:read")]
Writer = Annotated[Caller, allow("personas:write")]


@router.post("/v1/personas", status_code=201, response_model=PersonaRead)
async def create_persona(body: PersonaCreate, tx: CurrentTx, response: Response, who: Writer) -> PersonaRead:
    """Add a kind of partner of one's own."""
    read = await service.create_persona(tx, who, body)
    return created(response, f"/v1/personas/{read.key}", read)


@router.get("/v1/personas", response_model=Page[PersonaRead])
async def list_personas(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    status: Annotated[PersonaStatus | None, Query(description="Only personas with this status.")] = None,
) -> Page[PersonaRead]:
    """List the kinds of partner this vendor works with, by key."""
    return await service.list_personas(tx, paging, status=status)


@router.get("/v1/personas/{key}", response_model=PersonaRead)
async def get_persona(key: Key, tx: CurrentTx, response: Response, who: Reader) -> PersonaRead:
    """Read one kind of partner: what it does, whom the vendor looks for, what it may do."""
    return tagged(response, await service.get_persona(tx, key))


@router.patch("/v1/personas/{key}", response_model=PersonaRead)
async def update_persona(
    key: Key, body: PersonaUpdate, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> PersonaRead:
    """Reword a kind of partner or change its rights, by JSON merge patch. Built-in ones too."""
    return tagged(response, await service.update_persona(tx, who, key, body, if_match))


@router.post("/v1/personas/{key}/retire", response_model=PersonaRead)
async def retire_persona(key: Key, tx: CurrentTx, response: Response, who: Writer) -> PersonaRead:
    """Give a persona to no further partner; those who have it keep it. Built-in ones stay."""
    return tagged(response, await service.retire_persona(tx, who, key))
