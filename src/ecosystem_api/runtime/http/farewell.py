"""Operations that will end say so with every answer, long before.

Source: RFC 9745 (`Deprecation`), RFC 8594 (`Sunset`), RFC 8288 (`Link`), RFC 5829 (`successor-version`).
"""

from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from fastapi import Depends

LEAST_NOTICE = timedelta(days=365)
PAGE = "/docs/deprecations"


class Deprecated:
    """A dependency that marks an operation as one that clients should leave.

    Errors: ValueError for an end before a year of notice is over, and without a sentence.
    """

    def __init__(self, since: date, sunset: date | None, successor: str | None, note: str) -> None:
        if sunset is not None and sunset < since + LEAST_NOTICE:
            raise ValueError(f"clients get a year of notice: a sunset on {since + LEAST_NOTICE} or later")
        if not note.strip().endswith("."):
            raise ValueError("say in a sentence what to do instead")
        self.since, self.sunset, self.successor, self.note = since, sunset, successor, note
        self.headers = tuple(self._headers())

    async def __call__(self) -> None:
        return None

    def _headers(self) -> list[tuple[str, str]]:
        links = [f'<{PAGE}>; rel="deprecation"; type="text/html"']
        said = [("Deprecation", f"@{int(_instant(self.since).timestamp())}")]
        if self.sunset is not None:
            said.append(("Sunset", format_datetime(_instant(self.sunset), usegmt=True)))
            links.append(f'<{PAGE}>; rel="sunset"; type="text/html"')
        if self.successor is not None:
            links.append(f'<{self.successor}>; rel="successor-version"')
        return [*said, ("Link", ", ".join(links))]


def deprecated(*, since: date, sunset: date | None = None, successor: str | None = None, note: str) -> Any:
    """Say that clients should leave an operation: since when, until when it answers, for what, and why."""
    return Depends(Deprecated(since, sunset, successor, note))


def _instant(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
