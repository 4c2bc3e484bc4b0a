"""Imports, their files while they are worked off, and what was wrong with single rows."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base
from ecosystem_api.runtime.ledger.tables import INSTANT


class ImportJobRow(Base):
    """One import: what was sent and by whom, how far it is, what came of it.

    `role` and `scopes` are those of the caller when the file was taken: its rows are applied with them, never more.
    `next_offset` is the byte of the file at which the next batch begins.
    """

    __tablename__ = "import_jobs"
    __table_args__ = (
        CheckConstraint("status in ('queued', 'running', 'completed', 'cancelled', 'failed')", name="status"),
        CheckConstraint("format in ('csv', 'ndjson')", name="format"),
        CheckConstraint("done_rows = created + updated + unchanged + failed", name="tally"),
        CheckConstraint("done_rows <= total_rows", name="progress"),
        {"info": {"scope": "staff"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    format: Mapped[str] = mapped_column(Text)
    dry_run: Mapped[bool] = mapped_column(Boolean)
    status: Mapped[str] = mapped_column(Text, server_default="queued")
    columns: Mapped[list[str]] = mapped_column(ARRAY(Text))
    total_bytes: Mapped[int] = mapped_column(BigInteger)
    next_offset: Mapped[int] = mapped_column(BigInteger)
    content_sha256: Mapped[str] = mapped_column(Text)
    total_rows: Mapped[int] = mapped_column(Integer)
    done_rows: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    created: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    updated: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    failed: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    actor_type: Mapped[str] = mapped_column(Text)
    actor_id: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    request_id: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    created_at: Mapped[datetime] = mapped_column(INSTANT)
    updated_at: Mapped[datetime] = mapped_column(INSTANT)
    started_at: Mapped[datetime | None] = mapped_column(INSTANT)
    finished_at: Mapped[datetime | None] = mapped_column(INSTANT)


class ImportChunkRow(Base):
    """A stretch of an import's file, deleted as soon as the import has ended."""

    __tablename__ = "import_chunks"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "import_id"], ["import_jobs.vendor_id", "import_jobs.id"]),
        {"info": {"scope": "staff"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID] = mapped_column(primary_key=True)
    starts_at: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ImportProblemRow(Base):
    """One fault of one row: where and what, never the value that was sent."""

    __tablename__ = "import_problems"
    __table_args__ = (
        ForeignKeyConstraint(["vendor_id", "import_id"], ["import_jobs.vendor_id", "import_jobs.id"]),
        Index("ix_import_problems_row", "vendor_id", "import_id", "row_number", "id"),
        {"info": {"scope": "staff"}},
    )

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    import_id: Mapped[UUID]
    row_number: Mapped[int] = mapped_column(Integer)
    pointer: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)
    detail: Mapped[str] = mapped_column(Text)
