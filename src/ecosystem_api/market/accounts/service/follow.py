"""Follow two partners, or two accounts, that became one; and what is taken out of an account."""

from typing import Any

from ecosystem_api.kernel.ids import encode
from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.tables import AccountExternalIdRow, AccountIdentifierRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.merge import Finding, Followed, Merge, move_rows


async def follow_merge(tx: Tx, who: Caller, merge: Merge) -> Followed:
    """The partner that stands for both sees the customers of either, and what either brought.

    Edges: the customers are locked first, in the order of their ids, as every decision about one does.
    """
    await store.lock_accounts_of(tx, merge.source_id)
    seen = await store.relink(tx, merge.source_id, merge.target_id)
    return Followed(moved={"account_partners": seen})


async def follow_account(tx: Tx, who: Caller, merge: Merge) -> Followed:
    """What belongs to the account itself: domains and numbers, ids elsewhere, names, companies below it, who sees it.

    Edges: a name that both have stays where it was. Whoever sees an account that was merged goes on seeing it, so that
    its id leads on, and sees the other besides; nobody sees more because an account was parted.
    """
    followed = await move_rows(tx, merge, (AccountIdentifierRow, AccountExternalIdRow))
    for name, ids in (
        ("account_aliases", await store.take_aliases(tx, merge)),
        ("accounts", await _take_children(tx, merge)),
    ):
        followed.add(Followed(moved={name: len(ids)}, ids={name: ids}))
    if merge.only is None:
        linked = await store.link_all(tx, merge.source_id, merge.target_id)
        followed.add(Followed(moved={"account_partners": len(linked)}, ids={"account_partners": linked}))
        followed.conflicts += await _circles(tx, merge)
    elif "account_partners" in merge.only:
        await store.unlink(tx, merge.source_id, merge.only["account_partners"])
    return followed


async def _take_children(tx: Tx, merge: Merge) -> list[Any]:
    chosen = merge.takes("accounts")
    taken = []
    for child in await store.children_of(tx, merge.source_id):
        if child.id != merge.target_id and (chosen is None or child.id in chosen):
            child.parent_id = merge.target_id
            touch(child, tx.now)
            taken.append(child.id)
    await tx.flush()
    return taken


async def _circles(tx: Tx, merge: Merge) -> list[Finding]:
    """The account that stands for both may not come to stand above itself."""
    above = await store.ancestors(tx, merge.target_id)
    if merge.target_id not in above:
        return []
    way = above[: above.index(merge.target_id) + 1]
    detail = "It would stand above itself: take the parent off one of the accounts on this way round."
    return [Finding("account_cycle", "accounts", tuple(encode("acc", one) for one in way), detail)]
