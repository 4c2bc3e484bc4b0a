"""Merge an account into another: a person holds the two for one customer. It can be undone by a split."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import decode, encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.errors import AccountMergeConflicts
from ecosystem_api.market.accounts.events import AccountMerged, AccountUpdated
from ecosystem_api.market.accounts.schemas import AccountMerge, AccountMergeNote, AccountMergeRead
from ecosystem_api.market.accounts.service.keep import add_parts
from ecosystem_api.market.accounts.service.know import know_account
from ecosystem_api.market.accounts.service.read import read_accounts, refuse_merged
from ecosystem_api.market.accounts.service.search import keep_findable
from ecosystem_api.market.accounts.tables import AccountMergeRow, AccountRow
from ecosystem_api.network.partners.schemas import MergeFinding
from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.attempt import attempt
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, expect_version, page_of
from ecosystem_api.runtime.ledger import plan, record
from ecosystem_api.runtime.merge import Finding, Followed, Merge, follow

FOLLOW_LATE = "accounts.follow_late"
# Longer than any request that was under way in the moment of the merge can last.
_LATE = timedelta(seconds=90)
CHANGED = ("/aliases", "/domains", "/legal_ids", "/external_ids")


@dataclass(frozen=True)
class Own:
    """What a merge changes in the account that stands for both: as it was before, or is after."""

    is_customer: bool
    vendor_engaged_on: str | None
    custom_fields: dict[str, Any]


async def merge_account(
    tx: Tx, who: Caller, catalog: Catalog, account_id: UUID, body: AccountMerge, if_match: str | None
) -> AccountMergeRead:
    """Let another account stand for this one; a dry run says what would move and what stands in the way.

    Errors: `NotFound`, `RecordMerged`, `PreconditionFailed`, `AccountMergeConflicts`, `InvalidRequest` for an unknown
    account.
    """
    if body.into_id == account_id:
        raise InvalidRequest(errors=[FieldError("/into_id", "same_account", "Name another account.")])
    await hold_accounts(tx, account_id, body.into_id)
    source = await get_row(tx, account_id)
    if await store.find_account(tx, body.into_id) is None:
        raise InvalidRequest(errors=[FieldError("/into_id", "unknown_account", "No account of this id.")])
    await get_row(tx, body.into_id)
    expect_version(if_match, source.version)

    async def act() -> AccountMergeRead:
        followed = await _merge(tx, who, catalog, Merge("accounts", "account_id", account_id, body.into_id), body)
        return AccountMergeRead(
            dry_run=body.dry_run,
            account=(await read_accounts(tx, [await get_row(tx, body.into_id)]))[0],
            moved=followed.moved,
            conflicts=findings(followed.conflicts),
            remarks=findings(followed.remarks),
        )

    read = await attempt(tx, act, keep=not body.dry_run)
    if read.conflicts and not body.dry_run:
        raise AccountMergeConflicts(conflicts=[one.model_dump(mode="json") for one in read.conflicts])
    return read


async def list_merges(tx: Tx, paging: Paging, account_id: UUID) -> Page[AccountMergeNote]:
    """What was merged into an account, and what it was merged into for a while; newest first.

    Errors: `NotFound`, `RecordMerged`.
    """
    row = await store.find_account(tx, account_id)
    if row is None:
        raise NotFound()
    refuse_merged(row.id, row.merged_into_id)
    return await page_of(tx, store.merges(tx, account_id), paging, [(AccountMergeRow.id, True)], _note)


def _note(row: AccountMergeRow) -> AccountMergeNote:
    return AccountMergeNote(
        id=row.id,
        account_id=row.account_id,
        into_id=row.into_id,
        reason=row.reason,  # type: ignore[arg-type]  # written by AccountMerge, which knows no other
        note=row.note,
        moved={name: len(ids) for name, ids in row.moved.items() if ids},
        merged_by_type=row.actor_type,
        merged_by_id=row.actor_id,
        merged_at=row.merged_at,
        undone_at=row.undone_at,
    )


async def follow_late(tx: Tx, who: Caller, catalog: Catalog, subject_id: str) -> None:
    """What was written under the old id in the very moment of the merge follows as well.

    Edges: nothing follows a merge that has been undone. Errors: RuntimeError with conflicts: an operator sees the
    delivery fail, and which.
    """
    source = await store.find_account(tx, decode("acc", subject_id), is_locked=True)
    if source is None or source.merged_into_id is None:
        return
    merge = Merge("accounts", "account_id", source.id, source.merged_into_id)
    followed = await follow(tx, who, catalog.areas, merge)
    if followed.conflicts:
        raise RuntimeError(f"merge of {subject_id}: {', '.join(one.code for one in followed.conflicts)}")
    done = await store.merge_of(tx, merge.source_id)
    assert done is not None, "what is merged has been merged"
    late = {name: [str(one) for one in ids] for name, ids in followed.ids.items() if ids}
    done.moved = done.moved | {name: [*done.moved.get(name, ()), *ids] for name, ids in late.items()}
    if late:
        target = await get_row(tx, merge.target_id)
        await keep_findable(tx, target)
        event = AccountUpdated(account_id=target.id, changed=list(CHANGED))
        await record(tx, who, event, subject_id=encode("acc", target.id))


async def hold_accounts(tx: Tx, *account_ids: UUID) -> None:
    """Lock accounts with all that are certainly the same, as decisions do, then the hierarchy, in that order."""
    wanted: set[UUID] = set(account_ids)
    for one in account_ids:
        if await store.find_account(tx, one) is not None:
            wanted |= (await know_account(tx, one)).same_ids
    await store.lock_accounts(tx, wanted)
    await store.lock_name(tx, "account hierarchy")


async def get_row(tx: Tx, account_id: UUID) -> AccountRow:
    """The account's row as it is now, for this room. Errors: `NotFound`, `RecordMerged`."""
    row = await store.find_account(tx, account_id, is_locked=True)
    if row is None:
        raise NotFound()
    refuse_merged(row.id, row.merged_into_id)
    return row


