"""What this room offers the house."""

from ecosystem_api.access.members.events import MemberAdded, MemberDeactivated, MemberReactivated, MemberUpdated
from ecosystem_api.access.members.jobs import HANDLERS
from ecosystem_api.access.members.routes import router
from ecosystem_api.access.members.tables import MemberRow
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import ADMINS, STAFF, Role

AREA = Area(
    name="access/members",
    router=router,
    handlers=HANDLERS,
    tables=(MemberRow,),
    exports=(Exports("members"),),
    grants=(
        Grant("members:read", STAFF | {Role.PARTNER_ADMIN, Role.PARTNER_MEMBER}, "Read people and their roles."),
        Grant("members:write", ADMINS | {Role.PARTNER_ADMIN}, "Add people, change their roles, deactivate them."),
    ),
    events=(MemberAdded, MemberUpdated, MemberDeactivated, MemberReactivated),
)
