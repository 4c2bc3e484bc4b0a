"""Connections kept open between transactions, and no more of them than the installation grants one process.

SQLAlchemy makes them and speaks through them; it does not pool them. Its own pool and asyncpg's both cost more per
checkout than a primary-key read (80 and 70 microseconds against 35), and this is what a request does first and last.
"""

import asyncio
from dataclasses import dataclass

import asyncpg
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine


@dataclass(frozen=True, slots=True)
class Line:
    """One open connection: SQLAlchemy's, and the driver's beneath for simple-protocol statements and COPY."""

    connection: AsyncConnection
    driver: asyncpg.Connection


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
                if not line.driver.is_closed():
                    return line
                await discard(line)  # the server restarted or hung up meanwhile: that is nobody's fault
            return await self._open()
        except BaseException:
            self.lent -= 1
            self._free.release()
            raise

    async def take_back(self, line: Line) -> None:
        """The connection is free again; one that is closed or in a transaction still is never lent again."""
        try:
            if line.driver.is_closed() or line.driver.is_in_transaction():
                await discard(line)
            else:
                self._idle.append(line)
        finally:
            self.lent -= 1
            self._free.release()

    async def close(self) -> None:
        """Close what is idle. Call once, at the end."""
        while self._idle:
            await self._idle.pop().connection.close()

    async def _open(self) -> Line:
        connection = await self._engine.connect()
        raw = await connection.get_raw_connection()
        assert raw.driver_connection is not None
        return Line(connection, raw.driver_connection)


async def discard(line: Line) -> None:
    """Close a connection in whatever state it is."""
    line.driver.terminate()
    await line.connection.invalidate()
    await line.connection.close()
