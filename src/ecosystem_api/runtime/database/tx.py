"""The transaction that rooms receive: its tenant, its instant, and its unit of work."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
from sqlalchemy.ext.asyncio import AsyncSession

from ecosystem_api.runtime.connections import Line, Tenant
from ecosystem_api.runtime.database.base import Base

if TYPE_CHECKING:
    from ecosystem_api.runtime.area import Handler

Listeners = Callable[[str], Sequence["Handler"]]
Alone = Callable[[UUID, str, Sequence[Any]], Awaitable[Sequence[Any]]]


def nobody(event_type: str) -> Sequence["Handler"]:
    """Listeners of a transaction that has none."""
    return ()


class Tx:
    """An open transaction of one vendor. Rooms receive it, use it and never commit it.

    `partner_id` is the partner whose rows alone are visible, or None for staff and the system.
    `now` is the instant of the transaction by the service's clock: one request sees one time.
    `listeners` are those of an event type: for news that is to be heard within this transaction.
    """

    def __init__(
        self,
        line: Line,
        vendor_id: UUID,
        partner_id: UUID | None,
        now: datetime,
        listeners: Listeners = nobody,
        alone: Alone | None = None,
    ) -> None:
        self.vendor_id = vendor_id
        self.partner_id = partner_id
        self.now = now
        self.listeners = listeners
        self._line, self._alone = line, alone
        self._afterwards: list[Callable[[], None]] = []
        self._session: AsyncSession | None = None

    @property
    def driver(self) -> asyncpg.Connection:
        """The driver's connection, for a statement that is kept as text and sent now."""
        return self._line.driver

    @property
    def session(self) -> AsyncSession:
        """The unit of work of this transaction, made when first asked for: a read that needs none pays for none."""
        if self._session is None:
            self._session = AsyncSession(self._line.connection, expire_on_commit=False, autoflush=True)
        return self._session

    @contextlib.asynccontextmanager
    async def returnable(self) -> AsyncIterator[Callable[[], None]]:
        """Locks taken inside can be given back, as often as need be, by calling what this answers.

        Edges: takes no round trip; whatever else was written inside is given back too. After an exception all of the
        transaction is rolled back, and nothing is left to do.
        """
        await self.flush()  # what waits to be written would else be written inside
        self._line.pass_on("savepoint returnable")
        yield lambda: self._line.pass_on("rollback to savepoint returnable")
        self._line.pass_on("release savepoint returnable")

    def after_commit(self, act: Callable[[], None]) -> None:
        """Do something cheap in memory once the transaction is committed, and only then: counting what it did."""
        self._afterwards.append(act)

    def committed(self) -> None:
        """Do what waited for the commit. Called once, by whoever committed."""
        for act in self._afterwards:
            act()

    async def insert(self, *rows: Base) -> None:
        """Add rows and send them now, so that parents stand before their children."""
        self.session.add_all(rows)
        await self.session.flush()

    async def flush(self) -> None:
        """Send pending changes, so that constraints speak here and not at the commit."""
        if self._session is not None:
            await self._session.flush()

    async def close(self) -> None:
        """Forget every object of the unit of work; the transaction itself is ended by whoever opened it."""
        if self._session is not None:
            self._session.expunge_all()
            await self._session.close()

    async def read(self, text: str, values: Sequence[Any]) -> Sequence[Any]:
        """The rows of a statement that is kept as text and changes and locks nothing."""
        return await self._line.read(text, values)

    async def alone(self, text: str, values: Sequence[Any]) -> Sequence[Any]:
        """The rows of a statement that is committed by itself at once, whatever becomes of this transaction.

        Edges: a transaction that was opened on a line of its own, and by no `Database`, has it inside.
        """
        if self._alone is None:
            rows: Sequence[Any] = await self.driver.fetch(text, *values)
            return rows
        return await self._alone(self.vendor_id, text, values)

    @contextlib.asynccontextmanager
    async def vendor_wide(self) -> AsyncIterator[None]:
        """Lift the partner's predicate for a judgement that must see every partner's claims.

        Edges: nests; the vendor's predicate stays. What was read inside must be redacted before it is answered.
        """
        narrowed, self.partner_id = self.partner_id, None
        if narrowed is None:
            yield
            return
        await self._line.take_tenant(tenant_of(self.vendor_id, None))
        try:
            yield
            # A row written while wide must reach the server while wide, or its policy check would refuse it.
            await self.flush()
            await self._line.take_tenant(tenant_of(self.vendor_id, narrowed))
        finally:
            # After an exception the transaction is rolled back, and the setting with it.
            self.partner_id = narrowed


@lru_cache(maxsize=4_096)
def tenant_of(vendor_id: UUID, partner_id: UUID | None) -> Tenant:
    """What makes a transaction one tenant's. Edges: whatever is no UUID fails here and never becomes a statement."""
    return str(UUID(str(vendor_id))), "" if partner_id is None else str(UUID(str(partner_id)))
