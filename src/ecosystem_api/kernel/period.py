"""Periods: half-open spans `[start, end)` of time, kept in UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


def _utc(instant: datetime) -> datetime:
    if instant.utcoffset() is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)


@dataclass(frozen=True)
class Period:
    """A span that contains its start and not its end; without an end it never stops.

    Edges: both ends are converted to UTC, because Python compares two wall clocks of one zone without their offset.
    Errors: ValueError when an instant has no time zone, or the end is not after the start.
    """

    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "start", _utc(self.start))
        if self.end is not None:
            object.__setattr__(self, "end", _utc(self.end))
            if self.end <= self.start:
                raise ValueError("a period ends after it starts")

    def contains(self, instant: datetime) -> bool:
        """An instant lies in a period from its start until just before its end."""
        moment = _utc(instant)
        return self.start <= moment and (self.end is None or moment < self.end)

    def overlaps(self, other: "Period") -> bool:
        """Two periods overlap when some instant lies in both; periods that only touch do not."""
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)

    @property
    def days(self) -> int | None:
        """The whole days of 24 hours in the period; None when it has no end."""
        return None if self.end is None else (self.end - self.start).days


def add_days(instant: datetime, days: int) -> datetime:
    """The instant so many days of 24 hours later, in UTC.

    Edges: a change to or from summer time does not lengthen or shorten a day, so every partner gets the same hours.
    Errors: ValueError when the instant has no time zone or the result leaves the calendar (years 1 to 9999).
    """
    try:
        return _utc(instant) + timedelta(days=days)
    except OverflowError:
        raise ValueError(f"{days} days from {instant.isoformat()} is outside the calendar") from None
