"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict


class OpportunityBusy(Conflict):
    """Somebody is telling of the same opportunity at this very instant.

    Repeat the request: it then finds the other's.
    """

    code = "opportunity_busy"
    title = "Opportunity told twice at once"
    retryable = True


class OnlyThePartner(Conflict):
    """Whether the vendor has made good is the partner's to say, not the vendor's.

    A manager ends a conflict with `overrule`, and says why.
    """

    code = "only_the_partner"
    title = "Only the partner answers"
