"""Leads, the rankings they were routed by, and the offers made of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
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

from ecosystem_api.cosell.leads.domain import OFFER_STATUSES, STATUSES
from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT


class LeadRow(Base):
    """A lead. `partner_id` is the partner that has accepted it, which alone sees the row; none before.

    `rounds` counts the partners that were asked since the vendor had it routed last.
    """

    __tablename__ = "leads"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "partner_id"], ["partners.vendor_id", "partners.id"]),
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        ForeignKeyConstraint(["vendor_id", "deal_id"], ["deal_registrations.vendor_id", "deal_registrations.id"]),
        UniqueConstraint("vendor_id", "external_system", "external_id", name="uq_leads_external_id"),
        Index("ix_leads_status", "vendor_id", "status", "id"),
        Index("ix_leads_partner", "vendor_id", "partner_id", "id"),
        Index("ix_leads_account", "vendor_id", "account_id"),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint("company_size in ('small', 'medium', 'large', 'global')", name="company_size"),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint("(amount_minor is null) = (currency is null)", name="amount_has_currency"),
        CheckConstraint("cardinality(product_ids) = cardinality(quantities)", name="products_counted"),
        CheckConstraint("status not in ('accepted', 'converted') or partner_id is not null", name="held_by_one"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID | None]
    account_id: Mapped[UUID]
    title: Mapped[str] = mapped_column(Text)
    need: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    vertical: Mapped[str | None] = mapped_column(Text)
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text))
    certifications: Mapped[list[str]] = mapped_column(ARRAY(Text))
    product_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    quantities: Mapped[list[int]] = mapped_column(ARRAY(Integer))
    company_size: Mapped[str | None] = mapped_column(Text)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(Text)
    source: Mapped[str | None] = mapped_column(Text)
    contact_name: Mapped[str | None] = mapped_column(Text)
    contact_email: Mapped[str | None] = mapped_column(Text)
    contact_phone: Mapped[str | None] = mapped_column(Text)
    contact_job_title: Mapped[str | None] = mapped_column(Text)
    external_system: Mapped[str | None] = mapped_column(Text)
    external_id: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    rounds: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    deal_id: Mapped[UUID | None]
    closed_reason: Mapped[Reason | None] = mapped_column(Text)
    accepted_at: Mapped[datetime | None] = mapped_column(INSTANT)
    register_by: Mapped[datetime | None] = mapped_column(INSTANT)
    converted_at: Mapped[datetime | None] = mapped_column(INSTANT)
    closed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


class LeadRoutingRow(Base):
    """A ranking by which a lead was routed, with all that it was made of; never changed afterwards."""

    __tablename__ = "lead_routings"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "lead_id"], ["leads.vendor_id", "leads.id"]),
        ForeignKeyConstraint(["vendor_id", "routing_policy_id"], ["routing_policies.vendor_id", "routing_policies.id"]),
        ForeignKeyConstraint(["vendor_id", "rule_book_id"], ["rule_books.vendor_id", "rule_books.id"]),
        Index("ix_lead_routings_lead", "vendor_id", "lead_id", "id"),
        Index("ix_lead_routings_created", "vendor_id", "created_at"),
        {"info": {"scope": "staff", "grants": "select, insert"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_id: Mapped[UUID]
    round: Mapped[int] = mapped_column(Integer)
    routing_policy_id: Mapped[UUID]
    policy_number: Mapped[int] = mapped_column(Integer)
    policy_hash: Mapped[str] = mapped_column(Text)
    rule_book_id: Mapped[UUID]
    book_hash: Mapped[str] = mapped_column(Text)
    snapshot: Mapped[dict[str, Any]] = mapped_column(JSONB)
    snapshot_hash: Mapped[str] = mapped_column(Text)
    ranking: Mapped[dict[str, Any]] = mapped_column(JSONB)
    ranking_hash: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(INSTANT)


class LeadOfferRow(Base):
    """A lead before one partner, with what it was told and why it was chosen. A lead is before one at a time.

    `promptness` is the part of the time to answer that was left, in ten-thousandths; none until it is answered.
    `calendar` holds the business hours in which that time is counted, as they were told; none where all hours count.
    """

    __tablename__ = "lead_offers"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "partner_id"], ["partners.vendor_id", "partners.id"]),
        ForeignKeyConstraint(["vendor_id", "lead_id"], ["leads.vendor_id", "leads.id"]),
        ForeignKeyConstraint(["vendor_id", "lead_routing_id"], ["lead_routings.vendor_id", "lead_routings.id"]),
        ForeignKeyConstraint(["vendor_id", "decision_id"], ["decisions.vendor_id", "decisions.id"]),
        Index(
            "uq_lead_offers_open", "vendor_id", "lead_id", unique=True, postgresql_where=text("status = 'open'")
        ),
        Index("ix_lead_offers_lead", "vendor_id", "lead_id", "id"),
        Index("ix_lead_offers_partner", "vendor_id", "partner_id", "id"),
        Index("ix_lead_offers_offered", "vendor_id", "offered_at"),
        CheckConstraint(f"status in {OFFER_STATUSES}", name="status"),
        CheckConstraint("promptness between 0 and 10000", name="promptness"),
        {"info": {"scope": "partner"}},
    )  # fmt: skip

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]
    lead_id: Mapped[UUID]
    lead_routing_id: Mapped[UUID]
    decision_id: Mapped[UUID]
    round: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(Text)
    disclosed: Mapped[dict[str, Any]] = mapped_column(JSONB)
    points: Mapped[int] = mapped_column(Integer)
    criteria: Mapped[list[Any]] = mapped_column(JSONB)
    offered_at: Mapped[datetime] = mapped_column(INSTANT)
    expires_at: Mapped[datetime] = mapped_column(INSTANT)
    calendar: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    is_by_hand: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    answered_at: Mapped[datetime | None] = mapped_column(INSTANT)
    promptness: Mapped[int | None] = mapped_column(Integer)
    reason: Mapped[Reason | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)
