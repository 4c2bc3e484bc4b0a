"""Connections kept open between transactions, and no more of them than the installation grants one process.

SQLAlchemy makes them and speaks through them; it does not pool them. Its own pool and asyncpg's both cost more per
checkout than a primary-key read (80 and 70 microseconds against 35), and this is what a request does first and last.
"""

import asyncio
import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

Tenant = tuple[str, str]
"""A vendor and a partner as texts of their ids, empty for none."""
NOBODY: Tenant = ("", "")
_NAMES = ("app.vendor", "app.partner")
_KEPT_AS = b"tenant"


class Line:
    """One open connection: SQLAlchemy's, and the driver's beneath for statements that are kept as text.

    What a transaction begins with travels with its first statement: it has no answer worth a round trip of its own. One
    that only reads is never begun: each of its statements carries the tenant with it, as a transaction of its own.
    """

    __slots__ = (
        "_connection", "_driver", "_is_due", "_is_owed", "_is_taught", "_kept", "_most_kept", "_only_reads", "_tenant"
    )  # fmt: skip

    def __init__(self, connection: AsyncConnection, driver: asyncpg.Connection, most_kept: int = 0) -> None:
        self._connection, self._driver, self._most_kept = connection, driver, most_kept
        self._is_due = self._is_owed = self._is_taught = self._only_reads = False
        self._tenant: Tenant = NOBODY
        self._kept: dict[str, asyncpg.prepared_stmt.PreparedStatement] = {}

    @property
    def connection(self) -> AsyncConnection:
        """SQLAlchemy's, for a statement that is sent now."""
        self._begin()
        return self._connection

    @property
    def driver(self) -> asyncpg.Connection:
        """The driver's, for a statement that is sent now."""
        self._begin()
        return self._driver

    def open(self, tenant: Tenant = NOBODY, *, only_reads: bool = False) -> None:
        """Begin a transaction of a tenant as soon as something is asked in it.

        Edges: with `only_reads` what is asked by `read` needs none, until something is asked in another way. Where
        no statement may be kept, because a pooler may give each transaction another server, there always is one.
        """
        self._tenant, self._is_due = tenant, True
        self._only_reads = only_reads and self._most_kept > 0

    async def read(self, text: str, values: Sequence[Any]) -> Sequence[Any]:
        """The rows of a statement that changes and locks nothing."""
        if not (self._only_reads and self._is_due):
            rows: Sequence[Any] = await self.driver.fetch(text, *values)
            return rows
        try:
            return await self._read_alone(text, values)
        except (asyncpg.OutdatedSchemaCacheError, asyncpg.InvalidCachedStatementError):
            self._kept.clear()  # a migration has changed what it answers: it is prepared anew
            return await self._read_alone(text, values)

    async def take_tenant(self, tenant: Tenant) -> None:
        """Be another tenant for what is asked from now on."""
        self._tenant = tenant
        if not self._is_due:
            await self._driver.execute("; ".join(map(_set, _NAMES, tenant)))

    def pass_on(self, statement: str) -> None:
        """Run a statement without an answer of its own before whatever is asked next, whoever asks it."""
        self._begin()
        self._driver._transport.write(_unanswered(statement))

    async def end(self, how: str) -> None:
        """Commit or roll back, if anything was begun."""
        if not self._is_due:
            await self._driver.execute(how)
        elif self._is_owed:
            await self._driver.execute("select")  # for the Sync behind it
        self._is_due = self._is_owed = False

    @property
    def is_lost(self) -> bool:
        """Whether it is closed."""
        return bool(self._driver.is_closed())

    @property
    def is_in_transaction(self) -> bool:
        """Whether a transaction was not ended on it."""
        return bool(self._driver.is_in_transaction())

    async def discard(self) -> None:
        """Close it in whatever state it is."""
        self._driver.terminate()
        await self._connection.invalidate()
        await self._connection.close()

    async def close(self) -> None:
        """Close it in order."""
        await self._connection.close()

    def _begin(self) -> None:
        if self._is_due:
            self._is_due = False
            # asyncpg 0.32 has no pipeline. It passes over the answers of what was sent before its own message, and
            # an error among them is that message's. `tests/runtime/test_connections.py` says so of every way to ask.
            self._driver._transport.write(_begun(*self._tenant))

    async def _read_alone(self, text: str, values: Sequence[Any]) -> Sequence[Any]:
        statement = self._kept.get(text) or await self._keep(text)
        # A statement that cannot be sent, for a value that is none of its type, leaves what was sent ahead unanswered.
        self._is_owed = True
        self._driver._transport.write(self._taught() + _carried(*self._tenant))
        rows: Sequence[Any] = await statement.fetch(*values)
        self._is_owed = False
        return rows

    def _taught(self) -> bytes:
        if self._is_taught:
            return b""
        self._is_taught = True
        return _TEACH

    async def _keep(self, text: str) -> asyncpg.prepared_stmt.PreparedStatement:
        # Kept here and not in the driver's cache: of that one cannot know whether it would prepare the text anew, and
        # the Sync behind the preparation would end what the tenant was set for.
        statement = await self._driver.prepare(text)
        while len(self._kept) >= self._most_kept:
            del self._kept[next(iter(self._kept))]
        self._kept[text] = statement
        return statement