def findings(found: list[Finding]) -> list[MergeFinding]:
    """What rooms have found, on the wire."""
    return [MergeFinding(code=one.code, resource=one.resource, ids=list(one.ids), detail=one.detail) for one in found]


async def _merge(tx: Tx, who: Caller, catalog: Catalog, merge: Merge, body: AccountMerge) -> Followed:
    source, target = await get_row(tx, merge.source_id), await get_row(tx, merge.target_id)
    before = own_of(target)
    held = {alias.id for alias in await store.all_aliases_of(tx, target.id)}
    await _adopt(tx, source, target)
    forwarded = await store.forward_merged(tx, source.id, target.id)
    # Before the other rooms follow: what they ask about the customer is then asked of the one that stands for both.
    source.merged_into_id = target.id
    await tx.flush()
    await store.forget_distinction(tx, merge.source_id, merge.target_id)
    ties = [row.id for row in await store.relations_between(tx, source.id, target.id) if row.standing == "confirmed"]
    await store.set_standing(tx, ties, "refused")
    followed = await follow(tx, who, catalog.areas, merge)
    if followed.conflicts:
        return followed
    source, target = await _rows(tx, merge)
    taken = {alias.name_key for alias in await store.all_aliases_of(tx, target.id)} | {target.name_key}
    if source.name_key not in taken:
        await add_parts(tx, who, target, aliases=[source.name], source="merged")
    touch(source, tx.now)
    touch(target, tx.now)
    await store.forget(tx, source.id)
    await keep_findable(tx, target)
    moved_aliases = set(followed.ids.get("account_aliases", ()))
    added = [one.id for one in await store.all_aliases_of(tx, target.id) if one.id not in held | moved_aliases]
    await tx.insert(
        AccountMergeRow(
            vendor_id=tx.vendor_id,
            id=new_uuid(),
            account_id=source.id,
            into_id=target.id,
            reason=body.reason,
            note=body.note,
            moved={name: [str(one) for one in ids] for name, ids in followed.ids.items()},
            changed={
                "before": asdict(before),
                "after": asdict(own_of(target)),
                "version": target.version,
                "added_aliases": [str(one) for one in added],
                "forwarded": [str(one) for one in forwarded],
                "ties": [str(one) for one in ties],
            },
            actor_type=who.actor_type,
            actor_id=who.actor_id,
            merged_at=tx.now,
        )
    )
    await _tell(tx, who, merge, body, followed)
    return followed


async def _rows(tx: Tx, merge: Merge) -> tuple[AccountRow, AccountRow]:
    """The account that is merged already, and the other, as they are now."""
    source = await store.find_account(tx, merge.source_id, is_locked=True)
    assert source is not None, "it was locked for the merge"
    return source, await get_row(tx, merge.target_id)


async def _adopt(tx: Tx, source: AccountRow, target: AccountRow) -> None:
    """What is true of one is true of both: that it is a customer, and when the vendor was there."""
    target.is_customer = target.is_customer or source.is_customer
    days = [day for day in (target.vendor_engaged_on, source.vendor_engaged_on) if day is not None]
    target.vendor_engaged_on = max(days, default=None)
    target.custom_fields = {**source.custom_fields, **target.custom_fields}
    await tx.flush()


async def _tell(tx: Tx, who: Caller, merge: Merge, body: AccountMerge, followed: Followed) -> None:
    subject = encode("acc", merge.source_id)
    news = AccountMerged(
        account_id=merge.source_id, merged_into_id=merge.target_id, reason=body.reason, moved=followed.moved
    )
    await record(tx, who, news, subject_id=subject)
    changed = AccountUpdated(account_id=merge.target_id, changed=list(CHANGED))
    await record(tx, who, changed, subject_id=encode("acc", merge.target_id))
    await plan(tx, FOLLOW_LATE, subject_id=subject, due_at=tx.now + _LATE)


def own_of(row: AccountRow) -> Own:
    """What a merge may change in an account, as it is now."""
    engaged: date | None = row.vendor_engaged_on
    return Own(
        is_customer=row.is_customer,
        vendor_engaged_on=engaged.isoformat() if engaged else None,
        custom_fields=row.custom_fields,
    )


def own_values(own: dict[str, Any]) -> dict[str, Any]:
    """The same as values of columns."""
    return {
        "is_customer": own["is_customer"],
        "vendor_engaged_on": date.fromisoformat(own["vendor_engaged_on"]) if own["vendor_engaged_on"] else None,
        # Absent where it was merged before there were any.
        "custom_fields": own.get("custom_fields", {}),
    }
