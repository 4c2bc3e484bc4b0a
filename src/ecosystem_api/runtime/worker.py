"""The worker: stamps news, delivers what is due, keeps house. Any number may run; each is expendable."""

import asyncio
import os
import secrets
import time
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete

from ecosystem_api.runtime.http.idempotency import KEPT_HOURS, IdempotencyKeyRow
from ecosystem_api.runtime.ledger import crossing
from ecosystem_api.runtime.ledger.deliver import claim, perform
from ecosystem_api.runtime.ledger.relay import stamp
from ecosystem_api.runtime.machinery import Machinery

log = structlog.get_logger("worker")
SLOTS = 4
_BEAT_SECONDS = 2.0
_HOUSEKEEPING_SECONDS = 600.0


class Worker:
    """One worker process. `run` until told to stop; `drain` until nothing is left that is due now."""

    def __init__(self, machinery: Machinery) -> None:
        self.machinery = machinery
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; what is in hand is finished first. A lost database is waited for."""
        next_beat = next_cleaning = 0.0
        while not stop.is_set():
            try:
                now = time.monotonic()
                if now >= next_beat:
                    await crossing.beat(self.machinery.database, self.name, self.machinery.clock())
                    next_beat = now + _BEAT_SECONDS
                if now >= next_cleaning:
                    await self.clean()
                    next_cleaning = now + _HOUSEKEEPING_SECONDS
                done = await self.turn()
            except Exception as error:  # the database may be away: the ledger keeps what is owed
                log.warning("worker_waits", kind=type(error).__name__)
                done, pause = 0, 1.0
            else:
                pause = self.machinery.settings.relay_poll_seconds
            if not done:
                await _sleep_unless(stop, pause)

    async def turn(self) -> int:
        """Stamp every vendor's news once, then deliver one row of each vendor that has one due; answer how many."""
        database, catalog = self.machinery.database, self.machinery.catalog
        done = 0
        for vendor_id in await crossing.vendors_with_news(database):
            done += await stamp(database, vendor_id, catalog.listeners)
        vendors = await crossing.vendors_with_due_work(database, self.machinery.clock())
        # One row of each vendor in turn: a vendor with thousands waiting delays a quiet one by one row, not by all.
        for start in range(0, len(vendors), SLOTS):
            served = await asyncio.gather(*(self._serve(vendor_id) for vendor_id in vendors[start : start + SLOTS]))
            done += sum(served)
        return done

    async def drain(self, limit: int = 10_000) -> int:
        """Turn until nothing is due. Errors: RuntimeError after `limit` turns, which means work that feeds itself."""
        total = 0
        for _ in range(limit):
            done = await self.turn()
            total += done
            if not done:
                return total
        raise RuntimeError("the worker's queue does not drain")

    async def clean(self) -> None:
        """Delete what has outlived its purpose: idempotency keys after their 24 hours."""
        for vendor_id in await crossing.every_vendor(self.machinery.database):
            async with self.machinery.database.transaction(vendor_id) as tx:
                horizon = tx.now - timedelta(hours=KEPT_HOURS)
                await tx.session.execute(
                    delete(IdempotencyKeyRow).where(
                        IdempotencyKeyRow.vendor_id == vendor_id, IdempotencyKeyRow.created_at < horizon
                    )
                )

    async def _serve(self, vendor_id: UUID) -> int:
        database = self.machinery.database
        delivery_id = await claim(database, vendor_id, self.name)
        if delivery_id is None:
            return 0
        await perform(database, self.machinery.catalog, vendor_id, delivery_id, self.name)
        return 1


async def _sleep_unless(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
