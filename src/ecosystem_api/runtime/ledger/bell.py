"""Who waits for news is woken when a vendor's feed has grown, and holds no connection until then.

One poller per process asks, one vendor after the other, how far the feeds are that somebody waits for; it borrows a
connection for each question and rests in between. It stops when nobody waits.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from uuid import UUID

import structlog

from ecosystem_api.runtime.database import Database, Tx, scoped
from ecosystem_api.runtime.ledger.tables import EventHeadRow
from ecosystem_api.runtime.statement import Statement

log = structlog.get_logger("bell")
POLL_SECONDS = 0.2
_LOST_DATABASE_SECONDS = 1.0


_HEAD = Statement(lambda tx: scoped(tx, EventHeadRow, EventHeadRow.position))


async def head_of(tx: Tx) -> int:
    """The last position of the vendor's feed; 0 while it is empty. All events up to it can be read."""
    return await _HEAD.value(tx) or 0


class Bell:
    """Wakes waiters. Shape: `await bell.wait(vendor_id, beyond=position, seconds=15)`.

    `is_closing` is asked at every turn: once it answers yes, everybody is woken and nobody waits any more.
    """

    def __init__(self, database: Database, is_closing: Callable[[], bool]) -> None:
        self._database = database
        self._is_closing = is_closing
        self._waiting: defaultdict[UUID, set[tuple[int, asyncio.Event]]] = defaultdict(set)
        self._poller: asyncio.Task[None] | None = None

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(len, self._waiting.values()))

    async def wait(self, vendor_id: UUID, *, beyond: int, seconds: float) -> None:
        """Return when the vendor's feed has grown beyond a position, when the time is over, or when all must end.

        Edges: may return early; whoever waits looks again.
        """
        if self._is_closing() or seconds <= 0:
            return
        one = (beyond, asyncio.Event())
        self._waiting[vendor_id].add(one)
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll())
        try:
            async with asyncio.timeout(seconds):
                await one[1].wait()
        except TimeoutError:
            return
        finally:
            self._waiting[vendor_id].discard(one)
            if not self._waiting[vendor_id]:
                del self._waiting[vendor_id]

    async def close(self) -> None:
        """Wake everybody and end the poller."""
        self._ring_all()
        if self._poller is not None:
            self._poller.cancel()
            await asyncio.gather(self._poller, return_exceptions=True)

    async def _poll(self) -> None:
        while self._waiting and not self._is_closing():
            pause = POLL_SECONDS
            try:
                for vendor_id in list(self._waiting):
                    await self._look(vendor_id)
            except Exception as error:  # the database may be away: who waits goes on waiting, and looks for itself
                log.warning("bell_waits", kind=type(error).__name__)
                pause = _LOST_DATABASE_SECONDS
            await asyncio.sleep(pause)
        self._ring_all()

    async def _look(self, vendor_id: UUID) -> None:
        async with self._database.transaction(vendor_id) as tx:
            head = await head_of(tx)
        for beyond, rung in self._waiting.get(vendor_id, ()):
            if head > beyond:
                rung.set()

    def _ring_all(self) -> None:
        for waiting in self._waiting.values():
            for _, rung in waiting:
                rung.set()
