"""What this room does when a registration is not amended any more, or nobody has decided in time."""

from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.area import Handler
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard
from ecosystem_api.selling.amendments import service
from ecosystem_api.selling.deals.events import CLAIM_ENDED, DealExpired, DealRejected, DealReturned, DealWithdrawn
from ecosystem_api.selling.reviews.events import ReviewLapsed

_NOT_AMENDED = (*CLAIM_ENDED, *(news.type for news in (DealRejected, DealReturned, DealWithdrawn)))


async def _lapse(tx: Tx, who: Caller, heard: Heard) -> None:
    await service.lapse(tx, who, decode("deal", heard.subject_id), is_expired=heard.event_type == DealExpired.type)


async def _apply_by_silence(tx: Tx, who: Caller, heard: Heard) -> None:
    if heard.data["subject_type"] == service.SUBJECT:
        amendment_id, review_id = decode("amd", heard.data["subject_id"]), decode("rev", heard.subject_id)
        await service.apply_by_silence(tx, who, amendment_id, review_id)


HANDLERS = (
    Handler("amendments.lapse", _lapse, on=_NOT_AMENDED),
    Handler("amendments.apply_by_silence", _apply_by_silence, on=(ReviewLapsed.type,), at_once=True),
)
