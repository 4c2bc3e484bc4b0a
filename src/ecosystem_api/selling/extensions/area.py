"""What this room offers the house."""

from ecosystem_api.runtime.area import Area, Exports, Grant, Subject
from ecosystem_api.runtime.caller import DECIDERS, EDITORS, EVERYONE, PARTNER_ROLES
from ecosystem_api.selling.extensions import service
from ecosystem_api.selling.extensions.events import EVENTS
from ecosystem_api.selling.extensions.jobs import HANDLERS
from ecosystem_api.selling.extensions.routes import router
from ecosystem_api.selling.extensions.tables import ExtensionRow

AREA = Area(
    name="selling/extensions",
    router=router,
    tables=(ExtensionRow,),
    exports=(Exports("extension_requests"),),
    grants=(
        Grant("extension-requests:read", EVERYONE, "Read requests for more time; a partner its own."),
        Grant(
            "extension-requests:write", EDITORS | PARTNER_ROLES, "Ask for more time for a protection, and take it back."
        ),
        Grant("extension-requests:decide", DECIDERS, "Grant or refuse more time."),
    ),
    events=EVENTS,
    handlers=HANDLERS,
    subjects=(
        Subject(
            service.SUBJECT, "ext", "extension-requests:read", "extension-requests:decide", service.request_answers
        ),
    ),
)
