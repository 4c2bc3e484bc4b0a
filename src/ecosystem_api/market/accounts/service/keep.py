"""Keep an account's record: identifiers, aliases, external ids, hierarchy."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.domain import name_keys
from ecosystem_api.market.accounts.errors import AccountCycle, ExternalIdTaken, IdentifierTaken
from ecosystem_api.market.accounts.events import AccountUpdated
from ecosystem_api.market.accounts.schemas import AccountExternalId, AccountRead, AccountUpdate, LegalId
from ecosystem_api.market.accounts.service.read import read_accounts, refuse_merged
from ecosystem_api.market.accounts.service.search import keep_words_of
from ecosystem_api.market.accounts.tables import (
    AccountAliasRow,
    AccountExternalIdRow,
    AccountIdentifierRow,
    AccountRow,
)
from ecosystem_api.network.fields import service as custom
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import record

_OWN_FIELDS = (
    "name", "country", "region", "industry", "parent_id", "is_customer", "vendor_engaged_on", "custom_fields",
)  # fmt: skip


async def update_account(
    tx: Tx, who: Caller, account_id: UUID, body: AccountUpdate, if_match: str | None
) -> AccountRead:
    """Change an account. Lists replace what was there.

    Errors: `NotFound`, `RecordMerged`, `PreconditionFailed`, `IdentifierTaken`, `ExternalIdTaken`, `AccountCycle`,
    `InvalidRequest`.
    """
    row = await store.find_account(tx, account_id, is_locked=True)
    if row is None:
        raise NotFound()
    refuse_merged(row.id, row.merged_into_id)
    expect_version(if_match, row.version)
    sent = body.model_dump(exclude_unset=True)
    own = {name: value for name, value in sent.items() if name in _OWN_FIELDS}
    if own.get("custom_fields") is not None:
        own["custom_fields"] = await custom.take_values(tx, who, "account", own["custom_fields"], row.custom_fields)
    await refuse_cycle(tx, account_id, own.get("parent_id"))
    changed = apply_changes(row, own, required={"name", "country", "is_customer", "custom_fields"}, now=tx.now)
    if "/name" in changed:
        row.normal_name = normal_name(row.name)
        row.name_key = compact_name(row.normal_name)
    parts = await _replace_parts(tx, row, body, sent)
    if "/name" in changed or parts:
        await keep_findable(tx, row)
    if parts and not changed:
        touch(row, tx.now)
    if changed or parts:
        event = AccountUpdated(account_id=row.id, changed=[*changed, *parts])
        await record(tx, who, event, subject_id=encode("acc", row.id))
        await tx.flush()
    return (await read_accounts(tx, [row]))[0]


async def note_customers(tx: Tx, who: Caller, account_ids: Collection[UUID]) -> None:
    """These accounts have bought from the vendor: they are customers now, whatever was known before."""
    async with tx.vendor_wide():
        for account_id in sorted(account_ids):
            row = await store.find_account(tx, account_id, is_locked=True)
            if row is not None and apply_changes(row, {"is_customer": True}, required=(), now=tx.now):
                event = AccountUpdated(account_id=row.id, changed=["/is_customer"])
                await record(tx, who, event, subject_id=encode("acc", row.id))


async def note_engaged(tx: Tx, who: Caller, account_ids: Collection[UUID], day: date) -> None:
    """The vendor's own team was active at these accounts on a day; nothing happens where it was later, too."""
    async with tx.vendor_wide():
        for account_id in sorted(account_ids):
            row = await store.find_account(tx, account_id, is_locked=True)
            if row is None or (row.vendor_engaged_on is not None and row.vendor_engaged_on >= day):
                continue
            apply_changes(row, {"vendor_engaged_on": day}, required=(), now=tx.now)
            event = AccountUpdated(account_id=row.id, changed=["/vendor_engaged_on"])
            await record(tx, who, event, subject_id=encode("acc", row.id))


