"""Connections kept open between transactions, and no more of them than the installation grants one process.

SQLAlchemy makes them and speaks through them; it does not pool them. Its own pool and asyncpg's both cost more per
checkout than a primary-key read (80 and 70 microseconds against 35), and this is what a request does first and last.
"""

import asyncio
import struct
from functools import lru_cache

import asyncpg
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


class Line:
    """One open connection: SQLAlchemy's, and the driver's beneath for statements that are kept as text.

    What a transaction begins with travels with its first statement: it has no answer worth a round trip of its own.
    """

    __slots__ = ("_ahead", "_connection", "_driver")

    def __init__(self, connection: AsyncConnection, driver: asyncpg.Connection) -> None:
        self._connection, self._driver, self._ahead = connection, driver, b""

    @property
    def connection(self) -> AsyncConnection:
        """SQLAlchemy's, for a statement that is sent now."""
        self._send_ahead()
        return self._connection

    @property
    def driver(self) -> asyncpg.Connection:
        """The driver's, for a statement that is sent now."""
        self._send_ahead()
        return self._driver

    def begin(self, *settings: str) -> None:
        """Begin a transaction with these settings as soon as something is asked in it."""
        self._ahead = _BEGIN + b"".join(map(_unanswered, settings))

    def pass_on(self, statement: str) -> None:
        """Run a statement without an answer of its own before whatever is asked next, whoever asks it."""
        self._send_ahead()
        self._driver._transport.write(_unanswered(statement))

    async def end(self, how: str) -> None:
        """Commit or roll back, if anything was asked."""
        if self._ahead:
            self._ahead = b""
        else:
            await self._driver.execute(how)

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

    def _send_ahead(self) -> None:
        if self._ahead:
            ahead, self._ahead = self._ahead, b""
            # asyncpg 0.32 has no pipeline. It passes over the answers of what was sent before its own message, and
            # an error among them is that message's. `tests/runtime/test_connections.py` says so of every way to ask.
            self._driver._transport.write(ahead)


@lru_cache(maxsize=4_096)  # the same few tenants come again and again
def _unanswered(statement: str) -> bytes:
    """The messages that run a statement without asking for its answer: Parse, Bind and Execute, and no Sync.

    Source: PostgreSQL 18, section 54.2.4, Pipelining.
    """
    parts = (b"P", b"\0" + statement.encode() + b"\0\0\0"), (b"B", b"\0" * 8), (b"E", b"\0" * 5)
    return b"".join(kind + struct.pack("!i", len(body) + 4) + body for kind, body in parts)


_BEGIN = _unanswered("begin")


class Connections:
    """A bounded set of open connections, lent one at a time, the last returned first."""

    def __init__(self, engine: AsyncEngine, size: int, wait_seconds: float) -> None:
        self.size = size
        self.lent = 0
        self._engine = engine
        self._free = asyncio.Semaphore(size)
        self._wait_seconds = wait_seconds
        self._idle: list[Line] = []

    async def lend(self) -> Line:
        """An open connection, for `take_back`. Errors: SQLAlchemy's `TimeoutError` when none is free in time."""
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
        connection = await self._engine.connect()
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None
        return Line(connection, raw.driver_connection)
