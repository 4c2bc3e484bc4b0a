"""What this room does when time has passed."""

from ecosystem_api.market.merging import service
from ecosystem_api.runtime.area import Handler
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard


async def follow_late(tx: Tx, who: Caller, heard: Heard) -> None:
    """Two accounts were merged a while ago: what was written in that moment follows."""
    assert heard.offers is not None, "the worker brings the catalogue"
    await service.follow_late(tx, who, heard.offers, heard.subject_id)


HANDLERS = (Handler("accounts.follow_late", follow_late),)
