"""Recognise a customer: find or create with evidence, and tell rules what is known of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.domain import Match
from ecosystem_api.market.accounts.errors import AmbiguousIdentifiers
from ecosystem_api.market.accounts.events import AccountCreated
from ecosystem_api.market.accounts.schemas import (
    AccountCreate,
    AccountExternalId,
    AccountImport,
    AccountRead,
    AccountResolve,
    AccountResolved,
)
from ecosystem_api.market.accounts.service.keep import add_parts
from ecosystem_api.market.accounts.service.know import matches_of
from ecosystem_api.market.accounts.service.match import described, names_of, read_match
from ecosystem_api.market.accounts.service.read import get_account, read_accounts, refuse_merged
from ecosystem_api.market.accounts.service.relate import propose_relation, set_parent
from ecosystem_api.market.accounts.service.search import keep_findable
from ecosystem_api.market.accounts.service.spell import observe_alias
from ecosystem_api.market.accounts.tables import AccountPartnerRow, AccountRow
from ecosystem_api.network.fields import service as custom
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import tell_with
from ecosystem_api.runtime.statement import Writes, inserting

MANAGE = "accounts:manage"
_LINK = inserting(AccountPartnerRow, "account_id", "partner_id", "since", "named", unless_there=True)
_UNKNOWN = FieldError("/account_id", "unknown_account", "No account of this id; describe the customer instead.")


@dataclass(frozen=True)
class Named:
    """The customer of a deal, as far as whoever named it may know: `region` is told to those who wrote it."""

    id: UUID
    country: str
    region: str | None


async def resolve_account(tx: Tx, who: Caller, body: AccountResolve) -> AccountResolved:
    """Find the customer that a description means, or create it; the evidence is always told, nothing is merged.

    Edges: a partner is linked to the account it named and shown no other; whether the vendor or a rival had it before
    changes nothing in its answer. Concurrent descriptions of one name wait for each other. Errors: `Forbidden` for
    the vendor's side without accounts:manage, `AmbiguousIdentifiers`,
    `IdentifierTaken`, `ExternalIdTaken`, `CustomFieldNotWritable`, `InvalidRequest` for an unknown parent and for what
    a custom field does not take.
    """
    _permit(who, body)
    own_partner = tx.partner_id
    row, matches, is_new = await _recognise(tx, who, body, custom.PLACE)
    names = await names_of(tx, matches)
    shown = [match for match in matches if own_partner is None or (not is_new and match.account_id == str(row.id))]
    read = (await read_accounts(tx, [row]))[0]
    is_own = own_partner in (None, row.created_by_partner_id)
    told = [read_match(match, names, is_own=is_own) for match in shown]
    return AccountResolved(account=read, is_new=is_new, matches=told)


def _permit(who: Caller, body: AccountResolve) -> None:
    if body.staff is not None or body.on_match == "create":
        who.require(MANAGE)


async def name_customer(
    tx: Tx, who: Caller, account_id: UUID | None, body: AccountResolve | None, partner_id: UUID
) -> Named:
    """The customer of a partner's deal, named by id or described and then found or created; the partner may see it.

    Errors: `InvalidRequest` for an account the caller can't see, `RecordMerged`, and those of `resolve_account`.
    """
    if body is None:
        assert account_id is not None, "one of the two is given"
        seen = await store.described(tx, account_id)
        if seen is None:
            raise InvalidRequest(errors=[_UNKNOWN])
        refuse_merged(account_id, seen["merged_into_id"])
        row: Any = AccountRow(**{name: seen[name] for name in ("id", "country", "region", "created_by_partner_id")})
    else:
        _permit(who, body)
        row, _, _ = await _recognise(tx, who, body, f"/customer{custom.PLACE}")
    if tx.partner_id is None:
        await link_partner(tx, row.id, partner_id)
    is_own = tx.partner_id in (None, row.created_by_partner_id)
    return Named(row.id, row.country, row.region if is_own else None)


async def _recognise(tx: Tx, who: Caller, body: AccountResolve, place: str) -> tuple[AccountRow, list[Match], bool]:
    own_partner = tx.partner_id
    # Judged also where the account is known already: what is wrong must not depend on what others have named.
    values = await custom.take_values(tx, who, "account", body.custom_fields, {}, place=place)
    async with tx.vendor_wide():
        await store.lock_name(tx, compact_name(normal_name(body.name)))
        matches = await matches_of(tx, described(body))
        certain = [match for match in matches if match.outcome == "same"]
        is_new = not certain or body.on_match == "create"
        if is_new:
            return await _create(tx, who, body, values, matches, own_partner), matches, True
        row = await _chosen(tx, certain)
        await observe_alias(tx, who, row, body.name)
        # Whether others know the customer is not a partner's to learn: new is what it did not see before.
        return row, matches, own_partner is not None and await link_partner(tx, row.id, own_partner, body.name)


async def find_by_external_id(tx: Tx, system: str, external_id: str) -> UUID | None:
    """The account that another system knows under this id, or None."""
    return await store.find_by_external_id(tx, system, external_id)


async def require_account(tx: Tx, account_id: UUID) -> AccountRead:
    """An account that another room refers to. Errors: `InvalidRequest` if the caller can't see it, `RecordMerged`."""
    try:
        return await get_account(tx, account_id)
    except NotFound:
        raise InvalidRequest(errors=[_UNKNOWN]) from None


