"""Trusted issuers and the rules that give their people roles."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, CheckConstraint, ForeignKeyConstraint, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.runtime.tokens import Algorithm


class IssuerRow(Base):
    """An identity provider that is trusted for one audience and algorithm: by the vendor, or by one partner."""

    __tablename__ = "issuers"
    __table_args__ = (
        # The partner lives upstairs; the database alone looks up there, so that no trust outlives a wrong id.
        ForeignKeyConstraint(["vendor_id", "partner_id"], ["partners.vendor_id", "partners.id"]),
        Index("ix_issuers_partner", "vendor_id", "partner_id", "id"),
        CheckConstraint("algorithm in ('ES256', 'RS256')", name="algorithm"),
        CheckConstraint("token_type in ('id_token', 'access_token', 'jwt')", name="token_type"),
        CheckConstraint("status in ('active', 'deactivated')", name="status"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID | None]
    name: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(Text)
    audiences: Mapped[list[str]] = mapped_column(ARRAY(Text))
    algorithm: Mapped[Algorithm] = mapped_column(Text)
    token_type: Mapped[str] = mapped_column(Text)
    claims: Mapped[dict[str, Any]] = mapped_column(JSONB)
    default_role: Mapped[str | None] = mapped_column(Text)
    provisions_members: Mapped[bool] = mapped_column(Boolean)
    most_members: Mapped[int] = mapped_column(Integer)
    email_domains: Mapped[list[str]] = mapped_column(ARRAY(Text))
    trusts_emails: Mapped[bool] = mapped_column(Boolean)
    status: Mapped[str] = mapped_column(Text, server_default="active")
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


class IssuerRuleRow(Base):
    """A value of the roles' claim and the role, with its partner, that it gives; the lowest position wins."""

    __tablename__ = "issuer_rules"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "issuer_id"], ["issuers.vendor_id", "issuers.id"]),
        ForeignKeyConstraint(["vendor_id", "partner_id"], ["partners.vendor_id", "partners.id"]),
        Index("uq_issuer_rules_position", "vendor_id", "issuer_id", "position", unique=True),
        Index("ix_issuer_rules_partner", "vendor_id", "partner_id"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    issuer_id: Mapped[UUID]
    partner_id: Mapped[UUID | None]
    position: Mapped[int] = mapped_column(Integer)
    value: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
