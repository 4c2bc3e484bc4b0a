"""Paths of routing policies."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.cosell.routing import service
from ecosystem_api.cosell.routing.schemas import (
    PolicyStatus,
    RoutingPolicyCreate,
    RoutingPolicyId,
    RoutingPolicyRead,
    RoutingPolicyUpdate,
)
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, IfMatch, Page, Paging, allow, created, room_router, tagged
from ecosystem_api.runtime.wire import Instant

router = room_router("routing policies")
Reader = Annotated[Caller, allow("routing-policies:read")]
Writer = Annotated[Caller, allow("routing-policies:write")]
Publisher = Annotated[Caller, allow("routing-policies:publish")]
_POLICY = "/v1/routing-policies/{routing_policy_id}"


@router.get("/v1/routing-policy", response_model=RoutingPolicyRead)
async def get_routing_policy_in_force(
    tx: CurrentTx,
    who: Annotated[Caller, allow("routing:read")],
    as_of: Annotated[Instant | None, Query(description="The policy of that instant; now by default.")] = None,
) -> RoutingPolicyRead:
    """Read the policy by which leads are passed to partners, as it is published to all of them."""
    return await service.policy_in_force(tx, as_of)


@router.post("/v1/routing-policies", status_code=201, response_model=RoutingPolicyRead)
async def create_routing_policy(
    body: RoutingPolicyCreate, tx: CurrentTx, response: Response, who: Writer
) -> RoutingPolicyRead:
    """Draft a routing policy. What is left out is as the service proposes it."""
    read = await service.create_policy(tx, who, body)
    return created(response, f"/v1/routing-policies/{encode('rpol', read.id)}", read)


@router.get("/v1/routing-policies", response_model=Page[RoutingPolicyRead])
async def list_routing_policies(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    status: Annotated[PolicyStatus | None, Query(description="Only policies in this state.")] = None,
) -> Page[RoutingPolicyRead]:
    """List routing policies in any state, newest first."""
    return await service.list_policies(tx, paging, status)


@router.get(_POLICY, response_model=RoutingPolicyRead)
async def get_routing_policy(
    routing_policy_id: RoutingPolicyId, tx: CurrentTx, response: Response, who: Reader
) -> RoutingPolicyRead:
    """Read one routing policy in any state."""
    return tagged(response, await service.get_policy(tx, routing_policy_id))


@router.patch(_POLICY, response_model=RoutingPolicyRead)
async def update_routing_policy(
    routing_policy_id: RoutingPolicyId,
    body: RoutingPolicyUpdate,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    if_match: IfMatch = None,
) -> RoutingPolicyRead:
    """Change a draft by JSON merge patch."""
    return tagged(response, await service.update_policy(tx, routing_policy_id, body, if_match))


@router.post(_POLICY + "/publish", response_model=RoutingPolicyRead)
async def publish_routing_policy(
    routing_policy_id: RoutingPolicyId, tx: CurrentTx, response: Response, who: Publisher, if_match: IfMatch = None
) -> RoutingPolicyRead:
    """Route leads by a draft from now on. Partners are told; the policy before it ends at this instant."""
    return tagged(response, await service.publish_policy(tx, who, routing_policy_id, if_match))
