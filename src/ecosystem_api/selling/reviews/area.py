"""What this room offers the house."""

from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import DECIDERS, STAFF_AND_SYSTEMS
from ecosystem_api.selling.reviews.events import EVENTS
from ecosystem_api.selling.reviews.jobs import HANDLERS
from ecosystem_api.selling.reviews.routes import router
from ecosystem_api.selling.reviews.tables import ReviewApprovalRow, ReviewRow

AREA = Area(
    name="selling/reviews",
    router=router,
    tables=(ReviewRow, ReviewApprovalRow),
    exports=(
        Exports("reviews", withheld="The work of the vendor's desk; a partner reads what concerns it on its subject."),
        Exports("review_approvals", withheld="Who on the vendor's side approved; a partner reads the decision."),
    ),
    grants=(
        Grant("reviews:read", STAFF_AND_SYSTEMS, "Read what waits for a person, and since when."),
        Grant("reviews:write", DECIDERS, "Take and assign reviews, stop their clock, let it run on, escalate."),
    ),
    events=EVENTS,
    handlers=HANDLERS,
)
