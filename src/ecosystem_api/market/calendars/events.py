"""News of calendars: partners read them too, for their answers are due by them."""

from pydantic import Field

from ecosystem_api.market.calendars.schemas import CalendarId
from ecosystem_api.runtime.ledger import Event


class _CalendarNews(Event):
    calendar_id: CalendarId = Field(description="The calendar.")
    key: str = Field(description="Its key.", examples=["emea"])
    is_default: bool = Field(description="Whether it is for whoever names none.", examples=[True])


class CalendarAdded(_CalendarNews):
    """A calendar was added."""

    type = "calendar.added"
    audience = "everyone"


class CalendarUpdated(_CalendarNews):
    """A calendar changed. Clocks that run by it go on as they were told, unless they were to follow."""

    type = "calendar.updated"
    audience = "everyone"
    changed: list[str] = Field(description="JSON pointers of what changed.", examples=[["/holidays"]])
    moves_clocks: bool = Field(description="Whether clocks that run by it are worked out again.", examples=[False])
