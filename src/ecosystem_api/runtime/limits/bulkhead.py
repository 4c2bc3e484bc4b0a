"""Who may hold a database connection: no vendor more than its share, and the least important is refused first.

Without the share one vendor's slow reports take every connection and a quiet vendor waits seconds for its own. What is
over the share waits its turn outside the pool; what is over the queue is refused at once, which is cheaper for
everybody than an answer that comes too late.
"""

import asyncio
import contextlib
from collections import deque
from enum import IntEnum
from types import TracebackType

from ecosystem_api.kernel.counted import counted
from ecosystem_api.runtime.limits.errors import Overloaded, TooManyAtOnce

_AGAIN = {"Retry-After": "1"}


class Priority(IntEnum):
    """What is served longest when there is too much to do; the least is refused first. `HEALTH` is never refused."""

    EXPORT = 0
    READ = 1
    WRITE = 2
    INBOUND = 3
    HEALTH = 4


# How far over the pool's size the requests under way may be, in queue lengths, before this priority is refused.
_PATIENCE = {Priority.EXPORT: 0.5, Priority.READ: 1.0, Priority.WRITE: 2.0, Priority.INBOUND: 4.0}


class _Lane:
    __slots__ = ("running", "waiting")

    def __init__(self) -> None:
        self.running = 0
        self.waiting: deque[asyncio.Future[None]] = deque()


class Bulkhead:
    """The places of one process. Shape: `async with bulkhead.place(vendor, priority):` around what needs the database.

    Edges: places are given in the order of asking; one that is cancelled or refused while it waits leaves nothing
    behind. A share of 0 means no share; a pool queue of 0 means that nothing is shed.
    """

    def __init__(self, *, share: int, queue: int, wait_seconds: float, pool_size: int, pool_queue: int) -> None:
        self._share, self._queue, self._wait_seconds = share, queue, wait_seconds
        self._most = {rank: pool_size + int(pool_queue * patience) for rank, patience in _PATIENCE.items()}
        self._sheds = pool_queue > 0
        self._lanes: dict[str, _Lane] = {}
        self.under_way = 0

    def place(self, vendor: str, priority: Priority) -> "_Place":
        """A place among this vendor's requests. Errors: on entering, `TooManyAtOnce` and `Overloaded`."""
        return _Place(self, vendor, priority)

    async def enter(self, vendor: str, priority: Priority) -> None:
        """Take a place, or wait for one. Errors: `TooManyAtOnce`, `Overloaded`."""
        if self._sheds and self.under_way >= self._most[priority]:
            raise Overloaded(headers=_AGAIN)
        lane = self._lanes.get(vendor)
        if lane is None:
            lane = self._lanes[vendor] = _Lane()
        if lane.running >= self._share > 0:
            await self._wait(vendor, lane)
        else:
            lane.running += 1
        self.under_way += 1

    def leave(self, vendor: str) -> None:
        """Give a place back: to the next of this vendor that waits, if there is one."""
        self.under_way -= 1
        self._hand_on(vendor)

    async def _wait(self, vendor: str, lane: _Lane) -> None:
        if len(lane.waiting) >= self._queue:
            running = counted(lane.running, "request of this vendor is", "requests of this vendor are")
            waiting = counted(len(lane.waiting), "waits", "wait")
            raise TooManyAtOnce(f"{running} under way and {waiting}.", headers=_AGAIN)
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        lane.waiting.append(turn)
        try:
            async with asyncio.timeout(self._wait_seconds):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                # Cancelled in the instant in which the turn came: the place goes to the next.
                self._hand_on(vendor)
            else:
                with contextlib.suppress(ValueError):  # whoever left skipped it already
                    lane.waiting.remove(turn)
            if isinstance(error, TimeoutError):
                waited = counted(self._wait_seconds, "second")
                raise TooManyAtOnce(f"No turn came within {waited}.", headers=_AGAIN) from None
            raise

    def _hand_on(self, vendor: str) -> None:
        lane = self._lanes[vendor]
        while lane.waiting:
            turn = lane.waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        lane.running -= 1
        if not lane.running:
            del self._lanes[vendor]


class _Place:
    __slots__ = ("_bulkhead", "_priority", "_vendor")

    def __init__(self, bulkhead: Bulkhead, vendor: str, priority: Priority) -> None:
        self._bulkhead, self._vendor, self._priority = bulkhead, vendor, priority

    async def __aenter__(self) -> None:
        await self._bulkhead.enter(self._vendor, self._priority)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bulkhead.leave(self._vendor)
