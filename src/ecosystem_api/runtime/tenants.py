"""Which vendors this installation serves, how their clocks run, and how its workers are doing.

The tables without a tenant. A sandbox vendor's clock may run ahead of the machine's: its transactions, its protections
and its reminders then live in that later time, and nobody else's do.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, CheckConstraint, DateTime, Float, Integer, Text, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base, Tx


class TenantRow(Base):
    """A vendor exists. Nothing else about it stands here but how far its clock runs ahead, if it is a sandbox."""

    __tablename__ = "tenants"
    __table_args__ = (
        CheckConstraint(
            "clock_ahead_seconds = 0 or (is_sandbox and clock_ahead_seconds > 0)", name="only_a_sandbox_runs_ahead"
        ),
        {"info": {"scope": "reference"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    is_sandbox: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    clock_ahead_seconds: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class WorkerBeatRow(Base):
    """The last sign of life of a worker process and what it saw waiting."""

    __tablename__ = "worker_beats"
    __table_args__ = ({"info": {"scope": "local"}},)

    worker: Mapped[str] = mapped_column(Text, primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    relay_lag_seconds: Mapped[float] = mapped_column(Float)
    unstamped: Mapped[int] = mapped_column(Integer)
    overdue: Mapped[int] = mapped_column(Integer)


async def clock_ahead(tx: Tx) -> timedelta | None:
    """How far the clock of this vendor runs ahead; None for a vendor that is no sandbox."""
    row: Any = (await tx.session.execute(_own(tx))).one_or_none()
    return timedelta(seconds=row.clock_ahead_seconds) if row is not None and row.is_sandbox else None


async def advance_clock(tx: Tx, delta: timedelta) -> timedelta:
    """Let a sandbox's clock run further ahead, from the next transaction on; answer how far it runs ahead then.

    Edges: two that advance it at once advance it by both. Errors: none; a vendor that is no sandbox stays as it is, and
    a constraint and a policy of the database see to that too.
    """
    seconds = TenantRow.clock_ahead_seconds + int(delta.total_seconds())
    ahead = await tx.session.scalar(
        update(TenantRow)
        .where(TenantRow.vendor_id == tx.vendor_id, TenantRow.is_sandbox)
        .values(clock_ahead_seconds=seconds)
        .returning(TenantRow.clock_ahead_seconds)
        .execution_options(synchronize_session=False)
    )
    return timedelta(seconds=ahead or 0)


def _own(tx: Tx) -> Any:
    columns = select(TenantRow.is_sandbox, TenantRow.clock_ahead_seconds)
    return columns.where(TenantRow.vendor_id == tx.vendor_id)
