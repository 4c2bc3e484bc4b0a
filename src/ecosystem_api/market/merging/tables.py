"""What became one account."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKeyConstraint, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT


class AccountMergeRow(Base):
    """What a merge of two accounts moved and changed, so that it can be undone: rows by table, values by name."""

    __tablename__ = "account_merges"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "account_id"], ["accounts.vendor_id", "accounts.id"]),
        ForeignKeyConstraint(["vendor_id", "into_id"], ["accounts.vendor_id", "accounts.id"]),
        Index("ix_account_merges_account", "vendor_id", "account_id", "id"),
        Index("ix_account_merges_into", "vendor_id", "into_id"),
        {"info": {"scope": "staff", "follows": False}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    into_id: Mapped[UUID]
    reason: Mapped[str] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)
    moved: Mapped[dict[str, list[str]]] = mapped_column(JSONB)
    changed: Mapped[dict[str, Any]] = mapped_column(JSONB)
    actor_type: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[str] = mapped_column(Text)
    merged_at: Mapped[datetime] = mapped_column(INSTANT)
    undone_at: Mapped[datetime | None] = mapped_column(INSTANT)
