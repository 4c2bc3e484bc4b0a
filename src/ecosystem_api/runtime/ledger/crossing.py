"""The statements that see more than one vendor. There are no others; a test counts them.

They run as the worker's role, whose policies show it unstamped events and pending deliveries of every vendor and
nothing else without a tenant. Each only names vendors: rows are then claimed inside one vendor's transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, literal, select, union_all
from sqlalchemy.dialects.postgresql import insert

from ecosystem_api.runtime.database import Database
from ecosystem_api.runtime.ledger.tables import IS_PENDING, DeliveryRow, EventRow
from ecosystem_api.runtime.tenants import TenantRow, WorkerBeatRow

SILENT = timedelta(hours=1)
LONGEST_PAUSE = timedelta(minutes=30)


async def vendors_with_news(database: Database, limit: int = 100) -> list[UUID]:
    """Vendors with events that have no position yet, the longest waiting first."""
    async with database.crossing() as session:
        statement = (
            select(EventRow.vendor_id)
            .where(EventRow.position.is_(None))
            .group_by(EventRow.vendor_id)
            .order_by(func.min(EventRow.occurred_at))
            .limit(limit)
        )
        return list(await session.scalars(statement))


async def vendors_with_due_work(database: Database, now: datetime) -> list[UUID]:
    """Vendors with a delivery that is due and not leased, the longest waiting first. All of them: none may starve."""
    is_free = DeliveryRow.lease_until.is_(None) | (DeliveryRow.lease_until < func.now())
    waiting = select(DeliveryRow.vendor_id, func.min(DeliveryRow.due_at).label("since")).where(IS_PENDING, is_free)
    # In a sandbox whose clock runs ahead more is due than by the machine's. Asked apart: the rest stays an index's.
    its_time = literal(now) + TenantRow.clock_ahead_seconds * timedelta(seconds=1)
    ahead = waiting.join(TenantRow, TenantRow.vendor_id == DeliveryRow.vendor_id).where(
        TenantRow.clock_ahead_seconds > 0, DeliveryRow.due_at <= its_time
    )
    due = union_all(
        waiting.where(DeliveryRow.due_at <= now).group_by(DeliveryRow.vendor_id), ahead.group_by(DeliveryRow.vendor_id)
    ).subquery()
    async with database.crossing() as session:
        statement = select(due.c.vendor_id).group_by(due.c.vendor_id).order_by(func.min(due.c.since))
        return list(await session.scalars(statement))


async def every_vendor(database: Database) -> list[UUID]:
    """All vendors, for housekeeping."""
    async with database.crossing() as session:
        return list(await session.scalars(select(TenantRow.vendor_id).order_by(TenantRow.vendor_id)))


@dataclass(frozen=True)
class Backlog:
    """What waits, over all vendors. Units: seconds since the oldest was owed, 0 where nothing is."""

    relay_lag_seconds: float
    unstamped: int
    overdue: int
    oldest_news_seconds: float
    oldest_reminder_seconds: float


async def beat(database: Database, worker: str, now: datetime) -> Backlog:
    """Tell the API's /readyz that a worker lives and how far behind the ledger is; forget workers long silent."""
    async with database.crossing() as session:
        oldest, unstamped = (
            await session.execute(
                select(func.min(EventRow.occurred_at), func.count()).where(EventRow.position.is_(None))
            )
        ).one()
        overdue = await session.scalar(
            select(func.count()).where(IS_PENDING, DeliveryRow.due_at < now - timedelta(minutes=1))
        )
        # A delivery that failed waits for its next attempt and is owed all the same.
        kinds = await session.execute(
            select(DeliveryRow.event_id.is_(None), func.min(DeliveryRow.owed_at))
            .where(IS_PENDING, DeliveryRow.due_at <= now + LONGEST_PAUSE, DeliveryRow.owed_at <= now)
            .group_by(DeliveryRow.event_id.is_(None))
        )
        owed = {row[0]: row[1] for row in kinds}
        values = {
            "beat_at": func.now(),
            "relay_lag_seconds": _seconds_since(oldest, now),
            "unstamped": unstamped,
            "overdue": overdue or 0,
        }
        statement = insert(WorkerBeatRow).values(worker=worker, **values)
        await session.execute(statement.on_conflict_do_update(index_elements=["worker"], set_=values))
        await session.execute(
            delete(WorkerBeatRow).where(WorkerBeatRow.beat_at < func.now() - SILENT, WorkerBeatRow.worker != worker)
        )
    return Backlog(
        _seconds_since(oldest, now),
        unstamped,
        overdue or 0,
        _seconds_since(owed.get(False), now),
        _seconds_since(owed.get(True), now),
    )


def _seconds_since(instant: datetime | None, now: datetime) -> float:
    return max((now - instant).total_seconds(), 0.0) if instant else 0.0
