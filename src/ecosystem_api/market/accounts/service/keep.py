"""Keep an account's record: identifiers, aliases, external ids, hierarchy."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.errors import ExternalIdTaken, IdentifierTaken
from ecosystem_api.market.accounts.events import AccountUpdated
from ecosystem_api.market.accounts.schemas import AccountExternalId, AccountRead, AccountUpdate, LegalId
from ecosystem_api.market.accounts.service.read import read_account, refuse_merged
from ecosystem_api.market.accounts.service.relate import set_parent
from ecosystem_api.market.accounts.service.search import keep_findable
from ecosystem_api.market.accounts.service.spell import confirmed_aliases, replace_aliases
from ecosystem_api.market.accounts.tables import (
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

_OWN_FIELDS = ("name", "country", "region", "industry", "is_customer", "vendor_engaged_on", "custom_fields")


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
    changed = apply_changes(row, own, required={"name", "country", "is_customer", "custom_fields"}, now=tx.now)
    if "/name" in changed:
        row.normal_name = normal_name(row.name)
        row.name_key = compact_name(row.normal_name)
    parts = await _replace_parts(tx, who, row, body, sent)
    if "parent_id" in sent and await set_parent(tx, who, row.id, body.parent_id, place="/parent_id"):
        parts.append("/parent_id")
    if "/name" in changed or parts:
        await keep_findable(tx, row)
    if parts and not changed:
        touch(row, tx.now)
    if changed or parts:
        event = AccountUpdated(account_id=row.id, changed=[*changed, *parts])
        await record(tx, who, event, subject_id=encode("acc", row.id))
        await tx.flush()
    return await read_account(tx, row.id)


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


async def add_imported(
    tx: Tx, who: Caller, account_id: UUID, names: Sequence[str], known_as: AccountExternalId
) -> None:
    """A list calls an account so and knows it by this id: what it did not have yet is added.

    Errors: `NotFound`, `ExternalIdTaken`.
    """
    row = await store.find_account(tx, account_id, is_locked=True)
    if row is None:
        raise NotFound()
    held = {alias.name_key for alias in await store.all_aliases_of(tx, row.id)} | {row.name_key}
    new = [name for name in names if compact_name(normal_name(name)) not in held]
    await add_parts(tx, who, row.id, aliases=new, external_ids=[known_as], source="imported")
    await keep_findable(tx, row)


async def add_parts(
    tx: Tx,
    who: Caller,
    account_id: UUID,
    *,
    domains: Sequence[str] = (),
    legal_ids: Sequence[LegalId] = (),
    aliases: Sequence[str] = (),
    external_ids: Sequence[AccountExternalId] = (),
    source: str = "given",
) -> None:
    """Add what identifies an account. Shape: `source` is where the aliases come from; the caller stands for them.

    Errors: `IdentifierTaken`, `ExternalIdTaken`.
    """
    pairs = [("domain", value) for value in domains] + [(legal.kind, legal.value) for legal in legal_ids]
    rows: list[Any] = [
        AccountIdentifierRow(vendor_id=tx.vendor_id, id=new_uuid(), account_id=account_id, kind=kind, value=value)
        for kind, value in dict.fromkeys(pairs)
    ]
    rows += confirmed_aliases(tx, who, account_id, aliases, source=source)
    rows += [
        AccountExternalIdRow(
            vendor_id=tx.vendor_id, id=new_uuid(), account_id=account_id, system=known.system, external_id=known.id
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


async def _replace_parts(
    tx: Tx, who: Caller, row: AccountRow, body: AccountUpdate, sent: Mapping[str, Any]
) -> list[str]:
    replaced: list[str] = []
    if "aliases" in sent:
        await replace_aliases(tx, who, row, body.aliases or ())
        replaced.append("/aliases")
    if "external_ids" in sent:
        await _clear(tx, row, AccountExternalIdRow)
        replaced.append("/external_ids")
    for name in ("domains", "legal_ids"):
        if name in sent:
            await _clear(tx, row, AccountIdentifierRow, is_domain=name == "domains")
            replaced.append(f"/{name}")
    if replaced:
        await add_parts(
            tx,
            who,
            row.id,
            domains=body.domains or (),
            legal_ids=body.legal_ids or (),
            external_ids=body.external_ids or (),
        )
    return replaced


async def _clear(tx: Tx, row: AccountRow, table: Any, *, is_domain: bool | None = None) -> None:
    statement = delete(table).where(table.vendor_id == tx.vendor_id, table.account_id == row.id)
    if is_domain is not None:
        statement = statement.where(table.kind == "domain" if is_domain else table.kind != "domain")
    await tx.session.execute(statement)
