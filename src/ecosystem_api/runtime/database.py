"""One request, one transaction: opened for one vendor (and one partner), closed by one commit.

The tenant context is set with SET LOCAL in the same round trip that opens the transaction, so it can neither outlive
it nor leak through a connection pooler. The engine runs in the driver's autocommit mode for that reason: BEGIN and
COMMIT are ours, in `Database.transaction`, and nowhere else.
"""

import contextlib
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import MetaData, Select, event, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from ecosystem_api.runtime.clock import Clock, system_clock

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """All tables of the house. Each says in `info["scope"]` which rows a partner's transaction may see.

    Scopes: `partner` (rows with its own partner_id), `shared` (all rows of the vendor), `staff` (none),
    `self` (the row whose id is the partner's), `audience` (own rows and those for every partner),
    `linked` (rows a link table grants), `published` (rows that are not drafts),
    `machinery` (rows no room reads on a caller's behalf: no partner predicate),
    `reference` and `local` (no tenant at all, listed by name).
    """

    metadata = MetaData(naming_convention=NAMING)


class Tx:
    """An open transaction of one vendor. Rooms receive it, use it and never commit it.

    `partner_id` is the partner whose rows alone are visible, or None for staff and the system.
    `now` is the instant of the transaction by the service's clock: one request sees one time.
    """

    def __init__(self, session: AsyncSession, vendor_id: UUID, partner_id: UUID | None, now: datetime) -> None:
        self.session = session
        self.vendor_id = vendor_id
        self.partner_id = partner_id
        self.now = now

    async def insert(self, *rows: Base) -> None:
        """Add rows and send them now, so that parents stand before their children."""
        self.session.add_all(rows)
        await self.session.flush()

    async def flush(self) -> None:
        """Send pending changes, so that constraints speak here and not at the commit."""
        await self.session.flush()

    @contextlib.asynccontextmanager
    async def vendor_wide(self) -> AsyncIterator[None]:
        """Lift the partner's predicate for a judgement that must see every partner's claims.

        Edges: nests; the vendor's predicate stays. What was read inside must be redacted before it is answered.
        """
        narrowed, self.partner_id = self.partner_id, None
        if narrowed is None:
            yield
            return
        await self._say("set local app.partner = ''")
        try:
            yield
            # A row written while wide must reach the server while wide, or its policy check would refuse it.
            await self.session.flush()
            await self._say(f"set local app.partner = '{narrowed}'")
        finally:
            # After an exception the transaction is rolled back, and the setting with it.
            self.partner_id = narrowed

    async def _say(self, sql: str) -> None:
        connection = await self.session.connection()
        await (await driver(connection)).execute(sql)


async def driver(connection: AsyncConnection) -> asyncpg.Connection:
    """The asyncpg connection beneath, for simple-protocol statements and COPY."""
    raw = await connection.get_raw_connection()
    assert raw.driver_connection is not None
    return raw.driver_connection


class Database:
    """A pool of connections under one role. Shape: `async with database.transaction(vendor_id) as tx`."""

    def __init__(self, url: str, *, pool_size: int = 10, pool_wait_seconds: float = 2.0, clock: Clock = system_clock):
        self.clock = clock
        self.engine = create_async_engine(
            "postgresql+asyncpg://" + url.split("://", 1)[1],
            isolation_level="AUTOCOMMIT",
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=pool_wait_seconds,
            pool_pre_ping=False,
            connect_args={"timeout": 5, "command_timeout": 30},
        )
        event.listen(self.engine.sync_engine, "checkin", _never_pool_an_open_transaction)

    @contextlib.asynccontextmanager
    async def transaction(
        self, vendor_id: UUID, partner_id: UUID | None = None, *, now: datetime | None = None
    ) -> AsyncIterator[Tx]:
        """One transaction of one vendor; commits at the end, rolls back on any exception.

        Errors: SQLAlchemy's `TimeoutError` when no connection is free in time; `DBAPIError` from the server.
        """
        opening = f"begin; set local app.vendor = '{UUID(str(vendor_id))}'"
        if partner_id is not None:
            opening += f"; set local app.partner = '{UUID(str(partner_id))}'"
        async with self._opened(opening) as session:
            yield Tx(session, vendor_id, partner_id, now or self.clock())

    @contextlib.asynccontextmanager
    async def crossing(self) -> AsyncIterator[AsyncSession]:
        """A transaction with no tenant: sees reference tables, and as the worker the rows that wait for it.

        Only `runtime` uses it; the statements that cross vendors are listed in `runtime/ledger/crossing.py`.
        """
        async with self._opened("begin") as session:
            yield session

    @contextlib.asynccontextmanager
    async def _opened(self, opening: str) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self.engine, expire_on_commit=False, autoflush=True) as session:
            connection = await session.connection()
            raw = await driver(connection)
            try:
                await raw.execute(opening)
                yield session
                await session.flush()
                await raw.execute("commit")
            except BaseException:
                session.expunge_all()
                # The connection may be gone or mid-statement; then it is closed, never pooled.
                try:
                    await raw.execute("rollback")
                except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                    await connection.invalidate()
                raise

    async def close(self) -> None:
        """Return every connection. Call once, at the end."""
        await self.engine.dispose()


def _never_pool_an_open_transaction(dbapi_connection: Any, record: Any) -> None:
    if dbapi_connection is not None and dbapi_connection.driver_connection.is_in_transaction():
        record.invalidate()


def scoped(tx: Tx, model: type[Base], *columns: Any) -> Select[Any]:
    """Start every SELECT: the vendor's rows, narrowed to the partner's where the caller is one.

    Shape: `scoped(tx, Partner)` selects entities; `scoped(tx, Partner, Partner.id)` selects columns.
    Edges: a partner asking for a `staff` table gets no rows. Row-level security says the same a second time.
    """
    statement = select(*columns) if columns else select(model)
    statement = statement.select_from(model).where(model.vendor_id == tx.vendor_id)  # type: ignore[attr-defined]
    if tx.partner_id is None:
        return statement
    return statement.where(*partner_predicate(model, tx.partner_id))


def partner_predicate(model: Any, partner_id: UUID) -> Sequence[Any]:
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
