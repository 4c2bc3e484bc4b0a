"""Clients and their secrets."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Index, Integer, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT


class ClientRow(Base):
    """A machine credential: whom it acts for, in which role, narrowed to which scopes (empty: all of the role)."""

    __tablename__ = "clients"
    __table_args__ = (
        # The partner lives upstairs; the database alone looks up there, so that no credential outlives a wrong id.
        ForeignKeyConstraint(["vendor_id", "partner_id"], ["partners.vendor_id", "partners.id"]),
        Index("ix_clients_partner", "vendor_id", "partner_id", "id"),
        CheckConstraint("(partner_id is not null) = (role in ('partner_admin', 'partner_member'))", name="role_side"),
        CheckConstraint("status in ('active', 'revoked')", name="status"),
        CheckConstraint("jwks is null or jwks_uri is null", name="one_key_source"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID | None]
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    status: Mapped[str] = mapped_column(Text, server_default="active")
    jwks: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    jwks_uri: Mapped[str | None] = mapped_column(Text)
    ecosystem_version: Mapped[str] = mapped_column(Text, server_default="2026-11-22")
    last_used_at: Mapped[datetime | None] = mapped_column(INSTANT)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


class ClientSecretRow(Base):
    """A secret of a client, hashed. Two live ones overlap while a rotation is under way."""

    __tablename__ = "client_secrets"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "client_id"], ["clients.vendor_id", "clients.id"]),
        Index("ix_client_secrets_client", "vendor_id", "client_id"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID | None]
    client_id: Mapped[UUID]
    hashed: Mapped[str] = mapped_column(Text)
    ends_with: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    expires_at: Mapped[datetime | None] = mapped_column(INSTANT)
