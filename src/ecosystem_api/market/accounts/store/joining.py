"""Queries of accounts that become one, or are parted."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, literal, or_, update
from sqlalchemy.dialects.postgresql import insert

from ecosystem_api.market.accounts.tables import (
    AccountAliasRow,
    AccountDistinctionRow,
    AccountMergeRow,
    AccountNameKeyRow,
    AccountPartnerRow,
    AccountRow,
    AccountStaffWordRow,
    AccountWordRow,
)
from ecosystem_api.runtime.caller import Caller
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


async def link_all(tx: Tx, source_id: UUID, target_id: UUID) -> list[UUID]:
    """Let whoever sees one account see another; answer the partners that did not before."""
    link = AccountPartnerRow
    held = scoped(tx, link, link.vendor_id, literal(target_id, link.account_id.type), link.partner_id, link.since)
    names = ["vendor_id", "account_id", "partner_id", "since"]
    rows = insert(link).from_select(names, held.where(link.account_id == source_id))
    return await _ids(tx, rows.on_conflict_do_nothing().returning(link.partner_id))


async def unlink(tx: Tx, account_id: UUID, partner_ids: Collection[UUID]) -> None:
    """Let these partners no longer see an account."""
    link = AccountPartnerRow
    gone = delete(link).where(
        link.vendor_id == tx.vendor_id, link.account_id == account_id, link.partner_id.in_(partner_ids)
    )
    await _ids(tx, gone.returning(link.partner_id))


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


async def distinguish(tx: Tx, who: Caller, one_id: UUID, other_id: UUID, *, reason: str, note: str | None) -> None:
    """Remember that a person holds two accounts for two companies, and why."""
    said = {
        "vendor_id": tx.vendor_id,
        "reason": reason,
        "note": note,
        "actor_type": who.actor_type,
        "actor_id": who.actor_id,
        "said_at": tx.now,
    }
    pairs = [{"account_id": one_id, "other_id": other_id}, {"account_id": other_id, "other_id": one_id}]
    await tx.session.execute(
        insert(AccountDistinctionRow).values([said | pair for pair in pairs]).on_conflict_do_nothing()
    )


async def forget_distinction(tx: Tx, one_id: UUID, other_id: UUID) -> None:
    """Two accounts that become one are not two companies, whatever was said before."""
    row, both = AccountDistinctionRow, (one_id, other_id)
    gone = delete(row).where(row.vendor_id == tx.vendor_id, row.account_id.in_(both), row.other_id.in_(both))
    await _ids(tx, gone.returning(row.account_id))


async def _ids(tx: Tx, statement: Any) -> list[UUID]:
    """Send a statement that changes rows and answers ids; the session does not look for the rows it holds."""
    return list(await tx.session.scalars(statement.execution_options(synchronize_session=False)))
