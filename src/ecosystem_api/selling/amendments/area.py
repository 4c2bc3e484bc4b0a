"""What this room offers the house."""

from ecosystem_api.runtime.area import Area, Exports, Grant, Subject
from ecosystem_api.runtime.caller import DECIDERS, EDITORS, EVERYONE, PARTNER_ROLES
from ecosystem_api.selling.amendments import service
from ecosystem_api.selling.amendments.events import EVENTS
from ecosystem_api.selling.amendments.jobs import HANDLERS
from ecosystem_api.selling.amendments.routes import router
from ecosystem_api.selling.amendments.tables import AmendmentRow

AREA = Area(
    name="selling/amendments",
    router=router,
    tables=(AmendmentRow,),
    exports=(Exports("amendments"),),
    grants=(
        Grant("amendments:read", EVERYONE, "Read amendments; a partner its own."),
        Grant("amendments:write", EDITORS | PARTNER_ROLES, "Propose to change a submitted registration."),
        Grant("amendments:decide", DECIDERS, "Accept and refuse amendments."),
    ),
    events=EVENTS,
    handlers=HANDLERS,
    subjects=(Subject(service.SUBJECT, "amd", "amendments:read", "amendments:decide", service.amendment_answers),),
)
