"""Partners and what belongs to each of them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.runtime.search import WORD


def _of_partner(column: str = "partner_id") -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["vendor_id", column], ["partners.vendor_id", "partners.id"])


class PartnerRow(Base):
    """A partner of the vendor. A partner's caller sees the one row that is its own."""

    __tablename__ = "partners"
    __table_args__ = (
        Index("ix_partners_name_key", "vendor_id", "name_key", "id"),
        Index("ix_partners_created", "vendor_id", "created_at", "id"),
        Index("ix_partners_merged", "vendor_id", "merged_into_id", postgresql_where=text("merged_into_id is not null")),
        _of_partner("merged_into_id"),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        CheckConstraint(
            "status in ('prospect', 'applicant', 'onboarding', 'active', 'suspended', 'offboarded')", name="status"
        ),
        CheckConstraint("size_band in ('small', 'medium', 'large', 'global')", name="size_band"),
        {"info": {"scope": "self"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    display_name: Mapped[str] = mapped_column(Text)
    legal_name: Mapped[str | None] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text)
    domains: Mapped[list[str]] = mapped_column(ARRAY(Text))
    regions: Mapped[list[str]] = mapped_column(ARRAY(Text))
    territories: Mapped[list[str]] = mapped_column(ARRAY(Text))
    verticals: Mapped[list[str]] = mapped_column(ARRAY(Text))
    skills: Mapped[list[str]] = mapped_column(ARRAY(Text))
    cloud_platforms: Mapped[list[str]] = mapped_column(ARRAY(Text))
    certifications: Mapped[list[str]] = mapped_column(ARRAY(Text))
    tier: Mapped[str | None] = mapped_column(Text)
    size_band: Mapped[str | None] = mapped_column(Text)
    data_region: Mapped[str | None] = mapped_column(Text)
    custom_fields: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    merged_into_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


class PartnerPersonaRow(Base):
    """A partner has a persona from a day until another, half-open; never twice on one day."""

    __tablename__ = "partner_personas"
    __table_args__ = (
        _of_partner(),
        ForeignKeyConstraint(["vendor_id", "persona"], ["personas.vendor_id", "personas.key"]),
        # An empty span, of a persona given by mistake and taken back the same day, overlaps nothing.
        CheckConstraint("until_on >= from_on", name="span"),
        ExcludeConstraint(
            ("vendor_id", "="),
            ("partner_id", "="),
            ("persona", "="),
            (text("daterange(from_on, until_on)"), "&&"),
            name="ex_partner_personas_held",
            using="gist",
        ),
        Index("ix_partner_personas_partner", "vendor_id", "partner_id", "id"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]
    persona: Mapped[str] = mapped_column(Text)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)


class PartnerAliasRow(Base):
    """Another spelling of a partner's name, and the key it compares by. One spelling leads to one partner."""

    __tablename__ = "partner_aliases"
    __table_args__ = (
        _of_partner(),
        UniqueConstraint("vendor_id", "name_key"),
        Index("ix_partner_aliases_partner", "vendor_id", "partner_id"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)


class PartnerExternalIdRow(Base):
    """The id under which another system knows a partner."""

    __tablename__ = "partner_external_ids"
    __table_args__ = (
        _of_partner(),
        UniqueConstraint("vendor_id", "system", "external_id"),
        UniqueConstraint("vendor_id", "partner_id", "system"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]
    system: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str] = mapped_column(Text)


class PartnerWordRow(Base):
    """A word by which a partner is found: of its names, aliases, domains and ids in other systems."""

    __tablename__ = "partner_words"
    __table_args__ = (
        _of_partner(),
        Index("ix_partner_words_partner", "vendor_id", "partner_id"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(WORD, primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(primary_key=True)


class PartnerRelationshipRow(Base):
    """One partner (`partner_id`) stands in a relationship to another (`other_id`). A child has one parent."""

    __tablename__ = "partner_relationships"
    __table_args__ = (
        _of_partner(),
        _of_partner("other_id"),
        UniqueConstraint("vendor_id", "kind", "partner_id", "other_id"),
        Index(
            "uq_partner_relationships_parent", "vendor_id", "other_id", unique=True,
            postgresql_where=text("kind = 'parent_of'"),
        ),
        Index("ix_partner_relationships_other", "vendor_id", "other_id", "kind"),
        Index("ix_partner_relationships_partner", "vendor_id", "partner_id", "id"),
        CheckConstraint("kind in ('parent_of', 'distributes_to', 'subcontracts_to', 'refers_to')", name="kind"),
        CheckConstraint("partner_id <> other_id", name="two"),
        {"info": {"scope": "partner"}},
    )  # fmt: skip

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]
    other_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(INSTANT)


class PartnerStatusChangeRow(Base):
    """A step on a partner's way, never changed afterwards. The first one has no status before it."""

    __tablename__ = "partner_status_changes"
    __table_args__ = (
        _of_partner(),
        ForeignKeyConstraint(["vendor_id", "event_id"], ["events.vendor_id", "events.id"]),
        Index("ix_partner_status_changes_partner", "vendor_id", "partner_id", "id"),
        Index("ix_partner_status_changes_action", "vendor_id", "action", "at"),
        {"info": {"scope": "partner", "grants": "select, insert"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID]
    from_status: Mapped[str | None] = mapped_column(Text)
    to_status: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(Text)
    reason: Mapped[Reason | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    actor_type: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[str] = mapped_column(Text)
    event_id: Mapped[UUID]
    at: Mapped[datetime] = mapped_column(INSTANT)
