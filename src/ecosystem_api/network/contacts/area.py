"""What this room offers the house."""

from ecosystem_api.network.contacts.events import ContactAdded, ContactDeleted, ContactUpdated
from ecosystem_api.network.contacts.routes import router
from ecosystem_api.network.contacts.tables import ContactRow
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import EDITORS, EVERYONE, Role

AREA = Area(
    name="network/contacts",
    router=router,
    tables=(ContactRow,),
    exports=(Exports("contacts"),),
    grants=(
        Grant("contacts:read", EVERYONE, "Read the people of partners; a partner its own."),
        Grant(
            "contacts:write", EDITORS | {Role.PARTNER_ADMIN}, "Add, change and erase them; a partner's admin its own."
        ),
    ),
    events=(ContactAdded, ContactUpdated, ContactDeleted),
)
