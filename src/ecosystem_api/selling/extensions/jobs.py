"""What this room does when a protection has ended."""

from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.area import Handler
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard
from ecosystem_api.selling.deals.events import CLAIM_ENDED
from ecosystem_api.selling.extensions import service


async def _lapse(tx: Tx, who: Caller, heard: Heard) -> None:
    await service.lapse(tx, who, decode("deal", heard.subject_id))


HANDLERS = (Handler("extensions.lapse", _lapse, on=CLAIM_ENDED),)
