"""The rule book a vendor starts with: a sound program in plain sentences, to be published as it is or changed.

Where programs differ, the choices are these. A deal at a customer where the vendor's own team was active lately is
rejected, as most programs do, but by a published number of days; leaving it to review would
let the vendor's sellers decide in their own case. A deal outside the partner's territories goes to a person, because
integrators follow their customers across borders and a refusal would lose the deal for all. Too many open registrations
ask for one to be released and keep the new one's place, because a refusal would cost the partner its priority.
"""

from typing import Final

from ecosystem_api.rules.book import Rule, RuleBook
from ecosystem_api.rules.parameters import Parameters

_SUBMIT: Final = "deal_registration.submit"
_EXTEND: Final = "deal_registration.extend"
_LEAD: Final = "lead.pass"
_OPEN: Final = "vendor_opportunity.open"

_IN_TERRITORY: Final = (
    "(!params.territory_enforced || partner.territories.size() == 0 || deal.country in partner.territories)"
)
_TOO_MANY_OPEN: Final = "params.capacity >= 0 && partner.open_registrations >= params.capacity"
_TOO_SMALL: Final = "deal.currency == params.minimum_amount_currency && deal.amount_minor < params.minimum_amount_minor"
_INCOMPARABLE: Final = (
    "params.minimum_amount_minor > 0 && deal.currency != '' && deal.currency != params.minimum_amount_currency"
)
_VENDOR_ENGAGED: Final = (
    "account.vendor_engaged && account.vendor_engaged_days >= 0 "
    "&& account.vendor_engaged_days <= params.vendor_engagement_days"
)

_VENDOR_ABSENT: Final = "(!account.vendor_engaged || account.vendor_engaged_days > params.vendor_engagement_days)"

_STANDING: Final = (
    Rule(
        key="partner_suspended",
        statement="A suspended partner cannot register deals, extend protection or receive leads.",
        on=(_SUBMIT, _EXTEND, _LEAD),
        when="partner.status == 'suspended'",
        outcome="reject",
        reason="partner_suspended",
        remedy="Ask your partner manager what lifts the suspension, then submit again.",
    ),
    Rule(
        key="partner_not_active",
        statement="Only a partner whose membership is active can register deals, extend protection or receive leads.",
        on=(_SUBMIT, _EXTEND, _LEAD),
        when="partner.status != 'active' && partner.status != 'suspended'",
        outcome="reject",
        reason="partner_not_active",
        remedy="Complete your application or renew your agreement, then submit again.",
    ),
)

_CLAIMS: Final = (
    Rule(
        key="protected_claim",
        statement="While another partner's claim on the same customer and product is protected, a new one waits.",
        on=(_SUBMIT, _LEAD),
        when="claims.held_by_other",
        outcome="wait",
        reason="protected_claim",
        remedy="You keep your place by time of submission and are told when the protection ends.",
    ),
    Rule(
        key="duplicate",
        statement="A partner registers the same customer and product once.",
        on=(_SUBMIT,),
        when="claims.held_by_self",
        outcome="reject",
        reason="duplicate",
        remedy="Work with the registration you already have, or release it before you register anew.",
    ),
    Rule(
        key="vendor_engaged",
        statement="A customer with whom our own team has been working, last active within {vendor_engagement_days}, "
        "cannot be registered.",
        on=(_SUBMIT,),
        when=_VENDOR_ENGAGED,
        outcome="reject",
        reason="vendor_engaged",
        remedy="Tell your partner manager if you were there first or the customer asks for you, "
        "or offer to join as an influencing partner.",
    ),
    Rule(
        key="partner_protected",
        statement="Where a partner's claim is protected, our own team does not open an opportunity without a review.",
        on=(_OPEN,),
        when="claims.held_by_other",
        outcome="review",
        reason="partner_protected",
        remedy="Work with the partner who holds the claim, or bring the customer's written choice.",
    ),
)

