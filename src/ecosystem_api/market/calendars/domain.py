"""The law of business hours: which instants count, and how far a number of them reaches.

An instant counts when a clock on the wall, in the calendar's time zone, shows a time within the hours of a weekday
that is no holiday. So an hour that a change of clocks skips never counts, and one that it repeats counts twice.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final
from zoneinfo import ZoneInfo

DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MINUTES_A_DAY: Final = 24 * 60
_SECOND, _DAY = timedelta(seconds=1), timedelta(days=1)
# An instant whose local day this is lies within these of its midnight in UTC, whatever the time zone.
_AROUND: Final = timedelta(hours=15)

Minutes = tuple[int, int]
"""Opening and closing, in minutes after midnight; closing is not included."""


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a calendar. Shape: seven days from Monday, each in order; holidays with both days included."""

    time_zone: str
    week: tuple[tuple[Minutes, ...], ...]
    holidays: tuple[tuple[date, date], ...] = ()


STANDARD: Final = Hours("UTC", (((9 * 60, 17 * 60),),) * 5 + ((), ()))
"""Monday to Friday, 09:00 to 17:00 UTC: what counts while a vendor has no calendar of its own."""


def opened_after(hours: Hours, start: datetime, amount: timedelta) -> datetime:
    """The first instant at which this much business time has passed since `start`.

    Edges: where that is at closing time, closing time it is, not the next opening; nothing passes for no amount.
    Errors: ValueError where a week has no hours, for no amount would ever pass.
    """
    if amount <= timedelta(0):
        return start
    if not any(hours.week):
        raise ValueError("a week without hours never ends a wait")
    left = amount
    for opens, closes in _open_from(hours, start):
        here = closes - max(opens, start)
        if here >= left:
            return max(opens, start) + left
        left -= here
    raise AssertionError("hours go on for ever")


def opened_between(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """How much business time lies between two instants; none where they stand the other way round."""
    passed = timedelta(0)
    if start >= end or not any(hours.week):
        return passed
    for opens, closes in _open_from(hours, start):
        if opens >= end:
            break
        passed += min(closes, end) - max(opens, start)
    return passed


def _open_from(hours: Hours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The periods in which it is open, in order, from the one that ends after `start`."""
    zone = ZoneInfo(hours.time_zone)
    # A clock that is turned back at midnight shows the day before once more: so a day too early, and put in order.
    day = start.astimezone(zone).date() - _DAY
    waiting: list[tuple[datetime, datetime]] = []
    while True:
        waiting = sorted([*waiting, *_open_on(hours, zone, day)])
        day += _DAY
        first_of_next = datetime.combine(day, time(0), UTC) - _AROUND
        while waiting and waiting[0][0] < first_of_next:
            opens, closes = waiting.pop(0)
            if closes > start:
                yield opens, closes


def _open_on(hours: Hours, zone: ZoneInfo, day: date) -> list[tuple[datetime, datetime]]:
    spans = hours.week[day.weekday()]
    if not spans or any(first <= day <= last for first, last in hours.holidays):
        return []
    midnight = datetime.combine(day, time(0), UTC)
    pieces = list(_offsets(zone, midnight - _AROUND, midnight + _DAY + _AROUND))
    found = []
    for begins, ends, offset in pieces:
        for opens, closes in spans:
            first = max(midnight + timedelta(minutes=opens) - offset, begins)
            last = min(midnight + timedelta(minutes=closes) - offset, ends)
            if first < last:
                found.append((first, last))
    return sorted(found)


def _offsets(zone: ZoneInfo, begins: datetime, ends: datetime) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """The stretch of time in pieces of one offset each. Edges: clocks change at most once in it."""
    before, after = (instant.astimezone(zone).utcoffset() or timedelta(0) for instant in (begins, ends))
    if before == after:
        yield begins, ends, before
        return
    low, high = begins, ends
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    yield begins, high, before
    yield high, ends, after


def overlapping(spans: Sequence[Minutes]) -> bool:
    """Whether two of a day's spans have a minute in common."""
    ordered = sorted(spans)
    return any(later[0] < earlier[1] for earlier, later in pairwise(ordered))


def hours_of(time_zone: str, week: Iterable[tuple[str, int, int]], holidays: Iterable[tuple[date, date]]) -> Hours:
    """Hours from their parts, in the one order in which they are compared."""
    days: dict[str, list[Minutes]] = {day: [] for day in DAYS}
    for day, opens, closes in week:
        days[day].append((opens, closes))
    return Hours(time_zone, tuple(tuple(sorted(days[day])) for day in DAYS), tuple(sorted(holidays)))


def hours_to_dict(hours: Hours, *, since: date) -> dict[str, Any]:
    """Hours as JSON has them, for whoever keeps to them whatever becomes of the calendar; without holidays past."""
    holidays = [[first.isoformat(), last.isoformat()] for first, last in hours.holidays if last >= since - _DAY]
    return {"time_zone": hours.time_zone, "week": hours.week, "holidays": holidays}


def hours_from_dict(data: Mapping[str, Any]) -> Hours:
    """The inverse of `hours_to_dict`."""
    week = tuple(tuple((opens, closes) for opens, closes in day) for day in data["week"])
    days = [(date.fromisoformat(first), date.fromisoformat(last)) for first, last in data["holidays"]]
    return Hours(data["time_zone"], week, tuple(days))


def minutes_of(text: str) -> int:
    """Minutes after midnight of "HH:MM"."""
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


def clock_of(minutes: int) -> str:
    """ "HH:MM" of minutes after midnight; the end of a day is "24:00"."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
