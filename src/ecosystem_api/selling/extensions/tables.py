"""Requests for more time."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, CheckConstraint, ForeignKeyConstraint, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.selling.extensions.domain import STATUSES


class ExtensionRow(Base):
    """A request for more time. One protection has at most one that is undecided."""

    __tablename__ = "extension_requests"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "partner_id"], ["partners.vendor_id", "partners.id"]),
        ForeignKeyConstraint(["vendor_id", "deal_id"], ["deal_registrations.vendor_id", "deal_registrations.id"]),
        ForeignKeyConstraint(["vendor_id", "decision_id"], ["decisions.vendor_id", "decisions.id"]),
        Index("ix_extension_requests_deal", "vendor_id", "deal_id", "id"),
        Index("ix_extension_requests_decision", "vendor_id", "decision_id"),
        Index("ix_extension_requests_partner", "vendor_id", "partner_id", "id"),
        Index(
            "uq_extension_requests_undecided",
            "vendor_id",
            "deal_id",
            unique=True,
            postgresql_where=text("status = 'in_review'"),
        ),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]
    deal_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(Text)
    days: Mapped[int] = mapped_column(Integer)
    granted_days: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    asked_by_partner: Mapped[bool] = mapped_column(Boolean)
    protected_until: Mapped[datetime] = mapped_column(INSTANT)
    kept_until: Mapped[datetime | None] = mapped_column(INSTANT)
    new_protected_until: Mapped[datetime | None] = mapped_column(INSTANT)
    reasons: Mapped[list[Reason]] = mapped_column(ARRAY(Text))
    remedies: Mapped[list[str]] = mapped_column(ARRAY(Text))
    decision_id: Mapped[UUID]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)
    decided_at: Mapped[datetime | None] = mapped_column(INSTANT)
