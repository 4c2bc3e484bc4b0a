"""What this room offers the house."""

from ecosystem_api.access.clients.events import ClientCreated, ClientRevoked, ClientRotated, ClientUpdated
from ecosystem_api.access.clients.jobs import HANDLERS
from ecosystem_api.access.clients.routes import router
from ecosystem_api.access.clients.tables import ClientRow, ClientSecretRow
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import ADMINS, Role

AREA = Area(
    name="access/clients",
    router=router,
    handlers=HANDLERS,
    tables=(ClientRow, ClientSecretRow),
    exports=(Exports("clients"), Exports("client_secrets", withheld="hashes of secrets leave with nobody")),
    grants=(
        Grant("clients:read", ADMINS | {Role.PARTNER_ADMIN}, "Read machine credentials, never their secrets."),
        Grant("clients:write", ADMINS | {Role.PARTNER_ADMIN}, "Make, narrow, rotate and revoke machine credentials."),
    ),
    events=(ClientCreated, ClientUpdated, ClientRotated, ClientRevoked),
)
