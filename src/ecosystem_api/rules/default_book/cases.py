"""Golden cases of the default book: what stays right whatever a vendor sets, so that a rule lost on the way is noticed.

They hold under all parameters; a vendor adds those of its own, which hold under its own. An approval of a registration
is not among them: a capacity of 0 is a parameter too.
"""

from typing import Any, Final

from ecosystem_api.rules.book import GoldenCase

_SUBMIT: Final = "deal_registration.submit"
_AMEND: Final = "deal_registration.amend"
_IDLE: Final = "deal_registration.idle"
_LEAD: Final = "lead.pass"
_OPEN: Final = "vendor_opportunity.open"

# Of a deal without a known type and amount no parameter has anything to say.
_DEAL: Final[dict[str, Any]] = {"type": "", "amount_minor": 0, "currency": "", "missing": ["amount"]}
# Who may sell everywhere is in its territory, whether territories count or not.
_ANYWHERE: Final[dict[str, Any]] = {"territories": []}
_HELD: Final[dict[str, Any]] = {"held_by_other": True}

CASES: Final = (
    GoldenCase("A suspended partner is refused.", _SUBMIT, {"partner": {"status": "suspended"}}, "reject"),
    GoldenCase("Who is not a partner yet is refused.", _SUBMIT, {"partner": {"status": "prospect"}}, "reject"),
    GoldenCase("What another partner holds is waited for.", _SUBMIT, {"claims": _HELD, "deal": _DEAL}, "wait"),
    GoldenCase("A partner does not register twice.", _SUBMIT, {"claims": {"held_by_self": True}}, "reject"),
    GoldenCase("An incomplete registration comes back.", _SUBMIT, {"deal": _DEAL}, "require"),
    GoldenCase("An amendment does not take what another holds.", _AMEND, {"claims": _HELD}, "reject"),
    GoldenCase("A small amendment applies at once.", _AMEND, {}, "approve"),
    GoldenCase("A protection without progress ends.", _IDLE, {}, "reject"),
    GoldenCase("A lead goes to a partner in its territory.", _LEAD, {"partner": _ANYWHERE}, "approve"),
    GoldenCase("A lead does not pass a protected claim.", _LEAD, {"partner": _ANYWHERE, "claims": _HELD}, "wait"),
    GoldenCase("Our own team does not pass a protected claim.", _OPEN, {"claims": _HELD}, "review"),
)
