"""Tell of a conflict, and remind of what is due in it."""

from datetime import timedelta

from ecosystem_api.cosell.conflicts.domain import CLOCKED
from ecosystem_api.cosell.conflicts.events import ConflictNews
from ecosystem_api.cosell.conflicts.tables import ConflictRow
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import cancel, plan, record
from ecosystem_api.selling.engagement import service as engagement

OVERDUE = "conflicts.overdue"


async def keep_and_tell(tx: Tx, who: Caller, row: ConflictRow, news: type[ConflictNews]) -> None:
    """A conflict has moved: set the clock of what is due now, and tell the partner.

    Shape: whoever calls reads vendor-wide, as the reminder belongs to no partner.
    """
    rules = await engagement.parameters_in_force(tx)
    days = rules.conflict_choice_days if row.status == "open" else rules.obligation_days
    row.due_at = tx.now + timedelta(days=days) if row.status in CLOCKED else None
    row.overdue_at = None
    touch(row, tx.now)
    await tx.flush()
    subject_id = encode("cnf", row.id)
    if row.due_at is None:
        await cancel(tx, OVERDUE, subject_id=subject_id)
    else:
        await plan(tx, OVERDUE, subject_id=subject_id, due_at=row.due_at)
    await tell(tx, who, row, news)


async def tell(tx: Tx, who: Caller, row: ConflictRow, news: type[ConflictNews]) -> None:
    """News of a conflict as it stands now, to the partner whose claim it is."""
    same = ("account_id", "region", "status", "obligation", "due_at", "ended_reason")
    said = {"conflict_id": row.id, "deal_registration_id": row.deal_id, "vendor_opportunity_id": row.opportunity_id}
    event = news.model_validate(said | {name: getattr(row, name) for name in same})
    await record(tx, who, event, subject_id=encode("cnf", row.id), partner_id=row.partner_id)
