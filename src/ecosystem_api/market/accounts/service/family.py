"""Read the family of an account as of a day."""

from datetime import date
from uuid import UUID

from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.schemas import AccountFamily, FamilyMember
from ecosystem_api.market.accounts.service.read import get_account
from ecosystem_api.runtime.database import Tx


async def read_family(tx: Tx, account_id: UUID, as_of: date | None) -> AccountFamily:
    """The root above an account and all below it, as confirmed for a day, today if none is named.

    Errors: `NotFound`, `RecordMerged`.
    """
    await get_account(tx, account_id)
    day = as_of or tx.now.date()
    parents, levels = await _tree(tx, account_id, day)
    rows = {row.id: row for row in await store.members(tx, levels)}
    order = sorted(rows.values(), key=lambda row: (levels[row.id], row.name, row.id))
    found = [
        FamilyMember(
            account_id=row.id,
            name=row.name,
            country=row.country,
            parent_id=parents.get(row.id),
            level=levels[row.id],
            is_customer=row.is_customer,
        )
        for row in order
    ]
    return AccountFamily(as_of=day, root_id=next(iter(levels)), members=found)


async def relatives_of(tx: Tx, account_id: UUID, day: date) -> frozenset[UUID]:
    """The other accounts of the family, as confirmed for a day."""
    return frozenset((await _tree(tx, account_id, day))[1]) - {account_id}


async def with_former(tx: Tx, account_ids: frozenset[UUID]) -> frozenset[UUID]:
    """These accounts and what was merged into them: a claim may stand under an id that leads on."""
    return account_ids | await store.former_ids(tx, account_ids) if account_ids else account_ids


async def _tree(tx: Tx, account_id: UUID, day: date) -> tuple[dict[UUID, UUID], dict[UUID, int]]:
    """Who stands directly above each, and how far each is from the root, which comes first."""
    above = {UUID(tie.child): UUID(tie.parent) for tie in await store.ties_above(tx, account_id, day)}
    root = account_id
    # A merge that would close a circle is refused only after every room has followed.
    while root in above:
        root = above.pop(root)
    parents, levels = dict[UUID, UUID](), {root: 0}
    # Levels come from above, so a parent is known before its children.
    for tie in await store.ties_below(tx, root, day):
        child, parent = UUID(tie.child), UUID(tie.parent)
        if child in levels:
            continue
        parents[child], levels[child] = parent, levels[parent] + 1
    return parents, levels
