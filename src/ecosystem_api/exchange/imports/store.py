"""Queries of imports."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete

from ecosystem_api.exchange.imports.tables import ImportChunkRow, ImportJobRow, ImportProblemRow
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered

CHUNK_BYTES = 262_144


async def find_job(tx: Tx, import_id: UUID, *, is_locked: bool = False) -> ImportJobRow | None:
    """One import."""
    statement = scoped(tx, ImportJobRow).where(ImportJobRow.id == import_id)
    row: ImportJobRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row


def jobs(tx: Tx, *, kind: str | None, status: str | None) -> Select[Any]:
    """Imports, filtered."""
    return filtered(tx, ImportJobRow, kind=kind, status=status)


def problems(tx: Tx, import_id: UUID) -> Select[Any]:
    """What was wrong with rows of an import."""
    return scoped(tx, ImportProblemRow).where(ImportProblemRow.import_id == import_id)


async def keep_file(tx: Tx, import_id: UUID, data: bytes) -> None:
    """Store a file in chunks of one size, so that any stretch is found by its offset."""
    for starts_at in range(0, len(data), CHUNK_BYTES):
        content = data[starts_at : starts_at + CHUNK_BYTES]
        chunk = ImportChunkRow(vendor_id=tx.vendor_id, import_id=import_id, starts_at=starts_at, content=content)
        await tx.insert(chunk)
        tx.session.expunge(chunk)


async def read_file(tx: Tx, import_id: UUID, at: int) -> bytes:
    """The stretch of a file from byte `at` on, of one chunk's size at least unless the file ends in it."""
    statement = (
        scoped(tx, ImportChunkRow, ImportChunkRow.starts_at, ImportChunkRow.content)
        .where(ImportChunkRow.import_id == import_id, ImportChunkRow.starts_at > at - CHUNK_BYTES)
        .order_by(ImportChunkRow.starts_at)
        .limit(2)
    )
    chunks = (await tx.session.execute(statement)).all()
    return b"".join(chunk.content for chunk in chunks)[at - chunks[0].starts_at :] if chunks else b""


async def drop_file(tx: Tx, import_id: UUID) -> None:
    """Delete a file that is no longer needed."""
    await tx.session.execute(
        delete(ImportChunkRow)
        .where(ImportChunkRow.vendor_id == tx.vendor_id, ImportChunkRow.import_id == import_id)
        .execution_options(synchronize_session=False)
    )
