"""Rules on what follows an approval: more time, other content, and no progress."""

from typing import Final

from ecosystem_api.rules.book import Rule

_EXTEND: Final = "deal_registration.extend"
_AMEND: Final = "deal_registration.amend"
_IDLE: Final = "deal_registration.idle"

EXTENSIONS: Final = (
    Rule(
        key="extension_limit",
        statement="How often a protection may be extended is limited (limit: {extension_limit}).",
        on=(_EXTEND,),
        when="params.extension_limit >= 0 && protection.extensions >= params.extension_limit",
        outcome="reject",
        reason="extension_limit",
        remedy="Close the deal while it is protected, or register it anew afterwards.",
    ),
    Rule(
        key="extension_too_long",
        statement="How much longer a protection may become is limited (in all: {extension_days}).",
        on=(_EXTEND,),
        when="params.extension_days >= 0 && protection.extended_days + request.days > params.extension_days",
        outcome="reject",
        reason="extension_too_long",
        remedy="Ask for fewer days; until now it was extended by {protection.extended_days} of {extension_days}.",
    ),
    Rule(
        key="extension_too_early",
        statement="An extension is asked for towards the end of a protection (within: {extension_window_days}).",
        on=(_EXTEND,),
        when="params.extension_window_days >= 0 && protection.days_left > params.extension_window_days",
        outcome="reject",
        reason="extension_too_early",
        remedy="Ask again when no more than {extension_window_days} are left.",
    ),
    Rule(
        key="extension_evidence",
        statement="A request for an extension shows evidence of a certain kind, where one is asked for: "
        "{extension_evidence}.",
        on=(_EXTEND,),
        when="params.extension_evidence.size() > 0 "
        "&& !params.extension_evidence.exists(kind, kind in request.evidence)",
        outcome="require",
        reason="evidence_missing",
        remedy="Ask again with evidence of one of these kinds: {extension_evidence}.",
    ),
    Rule(
        key="extension_clear",
        statement="An extension within the limits is granted at once where the sale is qualified.",
        on=(_EXTEND,),
        when="partner.status == 'active' && progress.stage != 'prospect'",
        outcome="approve",
        reason="extension_clear",
    ),
)

CHANGES: Final = (
    Rule(
        key="amendment_held",
        statement="A protected registration is not amended to claim what another one holds.",
        on=(_AMEND,),
        when="protection.days_left >= 0 && (claims.held_by_other || claims.held_by_self)",
        outcome="reject",
        reason="protected_claim",
        remedy="Register what you want to add by itself: then it has a place in the queue.",
    ),
    Rule(
        key="amendment_material",
        statement="A material amendment is decided by a person, and the registration is judged again. "
        "Material: {material_fields}; an amount by more than {material_amount_percent}.",
        on=(_AMEND,),
        when="request.is_material",
        outcome="review",
        reason="amendment_material",
        remedy="Nothing to do; until it is decided the registration stands as it is.",
    ),
    Rule(
        key="amendment_minor",
        statement="An amendment that is not material applies at once.",
        on=(_AMEND,),
        when="partner.status == 'active' && !request.is_material",
        outcome="approve",
        reason="amendment_minor",
    ),
    Rule(
        key="idle",
        statement="A protection with which nothing happens for too long is released (in general: {idle_days}).",
        on=(_IDLE,),
        when="progress.idle_days > 0",
        outcome="reject",
        reason="no_progress",
        remedy="Register the deal again once it moves.",
    ),
)
