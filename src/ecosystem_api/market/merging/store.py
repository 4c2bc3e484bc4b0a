"""Queries of merges."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_

from ecosystem_api.market.merging.tables import AccountMergeRow
from ecosystem_api.runtime.database import Tx, scoped


async def merge_of(tx: Tx, account_id: UUID) -> AccountMergeRow | None:
    """The merge that an account disappeared in, unless it was undone."""
    row = AccountMergeRow
    statement = scoped(tx, row).where(row.account_id == account_id, row.undone_at.is_(None))
    found: AccountMergeRow | None = await tx.session.scalar(statement.order_by(row.id.desc()).limit(1))
    return found


def merges(tx: Tx, account_id: UUID) -> Select[Any]:
    """The merges that an account was part of, on either side."""
    row = AccountMergeRow
    return scoped(tx, row).where(or_(row.account_id == account_id, row.into_id == account_id))
