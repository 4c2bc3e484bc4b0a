"""Paths of offers."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.cosell.leads import service
from ecosystem_api.cosell.leads.schemas import (
    LeadId,
    LeadOfferDecline,
    LeadOfferId,
    LeadOfferRead,
    OfferStatus,
    PartnerRef,
)
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, IfMatch, Page, Paging, allow, room_router, tagged

router = room_router("leads")
Reader = Annotated[Caller, allow("leads:read")]
Worker = Annotated[Caller, allow("leads:work")]
_OFFER = "/v1/lead-offers/{lead_offer_id}"


@router.get("/v1/lead-offers", response_model=Page[LeadOfferRead])
async def list_lead_offers(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    status: Annotated[OfferStatus | None, Query(description="Only offers that stand here.")] = None,
    lead_id: Annotated[LeadId | None, Query(description="Only of this lead.")] = None,
    partner_id: Annotated[PartnerRef | None, Query(description="Only to this partner.")] = None,
) -> Page[LeadOfferRead]:
    """List offers of leads, newest first: staff all of them, a partner those made to it."""
    return await service.list_offers(tx, paging, {"status": status, "lead_id": lead_id, "partner_id": partner_id})


@router.get(_OFFER, response_model=LeadOfferRead)
async def get_lead_offer(lead_offer_id: LeadOfferId, tx: CurrentTx, response: Response, who: Reader) -> LeadOfferRead:
    """Read one offer: what the partner is told of the lead, why it was chosen, and until when it may answer."""
    return tagged(response, await service.get_offer(tx, lead_offer_id))


@router.post(_OFFER + "/accept", response_model=LeadOfferRead)
async def accept_lead_offer(
    lead_offer_id: LeadOfferId, tx: CurrentTx, response: Response, who: Worker, if_match: IfMatch = None
) -> LeadOfferRead:
    """Take the lead. From now on the partner reads it whole, with whom to turn to, and may register it."""
    return tagged(response, await service.accept_offer(tx, who, lead_offer_id, if_match))


@router.post(_OFFER + "/decline", response_model=LeadOfferRead)
async def decline_lead_offer(
    lead_offer_id: LeadOfferId,
    body: LeadOfferDecline,
    tx: CurrentTx,
    response: Response,
    who: Worker,
    if_match: IfMatch = None,
) -> LeadOfferRead:
    """Do not take the lead, with a coded reason. It goes to the next partner at once."""
    return tagged(response, await service.decline_offer(tx, who, lead_offer_id, body, if_match))
