"""Paths of credentials."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.access.clients import service
from ecosystem_api.access.clients.schemas import (
    ClientCreate,
    ClientKeys,
    ClientRead,
    ClientRef,
    ClientRotate,
    ClientStatus,
    ClientUpdate,
    ClientWithSecret,
    PartnerRef,
)
from ecosystem_api.kernel.ids import encode
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

router = room_router("clients")
Reader = Annotated[Caller, allow("clients:read")]
Writer = Annotated[Caller, allow("clients:write")]
Parts = Annotated[Machinery, Depends(machinery_of)]


@router.post("/v1/clients", status_code=201, response_model=ClientWithSecret)
async def create_client(
    body: ClientCreate, tx: CurrentTx, response: Response, who: Writer, machinery: Parts
) -> ClientWithSecret:
    """Make a machine credential. The answer shows its secret, once."""
    read = await service.create_client(tx, who, body, machinery)
    return created(response, f"/v1/clients/{encode('cli', read.id)}", read)


@router.get("/v1/clients", response_model=Page[ClientRead])
async def list_clients(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    partner_id: Annotated[PartnerRef | None, Query(description="Only credentials of this partner.")] = None,
    status: Annotated[ClientStatus | None, Query(description="Only credentials with this status.")] = None,
) -> Page[ClientRead]:
    """List machine credentials, newest first."""
    return await service.list_clients(tx, paging, partner_id=partner_id, status=status)


@router.get("/v1/clients/{client_id}", response_model=ClientRead)
async def get_client(client_id: ClientRef, tx: CurrentTx, response: Response, who: Reader) -> ClientRead:
    """Read one credential, without its secret."""
    return tagged(response, await service.get_client(tx, client_id))


@router.patch("/v1/clients/{client_id}", response_model=ClientRead)
async def update_client(
    client_id: ClientRef,
    body: ClientUpdate,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    machinery: Parts,
    if_match: IfMatch = None,
) -> ClientRead:
    """Rename a credential or narrow its scopes, by JSON merge patch."""
    return tagged(response, await service.update_client(tx, who, client_id, body, if_match, machinery))


@router.post("/v1/clients/{client_id}/rotate", response_model=ClientWithSecret)
async def rotate_client(
    client_id: ClientRef, body: ClientRotate, tx: CurrentTx, response: Response, who: Writer, machinery: Parts
) -> ClientWithSecret:
    """Give the credential a new secret; the old one stays valid for the overlap, keys do not."""
    return tagged(response, await service.rotate_client(tx, who, client_id, body, machinery))


@router.post("/v1/clients/{client_id}/use-keys", response_model=ClientRead)
async def use_client_keys(
    client_id: ClientRef, body: ClientKeys, tx: CurrentTx, response: Response, who: Writer, machinery: Parts
) -> ClientRead:
    """Have the credential prove itself with its own keys (`private_key_jwt`); its secrets end at once.

    Send all keys again to rotate them; the way back to a secret is to rotate the credential.
    """
    return tagged(response, await service.use_keys(tx, who, client_id, body, machinery))


@router.post("/v1/clients/{client_id}/revoke", response_model=ClientRead)
async def revoke_client(client_id: ClientRef, tx: CurrentTx, response: Response, who: Writer) -> ClientRead:
    """End a credential for good: its secrets and its tokens stop working at once."""
    return tagged(response, await service.revoke_client(tx, who, client_id))
