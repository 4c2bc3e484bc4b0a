"""Follow two partners that became one."""

from ecosystem_api.market.accounts import store
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.merge import Followed, Merge


async def follow_merge(tx: Tx, who: Caller, merge: Merge) -> Followed:
    """The partner that stands for both sees the customers of either, and what either brought.

    Edges: the customers are locked first, in the order of their ids, as every decision about one does.
    """
    await store.lock_accounts_of(tx, merge.source_id)
    seen = await store.relink(tx, merge.source_id, merge.target_id)
    return Followed(moved={"account_partners": seen})
