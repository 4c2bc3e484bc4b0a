"""Rules on registering a deal, passing a lead, and opening an opportunity."""

from typing import Final

from ecosystem_api.rules.book import Rule

_SUBMIT: Final = "deal_registration.submit"
_EXTEND: Final = "deal_registration.extend"
_AMEND: Final = "deal_registration.amend"
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

STANDING: Final = (
    Rule(
        key="partner_suspended",
        statement="A suspended partner cannot register or amend deals, extend protection or receive leads.",
        on=(_SUBMIT, _EXTEND, _AMEND, _LEAD),
        when="partner.status == 'suspended'",
        outcome="reject",
        reason="partner_suspended",
        remedy="Ask your partner manager what lifts the suspension, then submit again.",
    ),
    Rule(
        key="partner_not_active",
        statement="Only a partner whose membership is active can register or amend deals, extend protection or receive "
        "leads.",
        on=(_SUBMIT, _EXTEND, _AMEND, _LEAD),
        when="partner.status != 'active' && partner.status != 'suspended'",
        outcome="reject",
        reason="partner_not_active",
        remedy="Complete your application or renew your agreement, then submit again.",
    ),
)

CLAIMS: Final = (
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

SCOPE: Final = (
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
        key="certification_missing",
        statement="Some certifications are needed to register deals: {required_certifications}.",
        on=(_SUBMIT,),
        when="!params.required_certifications.all(code, code in partner.certifications)",
        outcome="require",
        reason="certification_missing",
        remedy="Have people certified in each of: {required_certifications}; this one keeps its place meanwhile.",
    ),
    Rule(
        key="not_qualified",
        statement="Work on a deal is noted before it is registered, where that is asked for: {qualified_activities}.",
        on=(_SUBMIT,),
        when="params.qualified_activities.size() > 0 "
        "&& !params.qualified_activities.exists(kind, kind in progress.activities)",
        outcome="require",
        reason="not_qualified",
        remedy="Note an activity of one of these kinds, then submit again: {qualified_activities}.",
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

JUDGMENT: Final = (
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

APPROVALS: Final = (
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
