"""News of routing policies."""

from pydantic import Field

from ecosystem_api.cosell.routing.schemas import RoutingPolicyId
from ecosystem_api.runtime.ledger import Event


class RoutingPolicyDrafted(Event):
    """Somebody began a draft of a routing policy."""

    type = "routing_policy.drafted"
    routing_policy_id: RoutingPolicyId = Field(description="The draft.")


class RoutingPolicyPublished(Event):
    """Leads are routed by another policy from now on."""

    type = "routing_policy.published"
    audience = "everyone"
    routing_policy_id: RoutingPolicyId = Field(description="The policy.")
    number: int = Field(description="Its number.", examples=[2])
    content_hash: str = Field(description="Its fingerprint.", examples=["sha256:" + 64 * "0"])
