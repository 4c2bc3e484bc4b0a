"""Claims, each on one customer and one product for a time."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Integer, Text, case, literal_column, text
from sqlalchemy.dialects.postgresql import TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.selling.claims.domain import ENDINGS

# A region is a point and none the whole line, so that those which meet overlap. Regions that share 63 bits of a hash
# would keep each other waiting; halved, because a range of the largest number has no end.
_POINT = "hashtextextended(region, 0) >> 1"


class ProtectionRow(Base):
    """A claim: one customer, one product, one period, in one region or everywhere. The constraint is what makes it
    exclusive, not the code.

    `granted_until` is the end it has without the time for which it is kept while an extension is undecided.
    """

    __tablename__ = "protections"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "deal_id"], ["deal_registrations.vendor_id", "deal_registrations.id"]),
        ExcludeConstraint(
            ("vendor_id", "="),
            ("account_id", "="),
            ("product_id", "="),
            (literal_column(f"int8range({_POINT}, {_POINT}, '[]')"), "&&"),
            ("period", "&&"),
            name="ex_protections_one_holder_by_region",
        ),
        Index("ix_protections_deal", "vendor_id", "deal_id"),
        Index("ix_protections_account", "vendor_id", "account_id"),
        CheckConstraint(f"ended_how in {ENDINGS}", name="ended_how"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]
    deal_id: Mapped[UUID]
    account_id: Mapped[UUID]
    product_id: Mapped[UUID]
    region: Mapped[str | None] = mapped_column(Text)
    period: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    basis: Mapped[str] = mapped_column(Text)
    granted_until: Mapped[datetime | None] = mapped_column(INSTANT)
    idle_days: Mapped[int | None] = mapped_column(Integer)
    extensions: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    extended_days: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    ended_how: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(INSTANT)


# What runs tells of a registration, then how all of it ended, then what an amendment took out of it on the way.
STANDS_LAST = case(
    (ProtectionRow.ended_how.is_(None), literal_column("2")),
    (ProtectionRow.ended_how == literal_column("'amended'"), literal_column("0")),
    else_=literal_column("1"),
)
