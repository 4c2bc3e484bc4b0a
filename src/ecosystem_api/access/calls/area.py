"""What this room offers the house."""

from ecosystem_api.access.calls.routes import router
from ecosystem_api.access.calls.service import forget_old, keep_calls
from ecosystem_api.access.calls.tables import CallRow, DeprecatedCallRow
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import ADMINS, EVERYONE, Role

AREA = Area(
    name="access/calls",
    router=router,
    tables=(CallRow, DeprecatedCallRow),
    exports=(
        Exports("calls", withheld="kept for a week to find faults; read at /v1/request-log"),
        Exports("deprecated_calls", withheld="counts for moving clients on; read at /v1/deprecated-calls"),
    ),
    grants=(
        Grant("request-log:read", EVERYONE, "Read one's own last calls."),
        Grant("deprecated-calls:read", ADMINS | {Role.PARTNER_ADMIN}, "See who still calls what will end."),
    ),
    keep_calls=keep_calls,
    tidy=forget_old,
)
