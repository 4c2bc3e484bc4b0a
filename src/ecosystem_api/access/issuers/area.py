"""What this room offers the house."""

from ecosystem_api.access.issuers.events import IssuerAdded, IssuerDeactivated, IssuerReactivated, IssuerUpdated
from ecosystem_api.access.issuers.jobs import HANDLERS
from ecosystem_api.access.issuers.routes import router
from ecosystem_api.access.issuers.tables import IssuerRow, IssuerRuleRow
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import ADMINS, Role

AREA = Area(
    name="access/issuers",
    router=router,
    handlers=HANDLERS,
    tables=(IssuerRow, IssuerRuleRow),
    exports=(Exports("issuers"), Exports("issuer_rules")),
    grants=(
        Grant("issuers:read", ADMINS | {Role.PARTNER_ADMIN}, "Read which identity providers are trusted, and how."),
        Grant("issuers:write", ADMINS | {Role.PARTNER_ADMIN}, "Trust identity providers, and end that trust."),
    ),
    events=(IssuerAdded, IssuerUpdated, IssuerDeactivated, IssuerReactivated),
)
