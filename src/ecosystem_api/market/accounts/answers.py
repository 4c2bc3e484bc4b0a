"""How PostgreSQL writes an account as its reader may see it.

A partner that did not bring an account reads who it is, and since when the partner itself knows it. What the record
holds besides, somebody else wrote: a rival, or the vendor. Its age would tell that, too.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Text, Uuid, and_, case, column, func, literal_column, or_, union_all
from sqlalchemy.orm import aliased

from ecosystem_api.market.accounts.schemas import AccountRead
from ecosystem_api.market.accounts.tables import (
    AccountAliasRow,
    AccountExternalIdRow,
    AccountIdentifierRow,
    AccountPartnerRow,
    AccountRow,
    AccountStaffWordRow,
    AccountWordRow,
    holds_on,
    parent_on,
)
from ecosystem_api.network.fields import service as custom
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.reading import (
    Listing,
    Order,
    View,
    child_list,
    child_object,
    instant,
    typed_id,
    values_of,
)  # fmt: skip
from ecosystem_api.runtime.search import WORD, Matches, searched
from ecosystem_api.runtime.statement import given

_DOMAIN = literal_column("'domain'", Text)
_NOTHING = literal_column("'[]'::json", JSON)


def _made(tx: Tx, view: View) -> Mapping[str, Any]:
    domains = _identifiers(tx, AccountIdentifierRow.value, AccountIdentifierRow.kind == _DOMAIN)
    number = child_object({"kind": AccountIdentifierRow.kind, "value": AccountIdentifierRow.value})
    legal_ids = _identifiers(tx, number, AccountIdentifierRow.kind != _DOMAIN)
    values = custom.readable(tx, "account", AccountRow.custom_fields)
    if not view.is_partner:
        return {"domains": domains, "legal_ids": legal_ids, "custom_fields": values, "staff": _staff(tx)}
    row, is_own = AccountRow, AccountRow.created_by_partner_id == given("tx_partner_id")
    link = AccountPartnerRow
    linked = scoped(tx, link, link.since).where(link.account_id == row.id)
    since = func.coalesce(linked.correlate(row).scalar_subquery(), row.created_at)
    return {
        "name": _name(tx),
        "region": case((is_own, row.region)),
        "industry": case((is_own, row.industry)),
        "domains": case((is_own, domains), else_=_NOTHING),
        "legal_ids": case((is_own, legal_ids), else_=_NOTHING),
        "custom_fields": case((is_own, values), else_=literal_column("'{}'::json", JSON)),
        "staff": literal_column("null::json", JSON),
        "version": case((is_own, row.version), else_=literal_column("1")),
        "created_at": instant(case((is_own, row.created_at), else_=since)),
        "updated_at": instant(case((is_own, row.updated_at), else_=since)),
    }


def _name(tx: Tx) -> Any:
    """What the caller reads as the name: a partner what it calls the account itself. The order goes by it, too."""
    row, link = AccountRow, AccountPartnerRow
    if tx.partner_id is None:
        return row.name
    named = scoped(tx, link, link.named).where(link.account_id == row.id).correlate(row).scalar_subquery()
    is_own = row.created_by_partner_id == given("tx_partner_id")
    return case((is_own, row.name), else_=func.coalesce(named, row.name))


def _identifiers(tx: Tx, value: Any, which: Any) -> Any:
    row = AccountIdentifierRow
    found = scoped(tx, row, values_of(value, row.id)).where(row.account_id == AccountRow.id, which)
    return child_list(found, AccountRow)


def _staff(tx: Tx) -> Any:
    alias, known, link = AccountAliasRow, AccountExternalIdRow, AccountPartnerRow
    today = given("tx_today", Date)
    is_told = alias.standing == literal_column("'confirmed'")
    aliases = scoped(tx, alias, values_of(alias.name, alias.id)).where(
        alias.account_id == AccountRow.id, is_told, holds_on(alias, today)
    )
    external = child_object({"system": known.system, "id": known.external_id})
    externals = scoped(tx, known, values_of(external, known.id)).where(known.account_id == AccountRow.id)
    partner = typed_id("par", link.partner_id)
    partners = scoped(tx, link, values_of(partner, link.since, link.partner_id)).where(link.account_id == AccountRow.id)
    return child_object(
        {
            "parent_id": typed_id("acc", parent_on(tx, today)),
            "is_customer": AccountRow.is_customer,
            "vendor_engaged_on": AccountRow.vendor_engaged_on,
            "aliases": child_list(aliases, AccountRow),
            "external_ids": child_list(externals, AccountRow),
            "partner_ids": child_list(partners, AccountRow),
            "merged_into_id": typed_id("acc", AccountRow.merged_into_id),
        }
    )


def _with_domain(tx: Tx) -> Any:
    """By what the caller may read of an account: a partner by the domains of those it brought."""
    row = AccountIdentifierRow
    named = scoped(tx, row, row.account_id).where(row.kind == _DOMAIN, row.value == given("domain", Text))
    has_domain = AccountRow.id.in_(named)
    if tx.partner_id is None:
        return has_domain
    return and_(has_domain, AccountRow.created_by_partner_id == given("tx_partner_id"))


def _called(tx: Tx) -> Any:
    """By the name that the caller reads; staff also by aliases."""
    key = given("name_key", Text)
    if tx.partner_id is not None:
        link = AccountPartnerRow
        own = scoped(tx, link, link.account_id).where(link.named_key == key)
        return or_(and_(AccountRow.name_key == key, _reads_its_name(tx, AccountRow)), AccountRow.id.in_(own))
    row = AccountAliasRow
    known = scoped(tx, row, row.account_id).where(row.name_key == key, row.standing != literal_column("'refused'"))
    return or_(AccountRow.name_key == key, AccountRow.id.in_(known))


def _reads_its_name(tx: Tx, account: Any) -> Any:
    """Whether a partner reads the name that an account has: it brought it, or never called it otherwise."""
    link = AccountPartnerRow
    otherwise = scoped(tx, link, link.account_id).where(link.named.is_not(None))
    return or_(account.created_by_partner_id == given("tx_partner_id"), account.id.not_in(otherwise))


def named_with(tx: Tx, matches: Matches) -> Any:
    """The ids of the accounts that the caller may see with a word in their name: the name that the caller reads."""
    return union_all(*_named_with(tx, matches))


def _named_with(tx: Tx, matches: Matches) -> list[Any]:
    row, link = AccountWordRow, AccountPartnerRow
    words = scoped(tx, row, row.account_id).where(row.is_name, matches(row.word))
    if tx.partner_id is None:
        return [words]
    account = aliased(AccountRow)
    named = words.join(account, and_(account.vendor_id == row.vendor_id, account.id == row.account_id))
    written = func.unnest(link.named_words).table_valued(column("word", WORD), name="written").render_derived()
    own = scoped(tx, link, link.account_id).where(matches(written.c.word))
    return [named.where(_reads_its_name(tx, account)), own]


def _known_as(tx: Tx) -> Any:
    row = AccountExternalIdRow
    known = scoped(tx, row, row.account_id).where(
        row.system == given("external_system", Text), row.external_id == given("external_id", Text)
    )
    return AccountRow.id.in_(known)


def _with_word(tx: Tx, matches: Matches) -> Any:
    """By what the caller may read of an account: a partner by its own name for it, and what it brought by domains."""
    row, inner = AccountWordRow, AccountStaffWordRow
    words = scoped(tx, row, row.account_id).where(matches(row.word))
    if tx.partner_id is None:
        return AccountRow.id.in_(words.union_all(scoped(tx, inner, inner.account_id).where(matches(inner.word))))
    account = aliased(AccountRow)
    brought = words.join(account, and_(account.vendor_id == row.vendor_id, account.id == row.account_id))
    brought = brought.where(account.created_by_partner_id == given("tx_partner_id"))
    return AccountRow.id.in_(union_all(*_named_with(tx, matches), brought))


ACCOUNTS = Listing(
    AccountRead,
    AccountRow,
    _made,
    filters={
        "country": lambda tx: AccountRow.country == given("country", Text),
        "is_customer": lambda tx: AccountRow.is_customer == given("is_customer", Boolean),
        "domain": _with_domain,
        "name_key": _called,
        "external_id": _known_as,
        "is_current": lambda tx: AccountRow.merged_into_id.is_(None),
        "merged_into_id": lambda tx: AccountRow.merged_into_id == given("merged_into_id", Uuid),
        **searched(_with_word),
    },
    extras={"merged_into_id": AccountRow.merged_into_id},
    orders={
        "name": Order((_name, AccountRow.id)),
        "-name": Order((_name, AccountRow.id), is_descending=True),
    },
)
