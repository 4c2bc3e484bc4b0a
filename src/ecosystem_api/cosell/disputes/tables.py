"""Cases, whose registrations they are about, and what each side brought."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
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

from ecosystem_api.cosell.disputes.domain import EFFECTS, KINDS, OUTCOMES, SHARE_UNITS, SIDES
from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT


class DisputeRow(Base):
    """A case. Both sides see its row, so it names neither: who they are stands in `dispute_parties`.

    It is about the registration itself, or about a request for more time or an amendment that was refused.

    `priority_at` is the place in line that an overturned decision gives back: when its subject was first submitted.
    """

    __tablename__ = "disputes"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "decision_id"], ["decisions.vendor_id", "decisions.id"]),
        ForeignKeyConstraint(["vendor_id", "extension_id"], ["extension_requests.vendor_id", "extension_requests.id"]),
        ForeignKeyConstraint(["vendor_id", "amendment_id"], ["amendments.vendor_id", "amendments.id"]),
        # A ruling on an appeal is final; one that was withdrawn may be opened again in time.
        Index(
            "uq_disputes_appeal", "vendor_id", "decision_id", unique=True,
            postgresql_where=text("kind = 'appeal' and status <> 'withdrawn'"),
        ),
        CheckConstraint(f"kind in {KINDS}", name="kind"),
        CheckConstraint("status in ('open', 'decided', 'withdrawn')", name="status"),
        CheckConstraint(f"outcome in {OUTCOMES}", name="outcome"),
        CheckConstraint("(status = 'decided') = (outcome is not null)", name="decided_has_outcome"),
        {"info": {"scope": "linked", "link": "dispute_parties", "link_column": "dispute_id"}},
    )  # fmt: skip

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    decision_id: Mapped[UUID]
    extension_id: Mapped[UUID | None]
    amendment_id: Mapped[UUID | None]
    grounds: Mapped[str] = mapped_column(Text)
    is_named: Mapped[bool] = mapped_column(Boolean)
    priority_at: Mapped[datetime] = mapped_column(INSTANT)
    outcome: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(INSTANT)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


class DisputePartyRow(Base):
    """A registration in a case: the claimant's, or one whose claim stands in its way; and what the ruling did to it.

    `account_id`, `product_ids` and `region` are what it claimed when it joined: a place in line belongs to that claim
    alone. The region counts while the book lets claims overlap by region.
    """

    __tablename__ = "dispute_parties"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "dispute_id"], ["disputes.vendor_id", "disputes.id"]),
        ForeignKeyConstraint(["vendor_id", "partner_id"], ["partners.vendor_id", "partners.id"]),
        ForeignKeyConstraint(["vendor_id", "deal_id"], ["deal_registrations.vendor_id", "deal_registrations.id"]),
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        UniqueConstraint("vendor_id", "dispute_id", "deal_id"),
        Index("ix_dispute_parties_account", "vendor_id", "account_id"),
        Index("ix_dispute_parties_deal", "vendor_id", "deal_id"),
        Index("ix_dispute_parties_partner", "vendor_id", "partner_id", "dispute_id"),
        CheckConstraint(f"side in {SIDES}", name="side"),
        CheckConstraint(f"effect in {EFFECTS}", name="effect"),
        CheckConstraint(f"share_units between 0 and {SHARE_UNITS}", name="share"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dispute_id: Mapped[UUID]
    partner_id: Mapped[UUID]
    deal_id: Mapped[UUID]
    account_id: Mapped[UUID]
    product_ids: Mapped[list[UUID]] = mapped_column(ARRAY(Uuid))
    region: Mapped[str | None] = mapped_column(Text)
    side: Mapped[str] = mapped_column(Text)
    statement: Mapped[str | None] = mapped_column(Text)
    evidence_until: Mapped[datetime] = mapped_column(INSTANT)
    is_heard: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    effect: Mapped[str | None] = mapped_column(Text)
    share_units: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(INSTANT)


class DisputeEvidenceRow(Base):
    """What a side brought, never edited. Without a partner it is the vendor's own, which no partner reads."""

    __tablename__ = "dispute_evidence"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "dispute_id"], ["disputes.vendor_id", "disputes.id"]),
        ForeignKeyConstraint(["vendor_id", "partner_id"], ["partners.vendor_id", "partners.id"]),
        Index("ix_dispute_evidence_dispute", "vendor_id", "dispute_id", "id"),
        {"info": {"scope": "partner", "grants": "select, insert, update (partner_id)"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    dispute_id: Mapped[UUID]
    partner_id: Mapped[UUID | None]
    statement: Mapped[str | None] = mapped_column(Text)
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    author_id: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(INSTANT)
