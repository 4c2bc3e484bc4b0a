"""Give a claim up, or take back what asks for one."""

from uuid import UUID

from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.reading import Written
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals.events import DealReleased, DealWithdrawn
from ecosystem_api.selling.deals.schemas import DealRead
from ecosystem_api.selling.deals.service.claim import end_claim
from ecosystem_api.selling.deals.service.overdue import hold_in_turn
from ecosystem_api.selling.deals.service.read import moved_by, show_deal
from ecosystem_api.selling.deals.service.review import end_review
from ecosystem_api.selling.deals.service.serve import serve_behind
from ecosystem_api.selling.deals.service.tell import keep_and_tell


async def withdraw(tx: Tx, who: Caller, deal_id: UUID, if_match: str | None) -> Written[DealRead]:
    """Take a draft or an undecided registration back. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`."""
    row, _ = await hold_in_turn(tx, deal_id)
    target = moved_by(who, row, "withdraw")
    expect_version(if_match, row.version)
    writes = Writes()
    if row.status == "waiting":
        serve_behind(writes, tx, row)
    row.status, row.last_activity_at = target, tx.now
    touch(row, tx.now)
    await end_review(tx, who, writes, row, "withdrawn")
    await keep_and_tell(tx, who, row, DealWithdrawn, writes)
    return await show_deal(tx, who, row.id)


async def release(tx: Tx, who: Caller, deal_id: UUID, if_match: str | None) -> Written[DealRead]:
    """Give a protected claim up; the queue behind it is served.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`.
    """
    row, _ = await hold_in_turn(tx, deal_id)
    target = moved_by(who, row, "release")
    expect_version(if_match, row.version)
    row.status, row.last_activity_at = target, tx.now
    touch(row, tx.now)
    writes = Writes()
    end_claim(writes, tx, row, "released")
    await keep_and_tell(tx, who, row, DealReleased, writes)
    return await show_deal(tx, who, row.id)
