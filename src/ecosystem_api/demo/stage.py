"""The stage: a database whose transactions are parts of one, a clock that is set, and a worker that comes when called.

Why one transaction: the demonstration appears at once or not at all, also when it is interrupted, and a worker that
serves the installation meanwhile cannot meet reminders that lie in its past and in the story's future.
"""

import heapq
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any
from uuid import UUID

from ecosystem_api.access.clients import service as clients
from ecosystem_api.access.clients.schemas import ClientCreate, ClientWithSecret
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.connections import Line
from ecosystem_api.runtime.database import Database, Tx
from ecosystem_api.runtime.ledger.deliver import claim, perform
from ecosystem_api.runtime.ledger.relay import stamp
from ecosystem_api.runtime.machinery import Machinery

Step = Callable[[], Awaitable[None]]
_WORKER = "demonstration"


class StagedDatabase(Database):
    """A database for one vendor, whose transactions become visible to others together, when the stage is left.

    Shape: `async with database.staged(): …`, and inside it `transaction` as everywhere. `now` is set, not read.
    Edges: a part that fails is rolled back alone; a failure that leaves the stage takes everything back.
    """

    def __init__(self, url: str, vendor_id: UUID, now: datetime) -> None:
        super().__init__(url, pool_size=1, clock=lambda: self.now)
        self.now = now
        self._vendor_id = vendor_id
        self._line: Line | None = None

    @asynccontextmanager
    async def staged(self) -> AsyncIterator[None]:
        """Open the one transaction; commit it at the end."""
        async with self.opened((str(self._vendor_id), "")) as line:
            self._line = line
            try:
                yield
            finally:
                self._line = None

    @asynccontextmanager
    async def transaction(
        self, vendor_id: UUID, partner_id: UUID | None = None, *, now: datetime | None = None, only_reads: bool = False
    ) -> AsyncIterator[Tx]:
        """One part, as its own session sees it. Errors: RuntimeError for another vendor or outside the stage."""
        if self._line is None or vendor_id != self._vendor_id:
            raise RuntimeError("the stage is closed, or it was opened for another vendor")
        driver = self._line.driver
        await driver.execute(f"savepoint part; set local app.partner = '{partner_id or ''}'")
        tx = Tx(self._line, vendor_id, partner_id, now or self.now)
        try:
            yield tx
            await tx.flush()
            await driver.execute("release savepoint part")
        except BaseException:
            await driver.execute("rollback to savepoint part; release savepoint part")
            raise
        finally:
            await tx.close()


class Calendar:
    """What will happen when. Of two things at the same instant the one that was planned first comes first."""

    def __init__(self) -> None:
        self._planned: list[tuple[datetime, int, Step]] = []
        self._order = itertools.count()

    def plan(self, at: datetime, step: Step) -> None:
        """Let a step happen at an instant."""
        heapq.heappush(self._planned, (at, next(self._order), step))

    def next_until(self, end: datetime) -> tuple[datetime, Step] | None:
        """The next step that happens before the end, taken off the calendar; None when there is none."""
        if not self._planned or self._planned[0][0] >= end:
            return None
        at, _, step = heapq.heappop(self._planned)
        return at, step


@dataclass
class Stage:
    """Everything the players share: the service's parts, the calendar, chance, and who acts for the vendor."""

    machinery: Machinery
    database: StagedDatabase
    vendor_id: UUID
    begin: datetime
    end: datetime
    chance: Random
    calendar: Calendar
    staff: dict[Role, Caller]

    @property
    def now(self) -> datetime:
        """The instant of the story."""
        return self.database.now

    @asynccontextmanager
    async def acting(self, who: Caller) -> AsyncIterator[Tx]:
        """A transaction as the API opens it for this caller."""
        async with self.database.transaction(self.vendor_id, who.partner_id) as tx:
            yield tx

    async def credential(self, name: str, role: Role, partner_id: UUID | None = None) -> ClientWithSecret:
        """A credential made by the vendor's admin."""
        admin = self.staff[Role.ADMIN]
        body = ClientCreate.model_validate({"name": name, "role": role.value, "partner_id": partner_id})
        async with self.acting(admin) as tx:
            return await clients.create_client(tx, admin, body, self.machinery)

    def caller(self, client: ClientWithSecret) -> Caller:
        """Whoever uses a credential, with all that its role may do."""
        role = Role(client.role)
        scopes = self.machinery.catalog.permissions(role)
        return Caller(self.vendor_id, "client", client.client_id, role, client.partner_id, scopes)

    async def play(self, told: Callable[[datetime], Any]) -> None:
        """Let everything planned happen, in its order, until now."""
        while (coming := self.calendar.next_until(self.end)) is not None:
            self.database.now, step = coming
            told(self.now)
            await step()
        self.database.now = self.end

    async def relay(self) -> int:
        """The worker numbers the news, so that those who hear it are served; answer how many there were.

        Why not after every step: what was numbered inside one transaction is passed over again by every later search.
        """
        return await stamp(self.database, self.vendor_id, self.machinery.catalog.listeners)

    async def work(self) -> None:
        """The worker does what is due."""
        while (delivery_id := await claim(self.database, self.vendor_id, _WORKER)) is not None:
            await perform(self.database, self.machinery.catalog, self.vendor_id, delivery_id, _WORKER)
