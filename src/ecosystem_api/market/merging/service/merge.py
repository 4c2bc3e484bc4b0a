"""Merge an account into another: a person holds the two for one customer. It can be undone by a split."""

import contextlib
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from ecosystem_api.kernel.ids import decode, encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.merging import store
from ecosystem_api.market.merging.errors import AccountMergeConflicts
from ecosystem_api.market.merging.events import AccountMerged
from ecosystem_api.market.merging.schemas import AccountMerge, AccountMergeNote, AccountMergeRead
from ecosystem_api.market.merging.tables import AccountMergeRow
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.network.partners.schemas import MergeFinding
from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.attempt import attempt
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, expect_version, page_of
from ecosystem_api.runtime.ledger import plan, record
from ecosystem_api.runtime.merge import Finding, Followed, Merge, follow

FOLLOW_LATE = "accounts.follow_late"
# Longer than any request that was under way in the moment of the merge can last.
_LATE = timedelta(seconds=90)


async def merge_account(
    tx: Tx, who: Caller, catalog: Catalog, account_id: UUID, body: AccountMerge, if_match: str | None
) -> AccountMergeRead:
    """Let another account stand for this one; a dry run says what would move and what stands in the way.

    Errors: `NotFound`, `RecordMerged`, `PreconditionFailed`, `AccountMergeConflicts`, `InvalidRequest` for an unknown
    account.
    """
    if body.into_id == account_id:
        raise InvalidRequest(errors=[FieldError("/into_id", "same_account", "Name another account.")])
    await hold_customers(tx, account_id, body.into_id)
    version = await accounts.hold_account(tx, account_id)
    await accounts.refuse_unknown(tx, body.into_id, "/into_id")
    expect_version(if_match, version, is_dry_run=body.dry_run)

    async def act() -> AccountMergeRead:
        followed = await _merge(tx, who, catalog, of_accounts(account_id, body.into_id), body)
        return AccountMergeRead(
            dry_run=body.dry_run,
            account=await accounts.read_account(tx, body.into_id),
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
    await accounts.get_account(tx, account_id)
    return await page_of(tx, store.merges(tx, account_id), paging, [(AccountMergeRow.id, True)], _note)


async def follow_late(tx: Tx, who: Caller, catalog: Catalog, subject_id: str) -> None:
    """What was written under the old id in the very moment of the merge follows as well.

    Edges: nothing follows a merge that has been undone. Errors: RuntimeError with conflicts: an operator sees the
    delivery fail, and which.
    """
    source_id = decode("acc", subject_id)
    into_id = await accounts.merged_into(tx, source_id)
    if into_id is None:
        return
    followed = await follow(tx, who, catalog.areas, of_accounts(source_id, into_id))
    if followed.conflicts:
        raise RuntimeError(f"merge of {subject_id}: {', '.join(one.code for one in followed.conflicts)}")
    done = await store.merge_of(tx, source_id)
    assert done is not None, "what is merged has been merged"
    late = {name: ids for name, ids in _texts(followed).items() if ids}
    done.moved = done.moved | {name: [*done.moved.get(name, ()), *ids] for name, ids in late.items()}
    if late:
        await accounts.settle(tx, who, into_id)


async def hold_customers(tx: Tx, *account_ids: UUID) -> None:
    """Lock accounts with all that are certainly the same, as decisions do, then the families, in that order.

    Edges: an unknown account is left to who asks for it.
    """

    async def read() -> accounts.Versions:
        wanted: dict[UUID, int | None] = dict.fromkeys(account_ids)
        for one in account_ids:
            with contextlib.suppress(NotFound):
                wanted |= (await recognition.know_account(tx, one)).versions
        return wanted

    await accounts.lock_accounts(tx, await read(), read)
    await accounts.lock_families(tx)


def of_accounts(source_id: UUID, target_id: UUID, only: dict[str, Sequence[UUID]] | None = None) -> Merge:
    """What the rooms are asked to follow: one account to another, with all or with some rows of tables."""
    return Merge("accounts", "account_id", source_id, target_id, only)


def findings(found: Sequence[Finding]) -> list[MergeFinding]:
    """What rooms have found, on the wire."""
    return [MergeFinding(code=one.code, resource=one.resource, ids=list(one.ids), detail=one.detail) for one in found]


async def _merge(tx: Tx, who: Caller, catalog: Catalog, merge: Merge, body: AccountMerge) -> Followed:
    source_id, target_id = merge.source_id, merge.target_id
    begun = await accounts.begin_join(tx, source_id, target_id)
    await recognition.forget_distinction(tx, source_id, target_id)
    followed = await follow(tx, who, catalog.areas, merge)
    if followed.conflicts:
        return followed
    moved_aliases = followed.ids.get("account_aliases", ())
    changed = await accounts.finish_join(tx, who, source_id, target_id, begun, moved_aliases)
    row = AccountMergeRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        account_id=source_id,
        into_id=target_id,
        reason=body.reason,
        note=body.note,
        moved=_texts(followed),
        changed=changed,
        actor_type=who.actor_type,
        actor_id=who.actor_id,
        merged_at=tx.now,
    )
    await tx.insert(row)
    subject = encode("acc", source_id)
    news = AccountMerged(account_id=source_id, merged_into_id=target_id, reason=body.reason, moved=followed.moved)
    await record(tx, who, news, subject_id=subject)
    await accounts.settle(tx, who, target_id)
    await plan(tx, FOLLOW_LATE, subject_id=subject, due_at=tx.now + _LATE)
    return followed


def _texts(followed: Followed) -> dict[str, list[str]]:
    return {name: [str(one) for one in ids] for name, ids in followed.ids.items()}


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
