"""One row per custom field."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.network.fields.domain import ACCESSES, RESOURCES, TYPES
from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT


class CustomFieldRow(Base):
    """A field that a vendor has added to a resource. Its key stays taken when it is archived: records hold values."""

    __tablename__ = "custom_fields"
    __table_args__ = (
        UniqueConstraint("vendor_id", "resource", "key"),
        CheckConstraint(f"resource in {RESOURCES}", name="resource"),
        CheckConstraint(f"type in {TYPES}", name="type"),
        CheckConstraint(f"partner_access in {ACCESSES}", name="partner_access"),
        {"info": {"scope": "disclosed"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    resource: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    choices: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    minimum: Mapped[str | None] = mapped_column(Text)
    maximum: Mapped[str | None] = mapped_column(Text)
    max_length: Mapped[int | None] = mapped_column(Integer)
    required: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    partner_access: Mapped[str] = mapped_column(Text)
    archived_at: Mapped[datetime | None] = mapped_column(INSTANT)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)
