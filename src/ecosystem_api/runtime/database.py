"""One request, one transaction: opened for one vendor (and one partner), closed by one commit.

The tenant context is set with SET LOCAL right behind BEGIN, and both travel with the first statement, so it can neither
outlive the transaction nor leak through a connection pooler; a statement of a request that only reads carries it alone,
and is a transaction of its own. The engine runs in the driver's autocommit mode for that reason: BEGIN and COMMIT are
ours, in `Database.transaction`, and nowhere else.
"""

import contextlib
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from types import TracebackType
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
from sqlalchemy import MetaData, NullPool, Select, Uuid, bindparam, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from ecosystem_api.runtime import metrics, traces
from ecosystem_api.runtime.clock import Clock, system_clock
from ecosystem_api.runtime.connections import NOBODY, Connections, Line, Tenant

if TYPE_CHECKING:
    from ecosystem_api.runtime.area import Handler

Listeners = Callable[[str], Sequence["Handler"]]
Alone = Callable[[UUID, str, Sequence[Any]], Awaitable[Sequence[Any]]]
CONNECT_SECONDS = 5.0
_NOTHING = timedelta(0)
NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def _nobody(event_type: str) -> Sequence["Handler"]:
    return ()


class Base(DeclarativeBase):
    """All tables of the house. Each says in `info["scope"]` which rows a partner's transaction may see.

    Scopes: `partner` (rows with its own partner_id), `shared` (all rows of the vendor), `staff` (none),
    `self` (the row whose id is the partner's), `audience` (own rows and those for every partner),
    `linked` (rows a link table grants), `published` (rows that are not drafts),
    `disclosed` (rows whose `partner_access` is not `none`),
    `machinery` (rows no room reads on a caller's behalf: no partner predicate),
    `reference` and `local` (no tenant at all, listed by name).
    """

    metadata = MetaData(naming_convention=NAMING)


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
        listeners: Listeners = _nobody,
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
        await self._line.take_tenant(_tenant(self.vendor_id, None))
        try:
            yield
            # A row written while wide must reach the server while wide, or its policy check would refuse it.
            await self.flush()
            await self._line.take_tenant(_tenant(self.vendor_id, narrowed))
        finally:
            # After an exception the transaction is rolled back, and the setting with it.
            self.partner_id = narrowed


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
        listeners: Listeners = _nobody,
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
        async with _Opened(self._beside, _tenant(vendor_id, None), only_reads=True) as line:
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


@lru_cache(maxsize=4_096)
def _tenant(vendor_id: UUID, partner_id: UUID | None) -> Tenant:
    """What makes a transaction one tenant's. Edges: whatever is no UUID fails here and never becomes a statement."""
    return str(UUID(str(vendor_id))), "" if partner_id is None else str(UUID(str(partner_id)))


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
        self._opened = database.opened(_tenant(vendor_id, partner_id), only_reads=only_reads)

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


def scoped(tx: Tx, model: type[Base], *columns: Any) -> Select[Any]:
    """Start every SELECT: the vendor's rows, narrowed to the partner's where the caller is one.

    Shape: `scoped(tx, Partner)` selects entities; `scoped(tx, Partner, Partner.id)` selects columns.
    Edges: a partner asking for a `staff` table gets no rows. Row-level security says the same a second time.
    """
    statement = select(*columns) if columns else select(model)
    own = bindparam("tx_vendor_id", tx.vendor_id, Uuid())  # named, so that a statement kept as text can be asked again
    statement = statement.select_from(model).where(model.vendor_id == own)  # type: ignore[attr-defined]
    if tx.partner_id is None:
        return statement
    return statement.where(*partner_predicate(model, bindparam("tx_partner_id", tx.partner_id, Uuid())))


def partner_predicate(model: Any, partner_id: Any) -> Sequence[Any]:
    """What narrows a table of each scope to one partner's rows."""
    info = model.__table__.info
    match info["scope"]:
        case "partner":
            return [model.partner_id == partner_id]
        case "self":
            return [model.id == partner_id]
        case "audience":
            own = (model.partner_id == partner_id) & (model.audience == "partner")
            return [own | (model.audience == "everyone")]
        case "linked":
            link = Base.metadata.tables[info["link"]]
            granted = select(link.c[info["link_column"]]).where(
                link.c.vendor_id == model.vendor_id, link.c.partner_id == partner_id
            )
            return [getattr(model, info.get("own_column", "id")).in_(granted)]
        case "published":
            return [model.status != "draft"]
        case "disclosed":
            return [model.partner_access != "none"]
        case "shared" | "machinery":
            return []
        case _:
            return [model.vendor_id != model.vendor_id]


def sqlstate(error: BaseException) -> str | None:
    """The five-character PostgreSQL code of an error, however deeply the driver wrapped it."""
    seen: BaseException | None = error.orig if isinstance(error, DBAPIError) else error
    while seen is not None:
        code = getattr(seen, "sqlstate", None)
        if isinstance(code, str):
            return code
        seen = seen.__cause__
    return None


def constraint_name(error: BaseException) -> str | None:
    """The constraint a violation names, or None."""
    seen: BaseException | None = error.orig if isinstance(error, DBAPIError) else error
    while seen is not None:
        name = getattr(seen, "constraint_name", None)
        if isinstance(name, str):
            return name
        seen = seen.__cause__
    return None
