"""The ledger's tables: events, their heads, deliveries, counters."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    literal_column,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base

INSTANT = DateTime(timezone=True)


class EventRow(Base):
    """A fact that happened. Inserted once; afterwards only its position is stamped, once."""

    __tablename__ = "events"
    __table_args__ = (
        Index(
            "uq_events_position", "vendor_id", "position", unique=True, postgresql_where=text("position is not null")
        ),
        Index("ix_events_unstamped", "vendor_id", "id", postgresql_where=text("position is null")),
        Index("ix_events_subject", "vendor_id", "subject_id", "position"),
        Index("ix_events_partner", "vendor_id", "partner_id", "position"),
        CheckConstraint("audience in ('staff', 'partner', 'everyone')", name="audience"),
        {"info": {"scope": "audience", "grants": "select, insert"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(Text)
    audience: Mapped[str] = mapped_column(Text)
    partner_id: Mapped[UUID | None]
    subject_id: Mapped[str] = mapped_column(Text)
    actor_type: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[str] = mapped_column(Text)
    request_id: Mapped[str | None] = mapped_column(Text)
    occurred_at: Mapped[datetime] = mapped_column(INSTANT)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    staff_data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))


class EventHeadRow(Base):
    """The last position of a vendor's feed; locked by the relay that stamps the next ones."""

    __tablename__ = "event_heads"
    __table_args__ = ({"info": {"scope": "machinery"}},)

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))


class DeliveryRow(Base):
    """Work owed to one handler: an event to hear, or a due-row a room planned.

    `owed_at` is when it first fell due and stays; `due_at` is when the next attempt may start and moves with each
    failure. Its age is counted from `first_attempt_at`, so that neither a reminder planned months ago nor a worker
    that was away makes it old. It ends `done`, `cancelled`, or, after a day of failures, `dead`.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "event_id"], ["events.vendor_id", "events.id"]),
        Index("ix_deliveries_due", "due_at", "vendor_id", postgresql_where=text("state = 'pending'")),
        Index("ix_deliveries_next", "vendor_id", "due_at", "id", postgresql_where=text("state = 'pending'")),
        Index(
            "uq_deliveries_live", "vendor_id", "handler", "dedupe_key", unique=True,
            postgresql_where=text("state = 'pending' and dedupe_key is not null"),
        ),
        Index(
            "ix_deliveries_finished", "vendor_id", "finished_at",
            postgresql_where=text("state in ('done', 'cancelled')"),
        ),
        CheckConstraint("state in ('pending', 'done', 'dead', 'cancelled')", name="state"),
        {"info": {"scope": "machinery"}},
    )  # fmt: skip

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    handler: Mapped[str] = mapped_column(Text)
    event_id: Mapped[UUID | None]
    subject_id: Mapped[str] = mapped_column(Text)
    dedupe_key: Mapped[str | None] = mapped_column(Text)
    data: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'::jsonb"))
    state: Mapped[str] = mapped_column(Text, server_default="pending")
    owed_at: Mapped[datetime] = mapped_column(INSTANT)
    due_at: Mapped[datetime] = mapped_column(INSTANT)
    first_attempt_at: Mapped[datetime | None] = mapped_column(INSTANT)
    attempts: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    lease_until: Mapped[datetime | None] = mapped_column(INSTANT)
    lease_holder: Mapped[str | None] = mapped_column(Text)
    last_error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(INSTANT, server_default=text("now()"))
    finished_at: Mapped[datetime | None] = mapped_column(INSTANT)


# Written out and not bound: a partial index serves only statements that name its predicate, and ON CONFLICT with a
# bound one fails from the sixth execution on a connection, when PostgreSQL turns to a generic plan.
IS_PENDING = DeliveryRow.state == literal_column("'pending'")

# Whoever moves a reminder or takes it back leaves its transaction as the holder: so the worker that performs it then
# knows whether its own handler has done that. The same in all savepoints of a transaction, which `xmin` is not.
THIS_TRANSACTION = literal_column("pg_current_xact_id()::text", Text)


class CounterRow(Base):
    """A vendor's own running numbers, such as the one on a deal registration. Never shared between vendors."""

    __tablename__ = "counters"
    __table_args__ = ({"info": {"scope": "machinery"}},)

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger)
