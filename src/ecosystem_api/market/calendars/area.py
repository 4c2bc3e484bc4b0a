"""What this room offers the house."""

from ecosystem_api.market.calendars.events import CalendarAdded, CalendarUpdated
from ecosystem_api.market.calendars.routes import router
from ecosystem_api.market.calendars.tables import CalendarRow
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import DECIDERS, EVERYONE

AREA = Area(
    name="market/calendars",
    router=router,
    tables=(CalendarRow,),
    exports=(Exports("calendars"),),
    grants=(
        Grant("calendars:read", EVERYONE, "Read when the vendor's people are at work."),
        Grant("calendars:write", DECIDERS, "Add and change calendars, and move clocks that run by them."),
    ),
    events=(CalendarAdded, CalendarUpdated),
)
