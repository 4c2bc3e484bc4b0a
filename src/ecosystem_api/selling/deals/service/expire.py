"""A protection ends by time, and its partner hears so before."""

from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import plan
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import LIFECYCLE
from ecosystem_api.selling.deals.events import DealExpired, DealExpiring
from ecosystem_api.selling.deals.service.claim import EXPIRE, end_claim
from ecosystem_api.selling.deals.service.hold import hold
from ecosystem_api.selling.deals.service.read import protection_of
from ecosystem_api.selling.deals.service.tell import keep_and_tell, tell


async def expire(tx: Tx, who: Caller, deal_id: UUID) -> None:
    """End a protection whose time has come. Edges: nothing happens if it ended otherwise; if it runs on, ask later."""
    row, _ = await hold(tx, deal_id)
    protection = await protection_of(tx, row)
    if row.status != "approved" or protection is None:
        return
    if protection.ends_at > tx.now:
        # The clock stepped back since the reminder was due: without another one the claim would never end.
        await plan(tx, EXPIRE, subject_id=encode("deal", row.id), due_at=protection.ends_at)
        return
    row.status = LIFECYCLE.move(row.status, "expire")
    touch(row, tx.now)
    writes = Writes()
    end_claim(writes, tx, row, "expired")
    await keep_and_tell(tx, who, row, DealExpired, writes)


async def announce_expiry(tx: Tx, who: Caller, deal_id: UUID) -> None:
    """Tell the partner that protection ends soon. Edges: nothing happens if it ended already, or its end has come."""
    row = await store.lock_deal(tx, deal_id)
    protection = await protection_of(tx, row) if row is not None and row.status == "approved" else None
    if row is not None and protection is not None and protection.ends_at > tx.now:
        writes = Writes()
        tell(writes, tx, who, row, DealExpiring, protected_until=protection.ends_at)
        await writes.send(tx)
