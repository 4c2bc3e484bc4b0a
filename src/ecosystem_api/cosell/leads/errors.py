"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, InvalidRequest


class LeadExternalIdTaken(Conflict):
    """Another lead has this id in that system already.

    Find it with `external_system` and `external_id`, or send it in bulk with `if_known`.
    """

    code = "lead_external_id_taken"
    title = "External id taken"


class LeadNotEditable(Conflict):
    """While a partner judges a lead, and once it has become a registration or was closed, what it asks for stays.

    Recall it first; whom to turn to at the customer may be changed at any time.
    """

    code = "lead_not_editable"
    title = "Lead not editable"


class PartnerExcluded(Conflict):
    """The rules of engagement keep this partner from the lead, and nobody passes it there by hand; `reasons` say why.

    Choose another partner; a dry run of `route` lists who comes into question.
    """

    code = "partner_excluded"
    title = "Partner excluded"


class NoSuchPartner(InvalidRequest):
    """A lead is passed to a partner that is active.

    GET /v1/partners lists them with their statuses.
    """

    code = "no_such_partner"
    title = "No such partner"


class OfferOver(Conflict):
    """The time to answer the offer is over, or it was answered, or the vendor took it back; its `status` says which.

    Nothing to do: the lead goes to the next partner.
    """

    code = "lead_offer_over"
    title = "Offer over"
