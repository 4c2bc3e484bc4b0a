"""What the record of an account gives and takes when two become one, or one is parted.

Who decides it and keeps what was done, so that it can be undone, is the room above: `market/merging`. Between the first
and the last step of each, every room that refers to the account follows.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.events import AccountUpdated
from ecosystem_api.market.accounts.service.keep import add_parts
from ecosystem_api.market.accounts.service.read import refuse_merged
from ecosystem_api.market.accounts.service.search import keep_findable
from ecosystem_api.market.accounts.service.spell import confirm_alias
from ecosystem_api.market.accounts.tables import AccountRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import record
from ecosystem_api.runtime.merge import Finding

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Joining:
    """What was done before the rooms follow: to the record that stands for both, to former accounts, to relations."""

    before: Values
    alias_ids: frozenset[UUID]
    forwarded: Collection[UUID]
    ties: Collection[UUID]


@dataclass(frozen=True)
class Parts:
    """The ids of what identifies an account: by the key of the name, by (kind, value), by (system, id)."""

    aliases: Mapping[str, UUID]
    identifiers: Mapping[tuple[str, str], UUID]
    external_ids: Mapping[tuple[str, str], UUID]


async def begin_join(tx: Tx, source_id: UUID, target_id: UUID) -> Joining:
    """One account leads to another from now on, which takes over what is true of it: that it is a customer, say.

    Edges: this comes before the rooms follow, so that what they ask about the customer is asked of the one that stands
    for both. Errors: `NotFound`, `RecordMerged`.
    """
    source, target = await _get(tx, source_id), await _get(tx, target_id)
    before = _own(target)
    alias_ids = frozenset(alias.id for alias in await store.all_aliases_of(tx, target_id))
    target.is_customer = target.is_customer or source.is_customer
    days = [day for day in (target.vendor_engaged_on, source.vendor_engaged_on) if day is not None]
    target.vendor_engaged_on = max(days, default=None)
    target.custom_fields = {**source.custom_fields, **target.custom_fields}
    forwarded = await store.forward_merged(tx, source_id, target_id)
    source.merged_into_id = target_id
    await tx.flush()
    ties = [row.id for row in await store.relations_between(tx, source_id, target_id) if row.standing == "confirmed"]
    await store.set_standing(tx, ties, "refused")
    return Joining(before, alias_ids, forwarded, ties)


async def finish_join(
    tx: Tx, who: Caller, source_id: UUID, target_id: UUID, begun: Joining, moved_aliases: Collection[UUID]
) -> dict[str, Any]:
    """The account that stands for both is also called as the other was, which is found no more.

    Shape: answers all that the join changed in the records, for `begin_return` to undo it.
    """
    source = await store.find_account(tx, source_id, is_locked=True)
    assert source is not None, "it was locked for the merge"
    target = await _get(tx, target_id)
    taken = {alias.name_key for alias in await store.all_aliases_of(tx, target_id)} | {target.name_key}
    if source.name_key not in taken:
        await add_parts(tx, who, target_id, aliases=[source.name], source="merged")
    doubted = await _confirm_names(tx, who, source, target_id)
    touch(source, tx.now)
    touch(target, tx.now)
    await store.forget(tx, source_id)
    held = begun.alias_ids | frozenset(moved_aliases)
    added = [one.id for one in await store.all_aliases_of(tx, target_id) if one.id not in held]
    return {
        "before": begun.before,
        "after": _own(target),
        "version": target.version,
        "added_aliases": [str(one) for one in added],
        "doubted_aliases": {str(alias_id): standing for alias_id, standing in doubted.items()},
        "forwarded": [str(one) for one in begun.forwarded],
        "ties": [str(one) for one in begun.ties],
    }


async def begin_return(
    tx: Tx, source_id: UUID, account_id: UUID, changed: Values, *, is_taken_back: bool
) -> list[Finding]:
    """A merged account stands for itself again; what the join made true of the other is taken back.

    Shape: `changed` is what `finish_join` has answered; without `is_taken_back` the account keeps what
    another, which was merged into it later, had taken over.
    """
    source = await store.find_account(tx, source_id, is_locked=True)
    assert source is not None, "it was merged once"
    source.merged_into_id = None
    touch(source, tx.now)
    await store.drop_aliases(tx, account_id, _ids(changed["added_aliases"]))
    for row in await store.all_aliases_of(tx, account_id):
        row.standing = changed.get("doubted_aliases", {}).get(str(row.id), row.standing)
    await store.lead_back(tx, _ids(changed["forwarded"]), account_id, source_id)
    target = await _get(tx, account_id)
    remarks = await _take_back(tx, target, changed) if is_taken_back else []
    touch(target, tx.now)
    await tx.flush()
    return remarks


async def finish_return(tx: Tx, changed: Values) -> None:
    """Once all rooms have followed, the relations of the two count again that the join had ended."""
    await store.set_standing(tx, _ids(changed.get("ties", ())), "confirmed")


async def _confirm_names(tx: Tx, who: Caller, source: AccountRow, target_id: UUID) -> dict[UUID, str]:
    """Whoever merges stands for the other's names: one that was only proposed here, or refused, is confirmed by it.

    Shape: answers how each stood before.
    """
    left = await store.all_aliases_of(tx, source.id)
    brought = {source.name_key, *(one.name_key for one in left if one.standing == "confirmed")}
    doubted = [one for one in await store.all_aliases_of(tx, target_id) if one.standing != "confirmed"]
    before = {one.id: one.standing for one in doubted if one.name_key in brought}
    for one in doubted:
        if one.id in before:
            await confirm_alias(tx, who, one)
    return before


async def part_off(tx: Tx, account_id: UUID, name: str, country: str) -> UUID:
    """A new account beside one that it is taken out of. Errors: `NotFound`, `RecordMerged`."""
    touch(await _get(tx, account_id), tx.now)
    normal = normal_name(name)
    row = AccountRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        name=name,
        normal_name=normal,
        name_key=compact_name(normal),
        country=country,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    await tx.insert(row)
    return row.id


async def parts_of(tx: Tx, account_id: UUID) -> Parts:
    """What identifies an account, as far as nobody has refused it."""
    return Parts(
        aliases={alias.name_key: alias.id for alias in await store.aliases_of(tx, [account_id])},
        identifiers={(known.kind, known.value): known.id for known in await store.identifiers_of(tx, [account_id])},
        external_ids={
            (known.system, known.external_id): known.id for known in await store.external_ids_of(tx, [account_id])
        },
    )


async def settle(tx: Tx, who: Caller, *account_ids: UUID) -> None:
    """These accounts are found by the names and numbers that they have now, and whoever listens is told."""
    rows = [await _get(tx, account_id) for account_id in account_ids]
    for row in rows:
        await keep_findable(tx, row)
    for row in rows:
        event = AccountUpdated(account_id=row.id, changed=["/aliases", "/domains", "/legal_ids", "/external_ids"])
        await record(tx, who, event, subject_id=encode("acc", row.id))


async def hold_account(tx: Tx, account_id: UUID) -> int:
    """Lock an account that stands for itself; answer its version. Errors: `NotFound`, `RecordMerged`."""
    version: int = (await _get(tx, account_id)).version
    return version


async def merged_into(tx: Tx, account_id: UUID) -> UUID | None:
    """The account that stands for this one since the two were merged, if they were; locks it."""
    row = await store.find_account(tx, account_id, is_locked=True)
    return row.merged_into_id if row is not None else None


async def _get(tx: Tx, account_id: UUID) -> AccountRow:
    row = await store.find_account(tx, account_id, is_locked=True)
    if row is None:
        raise NotFound()
    refuse_merged(row.id, row.merged_into_id)
    return row


async def _take_back(tx: Tx, target: AccountRow, changed: Values) -> list[Finding]:
    """What the merge made true of the account is taken back, unless it was changed since: somebody meant that."""
    # Custom fields are absent where it was merged before there were any.
    before, after = ({"custom_fields": {}} | changed[state] for state in ("before", "after"))
    if target.version == changed["version"] and _own(target) == after:
        engaged = before["vendor_engaged_on"]
        target.is_customer, target.custom_fields = before["is_customer"], before["custom_fields"]
        target.vendor_engaged_on = date.fromisoformat(engaged) if engaged else None
        return []
    if before == after:
        return []
    detail = "It was changed since the merge: look at is_customer, vendor_engaged_on, custom_fields."
    return [Finding("account_changed_since", "accounts", (encode("acc", target.id),), detail)]


def _own(row: AccountRow) -> dict[str, Any]:
    """What a join may change in the account that stands for both, as JSON keeps it."""
    engaged: date | None = row.vendor_engaged_on
    return {
        "is_customer": row.is_customer,
        "vendor_engaged_on": engaged.isoformat() if engaged else None,
        "custom_fields": row.custom_fields,
    }


def _ids(texts: Iterable[str]) -> list[UUID]:
    return [UUID(text) for text in texts]
