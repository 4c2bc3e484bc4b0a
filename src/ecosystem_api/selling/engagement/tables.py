"""Rule books and decisions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, ForeignKeyConstraint, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT


class RuleBookRow(Base):
    """A rule book of the vendor. Once published its content never changes; one is in force at any instant."""

    __tablename__ = "rule_books"
    __table_args__ = (
        UniqueConstraint("vendor_id", "number"),
        CheckConstraint("status in ('draft', 'published', 'retired')", name="status"),
        CheckConstraint("status = 'draft' or in_force is not null", name="published_has_period"),
        ExcludeConstraint(
            ("vendor_id", "="), ("in_force", "&&"), name="ex_rule_books_one_in_force", where=text("status <> 'draft'")
        ),
        {"info": {"scope": "shared"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(Text)
    in_force: Mapped[Range[datetime] | None] = mapped_column(TSTZRANGE)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(INSTANT)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


class DecisionRow(Base):
    """What was decided, never edited: a later decision stands beside it and says which one it supersedes."""

    __tablename__ = "decisions"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "rule_book_id"], ["rule_books.vendor_id", "rule_books.id"]),
        ForeignKeyConstraint(["vendor_id", "supersedes_id"], ["decisions.vendor_id", "decisions.id"]),
        Index("ix_decisions_subject", "vendor_id", "subject_id", "decided_at"),
        Index("ix_decisions_partner", "vendor_id", "partner_id", "id"),
        CheckConstraint("kind in ('automatic', 'human')", name="kind"),
        {"info": {"scope": "partner", "grants": "select, insert"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]
    subject_id: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    reasons: Mapped[list[str]] = mapped_column(ARRAY(Text))
    remedies: Mapped[list[str]] = mapped_column(ARRAY(Text))
    note: Mapped[str | None] = mapped_column(Text)
    rule_book_id: Mapped[UUID]
    book_number: Mapped[int] = mapped_column(Integer)
    book_hash: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    facts_hash: Mapped[str] = mapped_column(Text)
    verdict: Mapped[dict[str, Any]] = mapped_column(JSONB)
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    decided_by_type: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(INSTANT)
    supersedes_id: Mapped[UUID | None]
