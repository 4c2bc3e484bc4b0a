"""Paths of extension requests."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, IfMatch, Page, Paging, allow, created, room_router, tagged
from ecosystem_api.selling.deals.schemas import DealId, PartnerRef
from ecosystem_api.selling.extensions import service
from ecosystem_api.selling.extensions.schemas import (
    ExtensionApprove,
    ExtensionId,
    ExtensionReject,
    ExtensionRequestCreate,
    ExtensionRequestRead,
    ExtensionStatus,
)

router = room_router("extension requests")
Reader = Annotated[Caller, allow("extension-requests:read")]
Writer = Annotated[Caller, allow("extension-requests:write")]
Decider = Annotated[Caller, allow("extension-requests:decide")]
Status = Annotated[ExtensionStatus | None, Query(description="Only requests that stand here.")]
_OF_DEAL, _ONE = "/v1/deal-registrations/{deal_id}/extension-requests", "/v1/extension-requests/{extension_id}"


@router.post(_OF_DEAL, status_code=201, response_model=ExtensionRequestRead)
async def ask_for_extension(
    deal_id: DealId, body: ExtensionRequestCreate, tx: CurrentTx, response: Response, who: Writer
) -> ExtensionRequestRead:
    """Ask for more time for a protection that runs. The rules of engagement decide at once, or say that a person will.

    Who asks while the protection runs keeps it until that is decided, for as long as the book allows.
    """
    read = await service.ask(tx, who, deal_id, body)
    return created(response, f"/v1/extension-requests/{encode('ext', read.id)}", read)


@router.get(_OF_DEAL, response_model=Page[ExtensionRequestRead])
async def list_extensions_of_deal(
    deal_id: DealId, tx: CurrentTx, who: Reader, paging: Annotated[Paging, Depends()], status: Status = None
) -> Page[ExtensionRequestRead]:
    """List the requests about one registration, newest first."""
    return await service.list_requests(tx, who, paging, deal_id=deal_id, partner_id=None, status=status)


@router.get("/v1/extension-requests", response_model=Page[ExtensionRequestRead])
async def list_extensions(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    status: Status = None,
    partner_id: Annotated[PartnerRef | None, Query(description="Only this partner's.")] = None,
) -> Page[ExtensionRequestRead]:
    """List requests for more time, newest first: staff all of them, a partner its own."""
    return await service.list_requests(tx, who, paging, deal_id=None, partner_id=partner_id, status=status)


@router.get(_ONE, response_model=ExtensionRequestRead)
async def get_extension(
    extension_id: ExtensionId, tx: CurrentTx, response: Response, who: Reader
) -> ExtensionRequestRead:
    """Read one request, and what was decided."""
    return tagged(response, await service.get_request(tx, who, extension_id))


@router.post(_ONE + "/approve", response_model=ExtensionRequestRead)
async def approve_extension(
    extension_id: ExtensionId,
    body: ExtensionApprove,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    if_match: IfMatch = None,
) -> ExtensionRequestRead:
    """Grant more time, as much as was asked for or another number of days."""
    return tagged(response, await service.approve(tx, who, extension_id, body, if_match))


@router.post(_ONE + "/reject", response_model=ExtensionRequestRead)
async def reject_extension(
    extension_id: ExtensionId,
    body: ExtensionReject,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    if_match: IfMatch = None,
) -> ExtensionRequestRead:
    """Refuse more time, with a coded reason and what the partner can do about it."""
    return tagged(response, await service.reject(tx, who, extension_id, body, if_match))


@router.post(_ONE + "/withdraw", response_model=ExtensionRequestRead)
async def withdraw_extension(
    extension_id: ExtensionId, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> ExtensionRequestRead:
    """Take an undecided request back."""
    return tagged(response, await service.withdraw(tx, who, extension_id, if_match))
