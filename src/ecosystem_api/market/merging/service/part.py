"""Part an account in two: a person holds it for two customers. From then on the two are told apart."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.kernel.problem import FieldError
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.merging import store
from ecosystem_api.market.merging.errors import AccountMergeConflicts, NotMergedHere, NotOfThisAccount
from ecosystem_api.market.merging.events import AccountParted
from ecosystem_api.market.merging.schemas import AccountSplit, AccountSplitRead
from ecosystem_api.market.merging.service.merge import findings, hold_customers, of_accounts
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.attempt import attempt
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import record
from ecosystem_api.runtime.merge import Followed, follow

Chosen = dict[str, Sequence[UUID]]


async def split_account(
    tx: Tx, who: Caller, catalog: Catalog, account_id: UUID, body: AccountSplit, if_match: str | None
) -> AccountSplitRead:
    """Take names, numbers and registrations out to a new account, or restore one that was merged.

    Errors: `NotFound`, `RecordMerged`, `PreconditionFailed`, `NotMergedHere`, `NotOfThisAccount`,
    `AccountMergeConflicts`.
    """
    others = [body.restore_id] if body.restore_id else []
    await hold_customers(tx, account_id, *others)
    expect_version(if_match, await accounts.hold_account(tx, account_id), is_dry_run=body.dry_run)

    async def act() -> AccountSplitRead:
        parted_id, followed = await (_restore if body.restore_id else _found)(tx, who, catalog, account_id, body)
        if not followed.conflicts:
            news = AccountParted(
                account_id=parted_id,
                from_id=account_id,
                reason=body.reason,
                is_restored=body.restore_id is not None,
                moved=followed.moved,
            )
            await record(tx, who, news, subject_id=encode("acc", parted_id))
            await accounts.settle(tx, who, account_id, parted_id)
        return AccountSplitRead(
            dry_run=body.dry_run,
            account=await accounts.read_account(tx, account_id),
            parted=await accounts.read_account(tx, parted_id),
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
    assert body.country is not None, "the schema wants it"
    only = await _chosen(tx, account_id, body)
    new_id = await accounts.part_off(tx, account_id, body.name, body.country)
    await recognition.distinguish(tx, who, account_id, new_id, reason=body.reason, note=body.note)
    followed = await follow(tx, who, catalog.areas, of_accounts(account_id, new_id, only))
    left = set(body.registration_ids) - set(followed.ids.get("deal_registrations", ()))
    if left and not followed.conflicts:
        raise _not_of_it("registration_ids", body.registration_ids, left)
    return new_id, followed


async def _chosen(tx: Tx, account_id: UUID, body: AccountSplit) -> Chosen:
    """The rows that the request names. Errors: `NotOfThisAccount`."""
    held = await accounts.parts_of(tx, account_id)
    names = [compact_name(normal_name(name)) for name in body.aliases]
    external_ids = [(one.system, one.id) for one in body.external_ids]
    return {
        "account_aliases": _of("aliases", names, held.aliases),
        "account_identifiers": [
            *_of("domains", [("domain", domain) for domain in body.domains], held.identifiers),
            *_of("legal_ids", [(legal.kind, legal.value) for legal in body.legal_ids], held.identifiers),
        ],
        "account_external_ids": _of("external_ids", external_ids, held.external_ids),
        "deal_registrations": body.registration_ids,
    }


def _of(field: str, named: Sequence[Any], held: Mapping[Any, UUID]) -> list[UUID]:
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
    source_id = body.restore_id
    done = await store.merge_of(tx, source_id)
    if done is None or await accounts.merged_into(tx, source_id) != account_id:
        detail = "Name one that GET /v1/accounts?merged_into_id= lists for this account."
        raise NotMergedHere(errors=[FieldError("/restore_id", "not_merged_here", detail)])
    # Read now: to follow forgets all rows that were read before.
    changed, moved, is_taken_back = done.changed, done.moved, done.into_id == account_id
    done.undone_at = tx.now
    remarks = await accounts.begin_return(tx, source_id, account_id, changed, is_taken_back=is_taken_back)
    await recognition.distinguish(tx, who, account_id, source_id, reason=body.reason, note=body.note)
    only: Chosen = {name: [UUID(one) for one in ids] for name, ids in moved.items()}
    followed = await follow(tx, who, catalog.areas, of_accounts(account_id, source_id, only))
    await accounts.finish_return(tx, changed)
    followed.remarks += remarks
    return source_id, followed