async def refuse_cycle(tx: Tx, account_id: UUID, parent_id: UUID | None, *, place: str = "/parent_id") -> None:
    """An account may not stand above itself.

    Shape: `place` is where the request names the parent. Errors: `AccountCycle`, `RecordMerged`, `InvalidRequest` for
    an unknown one.
    """
    if parent_id is None:
        return
    # One hierarchy change at a time per vendor: two that cross would each be free of cycles and not together.
    await store.lock_name(tx, "account hierarchy")
    parent = await store.find_account(tx, parent_id)
    if parent is None:
        raise InvalidRequest(errors=[FieldError(place, "unknown_account", "No account of this id.")])
    refuse_merged(parent.id, parent.merged_into_id)
    if parent_id == account_id or account_id in await store.ancestors(tx, parent_id):
        raise AccountCycle(errors=[FieldError(place, "account_cycle", "Choose an account above this one.")])


async def add_parts(
    tx: Tx,
    row: AccountRow,
    *,
    domains: Sequence[str] = (),
    legal_ids: Sequence[LegalId] = (),
    aliases: Sequence[str] = (),
    external_ids: Sequence[AccountExternalId] = (),
) -> None:
    """Add what identifies an account. Errors: `IdentifierTaken`, `ExternalIdTaken`."""
    pairs = [("domain", value) for value in domains] + [(legal.kind, legal.value) for legal in legal_ids]
    keys = {compact_name(normal_name(alias)): alias for alias in aliases if normal_name(alias)}
    rows: list[Any] = [
        AccountIdentifierRow(vendor_id=tx.vendor_id, id=new_uuid(), account_id=row.id, kind=kind, value=value)
        for kind, value in dict.fromkeys(pairs)
    ]
    rows += [
        AccountAliasRow(
            vendor_id=tx.vendor_id,
            id=new_uuid(),
            account_id=row.id,
            name=alias,
            normal_name=normal_name(alias),
            name_key=key,
        )
        for key, alias in keys.items()
    ]
    rows += [
        AccountExternalIdRow(
            vendor_id=tx.vendor_id, id=new_uuid(), account_id=row.id, system=known.system, external_id=known.id
        )
        for known in external_ids
    ]
    try:
        async with tx.session.begin_nested():
            await tx.insert(*rows)
    except IntegrityError as error:
        name = constraint_name(error) or ""
        if name.startswith("uq_account_identifiers"):
            raise IdentifierTaken() from None
        if name.startswith("uq_account_external_ids"):
            raise ExternalIdTaken() from None
        raise


async def keep_findable(tx: Tx, row: AccountRow) -> None:
    """Let an account be found by all that names it, and by names like those; whenever that changes."""
    names = [row.normal_name, *(alias.normal_name for alias in await store.aliases_of(tx, [row.id]))]
    await store.keep_keys(tx, row.id, frozenset().union(*map(name_keys, names)))
    await keep_words_of(tx, row)


async def _replace_parts(tx: Tx, row: AccountRow, body: AccountUpdate, sent: Mapping[str, Any]) -> list[str]:
    replaced: list[str] = []
    for name, table in (("aliases", AccountAliasRow), ("external_ids", AccountExternalIdRow)):
        if name in sent:
            await _clear(tx, row, table)
            replaced.append(f"/{name}")
    for name in ("domains", "legal_ids"):
        if name in sent:
            await _clear(tx, row, AccountIdentifierRow, is_domain=name == "domains")
            replaced.append(f"/{name}")
    if replaced:
        await add_parts(
            tx,
            row,
            domains=body.domains or (),
            legal_ids=body.legal_ids or (),
            aliases=body.aliases or (),
            external_ids=body.external_ids or (),
        )
    return replaced


async def _clear(tx: Tx, row: AccountRow, table: Any, *, is_domain: bool | None = None) -> None:
    statement = delete(table).where(table.vendor_id == tx.vendor_id, table.account_id == row.id)
    if is_domain is not None:
        statement = statement.where(table.kind == "domain" if is_domain else table.kind != "domain")
    await tx.session.execute(statement)
