"""Submit: the rules decide at once, or say who will, in the transaction that asks."""

from uuid import UUID

from ecosystem_api.kernel.problem import FieldError
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.reading import Written
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.errors import CloseDatePast
from ecosystem_api.selling.deals.events import DealSubmitted
from ecosystem_api.selling.deals.schemas import DealRead
from ecosystem_api.selling.deals.service.hold import visible
from ecosystem_api.selling.deals.service.overdue import hold_seen_in_turn
from ecosystem_api.selling.deals.service.read import moved_by, show_deal
from ecosystem_api.selling.deals.service.settle import settle
from ecosystem_api.selling.deals.service.tell import tell
from ecosystem_api.selling.deals.tables import DealRow


async def submit(tx: Tx, who: Caller, deal_id: UUID, if_match: str | None) -> Written[DealRead]:
    """Ask for rights: the rules decide at once, or say who will.

    Edges: a registration that was returned keeps the place it had by its first submission; one that was rejected
    starts anew and counts as resubmitted. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `CloseDatePast`.
    """
    account_id = await visible(tx, deal_id)
    async with tx.vendor_wide():
        row, customer = await hold_seen_in_turn(tx, deal_id, account_id)
        before = row.status
        target = moved_by(who, row, "submit")
        expect_version(if_match, row.version)
        _refuse_past(tx, row)
        await store.lock_partner(tx, row.partner_id)
        row.status = target
        if before == "rejected":
            row.resubmissions += 1
            row.submitted_at = row.restored_by_id = None
        row.submitted_at = row.submitted_at or tx.now
        row.reasons, row.remedies = [], []
        row.last_activity_at = tx.now
        touch(row, tx.now)
        writes = Writes()
        tell(writes, tx, who, row, DealSubmitted)
        await settle(tx, who, row, customer, writes)
    return await show_deal(tx, who, row.id)


def _refuse_past(tx: Tx, row: DealRow) -> None:
    if row.expected_close_on is not None and row.expected_close_on < tx.now.date():
        detail = f"It is {row.expected_close_on}, which has passed; PATCH the day on which the deal is expected now."
        raise CloseDatePast(errors=[FieldError("/expected_close_on", "close_date_past", detail)])
