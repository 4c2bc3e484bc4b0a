"""How sure a match must be, and what a person has told apart."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Double, ForeignKeyConstraint, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT


class AccountMatchingRow(Base):
    """How sure the vendor wants a match to be; without a row the defaults of the law hold."""

    __tablename__ = "account_matching"
    __table_args__ = (
        UniqueConstraint("vendor_id"),
        CheckConstraint("review_floor between 0.5 and 1", name="review_floor"),
        CheckConstraint("auto_link_score between 80 and 100", name="auto_link_score"),
        {"info": {"scope": "shared"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    review_floor: Mapped[float] = mapped_column(Double)
    auto_link_score: Mapped[int] = mapped_column(Integer)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


class AccountDistinctionRow(Base):
    """A person has said that two accounts are two companies, however alike they look; kept once for each of the two."""

    __tablename__ = "account_distinctions"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        ForeignKeyConstraint(["vendor_id", "other_id"], ["accounts.vendor_id", "accounts.id"]),
        Index("ix_account_distinctions_other", "vendor_id", "other_id"),
        CheckConstraint("account_id <> other_id", name="two_accounts"),
        {"info": {"scope": "staff", "follows": False}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    other_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    actor_type: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[str] = mapped_column(Text)
    said_at: Mapped[datetime] = mapped_column(INSTANT)
