"""The SQL of our own answers, taken from where the service makes it, for the bare server to send as it is."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ecosystem_api.runtime.connections import Line
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.reading import View
from ecosystem_api.selling.deals.answers import DEALS, DECIDE, WRITE

VIEW = View(False, frozenset({WRITE, DECIDE}))
SOME_ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
LIST = {"status": "approved", "sort": "-created_at"}


@dataclass
class Recorder:
    """Stands where the driver is and keeps what would have been asked."""

    asked: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    async def fetch(self, text: str, *values: Any) -> list[Any]:
        self.asked.append((text, values))
        return []


@dataclass
class Place:
    """A page's place, as `Paging` tells it."""

    after: list[Any] | None
    limit: int = 50


async def one_sql(vendor_id: UUID) -> tuple[str, tuple[Any, ...]]:
    """The statement of one registration; `SOME_ID` stands where the id goes."""
    recorder = Recorder()
    await DEALS.one(_tx(recorder, vendor_id), VIEW, SOME_ID)
    return recorder.asked[0]


async def page_sql(vendor_id: UUID, after: list[Any] | None = None) -> tuple[str, tuple[Any, ...]]:
    """The statement of a page of fifty."""
    recorder = Recorder()
    wanted = {"status": LIST["status"]}
    await DEALS.page(_tx(recorder, vendor_id), VIEW, Place(after), wanted, "-created_at")  # type: ignore[arg-type]
    return recorder.asked[0]


def _tx(recorder: Recorder, vendor_id: UUID) -> Tx:
    return Tx(Line(None, recorder), vendor_id, None, datetime.now(UTC))  # type: ignore[arg-type]
