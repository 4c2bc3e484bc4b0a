"""Who may grant which role to whom: pure."""

from uuid import UUID

from ecosystem_api.access.members.errors import RoleAndPartnerDisagree, RoleNotGrantable
from ecosystem_api.kernel.problem import FieldError

PARTNER_SIDE = frozenset({"partner_admin", "partner_member"})


def judge_role(granter_partner_id: UUID | None, role: str, partner_id: UUID | None) -> None:
    """A role and its partner agree, and the granter reaches both.

    Edges: a partner's admin grants partner roles of its own partner only; staff who may write members or clients
    grant any. Errors: `RoleAndPartnerDisagree`, `RoleNotGrantable`.
    """
    if (role in PARTNER_SIDE) != (partner_id is not None):
        detail = "Name the partner." if role in PARTNER_SIDE else "Leave the partner out for this role."
        raise RoleAndPartnerDisagree(errors=[FieldError("/partner_id", "role_and_partner_disagree", detail)])
    if granter_partner_id is not None and (role not in PARTNER_SIDE or partner_id != granter_partner_id):
        raise RoleNotGrantable()
