"""Paths of recorded rankings."""

from typing import Annotated

from fastapi import Depends

from ecosystem_api.cosell.leads import service
from ecosystem_api.cosell.leads.schemas import LeadId, LeadRoutingId, LeadRoutingRead, RoutingVerificationRead
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, Page, Paging, allow, room_router

router = room_router("leads")
Explainer = Annotated[Caller, allow("leads:explain")]


@router.get("/v1/leads/{lead_id}/routings", response_model=Page[LeadRoutingRead])
async def list_lead_routings(
    lead_id: LeadId, tx: CurrentTx, who: Explainer, paging: Annotated[Paging, Depends()]
) -> Page[LeadRoutingRead]:
    """List the rankings by which a lead was routed, newest first: one for each partner that was asked."""
    return await service.list_routings(tx, lead_id, paging)


@router.get("/v1/lead-routings/{lead_routing_id}", response_model=LeadRoutingRead)
async def get_lead_routing(lead_routing_id: LeadRoutingId, tx: CurrentTx, who: Explainer) -> LeadRoutingRead:
    """Read a recorded ranking."""
    return await service.get_routing(tx, lead_routing_id)


@router.post("/v1/lead-routings/{lead_routing_id}/verify", response_model=RoutingVerificationRead)
async def verify_lead_routing(lead_routing_id: LeadRoutingId, tx: CurrentTx, who: Explainer) -> RoutingVerificationRead:
    """Judge and rank a recorded snapshot again, by the policy and the rule book of then. Changes nothing."""
    return await service.verify_routing(tx, lead_routing_id)
