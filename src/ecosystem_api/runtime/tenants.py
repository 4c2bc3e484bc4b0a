"""Which vendors this installation serves, and how its workers are doing: the tables without a tenant."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, Float, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base


class TenantRow(Base):
    """A vendor exists. Nothing else about it stands here: its name and settings are tenant rows."""

    __tablename__ = "tenants"
    __table_args__ = ({"info": {"scope": "reference"}},)

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


class WorkerBeatRow(Base):
    """The last sign of life of a worker process and what it saw waiting."""

    __tablename__ = "worker_beats"
    __table_args__ = ({"info": {"scope": "local"}},)

    worker: Mapped[str] = mapped_column(Text, primary_key=True)
    beat_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    relay_lag_seconds: Mapped[float] = mapped_column(Float)
    unstamped: Mapped[int] = mapped_column(Integer)
    overdue: Mapped[int] = mapped_column(Integer)