_SCOPE: Final = (
    Rule(
        key="incomplete",
        statement="A registration is judged when it is complete.",
        on=(_SUBMIT,),
        when="deal.missing.size() > 0",
        outcome="require",
        reason="incomplete",
        remedy="Complete: {deal.missing}.",
    ),
    Rule(
        key="excluded_deal_type",
        statement="Some deal types cannot be registered: {excluded_deal_types}.",
        on=(_SUBMIT,),
        when="deal.type in params.excluded_deal_types",
        outcome="reject",
        reason="excluded_deal_type",
        remedy="Correct the deal type if it is wrong; otherwise sell the deal without registration.",
    ),
    Rule(
        key="minimum_amount",
        statement="A deal below the minimum amount cannot be registered (minimum: {minimum_amount}).",
        on=(_SUBMIT,),
        when=f"deal.missing.size() == 0 && {_TOO_SMALL}",
        outcome="reject",
        reason="below_minimum_amount",
        remedy="Submit again when the expected amount has reached the minimum.",
    ),
    Rule(
        key="amount_not_comparable",
        statement="An amount in another currency than the minimum is compared by a person (minimum: {minimum_amount}).",
        on=(_SUBMIT,),
        when=_INCOMPARABLE,
        outcome="review",
        reason="amount_not_comparable",
        remedy="Nothing to do; giving the amount in the currency of the minimum makes it quicker.",
    ),
    Rule(
        key="capacity",
        statement="The number of registrations a partner may have open is limited (limit: {capacity}).",
        on=(_SUBMIT,),
        when=_TOO_MANY_OPEN,
        outcome="require",
        reason="capacity_reached",
        remedy="Release or close a registration you no longer pursue; this one keeps its place meanwhile.",
    ),
    Rule(
        key="resubmission_limit",
        statement="How often a rejected registration may be submitted again is limited (limit: {resubmission_limit}).",
        on=(_SUBMIT,),
        when="deal.resubmissions > params.resubmission_limit",
        outcome="reject",
        reason="resubmission_limit",
        remedy="Talk to your partner manager about what the last decision said; then register the deal anew.",
    ),
)

_JUDGMENT: Final = (
    Rule(
        key="outside_territory",
        statement="A deal outside the partner's territories is decided by a person.",
        on=(_SUBMIT, _LEAD),
        when=f"deal.country != '' && !{_IN_TERRITORY}",
        outcome="review",
        reason="outside_territory",
        remedy="Say why you are placed to serve this customer, or ask for the country to be added to your agreement.",
    ),
    Rule(
        key="ambiguous_customer",
        statement="Where it is unclear who the customer is, a person decides.",
        on=(_SUBMIT,),
        when="claims.possible_matches > 0",
        outcome="review",
        reason="ambiguous_customer",
        remedy="Add the customer's company number or web domain.",
    ),
    Rule(
        key="existing_customer",
        statement="A deal at an existing customer, or an expansion, is decided by a person.",
        on=(_SUBMIT,),
        when="account.is_customer || deal.type == 'expansion'",
        outcome="review",
        reason="existing_customer",
        remedy="Describe what is new for the customer and what you contribute to it.",
    ),
)

_APPROVALS: Final = (
    Rule(
        key="clear_path",
        statement="A complete registration of new business by an active partner in its territory, with a certain and "
        "new customer and no claim on it, is approved at once, unless another rule stands in the way.",
        on=(_SUBMIT,),
        when="deal.type == 'new_business' && deal.missing.size() == 0 && partner.status == 'active' "
        f"&& {_IN_TERRITORY} && {_VENDOR_ABSENT} && !account.is_customer "
        "&& !claims.held_by_other && !claims.held_by_self && claims.possible_matches == 0",
        outcome="approve",
        reason="clear_path",
    ),
    Rule(
        key="lead_clear",
        statement="A lead may be passed to an active partner in its territory when no claim stands against it.",
        on=(_LEAD,),
        when=f"partner.status == 'active' && {_IN_TERRITORY} && !claims.held_by_other",
        outcome="approve",
        reason="lead_clear",
    ),
    Rule(
        key="vendor_clear",
        statement="Our own team may open an opportunity where no partner's claim is protected.",
        on=(_OPEN,),
        when="!claims.held_by_other",
        outcome="approve",
        reason="vendor_clear",
    ),
)

DEFAULT_BOOK: Final = RuleBook(
    name="Rules of engagement",
    version=1,
    parameters=Parameters(),
    rules=_STANDING + _CLAIMS + _SCOPE + _JUDGMENT + _APPROVALS,
)
"""The book in its first version."""
