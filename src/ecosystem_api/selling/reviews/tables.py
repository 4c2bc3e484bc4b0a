"""Cases that a person decides, and the approvals that were signed where one is not enough."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    Interval,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.selling.reviews.domain import ENDINGS, STATUSES


class ReviewRow(Base):
    """A case. It is run by the book it was opened under: its hours, its holds, its silence.

    `calendar` holds the business hours by which its clock runs, as they were when they were told. What is approved by
    several is what they read: when that changes, another `round` begins.
    """

    __tablename__ = "reviews"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "partner_id"], ["partners.vendor_id", "partners.id"]),
        ForeignKeyConstraint(["vendor_id", "decision_id"], ["decisions.vendor_id", "decisions.id"]),
        ForeignKeyConstraint(["vendor_id", "calendar_id"], ["calendars.vendor_id", "calendars.id"]),
        ForeignKeyConstraint(["vendor_id", "assigned_to"], ["members.vendor_id", "members.id"]),
        Index(
            "uq_reviews_one_running", "vendor_id", "subject_id", "subject_type", unique=True,
            postgresql_where=text("status <> 'closed'"),
        ),
        Index("ix_reviews_subject", "vendor_id", "subject_id"),
        Index("ix_reviews_due", "vendor_id", "due_at", "id"),
        Index("ix_reviews_opened", "vendor_id", "opened_at", "id"),
        # Each decision asks whether one of these is overdue; hardly ever one is.
        Index(
            "ix_reviews_silent", "vendor_id", "due_at",
            postgresql_where=text("on_silence = 'approve' and status <> 'closed'"),
        ),
        Index("ix_reviews_running", "vendor_id", "status", "due_at", "id"),
        Index("ix_reviews_partner", "vendor_id", "partner_id", "due_at", "id"),
        Index("ix_reviews_assigned", "vendor_id", "assigned_to", "due_at", "id"),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint(f"closed_how in {ENDINGS}", name="closed_how"),
        CheckConstraint("clock in ('business', 'wall')", name="clock"),
        CheckConstraint("(status = 'on_hold') = (hold_until is not null)", name="hold_has_end"),
        CheckConstraint("(status = 'open') = (running_since is not null)", name="clock_runs_while_open"),
        {"info": {"scope": "partner"}},
    )  # fmt: skip

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]
    subject_type: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    reasons: Mapped[list[Reason]] = mapped_column(ARRAY(Text))
    decision_id: Mapped[UUID]
    book_number: Mapped[int] = mapped_column(Integer)
    opened_at: Mapped[datetime] = mapped_column(INSTANT)
    due_at: Mapped[datetime] = mapped_column(INSTANT)
    hours: Mapped[int] = mapped_column(Integer)
    clock: Mapped[str] = mapped_column(Text)
    calendar_id: Mapped[UUID | None]
    calendar: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    spent: Mapped[timedelta] = mapped_column(Interval)
    running_since: Mapped[datetime | None] = mapped_column(INSTANT)
    on_silence: Mapped[str] = mapped_column(Text)
    steps: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    steps_taken: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    escalated_to: Mapped[str | None] = mapped_column(Text)
    escalated_at: Mapped[datetime | None] = mapped_column(INSTANT)
    holds_left: Mapped[int] = mapped_column(Integer)
    hold_days: Mapped[int] = mapped_column(Integer)
    held_at: Mapped[datetime | None] = mapped_column(INSTANT)
    hold_until: Mapped[datetime | None] = mapped_column(INSTANT)
    hold_reason: Mapped[str | None] = mapped_column(Text)
    hold_note: Mapped[str | None] = mapped_column(Text)
    approvals_needed: Mapped[int] = mapped_column(Integer)
    approvals_given: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    round: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    assigned_to: Mapped[UUID | None]
    assigned_at: Mapped[datetime | None] = mapped_column(INSTANT)
    overdue_at: Mapped[datetime | None] = mapped_column(INSTANT)
    closed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    closed_how: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


class ReviewApprovalRow(Base):
    """One of several approvals that a case needs, signed by a person; never edited."""

    __tablename__ = "review_approvals"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "review_id"], ["reviews.vendor_id", "reviews.id"]),
        ForeignKeyConstraint(["vendor_id", "member_id"], ["members.vendor_id", "members.id"]),
        UniqueConstraint("vendor_id", "review_id", "round", "member_id"),
        {"info": {"scope": "staff", "grants": "select, insert"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    review_id: Mapped[UUID]
    round: Mapped[int] = mapped_column(Integer)
    member_id: Mapped[UUID]
    reason: Mapped[Reason] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    signed_at: Mapped[datetime] = mapped_column(INSTANT)
