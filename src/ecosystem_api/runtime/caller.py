"""Who is asking: a verified principal, its role, and what it may do."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from ecosystem_api.kernel.problem import Forbidden


class Role(StrEnum):
    """The roles of the service. `system` is the worker's own hand and never holds a token."""

    ADMIN = "admin"
    MANAGER = "manager"
    ANALYST = "analyst"
    PARTNER_ADMIN = "partner_admin"
    PARTNER_MEMBER = "partner_member"
    INTEGRATION = "integration"
    SYSTEM = "system"

    @property
    def is_partner(self) -> bool:
        """Whether callers of this role act for one partner."""
        return self in PARTNER_ROLES


PARTNER_ROLES = frozenset({Role.PARTNER_ADMIN, Role.PARTNER_MEMBER})
TOKEN_ROLES = tuple(role for role in Role if role is not Role.SYSTEM)
ADMINS = frozenset({Role.ADMIN})
DECIDERS = frozenset({Role.ADMIN, Role.MANAGER})
STAFF = frozenset({Role.ADMIN, Role.MANAGER, Role.ANALYST})
STAFF_AND_SYSTEMS = STAFF | {Role.INTEGRATION}
EDITORS = DECIDERS | {Role.INTEGRATION}
EVERYONE = frozenset(TOKEN_ROLES)


@dataclass(frozen=True, slots=True)
class Caller:
    """A principal of one vendor. `partner_id` is set exactly for partner roles; `scopes` are the grants it holds."""

    vendor_id: UUID
    actor_type: str
    actor_id: str
    role: Role
    partner_id: UUID | None
    scopes: frozenset[str]
    request_id: str | None = None

    @property
    def is_partner(self) -> bool:
        """Whether it acts for a partner, and so sees that partner's rows only."""
        return self.partner_id is not None

    @property
    def is_staff(self) -> bool:
        """Whether it acts for the vendor: people, integrations and the system itself."""
        return self.partner_id is None

    def require(self, permission: str) -> None:
        """Refuse unless the grant is held. Errors: `Forbidden`, naming the permission."""
        if permission not in self.scopes:
            raise Forbidden(f"This needs the permission {permission}.", permission=permission)


def system_caller(vendor_id: UUID, name: str, request_id: str | None = None) -> Caller:
    """The worker acting for a vendor: may do what jobs do, is named in every event it makes."""
    return Caller(vendor_id, "system", name, Role.SYSTEM, None, frozenset(), request_id)
