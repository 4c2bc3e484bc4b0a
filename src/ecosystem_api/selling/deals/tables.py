"""Deal registrations, their products, and what was noted about them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.runtime.search import WORD
from ecosystem_api.selling.deals.domain import CAPACITY_STATUSES, STAGES, STATUSES


class DealRow(Base):
    """A deal registration. `claim_account_id` is the account its claim counts against: the oldest that is the same.

    `lead_id` is the lead it was made of, which a room above keeps.
    `restored_by_id` is the ruling that gave it its place back: what a person decided for it the rules do not undo.
    """

    __tablename__ = "deal_registrations"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "partner_id"], ["partners.vendor_id", "partners.id"]),
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        ForeignKeyConstraint(["vendor_id", "claim_account_id"], ["accounts.vendor_id", "accounts.id"]),
        ForeignKeyConstraint(["vendor_id", "decision_id"], ["decisions.vendor_id", "decisions.id"]),
        ForeignKeyConstraint(["vendor_id", "restored_by_id"], ["decisions.vendor_id", "decisions.id"]),
        ForeignKeyConstraint(["vendor_id", "review_id"], ["reviews.vendor_id", "reviews.id"]),
        ForeignKeyConstraint(["vendor_id", "override_review_id"], ["reviews.vendor_id", "reviews.id"]),
        UniqueConstraint("vendor_id", "number"),
        # Per partner: a refusal over another partner's id would tell that it is there.
        UniqueConstraint(
            "vendor_id", "partner_id", "external_system", "external_id", name="uq_deal_registrations_external_id"
        ),
        Index("ix_deal_registrations_partner", "vendor_id", "partner_id", "created_at", "id"),
        Index("ix_deal_registrations_recent", "vendor_id", "created_at", "id"),
        Index("ix_deal_registrations_status_age", "vendor_id", "status", "created_at", "id"),
        Index("ix_deal_registrations_status", "vendor_id", "status", "submitted_at", "id"),
        Index(
            "ix_deal_registrations_submitted",
            "vendor_id",
            "submitted_at",
            "id",
            postgresql_where=text("submitted_at is not null"),
        ),
        Index("ix_deal_registrations_claim", "vendor_id", "claim_account_id", "status", "submitted_at"),
        Index("ix_deal_registrations_account", "vendor_id", "account_id"),
        # How many a partner has open is counted at every submission, and must not cost more the longer it is with us.
        Index(
            "ix_deal_registrations_counted",
            "vendor_id",
            "partner_id",
            postgresql_where=text(f"status in {CAPACITY_STATUSES}"),
        ),
        CheckConstraint("amount_minor >= 0", name="amount_not_negative"),
        CheckConstraint(f"status in {STATUSES}", name="status"),
        CheckConstraint(f"stage in {STAGES}", name="stage"),
        CheckConstraint("(amount_minor is null) = (currency is null)", name="amount_has_currency"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(BigInteger)
    account_id: Mapped[UUID]
    claim_account_id: Mapped[UUID | None]
    title: Mapped[str] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    deal_type: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(Text)
    expected_close_on: Mapped[date | None] = mapped_column(Date)
    custom_fields: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    status: Mapped[str] = mapped_column(Text)
    stage: Mapped[str] = mapped_column(Text)
    reasons: Mapped[list[Reason]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    remedies: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    decision_id: Mapped[UUID | None]
    restored_by_id: Mapped[UUID | None]
    review_id: Mapped[UUID | None]
    override_review_id: Mapped[UUID | None]
    created_by_partner: Mapped[bool] = mapped_column(Boolean)
    lead_id: Mapped[UUID | None]
    resubmissions: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    submitted_at: Mapped[datetime | None] = mapped_column(INSTANT)
    decided_at: Mapped[datetime | None] = mapped_column(INSTANT)
    closed_at: Mapped[datetime | None] = mapped_column(INSTANT)
    closed_amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    lost_reason: Mapped[Reason | None] = mapped_column(Text)
    last_activity_at: Mapped[datetime] = mapped_column(INSTANT)
    external_system: Mapped[str | None] = mapped_column(Text)
    external_id: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


class DealProductRow(Base):
    """A product that a registration claims."""

    __tablename__ = "deal_products"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "deal_id"], ["deal_registrations.vendor_id", "deal_registrations.id"]),
        ForeignKeyConstraint(["vendor_id", "product_id"], ["products.vendor_id", "products.id"]),
        Index("ix_deal_products_product", "vendor_id", "product_id"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    deal_id: Mapped[UUID] = mapped_column(primary_key=True)
    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]
    quantity: Mapped[int] = mapped_column(Integer)


class DealWordRow(Base):
    """A word by which a registration is found: of its title, its number and its id in another system."""

    __tablename__ = "deal_words"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "deal_id"], ["deal_registrations.vendor_id", "deal_registrations.id"]),
        Index("ix_deal_words_deal", "vendor_id", "deal_id"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(WORD, primary_key=True)
    deal_id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]


class DealNoteRow(Base):
    """Something that happened with a deal, told by the partner or by the vendor's side."""

    __tablename__ = "deal_notes"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "deal_id"], ["deal_registrations.vendor_id", "deal_registrations.id"]),
        Index("ix_deal_notes_deal", "vendor_id", "deal_id", "id"),
        CheckConstraint("audience in ('partner', 'staff')", name="audience"),
        {"info": {"scope": "audience", "grants": "select, insert, update (partner_id)"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]
    deal_id: Mapped[UUID]
    audience: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    author_side: Mapped[str] = mapped_column(Text)
    author_id: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(INSTANT)
