"""Queries of who may see an account, and of what they call it."""

from collections.abc import Collection
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Text, delete, func, literal, update
from sqlalchemy.dialects.postgresql import insert

from ecosystem_api.kernel.names import words_of
from ecosystem_api.market.accounts.tables import AccountPartnerRow, AccountRow
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.statement import inserting

_NAMED: Final = ("named", "named_key", "named_words")
_LINK = inserting(AccountPartnerRow, "account_id", "partner_id", "since", *_NAMED, unless_there=True)


async def link(tx: Tx, account_id: UUID, partner_id: UUID, named: tuple[str, str] | None) -> bool:
    """Let a partner see an account; answer whether it did not before. Shape: `named` is a name and its key."""
    name, key = named or (None, None)
    words = list(words_of(name)) if name is not None else None
    given_name = {"named": name, "named_key": key, "named_words": words}
    return bool(await _LINK.rows(tx, account_id=account_id, partner_id=partner_id, since=tx.now, **given_name))


async def link_all(tx: Tx, source_id: UUID, target_id: UUID) -> list[UUID]:
    """Let whoever sees one account see another, under the name by which it saw the one; answer who did not before."""
    row = AccountPartnerRow
    source = (await tx.session.execute(scoped(tx, AccountRow, AccountRow.name, AccountRow.name_key).where(
        AccountRow.id == source_id
    ))).one()  # fmt: skip
    told = (
        func.coalesce(row.named, literal(source.name, Text())),
        func.coalesce(row.named_key, literal(source.name_key, Text())),
        func.coalesce(row.named_words, literal(list(words_of(source.name)), row.named_words.type)),
    )
    held = scoped(tx, row, row.vendor_id, literal(target_id, row.account_id.type), row.partner_id, row.since, *told)
    names = ["vendor_id", "account_id", "partner_id", "since", *_NAMED]
    rows = insert(row).from_select(names, held.where(row.account_id == source_id))
    return await _ids(tx, rows.on_conflict_do_nothing().returning(row.partner_id))


async def unlink(tx: Tx, account_id: UUID, partner_ids: Collection[UUID]) -> None:
    """Let these partners no longer see an account."""
    row = AccountPartnerRow
    gone = delete(row).where(
        row.vendor_id == tx.vendor_id, row.account_id == account_id, row.partner_id.in_(partner_ids)
    )
    await _ids(tx, gone.returning(row.partner_id))


async def relink(tx: Tx, source_id: UUID, target_id: UUID) -> int:
    """Let one partner see what another saw and count as the one that brought it; answer how many links moved."""
    row = AccountPartnerRow
    named = (row.named, row.named_key, row.named_words)
    held = scoped(
        tx, row, row.vendor_id, row.account_id, literal(target_id, row.partner_id.type), row.since, *named
    ).where(row.partner_id == source_id)
    names = ["vendor_id", "account_id", "partner_id", "since", *_NAMED]
    await tx.session.execute(insert(row).from_select(names, held).on_conflict_do_nothing())
    gone = delete(row).where(row.vendor_id == tx.vendor_id, row.partner_id == source_id)
    moved = await _ids(tx, gone.returning(row.account_id))
    await tx.session.execute(
        update(AccountRow)
        .where(AccountRow.vendor_id == tx.vendor_id, AccountRow.created_by_partner_id == source_id)
        .values(created_by_partner_id=target_id, version=AccountRow.version + 1, updated_at=tx.now)
        .execution_options(synchronize_session=False)
    )
    return len(moved)


async def _ids(tx: Tx, statement: Any) -> list[UUID]:
    return list(await tx.session.scalars(statement.execution_options(synchronize_session=False)))
