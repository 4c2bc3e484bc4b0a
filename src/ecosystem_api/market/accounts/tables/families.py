"""What accounts are called besides, and which belongs to which, from when until when."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    and_,
    literal_column,
    or_,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.market.accounts.tables.records import SEEN_BY_LINKED, AccountRow
from ecosystem_api.runtime.database import Base, scoped
from ecosystem_api.runtime.ledger.tables import INSTANT

_STANDINGS = "('proposed', 'confirmed', 'refused')"


class AccountAliasRow(Base):
    """Another name of an account, as somebody spelled it, the key it compares by, and the days on which it holds.

    A name that was only observed is proposed: it is evidence for a person until somebody confirms it.
    """

    __tablename__ = "account_aliases"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        UniqueConstraint("vendor_id", "account_id", "name_key"),
        Index("ix_account_aliases_name_key", "vendor_id", "name_key"),
        CheckConstraint("until_on > from_on", name="span"),
        CheckConstraint("source in ('given', 'imported', 'merged', 'observed')", name="source"),
        CheckConstraint(f"standing in {_STANDINGS}", name="standing"),
        {"info": {"scope": "staff"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    normal_name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    from_on: Mapped[date | None] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(Text, server_default=text("'given'"))
    standing: Mapped[str] = mapped_column(Text, server_default=text("'confirmed'"))
    decided_by_type: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(INSTANT)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT, server_default=text("now()"))
    updated_at: Mapped[datetime] = mapped_column(INSTANT, server_default=text("now()"))


class AccountRelationRow(Base):
    """An account belongs to another from a day until another, half-open, once a person has confirmed it.

    On any day an account has one parent at most; what is proposed or refused stands beside it and counts for nothing.
    """

    __tablename__ = "account_relations"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        ForeignKeyConstraint(["vendor_id", "parent_id"], ["accounts.vendor_id", "accounts.id"]),
        ExcludeConstraint(
            ("vendor_id", "="),
            ("account_id", "="),
            (text("daterange(from_on, until_on)"), "&&"),
            where=text("standing = 'confirmed'"),
            name="ex_account_relations_one_parent",
            using="gist",
        ),
        Index("ix_account_relations_account", "vendor_id", "account_id", "id"),
        Index("ix_account_relations_parent", "vendor_id", "parent_id", "id"),
        CheckConstraint("until_on > from_on", name="span"),
        CheckConstraint("account_id <> parent_id", name="two_accounts"),
        CheckConstraint("source in ('given', 'observed')", name="source"),
        CheckConstraint(f"standing in {_STANDINGS}", name="standing"),
        CheckConstraint("evidence in ('shared_domain', 'name_begins')", name="evidence"),
        {"info": {**SEEN_BY_LINKED, "own_column": "account_id"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    parent_id: Mapped[UUID]
    from_on: Mapped[date | None] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    source: Mapped[str] = mapped_column(Text)
    standing: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str | None] = mapped_column(Text)
    decided_by_type: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(INSTANT)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


def holds_on(row: Any, day: Any) -> Any:
    """A row with `from_on` and `until_on` holds on a day: from the first until just before the last."""
    return and_(or_(row.from_on.is_(None), row.from_on <= day), or_(row.until_on.is_(None), row.until_on > day))


def parent_on(tx: Any, day: Any) -> Any:
    """The parent of the account of the SELECT around it, as confirmed for a day."""
    row = AccountRelationRow
    is_confirmed = row.standing == literal_column("'confirmed'")
    found = scoped(tx, row, row.parent_id).where(row.account_id == AccountRow.id, is_confirmed, holds_on(row, day))
    return found.correlate(AccountRow).scalar_subquery()
