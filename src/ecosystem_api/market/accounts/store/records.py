"""Queries of accounts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Date,
    Select,
    Text,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    true,
    union,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from ecosystem_api.market.accounts.domain import COMMON
from ecosystem_api.market.accounts.store.families import has_ties_on
from ecosystem_api.market.accounts.tables import (
    AccountAliasRow,
    AccountDistinctionRow,
    AccountExternalIdRow,
    AccountIdentifierRow,
    AccountMatchingRow,
    AccountNameKeyRow,
    AccountPartnerRow,
    AccountRow,
    holds_on,
    parent_on,
)
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.statement import Row, Statement, any_of, literally


async def find_account(tx: Tx, account_id: UUID, *, is_locked: bool = False) -> AccountRow | None:
    """One account the caller may see. The lock makes all decisions about one customer wait for each other."""
    statement = scoped(tx, AccountRow).where(AccountRow.id == account_id)
    if is_locked:
        # What waited for the lock must not go on with what was read before.
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row: AccountRow | None = await tx.session.scalar(statement)
    return row


def _described(tx: Any) -> Select[Any]:
    """What tells whether an account is a customer: the columns of an `AccountView`, and what rules ask besides."""
    pair = func.jsonb_build_array(AccountIdentifierRow.kind, AccountIdentifierRow.value)
    identifiers = scoped(tx, AccountIdentifierRow, func.jsonb_agg(pair))
    if tx.partner_id is not None:
        # Equal to what a partner asks with, a number or domain that another wrote would be told by the outcome.
        identifiers = identifiers.where(AccountRow.created_by_partner_id == tx.partner_id)
    day = bindparam("on_day", type_=Date())
    spelled = func.jsonb_build_array(AccountAliasRow.normal_name, AccountAliasRow.standing)
    aliases = scoped(tx, AccountAliasRow, func.jsonb_agg(spelled)).where(
        AccountAliasRow.standing != literal_column("'refused'"), holds_on(AccountAliasRow, day)
    )
    distinct = scoped(tx, AccountDistinctionRow, func.array_agg(AccountDistinctionRow.other_id))
    former = aliased(AccountRow)
    merged = scoped(tx, former, func.array_agg(former.id)).where(former.merged_into_id == AccountRow.id)
    return scoped(
        tx,
        AccountRow,
        AccountRow.id,
        AccountRow.name,
        AccountRow.normal_name,
        AccountRow.country,
        AccountRow.region,
        parent_on(tx, day).label("parent_id"),
        AccountRow.created_by_partner_id,
        AccountRow.is_customer,
        AccountRow.vendor_engaged_on,
        AccountRow.custom_fields,
        AccountRow.merged_into_id,
        identifiers.where(AccountIdentifierRow.account_id == AccountRow.id).scalar_subquery().label("identifiers"),
        aliases.where(AccountAliasRow.account_id == AccountRow.id).scalar_subquery().label("aliases"),
        distinct.where(AccountDistinctionRow.account_id == AccountRow.id).scalar_subquery().label("distinct_ids"),
        merged.scalar_subquery().label("former_ids"),
    )


def _sharing(tx: Any) -> Select[Any]:
    name_keys = any_of("name_keys", Text())
    by_name = scoped(tx, AccountRow, AccountRow.id).where(AccountRow.name_key == name_keys)
    by_alias = scoped(tx, AccountAliasRow, AccountAliasRow.account_id).where(AccountAliasRow.name_key == name_keys)
    given = func.unnest(bindparam("kinds", type_=ARRAY(Text())), bindparam("values", type_=ARRAY(Text())))
    pairs = given.table_valued("kind", "value", name="given").render_derived()
    by_identifier = scoped(tx, AccountIdentifierRow, AccountIdentifierRow.account_id).join(
        pairs, and_(AccountIdentifierRow.kind == pairs.c.kind, AccountIdentifierRow.value == pairs.c.value)
    )
    # Materialized, or a planner that knows no statistics yet looks for the names anew for every account there is.
    country = bindparam("country", type_=Text())
    is_near = or_(country.is_(None), AccountRow.country == country, AccountRow.id == any_of("relatives"))
    similar = scoped(tx, AccountRow, AccountRow.id).where(AccountRow.id == any_of("similar"), is_near)
    found = (
        union(by_name, by_alias, by_identifier, similar).cte("found").prefix_with("materialized", dialect="postgresql")
    )
    band = [
        scoped(tx, AccountMatchingRow, column).scalar_subquery().label(column.key)
        for column in (AccountMatchingRow.review_floor, AccountMatchingRow.auto_link_score)
    ]
    is_found = AccountRow.id.in_(found.select())
    return _described(tx).add_columns(*band).where(is_found, AccountRow.merged_into_id.is_(None)).limit(literally(200))


def _holding(tx: Any) -> Select[Any]:
    asked = func.unnest(bindparam("name_keys", type_=ARRAY(Text()))).table_valued("key", name="asked").render_derived()
    row = AccountNameKeyRow
    held = scoped(tx, row, row.account_id).where(row.key == asked.c.key, row.account_id != bindparam("without"))
    some = held.limit(literally(COMMON + 1)).lateral("some")
    count = func.count(some.c.account_id)
    account_ids = case((count <= COMMON, func.array_agg(some.c.account_id)))
    columns = (asked.c.key, count.label("count"), account_ids.label("account_ids"))
    return select(*columns).select_from(asked.join(some, true())).group_by(asked.c.key)


_HOLDING = Statement(_holding)
_DESCRIBED = Statement(
    lambda tx: (
        _described(tx)
        .add_columns(has_ties_on(tx, bindparam("on_day", type_=Date())).label("has_ties"))
        .where(AccountRow.id == bindparam("account_id"))
    )
)
_SHARING = Statement(_sharing)


def _locking(tx: Any, *, skips_locked: bool) -> Select[Any]:
    mine = scoped(tx, AccountRow, AccountRow.id).where(AccountRow.id == any_of("account_ids"))
    return mine.order_by(AccountRow.id).with_for_update(skip_locked=skips_locked)


_LOCK = Statement(lambda tx: _locking(tx, skips_locked=False))
_LOCK_AT_ONCE = Statement(lambda tx: _locking(tx, skips_locked=True))


@dataclass(frozen=True, slots=True)
class Shared:
    """What may tell that two accounts are one customer.

    Shape: `identifiers` are (kind, value), `name_keys` whole names without spaces, `similar` accounts called alike: of
    these only relatives and those of the country count, for abroad a name that is merely similar is another company's.
    """

    identifiers: Collection[tuple[str, str]]
    name_keys: Collection[str]
    similar: Collection[UUID]
    country: str | None
    relatives: Collection[UUID]


async def described(tx: Tx, account_id: UUID) -> Row | None:
    """One account the caller may see, with its identifiers, aliases and parent as of today."""
    return await _DESCRIBED.row(tx, account_id=account_id, on_day=tx.now.date())


async def accounts_sharing(tx: Tx, shared: Shared, day: date) -> Sequence[Row]:
    """Accounts that share something with one: what may be one customer on a day.

    Shape: each with the vendor's `review_floor` and `auto_link_score`, None while it has not said any.
    """
    given = {
        "kinds": [kind for kind, _ in shared.identifiers],
        "values": [value for _, value in shared.identifiers],
        "name_keys": list(shared.name_keys),
        "similar": list(shared.similar),
        "country": shared.country,
        "relatives": list(shared.relatives),
    }
    return await _SHARING.rows(tx, on_day=day, **given)


async def holders_of(tx: Tx, name_keys: Collection[str], without: UUID) -> dict[str, tuple[int, Sequence[UUID]]]:
    """How many accounts but one have each of these keys, counted to just beyond `COMMON`, and which: none beyond.

    Equality of text is leakproof, so the index answers under row-level security too; operators of trigrams are not.
    """
    found = await _HOLDING.rows(tx, name_keys=sorted(name_keys), without=without)
    return {row["key"]: (row["count"], row["account_ids"] or ()) for row in found}


async def names_of(tx: Tx, account_ids: Collection[UUID]) -> dict[UUID, str]:
    """What those of these accounts that the caller may see are called, by a partner as it named them itself."""
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


async def lock_accounts(tx: Tx, account_ids: Collection[UUID]) -> bool:
    """Lock these accounts in the order of their ids; answer whether that was possible without waiting for anybody."""
    wanted = sorted(account_ids)
    if len(await _LOCK_AT_ONCE.rows(tx, account_ids=wanted)) == len(wanted):
        return True
    await _LOCK.rows(tx, account_ids=wanted)
    return False


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


async def find_matching(tx: Tx) -> AccountMatchingRow | None:
    """How sure the vendor wants a match to be, locked; None while it has not said."""
    found: AccountMatchingRow | None = await tx.session.scalar(scoped(tx, AccountMatchingRow).with_for_update())
    return found


def _lock_name(tx: Any) -> Any:
    name = bindparam("name", type_=Text())
    return select(func.pg_advisory_xact_lock(func.hashtextextended(func.concat(tx.vendor_id, name), 0)))


_LOCK_NAME = Statement(_lock_name)


async def lock_name(tx: Tx, name_key: str) -> None:
    """Let two creations of one name wait for each other, until the transaction ends."""
    await _LOCK_NAME.rows(tx, name=f":{name_key}")


async def lock_accounts_of(tx: Tx, partner_id: UUID) -> None:
    """Make decisions about all customers of a partner wait until this transaction ends."""
    linked = scoped(tx, AccountPartnerRow, AccountPartnerRow.account_id).where(
        AccountPartnerRow.partner_id == partner_id
    )
    statement = scoped(tx, AccountRow, AccountRow.id).where(AccountRow.id.in_(linked)).order_by(AccountRow.id)
    await tx.session.execute(statement.with_for_update())


async def relink(tx: Tx, source_id: UUID, target_id: UUID) -> int:
    """Let one partner see what another saw and count as the one that brought it; answer how many links moved."""
    link = AccountPartnerRow
    held = scoped(
        tx, link, link.vendor_id, link.account_id, literal(target_id, link.partner_id.type), link.since
    ).where(link.partner_id == source_id)
    names = ["vendor_id", "account_id", "partner_id", "since"]
    await tx.session.execute(insert(link).from_select(names, held).on_conflict_do_nothing())
    gone = await tx.session.execute(
        delete(link)
        .where(link.vendor_id == tx.vendor_id, link.partner_id == source_id)
        .returning(link.account_id)
        .execution_options(synchronize_session=False)
    )
    await tx.session.execute(
        update(AccountRow)
        .where(AccountRow.vendor_id == tx.vendor_id, AccountRow.created_by_partner_id == source_id)
        .values(created_by_partner_id=target_id, version=AccountRow.version + 1, updated_at=tx.now)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
