"""What this room offers the house."""

from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import EVERYONE
from ecosystem_api.selling.engagement import service
from ecosystem_api.selling.engagement.events import DecisionMade, EngagementChecked, RuleBookPublished
from ecosystem_api.selling.engagement.routes import router
from ecosystem_api.selling.engagement.tables import DecisionRow, RuleBookRow

AREA = Area(
    name="selling/engagement",
    router=router,
    tables=(RuleBookRow, DecisionRow),
    exports=(Exports("rule_books"), Exports("decisions")),
    grants=(
        Grant("rules:read", EVERYONE, "Read the rules of engagement in force."),
        Grant("decisions:read", EVERYONE, "Read decisions and verify them; a partner its own."),
    ),
    events=(RuleBookPublished, DecisionMade, EngagementChecked),
    on_new_vendor=service.open_first_book,
)
