"""Routing policies."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT


class RoutingPolicyRow(Base):
    """A routing policy of the vendor. Once published its content never changes; one is in force at any instant.

    `routed` counts offers made under it while a partner below its floor was eligible, `given` those that such a one
    got; both are counted while the row is locked, so that offers take their turns.
    """

    __tablename__ = "routing_policies"
    __table_args__ = (
        UniqueConstraint("vendor_id", "number"),
        CheckConstraint("status in ('draft', 'published')", name="status"),
        CheckConstraint("(status = 'published') = (in_force is not null)", name="published_has_period"),
        CheckConstraint("(status = 'published') = (number is not null)", name="published_has_number"),
        CheckConstraint("given between 0 and routed", name="given_of_routed"),
        ExcludeConstraint(("vendor_id", "="), ("in_force", "&&"), name="ex_routing_policies_one_in_force"),
        {"info": {"scope": "published"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int | None] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(Text)
    in_force: Mapped[Range[datetime] | None] = mapped_column(TSTZRANGE)
    name: Mapped[str] = mapped_column(Text)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[str] = mapped_column(Text)
    routed: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    given: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    published_at: Mapped[datetime | None] = mapped_column(INSTANT)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)
