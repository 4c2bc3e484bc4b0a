"""What this room does when a registration is not amended any more."""

from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.area import Handler
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard
from ecosystem_api.selling.amendments import service
from ecosystem_api.selling.deals.events import CLAIM_ENDED, DealRejected, DealReturned, DealWithdrawn

_NOT_AMENDED = (*CLAIM_ENDED, *(news.type for news in (DealRejected, DealReturned, DealWithdrawn)))


async def _lapse(tx: Tx, who: Caller, heard: Heard) -> None:
    await service.lapse(tx, who, decode("deal", heard.subject_id))


HANDLERS = (Handler("amendments.lapse", _lapse, on=_NOT_AMENDED),)
