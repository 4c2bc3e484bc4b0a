"""What tells accounts apart, as SELECTs that a room above completes with what it knows besides and compiles once."""

from typing import Any

from sqlalchemy import ARRAY, Date, Select, Text, and_, bindparam, case, func, literal_column, or_, select, true, union
from sqlalchemy.orm import aliased

from ecosystem_api.market.accounts.store.families import has_ties_on
from ecosystem_api.market.accounts.tables import (
    AccountAliasRow,
    AccountIdentifierRow,
    AccountNameKeyRow,
    AccountRow,
    holds_on,
    parent_on,
)
from ecosystem_api.runtime.database import scoped
from ecosystem_api.runtime.statement import any_of, literally


def describing(tx: Any) -> Select[Any]:
    """What accounts are known by on a day, and what rules ask of them besides.

    Shape: takes `on_day`; the caller says which accounts, by the column `id`.
    """
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
        AccountRow.version,
        identifiers.where(AccountIdentifierRow.account_id == AccountRow.id).scalar_subquery().label("identifiers"),
        aliases.where(AccountAliasRow.account_id == AccountRow.id).scalar_subquery().label("aliases"),
        merged.scalar_subquery().label("former_ids"),
    )


def describing_one(tx: Any) -> Select[Any]:
    """What one account is known by, and whether it belongs to another on that day, or another to it.

    Shape: takes `account_id` and `on_day`.
    """
    has_ties = has_ties_on(tx, bindparam("on_day", type_=Date())).label("has_ties")
    return describing(tx).add_columns(has_ties).where(AccountRow.id == bindparam("account_id"))


def describing_alike(tx: Any) -> Select[Any]:
    """What accounts with one of these names or identifiers are known by, and those that are called alike.

    Shape: takes `name_keys`, the identifiers as `kinds` and `values`, the ids `similar` and `relatives`, `country` and
    `on_day`. Of those called alike only relatives and those of the country, if there is one, are found.
    """
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
    is_found = AccountRow.id.in_(found.select())
    return describing(tx).where(is_found, AccountRow.merged_into_id.is_(None)).limit(literally(200))


def holding_keys(tx: Any, *, most: int) -> Select[Any]:
    """How many accounts have each key of a name, counted to just beyond `most`, and which: none beyond.

    Equality of text is leakproof, so the index answers under row-level security too; operators of trigrams are not.
    Shape: takes the keys `name_keys` and `without`, the id of an account that is not counted.
    """
    asked = func.unnest(bindparam("name_keys", type_=ARRAY(Text()))).table_valued("key", name="asked").render_derived()
    row = AccountNameKeyRow
    held = scoped(tx, row, row.account_id).where(row.key == asked.c.key, row.account_id != bindparam("without"))
    some = held.limit(literally(most + 1)).lateral("some")
    count = func.count(some.c.account_id)
    account_ids = case((count <= most, func.array_agg(some.c.account_id)))
    columns = (asked.c.key, count.label("count"), account_ids.label("account_ids"))
    return select(*columns).select_from(asked.join(some, true())).group_by(asked.c.key)
