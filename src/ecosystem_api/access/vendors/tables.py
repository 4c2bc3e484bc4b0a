"""One row per vendor."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Integer, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT


class VendorRow(Base):
    """A vendor. Its id is the tenant id of every other row."""

    __tablename__ = "vendors"
    __table_args__ = (CheckConstraint("id = vendor_id", name="own_tenant"), {"info": {"scope": "shared"}})

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)
    data_region: Mapped[str] = mapped_column(Text, server_default="eu")
    base_currency: Mapped[str] = mapped_column(Text, server_default="USD")
    is_sandbox: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)
