"""What this room offers the house."""

from ecosystem_api.network.contacts import service
from ecosystem_api.network.contacts.events import ContactAdded, ContactDeleted, ContactUpdated
from ecosystem_api.network.contacts.routes import router
from ecosystem_api.network.contacts.schemas import ContactItem
from ecosystem_api.network.contacts.tables import ContactRow
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import EDITORS, EVERYONE, Role
from ecosystem_api.runtime.http.bulk import BulkKind, offer_bulk
from ecosystem_api.runtime.merge import Follower

BULK = BulkKind(
    name="contacts",
    path="/v1/contacts/bulk",
    item=ContactItem,
    permission="contacts:write",
    apply=service.put_contact,
    known_by="A contact is known by its `email` among the people of its partner.",
)

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
    bulks=(offer_bulk(router, BULK),),
    followers=(Follower("partners", service.follow_merge),),
    events=(ContactAdded, ContactUpdated, ContactDeleted),
)
