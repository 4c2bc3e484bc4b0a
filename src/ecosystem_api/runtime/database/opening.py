"""A transaction is opened and ended, and a statement committed by itself."""

import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import NullPool
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from ecosystem_api.runtime import metrics, traces
from ecosystem_api.runtime.clock import Clock, system_clock
from ecosystem_api.runtime.connections import NOBODY, Connections, Line, Tenant
from ecosystem_api.runtime.database.tx import Listeners, Tx, nobody, tenant_of

CONNECT_SECONDS = 5.0
_NOTHING = timedelta(0)


class Database:
    """A pool of connections under one role. Shape: `async with database.transaction(vendor_id) as tx`."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        pool_wait_seconds: float = 2.0,
        command_seconds: float = 30.0,
        statement_cache_size: int = 100,
        clock: Clock = system_clock,
        listeners: Listeners = nobody,
    ) -> None:
        self.clock = clock
        self.listeners = listeners
        self.engine = open_engine(
            url,
            command_seconds=command_seconds,
            statement_cache_size=statement_cache_size,
            isolation_level="AUTOCOMMIT",
            poolclass=NullPool,
        )
        self._on_time: set[UUID] = set()
        self.connections = Connections(self.engine, pool_size, pool_wait_seconds, statement_cache_size)
        # One beside the others: if who holds a connection waited for another of those, all could wait for each other.
        self._beside = Connections(self.engine, 1, pool_wait_seconds, statement_cache_size)

    def transaction(
        self, vendor_id: UUID, partner_id: UUID | None = None, *, now: datetime | None = None, only_reads: bool = False
    ) -> contextlib.AbstractAsyncContextManager[Tx]:
        """One transaction of one vendor; commits at the end, rolls back on any exception.

        Edges: with `only_reads` a statement that is kept as text and changes nothing is a transaction of its own, in
        one round trip, until something else is asked: each sees what is committed when it begins, as it does anyway.
        Errors: SQLAlchemy's `TimeoutError` when no connection is free in time; `DBAPIError` from the server.
        """
        opened = _Transaction(self, vendor_id, partner_id, now, only_reads)
        return traces.within("transaction", opened, db__system__name="postgresql")

    async def ahead(self, line: Line, vendor_id: UUID) -> timedelta:
        """By how much the clock of a vendor runs ahead: that of a sandbox may."""
        # Whether a vendor is a sandbox never changes: of all others it is asked once, of a sandbox every time.
        if vendor_id in self._on_time:
            return _NOTHING
        asked = "select is_sandbox, clock_ahead_seconds from tenants where vendor_id = $1"
        (row,) = await line.read(asked, (vendor_id,)) or (None,)
        if row is None:
            return _NOTHING  # being opened by this very transaction
        if not row["is_sandbox"]:
            self._on_time.add(vendor_id)
        return timedelta(seconds=row["clock_ahead_seconds"])

    async def alone(self, vendor_id: UUID, text: str, values: Sequence[Any]) -> Sequence[Any]:
        """The rows of a statement of one vendor that is a transaction of its own, in one round trip.

        Errors: as `transaction`.
        """
        async with _Opened(self._beside, tenant_of(vendor_id, None), only_reads=True) as line:
            return await line.read(text, values)

    @contextlib.asynccontextmanager
    async def crossing(self) -> AsyncIterator[AsyncSession]:
        """A transaction with no tenant: sees reference tables, and as the worker the rows that wait for it.

        Only `runtime` uses it; the statements that cross vendors are listed in `runtime/ledger/crossing.py`.
        """
        async with self.opened() as line, AsyncSession(line.connection, expire_on_commit=False) as session:
            yield session
            await session.flush()

    def opened(self, tenant: Tenant = NOBODY, *, only_reads: bool = False) -> "_Opened":
        """A line in a transaction of a tenant: committed at the end, rolled back after an exception."""
        return _Opened(self.connections, tenant, only_reads)

    async def close(self) -> None:
        """Close every connection. Call once, at the end."""
        await self.connections.close()
        await self._beside.close()
        await self.engine.dispose()


class _Opened:
    __slots__ = ("_connections", "_line", "_only_reads", "_tenant")

    def __init__(self, connections: Connections, tenant: Tenant, only_reads: bool) -> None:
        self._connections, self._tenant, self._only_reads = connections, tenant, only_reads

    async def __aenter__(self) -> Line:
        asked = time.perf_counter()
        try:
            self._line = await self._connections.lend()
        finally:
            metrics.POOL_WAIT_SECONDS.observe(time.perf_counter() - asked)
        self._line.open(self._tenant, only_reads=self._only_reads)
        return self._line

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                await self._line.end("commit")
            else:
                await self._roll_back()
        except BaseException:
            if kind is None:
                await self._roll_back()
            raise
        finally:
            await self._connections.take_back(self._line)

    async def _roll_back(self) -> None:
        # The connection may be gone or mid-statement; then it is closed when it is taken back.
        with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            await self._line.end("rollback")


class _Transaction:
    """An opened line with a unit of work, for one vendor."""

    __slots__ = ("_database", "_now", "_opened", "_partner_id", "_tx", "_vendor_id")

    def __init__(
        self, database: Database, vendor_id: UUID, partner_id: UUID | None, now: datetime | None, only_reads: bool
    ) -> None:
        self._database, self._vendor_id, self._partner_id, self._now = database, vendor_id, partner_id, now
        self._opened = database.opened(tenant_of(vendor_id, partner_id), only_reads=only_reads)

    async def __aenter__(self) -> Tx:
        line = await self._opened.__aenter__()
        try:
            database = self._database
            now = self._now or database.clock() + await database.ahead(line, self._vendor_id)
        except BaseException as error:
            await self._opened.__aexit__(type(error), error, error.__traceback__)
            raise
        self._tx = Tx(line, self._vendor_id, self._partner_id, now, database.listeners, database.alone)
        return self._tx

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        tx = self._tx
        try:
            try:
                if kind is None:
                    await tx.flush()
            finally:
                await tx.close()
        except BaseException as failed:
            await self._opened.__aexit__(type(failed), failed, failed.__traceback__)
            raise
        await self._opened.__aexit__(kind, error, trace)
        if kind is None:
            tx.committed()


def open_engine(
    url: str, *, command_seconds: float | None = None, statement_cache_size: int = 100, **options: Any
) -> AsyncEngine:
    """An engine whose connections are made by the driver from the whole URL.

    Why: only the driver knows what libpq's URLs may say (sslmode, sslrootcert, several hosts, target_session_attrs).
    Edges: with a cache of 0 every statement is unnamed, so that a pooler may give each transaction another server.
    """
    connect: dict[str, Any] = {
        "dsn": "postgresql://" + url.split("://", 1)[1],
        "timeout": CONNECT_SECONDS,
        "command_timeout": command_seconds,
        "statement_cache_size": statement_cache_size,
        "prepared_statement_cache_size": statement_cache_size,
    }
    if statement_cache_size == 0:
        connect["prepared_statement_name_func"] = lambda: ""
    return create_async_engine("postgresql+asyncpg://", connect_args=connect, **options)
