"""Refusals of this room."""

from ecosystem_api.kernel.problem import Conflict, Forbidden, InvalidRequest


class ClaimHeld(Conflict):
    """Another registration holds the protected claim on this customer and product; this one waits in the queue.

    Wait: it is judged again when the claim ends. With the customer's written choice, `override`.
    """

    code = "claim_held"
    title = "Claim held by another registration"


class NothingToOverride(Conflict):
    """The customer's choice overrides the claim of another partner, and no other partner holds one here.

    Approve the registration, or judge it by its own reasons.
    """

    code = "nothing_to_override"
    title = "Nothing to override"


class NotEditable(Conflict):
    """After submission a registration is judged as it stands; it can be changed again once it is returned.

    Propose an amendment (`POST /v1/deal-registrations/{deal_id}/amendments`): what is small applies at once. What has
    ended stays as it was; register anew.
    """

    code = "not_editable"
    title = "Registration not editable"


class NotAmendable(Conflict):
    """What is undecided, waits or is protected is amended; anything else is changed directly, or not at all.

    Change a draft, a returned or a rejected registration with PATCH; what has ended stays as it was.
    """

    code = "not_amendable"
    title = "Registration not amendable"


class ExternalIdInUse(Conflict):
    """Another registration of this partner has this id in that system already.

    Find it with `external_system` and `external_id`, and change that one.
    """

    code = "deal_external_id_taken"
    title = "External id taken"


class PartnerNotNamed(InvalidRequest):
    """Whoever registers on the vendor's side says for which partner."""

    code = "partner_not_named"
    title = "Partner not named"


class OtherPartner(Forbidden):
    """A partner registers deals for itself only.

    Leave `partner_id` out.
    """

    code = "other_partner"
    title = "Another partner's deal"


class StageNotReachable(Conflict):
    """The sales stage of a registration moves while it is open; closing has its own actions.

    Use `close-won` or `close-lost` to close it.
    """

    code = "stage_not_reachable"
    title = "Stage not reachable"


class CurrencyDiffers(InvalidRequest):
    """A deal is closed in the currency it was registered in."""

    code = "currency_differs"
    title = "Currency differs"


class ProtectionOver(Conflict):
    """A protection whose end has come cannot be given more time: the next in the queue may have it already.

    Let the partner register again.
    """

    code = "protection_over"
    title = "Protection over"


class CloseDatePast(InvalidRequest):
    """A registration is submitted with a day of closing that is still to come.

    Change `expected_close_on` with PATCH, then submit it.
    """

    code = "close_date_past"
    title = "Close date in the past"


class ClaimChanged(Conflict):
    """The registration claims something else than when it was contested: no earlier place belongs to that.

    Rule that the decision stands; what it claims now is judged when it is submitted.
    """

    code = "claim_changed"
    title = "Claim changed"


class NothingToGrant(Conflict):
    """A registration is granted when it is complete; `missing` says what it lacks.

    Let its partner complete it, then rule.
    """

    code = "nothing_to_grant"
    title = "Registration incomplete"


class HolderNotHeard(Conflict):
    """Another registration has got the claim since; its partner is heard before it loses it.

    Read the case again: its partner is a side of it in a moment.
    """

    code = "holder_not_heard"
    title = "Holder of the claim not heard"
