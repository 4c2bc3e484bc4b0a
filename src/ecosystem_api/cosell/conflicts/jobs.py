"""What this room does when something is overdue, or more is known of a customer."""

from ecosystem_api.cosell.conflicts import service
from ecosystem_api.kernel.ids import decode
from ecosystem_api.market.accounts.events import AccountUpdated
from ecosystem_api.runtime.area import Handler
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard


async def note_overdue(tx: Tx, who: Caller, heard: Heard) -> None:
    """The time to choose or to make good is over."""
    await service.note_overdue(tx, who, decode("cnf", heard.subject_id))


async def rematch_account(tx: Tx, who: Caller, heard: Heard) -> None:
    """More is known of a customer: the vendor's opportunities there are matched again."""
    await service.rematch_account(tx, who, decode("acc", heard.subject_id))


HANDLERS = (
    Handler("conflicts.overdue", note_overdue),
    Handler("conflicts.rematch_account", rematch_account, on=(AccountUpdated.type,)),
)
