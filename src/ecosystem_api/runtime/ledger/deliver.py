"""Deliver what is owed: claim one row, run its handler, finish it in the handler's own transaction.

At least once: a crash after the claim costs a lease and an attempt, never the work. Completion checks the lease, so
a worker that woke too late cannot finish what another has taken over. A handler's writes and the row's `done` are one
commit, so its effects inside the database happen exactly once.

The row is not locked while its handler runs: a request that moves or takes back a reminder holds what the handler is
about to wait for. So the handler comes first, the row last, as in every request.
"""

import asyncio
import random
import time
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from opentelemetry.trace import SpanKind
from sqlalchemy import Select, func, select, update

from ecosystem_api.kernel.problem import Problem
from ecosystem_api.runtime import metrics, traces
from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.caller import system_caller
from ecosystem_api.runtime.database import Database, Tx
from ecosystem_api.runtime.ledger.event import Heard
from ecosystem_api.runtime.ledger.relay import stamp_within
from ecosystem_api.runtime.ledger.tables import IS_PENDING, THIS_TRANSACTION, DeliveryRow, EventRow

log = structlog.get_logger("worker")
# Results of an attempt, as counted. A lapsed one was lost to another worker or taken back before it began.
DONE, FAILED, DEAD, LAPSED = "done", "failed", "dead", "lapsed"
UNKNOWN = "unknown"
LEASE = timedelta(seconds=30)
DEADLINE_SECONDS = 20.0
GIVE_UP_AFTER = timedelta(hours=24)
_PAUSES = (1, 5, 30, 120, 600, 1800)
_JITTER = random.Random()  # noqa: S311 - spreads retries, guards nothing


class _Lapsed(Exception):  # noqa: N818 - no error: what was begun is undone
    """The lease went to another worker, or the reminder was moved or taken back while its handler ran."""


def pause_after(attempts: int, rng: random.Random) -> timedelta:
    """How long to wait before the next attempt: growing steps, each drawn between half and whole."""
    whole = _PAUSES[min(attempts, len(_PAUSES)) - 1]
    return timedelta(seconds=whole * (0.5 + rng.random() / 2))


