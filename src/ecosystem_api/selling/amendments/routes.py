"""Paths of amendments."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, IfMatch, Page, Paging, allow, created, room_router, tagged
from ecosystem_api.selling.amendments import service
from ecosystem_api.selling.amendments.schemas import (
    AmendmentAccept,
    AmendmentCreate,
    AmendmentId,
    AmendmentRead,
    AmendmentRefuse,
    AmendmentStatus,
)
from ecosystem_api.selling.deals.schemas import DealId, PartnerRef

router = room_router("amendments")
Reader = Annotated[Caller, allow("amendments:read")]
Writer = Annotated[Caller, allow("amendments:write")]
Decider = Annotated[Caller, allow("amendments:decide")]
Status = Annotated[AmendmentStatus | None, Query(description="Only amendments that stand here.")]
_OF_DEAL, _ONE = "/v1/deal-registrations/{deal_id}/amendments", "/v1/amendments/{amendment_id}"


@router.post(_OF_DEAL, status_code=201, response_model=AmendmentRead)
async def propose_amendment(
    deal_id: DealId,
    body: AmendmentCreate,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    if_match: IfMatch = None,
) -> AmendmentRead:
    """Propose to change a registration that was submitted. `If-Match` is of the registration.

    The rules of engagement decide at once, or say that a person will; a material change has it judged again.
    """
    read = await service.propose(tx, who, deal_id, body, if_match)
    return created(response, f"/v1/amendments/{encode('amd', read.id)}", read)


@router.get(_OF_DEAL, response_model=Page[AmendmentRead])
async def list_amendments_of_deal(
    deal_id: DealId, tx: CurrentTx, who: Reader, paging: Annotated[Paging, Depends()], status: Status = None
) -> Page[AmendmentRead]:
    """List the amendments of one registration, newest first."""
    return await service.list_amendments(tx, who, paging, deal_id=deal_id, partner_id=None, status=status)


@router.get("/v1/amendments", response_model=Page[AmendmentRead])
async def list_amendments(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    status: Status = None,
    partner_id: Annotated[PartnerRef | None, Query(description="Only this partner's.")] = None,
) -> Page[AmendmentRead]:
    """List amendments, newest first: staff all of them, a partner its own."""
    return await service.list_amendments(tx, who, paging, deal_id=None, partner_id=partner_id, status=status)


@router.get(_ONE, response_model=AmendmentRead)
async def get_amendment(amendment_id: AmendmentId, tx: CurrentTx, response: Response, who: Reader) -> AmendmentRead:
    """Read one amendment, and what was decided."""
    return tagged(response, await service.get_amendment(tx, who, amendment_id))


@router.post(_ONE + "/accept", response_model=AmendmentRead)
async def accept_amendment(
    amendment_id: AmendmentId,
    body: AmendmentAccept,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    if_match: IfMatch = None,
) -> AmendmentRead:
    """Make the registration what was proposed."""
    return tagged(response, await service.accept(tx, who, amendment_id, body, if_match))


@router.post(_ONE + "/refuse", response_model=AmendmentRead)
async def refuse_amendment(
    amendment_id: AmendmentId,
    body: AmendmentRefuse,
    tx: CurrentTx,
    response: Response,
    who: Decider,
    if_match: IfMatch = None,
) -> AmendmentRead:
    """Leave the registration as it is, with a coded reason and what the partner can do about it."""
    return tagged(response, await service.refuse(tx, who, amendment_id, body, if_match))


@router.post(_ONE + "/withdraw", response_model=AmendmentRead)
async def withdraw_amendment(
    amendment_id: AmendmentId, tx: CurrentTx, response: Response, who: Writer, if_match: IfMatch = None
) -> AmendmentRead:
    """Take an undecided amendment back."""
    return tagged(response, await service.withdraw(tx, who, amendment_id, if_match))