def _set(name: str, value: str) -> str:
    return f"set local {name} = '{value}'"


@lru_cache(maxsize=4_096)  # the same few tenants come again and again
def _begun(vendor: str, partner: str) -> bytes:
    """The messages that begin a transaction of a tenant; what is not set in it is nobody."""
    settings = [_set(name, value) for name, value in zip(_NAMES, (vendor, partner), strict=True) if value]
    return b"".join(map(_unanswered, ("begin", *settings)))


@lru_cache(maxsize=4_096)
def _carried(vendor: str, partner: str) -> bytes:
    """The messages that run the kept statement for a tenant: Bind and Execute, and no Sync."""
    values = b"".join(struct.pack("!i", len(value)) + value for value in (vendor.encode(), partner.encode()))
    bind = b"\0" + _KEPT_AS + b"\0" + struct.pack("!hh", 0, 2) + values + struct.pack("!h", 0)
    return _message(b"B", bind) + _message(b"E", b"\0" * 5)


def _unanswered(statement: str) -> bytes:
    """The messages that run a statement without asking for its answer: Parse, Bind and Execute, and no Sync.

    Source: PostgreSQL 18, section 54.2.4, Pipelining.
    """
    parse = b"\0" + statement.encode() + b"\0\0\0"
    return _message(b"P", parse) + _message(b"B", b"\0" * 8) + _message(b"E", b"\0" * 5)


def _message(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("!i", len(body) + 4) + body


# Sets the tenant and answers no row: the driver would take a row for one of the statement's behind it. One expression,
# because a condition that has failed leaves those behind it unasked.
_TENANT = "select where set_config('app.vendor', $1, true) || set_config('app.partner', $2, true) is null"
_TEACH = _message(b"P", _KEPT_AS + b"\0" + _TENANT.encode() + b"\0\0\0")


class Connections:
    """A bounded set of open connections, lent one at a time, the last returned first."""

    def __init__(self, engine: AsyncEngine, size: int, wait_seconds: float, most_kept: int = 0) -> None:
        self.size = size
        self.lent = 0
        self._engine = engine
        self._free = asyncio.Semaphore(size)
        self._wait_seconds, self._most_kept = wait_seconds, most_kept
        self._idle: list[Line] = []

    async def lend(self) -> Line:
        """An open connection, for `take_back`.

        Errors: SQLAlchemy's `TimeoutError` when none is free, or none can be opened, in time.
        """
        if self._free.locked():
            try:
                await asyncio.wait_for(self._free.acquire(), self._wait_seconds)
            except TimeoutError:
                raise PoolTimeout(f"no connection was free for {self._wait_seconds:g} s") from None
        else:
            await self._free.acquire()
        self.lent += 1
        try:
            while self._idle:
                line = self._idle.pop()
                if not line.is_lost:
                    return line
                await line.discard()  # the server restarted or hung up meanwhile: that is nobody's fault
            return await self._open()
        except BaseException:
            self.lent -= 1
            self._free.release()
            raise

    async def take_back(self, line: Line) -> None:
        """The connection is free again; one that is closed or in a transaction still is never lent again."""
        try:
            if line.is_lost or line.is_in_transaction:
                await line.discard()
            else:
                self._idle.append(line)
        finally:
            self.lent -= 1
            self._free.release()

    async def close(self) -> None:
        """Close what is idle. Call once, at the end."""
        while self._idle:
            await self._idle.pop().close()

    async def _open(self) -> Line:
        try:
            connection = await self._engine.connect()
        except TimeoutError:
            raise PoolTimeout("the database did not answer in time") from None
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None
        return Line(connection, raw.driver_connection, self._most_kept)