async def claim(database: Database, vendor_id: UUID, worker: str) -> UUID | None:
    """Lease the vendor's next due delivery; the attempt counts from here. None when nothing is due.

    Leases use the database's clock, so that workers with wrong clocks cannot steal from each other.
    Edges: a row whose worker died is due again when its lease ends, behind those that waited meanwhile, so that a row
    that kills its workers keeps nobody else waiting; after a day of that it is dead.
    """
    async with database.transaction(vendor_id) as tx:
        row: DeliveryRow | None = await tx.session.scalar(
            select(DeliveryRow)
            .where(
                DeliveryRow.vendor_id == vendor_id,
                IS_PENDING,
                DeliveryRow.due_at <= tx.now,
                DeliveryRow.lease_until.is_(None) | (DeliveryRow.lease_until < func.now()),
            )
            .order_by(DeliveryRow.due_at, DeliveryRow.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if row is None:
            return None
        if row.lease_until is not None and _is_past_hope(row, tx.now):
            _bury(row, tx.now, "WorkerLost")
            tx.after_commit(metrics.DELIVERIES.labels(row.handler, DEAD).inc)
            return None
        row.attempts += 1
        row.first_attempt_at = row.first_attempt_at or tx.now
        row.due_at = tx.now + LEASE
        row.lease_holder, row.lease_until = worker, func.now() + LEASE
        return row.id


async def perform(database: Database, catalog: Catalog, vendor_id: UUID, delivery_id: UUID, worker: str) -> None:
    """Run a claimed delivery and finish it; a failure is noted and waits for its next attempt.

    Edges: nothing happens when the lease went to another worker or the reminder was moved or taken back meanwhile,
    be it while the handler waited; a handler may plan its own next reminder.
    """
    started, name, result = time.perf_counter(), UNKNOWN, LAPSED
    try:
        async with asyncio.timeout(DEADLINE_SECONDS), database.transaction(vendor_id) as tx:
            row: DeliveryRow | None = await tx.session.scalar(_held(tx, delivery_id, worker))
            if row is None:
                return
            # Read now: a handler that moves rows past the session has it forget all that it read, this row too.
            name, owed_at = row.handler, row.owed_at
            handler = catalog.handlers[name]
            event = await _event_of(tx, row)
            heard = _heard(row, event, catalog)
            told = {"ecosystem__handler": name, "ecosystem__event_type": heard.event_type or "reminder"}
            with traces.span(f"deliver {name}", SpanKind.CONSUMER, **told):
                await handler.run(tx, system_caller(vendor_id, name), heard)
            if owed_at < (tx.now - LEASE if event is None else event.occurred_at):
                # It ought to have happened earlier, and so ought what follows from it: before what was due since.
                await tx.flush()
                while await stamp_within(tx, catalog.listeners, owed_at):
                    pass
            await _finish(tx, delivery_id, worker)
        result = DONE
    except _Lapsed:
        pass
    except Exception as error:  # whatever a handler raises: the row must learn of it
        log.warning("delivery_failed", delivery_id=str(delivery_id), kind=type(error).__name__, exc_info=error)
        result = await _note_failure(database, vendor_id, delivery_id, worker, error)
    finally:
        metrics.count_delivery(name, result, time.perf_counter() - started)


def _held(tx: Tx, delivery_id: UUID, worker: str) -> Select[DeliveryRow]:
    return select(DeliveryRow).where(
        DeliveryRow.vendor_id == tx.vendor_id,
        DeliveryRow.id == delivery_id,
        DeliveryRow.lease_holder == worker,
        IS_PENDING,
    )


async def _finish(tx: Tx, delivery_id: UUID, worker: str) -> None:
    """Mark a delivery done; one that its handler moved goes on as its next reminder.

    Edges: a handler that ends what the reminder was about takes the reminder back, which is done all the same.
    Errors: `_Lapsed` when somebody else has it, moved it or took it back.
    """
    await tx.flush()
    this = (DeliveryRow.vendor_id == tx.vendor_id) & (DeliveryRow.id == delivery_id)
    is_leased = (DeliveryRow.lease_holder == worker) & IS_PENDING
    is_written_here = DeliveryRow.lease_holder == THIS_TRANSACTION
    finished = (
        update(DeliveryRow)
        .where(this, is_leased | (is_written_here & (DeliveryRow.state == "cancelled")))
        .values(state="done", finished_at=tx.now, lease_holder=None, lease_until=None)
        .returning(DeliveryRow.id)
        .execution_options(synchronize_session=False)
    )
    if await tx.session.scalar(finished) is not None:
        return
    if await tx.session.scalar(select(DeliveryRow.id).where(this, is_written_here)) is None:
        raise _Lapsed


async def _event_of(tx: Tx, row: DeliveryRow) -> EventRow | None:
    return await tx.session.get_one(EventRow, (tx.vendor_id, row.event_id)) if row.event_id else None


def _heard(row: DeliveryRow, event: EventRow | None, catalog: Catalog) -> Heard:
    if event is None:
        return Heard(row.subject_id, row.owed_at, dict(row.data), offers=catalog)
    data = {**event.data, **event.staff_data}
    return Heard(row.subject_id, event.occurred_at, data, event.id, event.type, offers=catalog)


async def _note_failure(database: Database, vendor_id: UUID, delivery_id: UUID, worker: str, error: Exception) -> str:
    """Write down why an attempt failed and when the next is due; answer the attempt's result."""
    async with database.transaction(vendor_id) as tx:
        row: DeliveryRow | None = await tx.session.scalar(_held(tx, delivery_id, worker).with_for_update())
        if row is None:
            return LAPSED
        # The text of a foreign exception may carry anything, also personal data; its kind does not.
        told = f"{type(error).__name__}: {error.detail}" if isinstance(error, Problem) else type(error).__name__
        if _is_past_hope(row, tx.now):
            _bury(row, tx.now, told)
            return DEAD
        row.last_error = told
        row.lease_holder, row.lease_until = None, None
        row.due_at = tx.now + pause_after(row.attempts, _JITTER)
        return FAILED


def _is_past_hope(row: DeliveryRow, now: datetime) -> bool:
    """By age since its first attempt, not by number of attempts, so that crashes burn no budget."""
    return row.first_attempt_at is not None and now - row.first_attempt_at > GIVE_UP_AFTER


def _bury(row: DeliveryRow, now: datetime, told: str) -> None:
    row.state, row.finished_at, row.last_error = "dead", now, told
    row.lease_holder, row.lease_until = None, None
