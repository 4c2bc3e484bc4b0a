"""What this room offers the house."""

from ecosystem_api.access.vendors.events import ClockAdvanced, VendorCreated, VendorUpdated
from ecosystem_api.access.vendors.routes import router
from ecosystem_api.access.vendors.tables import VendorRow
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import ADMINS, EVERYONE, STAFF_AND_SYSTEMS

AREA = Area(
    name="access/vendors",
    router=router,
    tables=(VendorRow,),
    exports=(Exports("vendors"),),
    grants=(
        Grant("vendors:read", EVERYONE, "Read the record of the vendor one belongs to."),
        Grant("sandbox:read", EVERYONE, "Read the clock of a sandbox."),
        Grant("sandbox:write", STAFF_AND_SYSTEMS, "Move the clock of a sandbox."),
        Grant("vendors:write", ADMINS, "Change the vendor's own record."),
    ),
    events=(VendorCreated, VendorUpdated, ClockAdvanced),
)
