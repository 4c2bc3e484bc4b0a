"""Refusals of this room, and of the credentials that follow the same law."""

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
