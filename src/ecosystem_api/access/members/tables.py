"""One row per person and vendor."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKeyConstraint, Index, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT


class MemberRow(Base):
    """A person with a role, for the vendor (no partner) or for one partner.

    `is_admitted`: the issuer as it is configured now has let this person in. Changing the issuer takes it from all of
    its people at once, until each has been judged anew; so their tokens end without anybody counting them.
    """

    __tablename__ = "members"
    __table_args__ = (
        # The partner lives upstairs; the database alone looks up there, so that no credential outlives a wrong id.
        ForeignKeyConstraint(["vendor_id", "partner_id"], ["partners.vendor_id", "partners.id"]),
        Index("uq_members_email", "vendor_id", text("lower(email)"), unique=True),
        ForeignKeyConstraint(["vendor_id", "issuer_id"], ["issuers.vendor_id", "issuers.id"]),
        Index(
            "uq_members_identity", "vendor_id", "issuer_id", "subject", unique=True,
            postgresql_where=text("issuer_id is not null"),
        ),
        Index("ix_members_partner", "vendor_id", "partner_id", "id"),
        CheckConstraint("(partner_id is not null) = (role in ('partner_admin', 'partner_member'))", name="role_side"),
        CheckConstraint("status in ('active', 'deactivated')", name="status"),
        CheckConstraint("role_from in ('assigned', 'issuer')", name="role_from"),
        CheckConstraint("(issuer_id is null) = (subject is null)", name="identity"),
        {"info": {"scope": "partner"}},
    )  # fmt: skip

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID | None]
    email: Mapped[str] = mapped_column(Text)
    display_name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="active")
    role_from: Mapped[str] = mapped_column(Text, server_default="assigned")
    issuer_id: Mapped[UUID | None]
    subject: Mapped[str | None] = mapped_column(Text)
    is_admitted: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    last_seen_at: Mapped[datetime | None] = mapped_column(INSTANT)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)
