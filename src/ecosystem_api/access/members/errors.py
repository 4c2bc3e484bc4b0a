"""Refusals of this room, and of the credentials that follow the same law."""

from typing import Any, Literal

from ecosystem_api.kernel.oauth import OAuthProblem
from ecosystem_api.kernel.problem import Conflict, Forbidden, InvalidRequest


class EmailTaken(Conflict):
    """Another member of this vendor has this e-mail address.

    Use another value, or the resource that has this one.
    """

    code = "email_taken"
    title = "E-mail address taken"


class RoleNotGrantable(Forbidden):
    """A caller can only grant roles within its own reach: a partner's admin grants partner roles of its own partner."""

    code = "role_not_grantable"
    title = "Role not grantable"


class PartnerUnknown(InvalidRequest):
    """No partner of this id exists at this vendor."""

    code = "partner_unknown"
    title = "Partner unknown"


class RoleAndPartnerDisagree(InvalidRequest):
    """A partner role needs a partner, and every other role must not have one."""

    code = "role_and_partner_disagree"
    title = "Role and partner disagree"


Reason = Literal[
    "deactivated",
    "identity_taken",
    "not_provisioned",
    "member_limit",
    "email_missing",
    "email_unverified",
    "email_domain",
    "no_role",
    "partner_unknown",
]
_SENTENCES: dict[Reason, str] = {
    "deactivated": "This person was deactivated here.",
    "identity_taken": "The e-mail address belongs to a member of another identity; an admin can unlink that member.",
    "not_provisioned": "Nobody has added this person, and the issuer may not bring new members.",
    "member_limit": "The issuer has brought as many members as it may.",
    "email_missing": "The token has no usable e-mail address, which a person's first sign-in needs.",
    "email_unverified": "The identity provider does not say that the e-mail address is verified.",
    "email_domain": "The e-mail address is of a domain that the issuer may not bring.",
    "no_role": "No rule of the issuer gives this person a role.",
    "partner_unknown": "The role is a partner's, and no partner of this vendor is named for this person.",
}


class PersonNotAdmitted(OAuthProblem):
    """The token is genuine, but this person may not act here; `reason` says why.

    Have an admin do what `reason` asks for: add the person, widen the issuer's rules, or activate the member again.
    """

    code = "person_not_admitted"
    title = "Person not admitted"

    def __init__(self, reason: Reason, **kwargs: Any) -> None:
        super().__init__(_SENTENCES[reason], reason=reason, **kwargs)
