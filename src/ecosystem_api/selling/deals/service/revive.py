"""Take a protection up again that ended only for want of the time which a ruling gives it."""

from datetime import datetime
from uuid import UUID

from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import LIFECYCLE
from ecosystem_api.selling.deals.events import DealApproved
from ecosystem_api.selling.deals.service.claim import remind, take_claim, watch
from ecosystem_api.selling.deals.service.extend import Running
from ecosystem_api.selling.deals.service.overdue import hold_in_turn
from ecosystem_api.selling.deals.service.read import protection_of
from ecosystem_api.selling.deals.service.settle import judge_rivals
from ecosystem_api.selling.deals.service.tell import tell
from ecosystem_api.selling.deals.service.weigh import Gathered
from ecosystem_api.selling.engagement.service import Judgement


async def hold_expired(tx: Tx, deal_id: UUID) -> Running | None:
    """Hold a registration whose protection has ended by time; None where it runs, or ended in another way.

    Errors: `NotFound`.
    """
    row, customer = await hold_in_turn(tx, deal_id)
    protection = await protection_of(tx, row)
    return Running(row, customer, protection) if row.status == "expired" and protection is not None else None


async def revive(
    tx: Tx, who: Caller, writes: Writes, running: Running, gathered: Gathered, judgement: Judgement, *,
    until: datetime, days: int,
) -> None:  # fmt: skip
    """Protect a registration again from now on, under the terms that it had; `days` were added to them.

    Shape: it is held as expired, nobody holds its claim, and `until` lies ahead. Edges: undecided rivals are judged
    again. Errors: `ClaimHeld` when the database knows another holder, whatever was read before.
    """
    row, before = running.row, running.protection
    row.status, row.claim_account_id = LIFECYCLE.move(row.status, "revive"), running.customer.claim_account_id
    row.last_activity_at = tx.now
    touch(row, tx.now)
    terms = claims.Terms(before.basis, judgement.idle_days, None, before.extensions + 1, before.extended_days + days)
    # What was decided is written before the protection that rests on it, in the same transaction.
    store.keep(writes, row)
    tell(writes, tx, who, row, DealApproved, protected_until=until)
    remind(writes, tx, row, until, judgement.parameters.expiring_notice_days)
    watch(writes, tx, row, judgement)
    await writes.send(tx)
    await take_claim(tx, row, gathered.weighed.coverage, gathered.weighed.free_from, until, terms)
    await judge_rivals(tx, who, gathered.weighed.rivals)
