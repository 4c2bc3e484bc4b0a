"""Queries of accounts."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete
from sqlalchemy.dialects.postgresql import insert

from ecosystem_api.market.accounts.tables import (
    AccountExternalIdRow,
    AccountIdentifierRow,
    AccountNameKeyRow,
    AccountPartnerRow,
    AccountRow,
)
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.statement import Statement, any_of


async def find_account(tx: Tx, account_id: UUID, *, is_locked: bool = False) -> AccountRow | None:
    """One account the caller may see. The lock makes all decisions about one customer wait for each other."""
    statement = scoped(tx, AccountRow).where(AccountRow.id == account_id)
    if is_locked:
        # What waited for the lock must not go on with what was read before.
        statement = statement.with_for_update(key_share=True).execution_options(populate_existing=True)
    row: AccountRow | None = await tx.session.scalar(statement)
    return row


# Locks of accounts let rows be written that refer to them: whoever writes one has the account until it commits, and may
# itself wait for others. What is written so in the moment of a merge follows late.
def _locking(tx: Any, *, skips_locked: bool) -> Select[Any]:
    mine = scoped(tx, AccountRow, AccountRow.id, AccountRow.version).where(AccountRow.id == any_of("account_ids"))
    return mine.order_by(AccountRow.id).with_for_update(key_share=True, skip_locked=skips_locked)


_LOCK = Statement(lambda tx: _locking(tx, skips_locked=False))
_LOCK_AT_ONCE = Statement(lambda tx: _locking(tx, skips_locked=True))


async def names_of(tx: Tx, account_ids: Collection[UUID]) -> dict[UUID, str]:
    """What those of these accounts that the caller may see are called, by a partner as it named them itself."""
    if not account_ids:
        return {}
    rows = await tx.session.execute(
        scoped(tx, AccountRow, AccountRow.id, AccountRow.name, AccountRow.created_by_partner_id).where(
            AccountRow.id.in_(account_ids)
        )
    )
    found = list(rows)
    links = await partners_of(tx, account_ids) if tx.partner_id is not None else ()
    named = {link.account_id: link.named for link in links if link.named}
    return {
        row.id: row.name if row.created_by_partner_id == tx.partner_id else named.get(row.id, row.name) for row in found
    }


async def keep_keys(tx: Tx, account_id: UUID, name_keys: Collection[str]) -> None:
    """Let an account be found by these keys and no others."""
    row = AccountNameKeyRow
    gone = delete(row).where(
        row.vendor_id == tx.vendor_id, row.account_id == account_id, row.key.not_in(sorted(name_keys))
    )
    await tx.session.execute(gone.execution_options(synchronize_session=False))
    values = [{"vendor_id": tx.vendor_id, "key": key, "account_id": account_id} for key in sorted(name_keys)]
    if values:
        await tx.session.execute(insert(row).values(values).on_conflict_do_nothing())


async def lock_at_once(tx: Tx, account_ids: Collection[UUID]) -> dict[UUID, int] | None:
    """Lock these accounts unless somebody else has one of them; answer their versions, or None.

    Edges: some may be locked even so, which only who can give them back may ask for.
    """
    found = await _LOCK_AT_ONCE.rows(tx, account_ids=list(account_ids))
    return {row["id"]: row["version"] for row in found} if len(found) == len(account_ids) else None


async def lock_in_order(tx: Tx, account_ids: Collection[UUID]) -> None:
    """Lock these accounts in the order of their ids, each when whoever has it has ended."""
    await _LOCK.rows(tx, account_ids=list(account_ids))


async def taken_domains(tx: Tx, domains: Collection[str]) -> frozenset[str]:
    """Which of these domains name an account already."""
    if not domains:
        return frozenset()
    statement = scoped(tx, AccountIdentifierRow, AccountIdentifierRow.value).where(
        AccountIdentifierRow.kind == "domain", AccountIdentifierRow.value.in_(domains)
    )
    return frozenset(await tx.session.scalars(statement))


async def identifiers_of(tx: Tx, account_ids: Collection[UUID]) -> Sequence[AccountIdentifierRow]:
    """Identifiers of these accounts, in a stable order."""
    if not account_ids:
        return []
    statement = scoped(tx, AccountIdentifierRow).where(AccountIdentifierRow.account_id.in_(account_ids))
    return list(await tx.session.scalars(statement.order_by(AccountIdentifierRow.id)))


async def external_ids_of(tx: Tx, account_ids: Collection[UUID]) -> Sequence[AccountExternalIdRow]:
    """External ids of these accounts."""
    if not account_ids:
        return []
    statement = scoped(tx, AccountExternalIdRow).where(AccountExternalIdRow.account_id.in_(account_ids))
    return list(await tx.session.scalars(statement.order_by(AccountExternalIdRow.id)))


async def partners_of(tx: Tx, account_ids: Collection[UUID]) -> Sequence[AccountPartnerRow]:
    """Which partners may see these accounts."""
    if not account_ids:
        return []
    statement = scoped(tx, AccountPartnerRow).where(AccountPartnerRow.account_id.in_(account_ids))
    return list(await tx.session.scalars(statement.order_by(AccountPartnerRow.since)))


async def find_by_external_id(tx: Tx, system: str, external_id: str) -> UUID | None:
    """The account that another system knows under this id."""
    found: UUID | None = await tx.session.scalar(
        scoped(tx, AccountExternalIdRow, AccountExternalIdRow.account_id).where(
            AccountExternalIdRow.system == system, AccountExternalIdRow.external_id == external_id
        )
    )
    return found


async def former_ids(tx: Tx, account_ids: Collection[UUID]) -> frozenset[UUID]:
    """The accounts that were merged into these."""
    statement = scoped(tx, AccountRow, AccountRow.id).where(AccountRow.merged_into_id.in_(account_ids))
    return frozenset(await tx.session.scalars(statement))


async def lock_accounts_of(tx: Tx, partner_id: UUID) -> None:
    """Make decisions about all customers of a partner wait until this transaction ends."""
    linked = scoped(tx, AccountPartnerRow, AccountPartnerRow.account_id).where(
        AccountPartnerRow.partner_id == partner_id
    )
    statement = scoped(tx, AccountRow, AccountRow.id).where(AccountRow.id.in_(linked)).order_by(AccountRow.id)
    await tx.session.execute(statement.with_for_update(key_share=True))
