"""Calendars on the wire."""

from datetime import date
from typing import Annotated, Any, Literal, Self
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from ecosystem_api.runtime.wire import Day, Instant, Key, Line, TypedId, Wire, fault_at, kept, told

CalendarId = Annotated[UUID, TypedId("cal")]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_OPENS, _CLOSES = r"^([01][0-9]|2[0-3]):[0-5][0-9]$", r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
_NINE_TO_FIVE = [{"day": "monday", "opens": "09:00", "closes": "17:00"}]
_CHRISTMAS = [{"name": "Christmas", "from_on": "2026-12-24", "last_on": "2026-12-26"}]
_MOST_DAYS = 366


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("a time zone of the IANA database, such as Europe/Berlin")
    return value


TimeZone = Annotated[str, StringConstraints(min_length=1, max_length=64), AfterValidator(_zone)]


class OpeningHours(Wire):
    """Hours of one weekday, by the clock on the wall; a day may have several."""

    day: Weekday = told("The weekday.", "monday")
    opens: Annotated[str, StringConstraints(pattern=_OPENS)] = told("From when, as HH:MM.", "09:00")
    closes: Annotated[str, StringConstraints(pattern=_CLOSES)] = told(
        "Until when, not included; 24:00 is the end of the day.", "17:00"
    )


class Holiday(Wire):
    """A day, or days in a row, on which nobody is at work."""

    name: Line = told("What it is called.", "Christmas")
    from_on: Day = told("The first day, in the calendar's time zone.", "2026-12-24")
    last_on: Day | None = told("The last day, included; the first one by default.", "2026-12-26", default=None)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        days = (self.until_on - self.from_on).days
        if days < 0:
            raise fault_at("last_on", "`last_on` is `from_on` or later.")
        if days >= _MOST_DAYS:
            raise fault_at("last_on", f"A holiday has at most {_MOST_DAYS} days.")
        return self

    @property
    def until_on(self) -> date:
        """The last day."""
        return self.last_on or self.from_on


Week = Annotated[list[OpeningHours], Field(min_length=1, max_length=70)]
Holidays = Annotated[list[Holiday], Field(max_length=400)]


class CalendarCreate(Wire):
    """A calendar to be added."""

    key: Key = told("Its key, unique within the vendor; rule books name it by this.", "emea")
    name: Line = told("How it is called.", "Europe")
    time_zone: TimeZone = told("Where its clock hangs, as the IANA database names it.", "Europe/Berlin")
    hours: Week = told("When somebody is at work.", _NINE_TO_FIVE)
    holidays: Holidays = told("When nobody is.", _CHRISTMAS, default=[])
    is_default: bool = told(
        "Whether it is for whoever names none; the first one is in any case.", True, default=False, strict=True
    )


class CalendarUpdate(Wire):
    """What may change about a calendar; its key never does. Lists are replaced whole."""

    name: Line | None = kept("How it is called.", "Europe")
    time_zone: TimeZone | None = kept("Where its clock hangs.", "Europe/Berlin")
    hours: Week | None = kept("When somebody is at work.", _NINE_TO_FIVE)
    holidays: Holidays | None = kept("When nobody is.", _CHRISTMAS)
    is_default: bool | None = kept("True makes it the default in the place of another.", True, strict=True)
    moves_clocks: bool = told(
        "Whether clocks that run by it are worked out again. Otherwise what was told stays: only clocks that begin "
        "later know the change.",
        False,
        default=False,
        strict=True,
    )


class CalendarRead(Wire):
    """When somebody on the vendor's side is at work."""

    id: CalendarId = told("Id of the calendar.")
    key: str = told("Its key.", "emea")
    name: str = told("How it is called.", "Europe")
    time_zone: str = told("Where its clock hangs.", "Europe/Berlin")
    hours: list[OpeningHours] = told("When somebody is at work, from Monday.", _NINE_TO_FIVE)
    holidays: list[Holiday] = told("When nobody is, in order.", _CHRISTMAS)
    is_default: bool = told("Whether it is for whoever names none.", True)
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was added.")
    updated_at: Instant = told("When it last changed.")


class DueRead(Wire):
    """The end of a number of business hours."""

    from_at: Instant = told("When they begin.")
    hours: float = told("How many.", 16)
    due_at: Instant = told("When so many have passed.")


def stored(value: Any) -> Any:
    """A list of the wire as the table keeps it."""
    return [one.model_dump(mode="json") for one in value]
