"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, InvalidRequest


class PolicyNotEditable(Conflict):
    """A published routing policy never changes; what was offered under it can be checked for good.

    Draft another one from it with POST /v1/routing-policies.
    """

    code = "routing_policy_not_editable"
    title = "Routing policy not editable"


class UnknownAnswerCalendar(InvalidRequest):
    """A routing policy counts the business hours of a calendar that there is.

    Add it with POST /v1/calendars, or name one that GET /v1/calendars lists.
    """

    code = "unknown_answer_calendar"
    title = "Unknown calendar"


class NoPolicyInForce(Conflict):
    """Leads are routed by a published policy, and none is in force.

    Draft one with POST /v1/routing-policies and publish it.
    """

    code = "no_routing_policy"
    title = "No routing policy in force"
