"""The worker: stamps news, delivers what is due, keeps house. Any number may run; each is expendable."""

import asyncio
import os
import secrets
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete

from ecosystem_api.runtime import metrics
from ecosystem_api.runtime.bootstrap import refuse_unsafe_login
from ecosystem_api.runtime.http.idempotency import KEPT_HOURS, IdempotencyKeyRow
from ecosystem_api.runtime.ledger import crossing
from ecosystem_api.runtime.ledger.deliver import claim, perform
from ecosystem_api.runtime.ledger.relay import stamp
from ecosystem_api.runtime.ledger.tables import DeliveryRow
from ecosystem_api.runtime.limits import forget_full
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.revocation import forget_ended

log = structlog.get_logger("worker")
SLOTS = 4
FINISHED_KEPT = timedelta(days=30)
_SHIFT_SECONDS = 0.1
_BEAT_SECONDS = 2.0
_HOUSEKEEPING_SECONDS = 600.0
_LOST_DATABASE_SECONDS = 1.0


class Worker:
    """One worker process. `run` until told to stop; `drain` until nothing is left that is due now.

    One vendor is served by one slot at a time, for a short shift: thousands waiting for one vendor delay a quiet one
    by a shift, and a slow handler holds up its own vendor, neither the relay nor the other slots.
    """

    def __init__(self, machinery: Machinery) -> None:
        self.machinery = machinery
        self.name = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._free = asyncio.Semaphore(SLOTS)
        self._in_hand: set[UUID] = set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; what is in hand is finished first. A lost database is waited for.

        Errors: RuntimeError for a login that may ignore row-level security; nothing is served with it.
        """
        await self._examine_login(stop)
        pause = self.machinery.settings.relay_poll_seconds
        async with asyncio.TaskGroup() as hands:
            hands.create_task(self._repeat(stop, _BEAT_SECONDS, self._beat))
            hands.create_task(self._repeat(stop, _HOUSEKEEPING_SECONDS, self.clean))
            hands.create_task(self._repeat(stop, pause, self.relay))
            hands.create_task(self._repeat(stop, pause, lambda: self._hand_out(hands, stop)))

    async def _examine_login(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            try:
                await refuse_unsafe_login(self.machinery.database)
            except RuntimeError:
                raise
            except Exception as error:  # the database may be away, or not begun to answer yet
                log.warning("worker_waits", kind=type(error).__name__)
                await _sleep_unless(stop, _LOST_DATABASE_SECONDS)
            else:
                return

    async def relay(self) -> int:
        """Stamp every vendor's news once; answer how many events."""
        database, catalog = self.machinery.database, self.machinery.catalog
        done = 0
        for vendor_id in await crossing.vendors_with_news(database):
            done += await self._guarded(vendor_id, stamp(database, vendor_id, catalog.listeners))
        return done

    async def turn(self) -> int:
        """Stamp every vendor's news once, then give each vendor with work due one shift; answer how much was done."""
        done = await self.relay()
        vendors = await crossing.vendors_with_due_work(self.machinery.database, self.machinery.clock())
        return done + sum(await asyncio.gather(*(self._shift(vendor_id) for vendor_id in vendors)))

    async def drain(self, limit: int = 10_000) -> int:
        """Turn until nothing is due. Errors: RuntimeError after `limit` turns, which means work that feeds itself."""
        total = 0
        for _ in range(limit):
            done = await self.turn()
            total += done
            if not done:
                return total
        raise RuntimeError("the worker's queue does not drain")

    async def clean(self) -> int:
        """Delete what has outlived its purpose: idempotency keys after a day, finished deliveries after a month."""
        for vendor_id in await crossing.every_vendor(self.machinery.database):
            await self._guarded(vendor_id, self._clean_vendor(vendor_id))
        return 0

    async def _beat(self) -> int:
        backlog = await crossing.beat(self.machinery.database, self.name, self.machinery.clock())
        metrics.BEATS.inc()
        metrics.RELAY_LAG_SECONDS.set(backlog.relay_lag_seconds)
        metrics.UNSTAMPED.set(backlog.unstamped)
        metrics.OVERDUE.set(backlog.overdue)
        metrics.OLDEST_OWED_SECONDS.labels("event").set(backlog.oldest_news_seconds)
        metrics.OLDEST_OWED_SECONDS.labels("planned").set(backlog.oldest_reminder_seconds)
        return 0

    async def _hand_out(self, hands: asyncio.TaskGroup, stop: asyncio.Event) -> int:
        for vendor_id in await crossing.vendors_with_due_work(self.machinery.database, self.machinery.clock()):
            if vendor_id not in self._in_hand:
                self._in_hand.add(vendor_id)
                hands.create_task(self._tend(vendor_id, stop))
        return 0

    async def _tend(self, vendor_id: UUID, stop: asyncio.Event) -> None:
        try:
            # Every shift queues for a slot anew, behind the vendors that wait for one.
            while not stop.is_set() and await self._shift(vendor_id):
                pass
        finally:
            self._in_hand.discard(vendor_id)

    async def _shift(self, vendor_id: UUID) -> int:
        """Deliver one vendor's rows one after the other, until none is due or the shift is over; answer how many."""
        async with self._free:
            ends, done = time.monotonic() + _SHIFT_SECONDS, 0
            while time.monotonic() < ends and await self._guarded(vendor_id, self._serve(vendor_id)):
                done += 1
            return done

    async def _serve(self, vendor_id: UUID) -> int:
        database = self.machinery.database
        delivery_id = await claim(database, vendor_id, self.name)
        if delivery_id is None:
            return 0
        await perform(database, self.machinery.catalog, vendor_id, delivery_id, self.name)
        return 1

    async def _clean_vendor(self, vendor_id: UUID) -> int:
        async with self.machinery.database.transaction(vendor_id) as tx:
            await tx.session.execute(
                delete(IdempotencyKeyRow).where(
                    IdempotencyKeyRow.vendor_id == vendor_id,
                    IdempotencyKeyRow.created_at < tx.now - timedelta(hours=KEPT_HOURS),
                )
            )
            await tx.session.execute(
                delete(DeliveryRow).where(
                    DeliveryRow.vendor_id == vendor_id,
                    DeliveryRow.state.in_(("done", "cancelled")),
                    DeliveryRow.finished_at < tx.now - FINISHED_KEPT,
                )
            )
            await forget_full(tx)
            await forget_ended(tx)
            for area in self.machinery.catalog.areas:
                if area.tidy is not None:
                    await area.tidy(tx)
        return 0

    async def _guarded(self, vendor_id: UUID, work: Awaitable[int]) -> int:
        """One vendor's trouble is told and ends here: the others are served all the same."""
        try:
            return await work
        except Exception as error:  # whatever it is, the ledger keeps what is owed
            log.warning("vendor_waits", vendor_id=str(vendor_id), kind=type(error).__name__, exc_info=error)
            return 0

    async def _repeat(self, stop: asyncio.Event, pause_seconds: float, chore: Callable[[], Awaitable[int]]) -> None:
        """Do a chore until told to stop, resting when nothing was done; a lost database is waited for."""
        while not stop.is_set():
            try:
                done, pause = await chore(), pause_seconds
            except Exception as error:  # the database may be away: the ledger keeps what is owed
                log.warning("worker_waits", kind=type(error).__name__)
                done, pause = 0, _LOST_DATABASE_SECONDS
            if not done:
                await _sleep_unless(stop, pause)


async def _sleep_unless(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
