"""Part an account in two: a person holds it for two customers. From then on the two are told apart."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.kernel.problem import FieldError
from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.errors import AccountMergeConflicts, NotMergedHere, NotOfThisAccount
from ecosystem_api.market.accounts.events import AccountParted, AccountUpdated
from ecosystem_api.market.accounts.schemas import AccountSplit, AccountSplitRead
from ecosystem_api.market.accounts.service.merge import (
    CHANGED,
    findings,
    get_row,
    hold_accounts,
    own_of,
    own_values,
)
from ecosystem_api.market.accounts.service.read import read_accounts
from ecosystem_api.market.accounts.service.search import keep_findable
from ecosystem_api.market.accounts.tables import AccountMergeRow, AccountRow
from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.attempt import attempt
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import record
from ecosystem_api.runtime.merge import Finding, Followed, Merge, follow

Chosen = dict[str, Collection[UUID]]


async def split_account(
    tx: Tx, who: Caller, catalog: Catalog, account_id: UUID, body: AccountSplit, if_match: str | None
) -> AccountSplitRead:
    """Take names, numbers and registrations out to a new account, or restore one that was merged.

    Errors: `NotFound`, `RecordMerged`, `PreconditionFailed`, `NotMergedHere`, `NotOfThisAccount`,
    `AccountMergeConflicts`.
    """
    others = [body.restore_id] if body.restore_id else []
    await hold_accounts(tx, account_id, *others)
    expect_version(if_match, (await get_row(tx, account_id)).version)

    async def act() -> AccountSplitRead:
        parted_id, followed = await (_restore if body.restore_id else _found)(tx, who, catalog, account_id, body)
        account, parted = await get_row(tx, account_id), await get_row(tx, parted_id)
        if not followed.conflicts:
            await _close(tx, who, account, parted, body, followed)
        read = await read_accounts(tx, [account, parted])
        return AccountSplitRead(
            dry_run=body.dry_run,
            account=read[0],
            parted=read[1],
            moved=followed.moved,
            conflicts=findings(followed.conflicts),
            remarks=findings(followed.remarks),
        )

    read = await attempt(tx, act, keep=not body.dry_run)
    if read.conflicts and not body.dry_run:
        raise AccountMergeConflicts(conflicts=[one.model_dump(mode="json") for one in read.conflicts])
    return read


async def _found(tx: Tx, who: Caller, catalog: Catalog, account_id: UUID, body: AccountSplit) -> tuple[UUID, Followed]:
    """Make the new account and move what is named to it."""
    assert body.name is not None, "the schema wants it"
    only = await _chosen(tx, account_id, body)
    normal, new_id = normal_name(body.name), new_uuid()
    row = AccountRow(
        vendor_id=tx.vendor_id,
        id=new_id,
        name=body.name,
        normal_name=normal,
        name_key=compact_name(normal),
        country=body.country,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    await tx.insert(row)
    await store.distinguish(tx, who, account_id, new_id, reason=body.reason, note=body.note)
    followed = await follow(tx, who, catalog.areas, Merge("accounts", "account_id", account_id, new_id, only))
    left = set(body.registration_ids) - set(followed.ids.get("deal_registrations", ()))
    if left and not followed.conflicts:
        raise _not_of_it("registration_ids", body.registration_ids, left)
    return new_id, followed


async def _chosen(tx: Tx, account_id: UUID, body: AccountSplit) -> Chosen:
    """The rows that the request names. Errors: `NotOfThisAccount`."""
    aliases = {alias.name_key: alias.id for alias in await store.aliases_of(tx, [account_id])}
    identifiers = {(known.kind, known.value): known.id for known in await store.identifiers_of(tx, [account_id])}
    elsewhere = {(one.system, one.external_id): one.id for one in await store.external_ids_of(tx, [account_id])}
    return {
        "account_aliases": _of("aliases", [compact_name(normal_name(name)) for name in body.aliases], aliases),
        "account_identifiers": [
            *_of("domains", [("domain", domain) for domain in body.domains], identifiers),
            *_of("legal_ids", [(legal.kind, legal.value) for legal in body.legal_ids], identifiers),
        ],
        "account_external_ids": _of("external_ids", [(one.system, one.id) for one in body.external_ids], elsewhere),
        "deal_registrations": body.registration_ids,
    }


def _of(field: str, named: Sequence[Any], held: dict[Any, UUID]) -> list[UUID]:
    missing = {one for one in named if one not in held}
    if missing:
        raise _not_of_it(field, named, missing)
    return [held[one] for one in named]


def _not_of_it(field: str, named: Sequence[Any], missing: Collection[Any]) -> NotOfThisAccount:
    places = [place for place, one in enumerate(named) if one in missing]
    detail = "The account does not have this; name what its record shows."
    return NotOfThisAccount(errors=[FieldError(f"/{field}/{place}", "not_of_this_account", detail) for place in places])


async def _restore(
    tx: Tx, who: Caller, catalog: Catalog, account_id: UUID, body: AccountSplit
) -> tuple[UUID, Followed]:
    """Lead back all that a merge has moved, and what it changed in the account that stood for both."""
    assert body.restore_id is not None, "the caller has seen to it"
    source = await store.find_account(tx, body.restore_id, is_locked=True)
    done = await store.merge_of(tx, body.restore_id)
    if source is None or done is None or source.merged_into_id != account_id:
        detail = "Name one that GET /v1/accounts?merged_into_id= lists for this account."
        raise NotMergedHere(errors=[FieldError("/restore_id", "not_merged_here", detail)])
    source.merged_into_id = None
    touch(source, tx.now)
    done.undone_at = tx.now
    await store.drop_aliases(tx, account_id, _ids(done.changed["added_aliases"]))
    await store.lead_back(tx, _ids(done.changed["forwarded"]), account_id, source.id)
    await store.distinguish(tx, who, account_id, source.id, reason=body.reason, note=body.note)
    remarks = await _give_back(tx, account_id, done) if done.into_id == account_id else []
    only: Chosen = {name: _ids(ids) for name, ids in done.moved.items()}
    ties = _ids(done.changed.get("ties", ()))
    followed = await follow(tx, who, catalog.areas, Merge("accounts", "account_id", account_id, source.id, only))
    await store.set_standing(tx, ties, "confirmed")
    followed.remarks += remarks
    return body.restore_id, followed


async def _give_back(tx: Tx, account_id: UUID, done: AccountMergeRow) -> list[Finding]:
    """What the merge made true of the account is taken back, unless it was changed since: somebody meant that."""
    target = await get_row(tx, account_id)
    before, after = own_values(done.changed["before"]), own_values(done.changed["after"])
    if target.version == done.changed["version"] and own_values(vars(own_of(target))) == after:
        for name, value in before.items():
            setattr(target, name, value)
        await tx.flush()
        return []
    if before == after:
        return []
    detail = "It was changed since the merge: look at is_customer, vendor_engaged_on, custom_fields."
    return [Finding("account_changed_since", "accounts", (encode("acc", account_id),), detail)]


def _ids(texts: Iterable[str]) -> list[UUID]:
    return [UUID(text) for text in texts]


async def _close(
    tx: Tx, who: Caller, account: AccountRow, parted: AccountRow, body: AccountSplit, followed: Followed
) -> None:
    touch(account, tx.now)
    await tx.flush()
    for row in (account, parted):
        await keep_findable(tx, row)
    news = AccountParted(
        account_id=parted.id,
        from_id=account.id,
        reason=body.reason,
        is_restored=body.restore_id is not None,
        moved=followed.moved,
    )
    await record(tx, who, news, subject_id=encode("acc", parted.id))
    for row in (account, parted):
        await record(
            tx, who, AccountUpdated(account_id=row.id, changed=list(CHANGED)), subject_id=encode("acc", row.id)
        )
