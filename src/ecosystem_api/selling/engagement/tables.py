"""Rule books and decisions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT


class RuleBookRow(Base):
    """A rule book of the vendor. Once published its content never changes; one is in force at any instant.

    `number` is given when it is published. A retired book keeps the period in which it was in force; one that never
    came into force has an empty period, a discarded draft none.
    """

    __tablename__ = "rule_books"
    __table_args__ = (
        UniqueConstraint("vendor_id", "number"),
        CheckConstraint("status in ('draft', 'published', 'retired')", name="status"),
        CheckConstraint("status <> 'published' or in_force is not null", name="published_has_period"),
        CheckConstraint("status <> 'published' or number is not null", name="published_has_number"),
        ExcludeConstraint(
            ("vendor_id", "="), ("in_force", "&&"), name="ex_rule_books_one_in_force", where=text("status <> 'draft'")
        ),
        ForeignKeyConstraint(["vendor_id", "based_on_id"], ["rule_books.vendor_id", "rule_books.id"]),
        {"info": {"scope": "published"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int | None] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(Text)
    in_force: Mapped[Range[datetime] | None] = mapped_column(TSTZRANGE)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[str] = mapped_column(Text)
    based_on_id: Mapped[UUID | None]
    publication: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    published_at: Mapped[datetime | None] = mapped_column(INSTANT)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


class DecisionRow(Base):
    """What was decided, never edited: a later decision stands beside it and says which one it supersedes.

    It concerns a partner, or none: the vendor's own team asks too. `partner_size` is the partner's size then, empty
    where it was not known and null where it was not kept yet. It is no fact: no rule may ask for it.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "rule_book_id"], ["rule_books.vendor_id", "rule_books.id"]),
        ForeignKeyConstraint(["vendor_id", "supersedes_id"], ["decisions.vendor_id", "decisions.id"]),
        Index("ix_decisions_subject", "vendor_id", "subject_id", "decided_at"),
        Index("ix_decisions_partner", "vendor_id", "partner_id", "id"),
        Index("ix_decisions_decided_at", "vendor_id", "decided_at", "id"),
        CheckConstraint("kind in ('automatic', 'human')", name="kind"),
        {"info": {"scope": "partner", "grants": "select, insert, update (partner_id)"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID | None]
    partner_size: Mapped[str | None] = mapped_column(Text)
    subject_id: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(Text)
    reasons: Mapped[list[Reason]] = mapped_column(ARRAY(Text))
    remedies: Mapped[list[str]] = mapped_column(ARRAY(Text))
    note: Mapped[str | None] = mapped_column(Text)
    runner_up_percent: Mapped[int | None] = mapped_column(Integer)
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


class SimulationRow(Base):
    """A book tried on recorded decisions, stretch by stretch.

    `content` is what the book said when the simulation began. `after_at` and `after_id` are the last decision judged;
    `tally` is the state of the count between two stretches, and its result when it is completed.
    """

    __tablename__ = "simulations"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "rule_book_id"], ["rule_books.vendor_id", "rule_books.id"]),
        Index("ix_simulations_book", "vendor_id", "rule_book_id", "id"),
        CheckConstraint("status in ('queued', 'running', 'completed', 'cancelled', 'failed')", name="status"),
        {"info": {"scope": "staff"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    rule_book_id: Mapped[UUID]
    content: Mapped[dict[str, Any]] = mapped_column(JSONB)
    content_hash: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text, server_default="queued")
    decided_from: Mapped[datetime | None] = mapped_column(INSTANT)
    decided_until: Mapped[datetime] = mapped_column(INSTANT)
    action: Mapped[str | None] = mapped_column(Text)
    total: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    after_at: Mapped[datetime | None] = mapped_column(INSTANT)
    after_id: Mapped[UUID | None]
    tally: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)
    started_at: Mapped[datetime | None] = mapped_column(INSTANT)
    finished_at: Mapped[datetime | None] = mapped_column(INSTANT)
    failed_because: Mapped[str | None] = mapped_column(Text)


class FlipRow(Base):
    """A recorded decision that a simulated book would have made otherwise, with whom and how much it concerns."""

    __tablename__ = "simulation_flips"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "simulation_id"], ["simulations.vendor_id", "simulations.id"]),
        ForeignKeyConstraint(["vendor_id", "decision_id"], ["decisions.vendor_id", "decisions.id"]),
        {"info": {"scope": "staff", "grants": "select, insert"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    simulation_id: Mapped[UUID] = mapped_column(primary_key=True)
    decision_id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)
    partner_id: Mapped[UUID | None]
    personas: Mapped[list[str]] = mapped_column(ARRAY(Text))
    tier: Mapped[str | None] = mapped_column(Text)
    size_band: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str | None] = mapped_column(Text)
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime] = mapped_column(INSTANT)
