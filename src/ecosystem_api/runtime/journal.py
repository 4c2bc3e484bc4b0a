"""What clients called: noted in memory while a request is served, written down behind its back.

A note costs a few microseconds and no statement. Once a second the process writes what it has, in transactions of
their own, so no request waits for its own log. One that notes very much waits longer, up to ten times that: of a busy
caller only the last calls are kept, so most of what it wrote each second it would soon forget. Notes of a process that
is killed are lost, and so are those that come while the database is away: the log helps to find faults, it proves
nothing. The proof is the ledger.
"""

import asyncio
import re
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from starlette.types import Scope

from ecosystem_api.runtime.clock import Clock
from ecosystem_api.runtime.database import Database, Tx

log = structlog.get_logger("http")
MOST_WAITING = 20_000
_MUCH = 1_000
_MOST_PAUSES = 10
_ID = re.compile(r"[a-z]{2,12}_[0-9a-hjkmnp-tv-z]{26}")
_NAME = re.compile(r"[a-z_]{1,40}")


class Call(NamedTuple):
    """One request of a known caller, without anything it said: neither bodies nor values of its query.

    `operation` is the name of the operation where it is deprecated, else None.
    """

    called_at: datetime
    vendor_id: UUID
    partner_id: UUID | None
    actor_id: str
    method: str
    route: str
    path: str
    parameters: tuple[str, ...]
    status: int
    code: str | None
    duration_ms: float
    request_id: str
    ecosystem_version: str
    is_replayed: bool
    operation: str | None

    @property
    def is_rate_limited(self) -> bool:
        """Whether it was refused because its caller asked too much."""
        return self.status == 429


Keeper = Callable[[Tx, Sequence[Call]], Awaitable[None]]


class Journal:
    """The notes of one process that wait to be written. Edges: of too many the oldest are dropped."""

    def __init__(self, database: Database, clock: Clock, pause_seconds: float) -> None:
        self._database, self._clock, self._pause_seconds = database, clock, pause_seconds
        self._waiting: deque[Call] = deque(maxlen=MOST_WAITING)
        self.is_on = pause_seconds > 0

    def note(self, scope: Scope, status: int, seconds: float, *, is_replayed: bool) -> None:
        """Note a request that is over, if its caller was known."""
        state: dict[str, Any] = scope["state"]
        tenant = state.get("tenant")
        if tenant is None or not self.is_on:
            return
        route: str = state["route"]
        query = scope["query_string"].decode("latin-1")
        self._waiting.append(
            Call(
                called_at=self._clock(),
                vendor_id=tenant[0],
                partner_id=tenant[1],
                actor_id=state["subject"],
                method=scope["method"],
                route=route,
                path=_told_path(route, state["path_params"]),
                parameters=_names(query) if query else (),
                status=status,
                code=state.get("code"),
                duration_ms=round(seconds * 1000, 2),
                request_id=state["request_id"],
                ecosystem_version=state.get("version", ""),
                is_replayed=is_replayed,
                operation=state.get("operation") if "farewell" in state else None,
            )
        )

    async def write(self, keeper: Keeper) -> int:
        """Write down what waits, vendor by vendor; answer how many were written. A vendor's trouble costs its notes."""
        waiting, written = list(self._waiting), 0
        self._waiting.clear()
        by_vendor: dict[UUID, list[Call]] = defaultdict(list)
        for call in waiting:
            by_vendor[call.vendor_id].append(call)
        for vendor_id, calls in by_vendor.items():
            try:
                async with self._database.transaction(vendor_id) as tx:
                    await keeper(tx, calls)
                written += len(calls)
            except Exception as error:  # the database may be away, the vendor gone: the log is not worth a failure
                log.warning("calls_lost", kind=type(error).__name__, count=len(calls))
        return written

    async def run(self, keeper: Keeper) -> None:
        """Write until cancelled; then write the rest."""
        if not self.is_on:
            return
        try:
            while True:
                await self._pause()
                await self.write(keeper)
        finally:
            await self.write(keeper)

    async def _pause(self) -> None:
        for _ in range(_MOST_PAUSES):
            await asyncio.sleep(self._pause_seconds)
            if not _MUCH < len(self._waiting) < MOST_WAITING // 2:
                return


def _told_path(template: str, values: dict[str, Any]) -> str:
    """The path with the ids in it; whatever else stood in their place stays unsaid: it could be anybody's address."""
    for name, value in values.items():
        if _ID.fullmatch(str(value)):
            template = template.replace("{" + name + "}", str(value))
    return template


def _names(query: str) -> tuple[str, ...]:
    names = (part.partition("=")[0] for part in query.split("&")[:50])
    return tuple(dict.fromkeys(name for name in names if _NAME.fullmatch(name)))
