"""Paths of trusted issuers."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.access.issuers import service
from ecosystem_api.access.issuers.schemas import (
    IssuerCheck,
    IssuerCreate,
    IssuerId,
    IssuerRead,
    IssuerStatus,
    IssuerUpdate,
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

router = room_router("issuers")
Reader = Annotated[Caller, allow("issuers:read")]
Writer = Annotated[Caller, allow("issuers:write")]
Parts = Annotated[Machinery, Depends(machinery_of)]


@router.post("/v1/issuers", status_code=201, response_model=IssuerRead)
async def add_issuer(
    body: IssuerCreate, tx: CurrentTx, response: Response, who: Writer, machinery: Parts
) -> IssuerRead:
    """Trust an identity provider to say who somebody is, and say what becomes of those it names."""
    read = await service.add_issuer(tx, who, body, machinery)
    return created(response, f"/v1/issuers/{encode('iss', read.id)}", read)


@router.get("/v1/issuers", response_model=Page[IssuerRead])
async def list_issuers(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    partner_id: Annotated[PartnerRef | None, Query(description="Only providers of this partner's people.")] = None,
    status: Annotated[IssuerStatus | None, Query(description="Only providers with this status.")] = None,
) -> Page[IssuerRead]:
    """List trusted identity providers, newest first."""
    return await service.list_issuers(tx, paging, partner_id=partner_id, status=status)


@router.get("/v1/issuers/{issuer_id}", response_model=IssuerRead)
async def get_issuer(issuer_id: IssuerId, tx: CurrentTx, response: Response, who: Reader) -> IssuerRead:
    """Read one trusted identity provider."""
    return tagged(response, await service.get_issuer(tx, issuer_id))


@router.patch("/v1/issuers/{issuer_id}", response_model=IssuerRead)
async def update_issuer(
    issuer_id: IssuerId,
    body: IssuerUpdate,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    machinery: Parts,
    if_match: IfMatch = None,
) -> IssuerRead:
    """Change the trust by JSON merge patch; `claims` and `rules` are replaced whole. Its people sign in anew."""
    return tagged(response, await service.update_issuer(tx, who, issuer_id, body, if_match, machinery))


@router.post("/v1/issuers/{issuer_id}/deactivate", response_model=IssuerRead)
async def deactivate_issuer(
    issuer_id: IssuerId, tx: CurrentTx, response: Response, who: Writer, machinery: Parts
) -> IssuerRead:
    """End the trust: nobody signs in with this provider, and the tokens of those who did end at once."""
    return tagged(response, await service.set_active(tx, who, issuer_id, machinery, is_active=False))


@router.post("/v1/issuers/{issuer_id}/reactivate", response_model=IssuerRead)
async def reactivate_issuer(
    issuer_id: IssuerId, tx: CurrentTx, response: Response, who: Writer, machinery: Parts
) -> IssuerRead:
    """Trust a deactivated identity provider again."""
    return tagged(response, await service.set_active(tx, who, issuer_id, machinery, is_active=True))


@router.post("/v1/issuers/{issuer_id}/check", response_model=IssuerCheck)
async def check_issuer(issuer_id: IssuerId, tx: CurrentTx, who: Writer, machinery: Parts) -> IssuerCheck:
    """Ask the identity provider for its keys now, and say what came back. Changes nothing."""
    return await service.check_issuer(tx, issuer_id, machinery)
