"""Queries of the rows of accounts that become one, or are parted."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update

from ecosystem_api.market.accounts.tables import (
    AccountAliasRow,
    AccountNameKeyRow,
    AccountRow,
    AccountStaffWordRow,
    AccountWordRow,
)
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.merge import Merge


async def take_aliases(tx: Tx, merge: Merge) -> list[UUID]:
    """Move the names that follow, but for those that the other account has already; answer their ids."""
    row, chosen = AccountAliasRow, merge.takes("account_aliases")
    held = scoped(tx, row, row.name_key).where(row.account_id == merge.target_id)
    own = scoped(tx, AccountRow, AccountRow.name_key).where(AccountRow.id == merge.target_id)
    statement = update(row).where(
        row.vendor_id == tx.vendor_id,
        row.account_id == merge.source_id,
        row.name_key.not_in(held.union_all(own)),
    )
    statement = statement if chosen is None else statement.where(row.id.in_(chosen))
    return await _ids(tx, statement.values(account_id=merge.target_id).returning(row.id))


async def drop_aliases(tx: Tx, account_id: UUID, alias_ids: Collection[UUID]) -> None:
    """Take these names off an account."""
    row = AccountAliasRow
    gone = delete(row).where(row.vendor_id == tx.vendor_id, row.account_id == account_id, row.id.in_(alias_ids))
    await _ids(tx, gone.returning(row.id))


async def forget(tx: Tx, account_id: UUID) -> None:
    """Let an account be found by no name, key or word any more."""
    for table in (AccountNameKeyRow, AccountWordRow, AccountStaffWordRow):
        gone = delete(table).where(table.vendor_id == tx.vendor_id, table.account_id == account_id)
        await _ids(tx, gone.returning(table.account_id))


async def forward_merged(tx: Tx, source_id: UUID, target_id: UUID) -> list[UUID]:
    """What was merged into one account leads to another from now on; answer which."""
    return await _lead(tx, AccountRow.merged_into_id == source_id, target_id)


async def lead_back(tx: Tx, account_ids: Collection[UUID], from_id: UUID, to_id: UUID) -> None:
    """Let those of these merged accounts that lead to one account lead to another."""
    await _lead(tx, (AccountRow.merged_into_id == from_id) & AccountRow.id.in_(account_ids), to_id)


async def _lead(tx: Tx, which: Any, target_id: UUID) -> list[UUID]:
    row = AccountRow
    return await _ids(
        tx, update(row).where(row.vendor_id == tx.vendor_id, which).values(merged_into_id=target_id).returning(row.id)
    )


async def _ids(tx: Tx, statement: Any) -> list[UUID]:
    """Send a statement that changes rows and answers ids; the session does not look for the rows it holds."""
    return list(await tx.session.scalars(statement.execution_options(synchronize_session=False)))
