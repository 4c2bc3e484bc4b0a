"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict


class PolicyNotEditable(Conflict):
    """A published routing policy never changes; what was offered under it can be checked for good.

    Draft another one from it with POST /v1/routing-policies.
    """

    code = "routing_policy_not_editable"
    title = "Routing policy not editable"


class NoPolicyInForce(Conflict):
    """Leads are routed by a published policy, and none is in force.

    Draft one with POST /v1/routing-policies and publish it.
    """

    code = "no_routing_policy"
    title = "No routing policy in force"
