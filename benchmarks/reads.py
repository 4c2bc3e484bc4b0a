"""The SQL of our own answers, taken from where the service makes it, for the bare server to send as it is."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from ecosystem_api.exchange.feed.answers import events_behind
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.connections import Line
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.reading import View
from ecosystem_api.runtime.search import wanted_words
from ecosystem_api.selling.deals.answers import DEALS, DECIDE, WRITE

VIEW = View(False, frozenset({WRITE, DECIDE}))
SOME_ID = UUID("01890a5d-ac96-774b-bcce-b302099a8057")
SOME_WORD = "someword"
NEWEST = "-created_at"
Sql = tuple[str, tuple[Any, ...]]


@dataclass
class Recorder:
    """Stands where the driver is and keeps what would have been asked."""

    asked: list[Sql] = field(default_factory=list)

    async def fetch(self, text: str, *values: Any) -> list[Any]:
        self.asked.append((text, values))
        return []


@dataclass
class Place:
    """A page's place, as `Paging` tells it."""

    after: list[Any] | None
    limit: int = 50


async def one_sql(vendor_id: UUID) -> Sql:
    """The statement of one registration; `SOME_ID` stands where the id goes."""
    return await _recorded(vendor_id, lambda tx: DEALS.one(tx, VIEW, SOME_ID))


async def page_sql(vendor_id: UUID, after: list[Any] | None = None) -> Sql:
    """The statement of a page of fifty."""
    place: Any = Place(after)
    return await _recorded(vendor_id, lambda tx: DEALS.page(tx, VIEW, place, {"status": "approved"}, NEWEST))


async def search_sql(vendor_id: UUID) -> Sql:
    """The statement of the first fifty that have a word beginning so; `SOME_WORD` begins what stands for it."""
    place: Any = Place(None)
    return await _recorded(vendor_id, lambda tx: DEALS.page(tx, VIEW, place, wanted_words(SOME_WORD), NEWEST))


async def feed_sql(vendor_id: UUID) -> Sql:
    """The statement of the feed's first fifty events, and one that says whether there are more."""
    who = Caller(vendor_id, "client", "cli_bare", Role.ADMIN, None, frozenset(), None)
    return await _recorded(vendor_id, lambda tx: events_behind(tx, who, 0, 51, types=(), subject_id=None))


async def _recorded(vendor_id: UUID, ask: Callable[[Tx], Awaitable[Any]]) -> Sql:
    recorder = Recorder()
    await ask(Tx(Line(None, recorder), vendor_id, None, datetime.now(UTC)))  # type: ignore[arg-type]
    return recorder.asked[0]