async def link_partner(tx: Tx, account_id: UUID, partner_id: UUID, named: str | None = None) -> bool:
    """Let a partner see an account; answer whether it did not before. Shape: `named` is what the partner calls it."""
    return bool(await _LINK.rows(tx, account_id=account_id, partner_id=partner_id, since=tx.now, named=named))


async def import_account(tx: Tx, who: Caller, line: AccountImport) -> tuple[str, str]:
    """One line of an import: known by its external id, else recognised by evidence, else created.

    Shape: (`created` | `updated` | `unchanged`, id). A recognised account gets the line's external id and spelling.
    """
    known = await store.find_by_external_id(tx, line.system, line.external_id)
    if known is not None:
        return "unchanged", encode("acc", known)
    body = AccountResolve.model_validate({**line.as_create().model_dump(), "on_match": "use"})
    resolved = await resolve_account(tx, who, body)
    if not resolved.is_new:
        row = await store.find_account(tx, resolved.account.id, is_locked=True)
        assert row is not None, "it was found in this transaction"
        held = {alias.name_key for alias in await store.all_aliases_of(tx, row.id)} | {row.name_key}
        new = [alias for alias in (line.name, *line.aliases) if compact_name(normal_name(alias)) not in held]
        known_as = [AccountExternalId(system=line.system, id=line.external_id)]
        await add_parts(tx, who, row, aliases=new, external_ids=known_as, source="imported")
        await keep_findable(tx, row)
    return ("created" if resolved.is_new else "updated"), encode("acc", resolved.account.id)


async def _create(
    tx: Tx,
    who: Caller,
    body: AccountCreate,
    values: Mapping[str, Any],
    matches: Sequence[Match],
    partner_id: UUID | None,
) -> AccountRow:
    staff = body.staff
    normal = normal_name(body.name)
    own: dict[str, Any] = {
        "id": new_uuid(),
        "name": body.name,
        "normal_name": normal,
        "name_key": compact_name(normal),
        "country": body.country,
        "region": body.region,
        "industry": body.industry,
        "created_by_partner_id": partner_id,
        "is_customer": staff.is_customer if staff else False,
        "vendor_engaged_on": staff.vendor_engaged_on if staff else None,
        "custom_fields": values,
        "version": 1,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    row = AccountRow(vendor_id=tx.vendor_id, **own)
    writes = Writes()
    writes.insert(AccountRow, **own)
    if partner_id is not None:
        writes.insert(AccountPartnerRow, account_id=row.id, partner_id=partner_id, since=tx.now)
    event = AccountCreated(account_id=row.id, country=row.country, possible_matches=len(matches))
    tell_with(writes, tx, who, event, subject_id=encode("acc", row.id))
    await writes.send(tx)
    # Companies of one group share a domain: it goes on naming the one that had it first, and both are told apart.
    taken = await store.taken_domains(tx, body.domains)
    await add_parts(
        tx,
        who,
        row,
        domains=[domain for domain in body.domains if domain not in taken],
        legal_ids=body.legal_ids,
        aliases=staff.aliases if staff else (),
        external_ids=staff.external_ids if staff else (),
    )
    await keep_findable(tx, row)
    if staff is not None and staff.parent_id is not None:
        await set_parent(tx, who, row.id, staff.parent_id, place="/staff/parent_id")
    else:
        await propose_relation(tx, who, row.id, matches)
    return row


async def _chosen(tx: Tx, certain: Sequence[Match]) -> AccountRow:
    best, *others = certain
    if others and others[0].score == best.score:
        raise AmbiguousIdentifiers()
    row = await store.find_account(tx, UUID(best.account_id))
    assert row is not None, "it was matched in this transaction"
    return row
