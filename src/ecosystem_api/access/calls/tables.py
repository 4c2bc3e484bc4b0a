"""Calls, and counts of deprecated ones."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Boolean, Float, Index, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT


class CallRow(Base):
    """One request of one principal, without anything it said."""

    __tablename__ = "calls"
    __table_args__ = (
        Index("ix_calls_actor", "vendor_id", "actor_id", "id"),
        Index("ix_calls_age", "vendor_id", "called_at"),
        {"info": {"scope": "partner", "grants": "select, insert, delete"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID | None]
    actor_id: Mapped[str] = mapped_column(Text)
    called_at: Mapped[datetime] = mapped_column(INSTANT)
    method: Mapped[str] = mapped_column(Text)
    route: Mapped[str] = mapped_column(Text)
    path: Mapped[str] = mapped_column(Text)
    parameters: Mapped[list[str]] = mapped_column(ARRAY(Text))
    status: Mapped[int] = mapped_column(Integer)
    code: Mapped[str | None] = mapped_column(Text)
    duration_ms: Mapped[float] = mapped_column(Float)
    request_id: Mapped[str] = mapped_column(Text)
    ecosystem_version: Mapped[str] = mapped_column(Text)
    is_replayed: Mapped[bool] = mapped_column(Boolean)
    is_rate_limited: Mapped[bool] = mapped_column(Boolean)


class DeprecatedCallRow(Base):
    """How often a principal called an operation that will end."""

    __tablename__ = "deprecated_calls"
    __table_args__ = ({"info": {"scope": "partner"}},)

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    actor_id: Mapped[str] = mapped_column(Text, primary_key=True)
    operation: Mapped[str] = mapped_column(Text, primary_key=True)
    partner_id: Mapped[UUID | None]
    route: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(Text)
    calls: Mapped[int] = mapped_column(BigInteger)
    first_called_at: Mapped[datetime] = mapped_column(INSTANT)
    last_called_at: Mapped[datetime] = mapped_column(INSTANT)
