"""Follow two partners, or two accounts, that became one; and what is taken out of an account."""

from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.market.accounts import store
from ecosystem_api.market.accounts.domain import way_round
from ecosystem_api.market.accounts.tables import AccountExternalIdRow, AccountIdentifierRow
from ecosystem_api.runtime.caller import Caller
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
        ("account_relations", await store.take_relations(tx, merge)),
    ):
        followed.add(Followed(moved={name: len(ids)}, ids={name: ids}))
    if merge.only is None:
        linked = await store.link_all(tx, merge.source_id, merge.target_id)
        followed.add(Followed(moved={"account_partners": len(linked)}, ids={"account_partners": linked}))
        followed.conflicts += await _circles(tx, merge)
    elif "account_partners" in merge.only:
        await store.unlink(tx, merge.source_id, merge.only["account_partners"])
    return followed


async def _circles(tx: Tx, merge: Merge) -> list[Finding]:
    """The account that stands for both may not come to stand above itself."""
    known = await store.ties_above(tx, merge.target_id)
    ways = (way_round(tie, known) for tie in known if tie.child == str(merge.target_id))
    way = next((one for one in ways if one is not None), None)
    if way is None:
        return []
    detail = "It would stand above itself: end the relation of one of the accounts on this way round."
    return [Finding("account_cycle", "accounts", tuple(encode("acc", UUID(one)) for one in way[1:]), detail)]
