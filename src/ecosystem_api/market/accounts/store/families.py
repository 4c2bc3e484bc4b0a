"""Queries of names and families: what an account is called, who belongs to whom on which day."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal_column, or_, update
from sqlalchemy.orm import aliased

from ecosystem_api.market.accounts.domain import MOST_LEVELS, Span, Tie
from ecosystem_api.market.accounts.tables import AccountAliasRow, AccountRelationRow, AccountRow, holds_on
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered
from ecosystem_api.runtime.merge import Merge

_IS_CONFIRMED = AccountRelationRow.standing == literal_column("'confirmed'")


def has_ties_on(tx: Any, day: Any) -> Any:
    """Whether the account of the SELECT around it belongs to another, or another to it, on a day."""
    row = AccountRelationRow
    is_part = or_(row.account_id == AccountRow.id, row.parent_id == AccountRow.id)
    return scoped(tx, row, row.id).where(is_part, _IS_CONFIRMED, holds_on(row, day)).correlate(AccountRow).exists()


async def aliases_of(tx: Tx, account_ids: Collection[UUID]) -> Sequence[AccountAliasRow]:
    """Other names of these accounts that nobody has refused, whenever they hold, in a stable order."""
    if not account_ids:
        return []
    row = AccountAliasRow
    statement = scoped(tx, row).where(row.account_id.in_(account_ids), row.standing != "refused")
    return list(await tx.session.scalars(statement.order_by(row.id)))


async def all_aliases_of(tx: Tx, account_id: UUID) -> Sequence[AccountAliasRow]:
    """All other names of an account, also refused ones, in a stable order."""
    statement = scoped(tx, AccountAliasRow).where(AccountAliasRow.account_id == account_id)
    return list(await tx.session.scalars(statement.order_by(AccountAliasRow.id)))


async def find_alias(tx: Tx, alias_id: UUID, *, is_locked: bool = False) -> AccountAliasRow | None:
    """One other name. The lock makes two decisions about it wait for each other."""
    statement = scoped(tx, AccountAliasRow).where(AccountAliasRow.id == alias_id)
    if is_locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row: AccountAliasRow | None = await tx.session.scalar(statement)
    return row


def aliases(tx: Tx, account_id: UUID | None, standing: str | None) -> Select[Any]:
    """Other names of an account, or of all."""
    return filtered(tx, AccountAliasRow, account_id=account_id, standing=standing)


async def find_relation(tx: Tx, relation_id: UUID, *, is_locked: bool = False) -> AccountRelationRow | None:
    """One relation. The lock makes two decisions about it wait for each other."""
    statement = scoped(tx, AccountRelationRow).where(AccountRelationRow.id == relation_id)
    if is_locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row: AccountRelationRow | None = await tx.session.scalar(statement)
    return row


def relations(tx: Tx, account_id: UUID | None, standing: str | None) -> Select[Any]:
    """Relations of an account, above and below it, or of all."""
    row = AccountRelationRow
    statement = filtered(tx, row, standing=standing)
    if account_id is not None:
        statement = statement.where(or_(row.account_id == account_id, row.parent_id == account_id))
    return statement


async def relations_between(tx: Tx, one_id: UUID, other_id: UUID) -> Sequence[AccountRelationRow]:
    """What is said of two accounts, whichever stands above the other, oldest first."""
    row, both = AccountRelationRow, (one_id, other_id)
    statement = scoped(tx, row).where(row.account_id.in_(both), row.parent_id.in_(both)).order_by(row.id)
    return list(await tx.session.scalars(statement))


async def parents_of(tx: Tx, account_id: UUID) -> Sequence[AccountRelationRow]:
    """The confirmed parents of an account over time, locked, in the order of their days."""
    row = AccountRelationRow
    statement = scoped(tx, row).where(row.account_id == account_id, _IS_CONFIRMED)
    statement = statement.order_by(row.from_on.nulls_first(), row.id).with_for_update()
    return list(await tx.session.scalars(statement))


async def ties_above(tx: Tx, account_id: UUID, day: date | None = None) -> list[Tie]:
    """All confirmed ties from an account upwards, on a day or on any; one round trip for each level."""
    return await _ties(tx, account_id, AccountRelationRow.account_id, AccountRelationRow.parent_id, day)


async def ties_below(tx: Tx, account_id: UUID, day: date | None = None) -> list[Tie]:
    """All confirmed ties from an account downwards, on a day or on any; one round trip for each level."""
    return await _ties(tx, account_id, AccountRelationRow.parent_id, AccountRelationRow.account_id, day)


async def _ties(tx: Tx, account_id: UUID, known: Any, found: Any, day: date | None) -> list[Tie]:
    row, ties = AccountRelationRow, list[Tie]()
    seen, level = {account_id}, [account_id]
    # A line that is longer than allowed is followed one level further, so that it is seen to be.
    for _ in range(MOST_LEVELS + 1):
        statement = scoped(tx, row, row.account_id, row.parent_id, row.from_on, row.until_on, found.label("found"))
        statement = statement.where(known.in_(level), _IS_CONFIRMED)
        rows = (await tx.session.execute(statement if day is None else statement.where(holds_on(row, day)))).all()
        ties += [Tie(str(one.account_id), str(one.parent_id), Span(one.from_on, one.until_on)) for one in rows]
        level = [one for one in dict.fromkeys(each.found for each in rows) if one not in seen]
        seen.update(level)
        if not level:
            break
    return ties


async def members(tx: Tx, account_ids: Collection[UUID]) -> Sequence[AccountRow]:
    """Those of these accounts that stand for themselves, by name."""
    row = AccountRow
    statement = scoped(tx, row).where(row.id.in_(account_ids), row.merged_into_id.is_(None))
    return list(await tx.session.scalars(statement.order_by(row.name, row.id)))


async def take_relations(tx: Tx, merge: Merge) -> list[UUID]:
    """Move an account's place in its family: who belongs to it, and whom it belongs to where the other has no parent.

    Edges: what would make an account its own parent stays, and so does a parent on days on which the other has one.
    """
    row, chosen = AccountRelationRow, merge.takes("account_relations")
    theirs = scoped(tx, row, row.id).where(row.parent_id == merge.source_id, row.account_id != merge.target_id)
    other = aliased(row)
    has_parent = scoped(tx, other, other.id).where(
        other.account_id == merge.target_id,
        other.standing == literal_column("'confirmed'"),
        func.daterange(other.from_on, other.until_on).op("&&")(func.daterange(row.from_on, row.until_on)),
    )
    mine = scoped(tx, row, row.id).where(
        row.account_id == merge.source_id,
        row.parent_id != merge.target_id,
        or_(~_IS_CONFIRMED, ~has_parent.exists()),
    )
    moved: list[UUID] = []
    for ids, column in ((mine, row.account_id), (theirs, row.parent_id)):
        statement = update(row).where(row.vendor_id == tx.vendor_id, row.id.in_(ids))
        statement = statement if chosen is None else statement.where(row.id.in_(chosen))
        values = {column.key: merge.target_id, "version": row.version + 1, "updated_at": tx.now}
        statement = statement.values(values).returning(row.id).execution_options(synchronize_session=False)
        moved += list(await tx.session.scalars(statement))
    tx.session.expire_all()
    return list(dict.fromkeys(moved))


async def set_standing(tx: Tx, relation_ids: Collection[UUID], standing: str) -> None:
    """Let these relations count, or count no more."""
    row = AccountRelationRow
    for relation in await tx.session.scalars(scoped(tx, row).where(row.id.in_(relation_ids)).with_for_update()):
        relation.standing = standing
        touch(relation, tx.now)
    await tx.flush()
