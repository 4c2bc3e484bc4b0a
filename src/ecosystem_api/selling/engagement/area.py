"""What this room offers the house."""

from ecosystem_api.runtime.area import Area, Exports, Grant, Hold
from ecosystem_api.runtime.caller import ADMINS, DECIDERS, EVERYONE, STAFF
from ecosystem_api.selling.engagement import service
from ecosystem_api.selling.engagement.events import (
    DecisionMade,
    DecisionRecorded,
    EngagementChecked,
    RuleBookDrafted,
    RuleBookPublished,
    RuleBookRetired,
    SimulationCancelled,
    SimulationCompleted,
    SimulationFailed,
)
from ecosystem_api.selling.engagement.jobs import HANDLERS
from ecosystem_api.selling.engagement.routes import router
from ecosystem_api.selling.engagement.tables import DecisionRow, FlipRow, RuleBookRow, SimulationRow

AREA = Area(
    name="selling/engagement",
    router=router,
    tables=(RuleBookRow, DecisionRow, SimulationRow, FlipRow),
    exports=(Exports("rule_books"), Exports("decisions"), Exports("simulations"), Exports("simulation_flips")),
    grants=(
        Grant("rules:read", EVERYONE, "Read the rules of engagement in force."),
        Grant("rule-books:read", STAFF, "Read rule books in any state, compare them, and follow simulations."),
        Grant("rule-books:write", DECIDERS, "Write drafts of rule books and simulate them."),
        Grant("rule-books:publish", ADMINS, "Publish rule books, and retire those that are not in force yet."),
        Grant("decisions:read", EVERYONE, "Read decisions and verify them; a partner its own."),
    ),
    events=(
        RuleBookDrafted,
        RuleBookPublished,
        RuleBookRetired,
        SimulationCompleted,
        SimulationCancelled,
        SimulationFailed,
        DecisionMade,
        DecisionRecorded,
        EngagementChecked,
    ),
    handlers=HANDLERS,
    holds=(
        Hold("custom_fields", service.books_reading),
        Hold("custom_fields", service.books_telling, needs="told"),
    ),
    on_new_vendor=service.open_first_book,
)
