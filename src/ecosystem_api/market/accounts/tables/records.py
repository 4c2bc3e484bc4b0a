"""End customers, what identifies them, and which partners may see them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.runtime.search import WORD

SEEN_BY_LINKED = {"scope": "linked", "link": "account_partners", "link_column": "account_id"}


class AccountRow(Base):
    """An end customer of the vendor. Partners see those that `account_partners` links them to.

    What the partner that named it first wrote into it is shown to that partner and to the vendor's side alone.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        Index("ix_accounts_name_key", "vendor_id", "name_key"),
        Index("ix_accounts_name", "vendor_id", "name", "id"),
        ForeignKeyConstraint(["vendor_id", "merged_into_id"], ["accounts.vendor_id", "accounts.id"]),
        Index("ix_accounts_merged", "vendor_id", "merged_into_id", postgresql_where=text("merged_into_id is not null")),
        CheckConstraint("merged_into_id <> id", name="merged_into_another"),
        {"info": SEEN_BY_LINKED},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    normal_name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text)
    region: Mapped[str | None] = mapped_column(Text)
    industry: Mapped[str | None] = mapped_column(Text)
    created_by_partner_id: Mapped[UUID | None]
    is_customer: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    vendor_engaged_on: Mapped[date | None] = mapped_column(Date)
    custom_fields: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default=text("'{}'"))
    merged_into_id: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)


class AccountIdentifierRow(Base):
    """A domain or legal number of an account. One identifier names one account of a vendor, never two."""

    __tablename__ = "account_identifiers"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        UniqueConstraint("vendor_id", "kind", "value"),
        Index("ix_account_identifiers_account", "vendor_id", "account_id"),
        CheckConstraint("kind in ('domain', 'duns', 'lei', 'company_number', 'vat')", name="kind"),
        {"info": {**SEEN_BY_LINKED, "own_column": "account_id"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)


class AccountNameKeyRow(Base):
    """A key by which a similar name or alias of an account is found; written anew whenever those change."""

    __tablename__ = "account_name_keys"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        Index("ix_account_name_keys_account", "vendor_id", "account_id"),
        {"info": {**SEEN_BY_LINKED, "own_column": "account_id"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)


class AccountExternalIdRow(Base):
    """The id under which another system knows an account."""

    __tablename__ = "account_external_ids"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        Index("ix_account_external_ids_account", "vendor_id", "account_id"),
        UniqueConstraint("vendor_id", "system", "external_id"),
        {"info": {"scope": "staff"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    system: Mapped[str] = mapped_column(Text)
    external_id: Mapped[str] = mapped_column(Text)


class AccountWordRow(Base):
    """A word by which an account is found: of its name, or of its domains, which not everybody may read."""

    __tablename__ = "account_words"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        Index("ix_account_words_account", "vendor_id", "account_id"),
        {"info": {**SEEN_BY_LINKED, "own_column": "account_id"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(WORD, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    is_name: Mapped[bool] = mapped_column(Boolean, primary_key=True)


class AccountStaffWordRow(Base):
    """A word by which the vendor's side alone finds an account: of its aliases and its ids in other systems."""

    __tablename__ = "account_staff_words"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        Index("ix_account_staff_words_account", "vendor_id", "account_id"),
        {"info": {"scope": "staff"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    word: Mapped[str] = mapped_column(WORD, primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)


class AccountPartnerRow(Base):
    """A partner may see an account, because it named it or works on it.

    `named` is what it called an account that others had brought: it reads that, and not how the vendor knows it. By its
    key and its words it finds the account, and by no name that it never wrote.
    """

    __tablename__ = "account_partners"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        ForeignKeyConstraint(["vendor_id", "partner_id"], ["partners.vendor_id", "partners.id"]),
        Index("ix_account_partners_partner", "vendor_id", "partner_id", "account_id"),
        {"info": {"scope": "partner"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    partner_id: Mapped[UUID] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(INSTANT)
    named: Mapped[str | None] = mapped_column(Text)
    named_key: Mapped[str | None] = mapped_column(Text)
    named_words: Mapped[list[str] | None] = mapped_column(ARRAY(WORD))
