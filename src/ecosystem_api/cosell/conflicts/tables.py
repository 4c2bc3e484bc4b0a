"""The vendor's own opportunities, and their conflicts with protected claims."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.cosell.conflicts.domain import OBLIGATIONS, OPPORTUNITY_STATUSES, STATUSES
from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT


class VendorOpportunityRow(Base):
    """An opportunity of the vendor's own team, as its CRM tells it.

    `known_since` is when the service first heard of it at this customer, for these products and in this region.
    """

    __tablename__ = "vendor_opportunities"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        ForeignKeyConstraint(["vendor_id", "decision_id"], ["decisions.vendor_id", "decisions.id"]),
        UniqueConstraint("vendor_id", "external_system", "external_id"),
        Index("ix_vendor_opportunities_account", "vendor_id", "account_id", "status"),
        CheckConstraint(f"status in {OPPORTUNITY_STATUSES}", name="status"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint("(amount_minor is null) = (currency is null)", name="amount_has_currency"),
        {"info": {"scope": "staff"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    external_system: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str] = mapped_column(Text)
    account_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(Text)
    product_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    region: Mapped[str | None] = mapped_column(Text)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    owner: Mapped[str | None] = mapped_column(Text)
    opened_on: Mapped[date] = mapped_column(Date)
    last_activity_on: Mapped[date | None] = mapped_column(Date)
    known_since: Mapped[datetime] = mapped_column(INSTANT)
    decision_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


class ConflictRow(Base):
    """An opportunity of the vendor's on a partner's protected claim, and what is owed for it.

    A suspected one is the vendor's to look at: `audience` becomes `partner` when it is certain. `account_id`,
    `product_ids` and `region` are those of the claim. `due_at` is when the vendor's side must have done what is next.
    """

    __tablename__ = "conflicts"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "partner_id"], ["partners.vendor_id", "partners.id"]),
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        ForeignKeyConstraint(["vendor_id", "deal_id"], ["deal_registrations.vendor_id", "deal_registrations.id"]),
        ForeignKeyConstraint(
            ["vendor_id", "opportunity_id"], ["vendor_opportunities.vendor_id", "vendor_opportunities.id"]
        ),
        Index(
            "uq_conflicts_pair", "vendor_id", "opportunity_id", "deal_id", unique=True,
            postgresql_where=text("status <> 'cleared'"),
        ),
        Index("ix_conflicts_deal", "vendor_id", "deal_id"),
        Index("ix_conflicts_partner", "vendor_id", "partner_id", "id"),
        CheckConstraint("audience in ('partner', 'staff')", name="audience"),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint(f"obligation in {OBLIGATIONS}", name="obligation"),
        {"info": {"scope": "audience"}},
    )  # fmt: skip

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]
    audience: Mapped[str] = mapped_column(Text)
    opportunity_id: Mapped[UUID]
    deal_id: Mapped[UUID]
    account_id: Mapped[UUID]
    product_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    region: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    because: Mapped[list[str]] = mapped_column(ARRAY(Text))
    disclosed: Mapped[list[str]] = mapped_column(ARRAY(Text))
    obligation: Mapped[str | None] = mapped_column(Text)
    obligation_note: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[datetime | None] = mapped_column(INSTANT)
    overdue_at: Mapped[datetime | None] = mapped_column(INSTANT)
    proof: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    contested_note: Mapped[str | None] = mapped_column(Text)
    ended_reason: Mapped[str | None] = mapped_column(Text)
    ended_note: Mapped[str | None] = mapped_column(Text)
    ended_by: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)
