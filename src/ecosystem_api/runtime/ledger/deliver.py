"""Deliver what is owed: claim one row, run its handler, finish it in the handler's own transaction.

At least once: a crash after the claim costs a lease and an attempt, never the work. Completion checks the lease, so
a worker that woke too late cannot finish what another has taken over. A handler's writes and the row's `done` are one
commit, so its effects inside the database happen exactly once.
"""

import asyncio
import random
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import func, select, update

from ecosystem_api.kernel.problem import Problem
from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.caller import system_caller
from ecosystem_api.runtime.database import Database, Tx
from ecosystem_api.runtime.ledger.event import Heard
from ecosystem_api.runtime.ledger.tables import DeliveryRow, EventRow

log = structlog.get_logger("worker")
LEASE = timedelta(seconds=30)
DEADLINE_SECONDS = 20.0
GIVE_UP_AFTER = timedelta(hours=24)
_PAUSES = (1, 5, 30, 120, 600, 1800)


def pause_after(attempts: int, rng: random.Random) -> timedelta:
    """How long to wait before the next attempt: growing steps, each drawn between half and whole."""
    whole = _PAUSES[min(attempts, len(_PAUSES)) - 1]
    return timedelta(seconds=whole * (0.5 + rng.random() / 2))


async def claim(database: Database, vendor_id: UUID, worker: str) -> UUID | None:
    """Lease the vendor's next due delivery; the attempt counts from here. None when nothing is due.

    Leases use the database's clock, so that workers with wrong clocks cannot steal from each other.
    """
    async with database.transaction(vendor_id) as tx:
        chosen = await tx.session.scalar(
            select(DeliveryRow.id)
            .where(
                DeliveryRow.vendor_id == vendor_id,
                DeliveryRow.state == "pending",
                DeliveryRow.due_at <= tx.now,
                DeliveryRow.lease_until.is_(None) | (DeliveryRow.lease_until < func.now()),
            )
            .order_by(DeliveryRow.due_at, DeliveryRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if chosen is None:
            return None
        await tx.session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.vendor_id == vendor_id, DeliveryRow.id == chosen)
            .values(attempts=DeliveryRow.attempts + 1, lease_holder=worker, lease_until=func.now() + LEASE)
            .execution_options(synchronize_session=False)
        )
        return chosen


async def perform(database: Database, catalog: Catalog, vendor_id: UUID, delivery_id: UUID, worker: str) -> None:
    """Run a claimed delivery and finish it; a failure is noted and waits for its next attempt."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS), database.transaction(vendor_id) as tx:
            row = await _held(tx, delivery_id, worker)
            if row is None:
                return
            handler = catalog.handlers[row.handler]
            heard = await _heard(tx, row)
            await handler.run(tx, system_caller(vendor_id, row.handler), heard)
            row.state, row.finished_at, row.lease_holder, row.lease_until = "done", tx.now, None, None
    except Exception as error:  # whatever a handler raises: the row must learn of it
        log.warning("delivery_failed", delivery_id=str(delivery_id), kind=type(error).__name__, exc_info=error)
        await _note_failure(database, vendor_id, delivery_id, worker, error)


async def _held(tx: Tx, delivery_id: UUID, worker: str) -> DeliveryRow | None:
    row: DeliveryRow | None = await tx.session.scalar(
        select(DeliveryRow)
        .where(
            DeliveryRow.vendor_id == tx.vendor_id,
            DeliveryRow.id == delivery_id,
            DeliveryRow.lease_holder == worker,
            DeliveryRow.state == "pending",
        )
        .with_for_update()
    )
    return row


async def _heard(tx: Tx, row: DeliveryRow) -> Heard:
    if row.event_id is None:
        return Heard(row.subject_id, row.due_at, dict(row.data))
    event = await tx.session.get_one(EventRow, (tx.vendor_id, row.event_id))
    return Heard(row.subject_id, event.occurred_at, {**event.data, **event.staff_data}, event.id, event.type)


async def _note_failure(database: Database, vendor_id: UUID, delivery_id: UUID, worker: str, error: Exception) -> None:
    async with database.transaction(vendor_id) as tx:
        row = await _held(tx, delivery_id, worker)
        if row is None:
            return
        # The text of a foreign exception may carry anything, also personal data; its kind does not.
        row.last_error = (
            f"{type(error).__name__}: {error.detail}" if isinstance(error, Problem) else type(error).__name__
        )
        row.lease_holder, row.lease_until = None, None
        is_old = tx.now - _since(row) > GIVE_UP_AFTER
        if is_old:
            row.state, row.finished_at = "dead", tx.now
        else:
            row.due_at = tx.now + pause_after(row.attempts, random.Random())  # noqa: S311 - jitter, not a secret


def _since(row: DeliveryRow) -> datetime:
    """From when its age counts: by age, not by number of attempts, so that crashes burn no budget."""
    first = row.data.get("first_due_at")
    return datetime.fromisoformat(first) if isinstance(first, str) else row.created_at
