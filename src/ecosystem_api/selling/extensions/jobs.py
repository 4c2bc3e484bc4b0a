"""What this room does when a protection has ended, or nobody has decided in time."""

from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.area import Handler
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard
from ecosystem_api.selling.deals.events import CLAIM_ENDED, DealExpired
from ecosystem_api.selling.extensions import service
from ecosystem_api.selling.reviews.events import ReviewDueMoved, ReviewHeld, ReviewLapsed


async def _lapse(tx: Tx, who: Caller, heard: Heard) -> None:
    await service.lapse(tx, who, decode("deal", heard.subject_id), is_expired=heard.event_type == DealExpired.type)


async def _grant_by_silence(tx: Tx, who: Caller, heard: Heard) -> None:
    if heard.data["subject_type"] == service.SUBJECT:
        request_id, review_id = decode("ext", heard.data["subject_id"]), decode("rev", heard.subject_id)
        await service.grant_by_silence(tx, who, request_id, review_id)


async def _keep_until_answered(tx: Tx, who: Caller, heard: Heard) -> None:
    if heard.data["subject_type"] == service.SUBJECT:
        await service.keep_until_answered(tx, who, decode("ext", heard.data["subject_id"]))


HANDLERS = (
    Handler("extensions.lapse", _lapse, on=CLAIM_ENDED),
    Handler("extensions.grant_by_silence", _grant_by_silence, on=(ReviewLapsed.type,), at_once=True),
    Handler("extensions.keep_until_answered", _keep_until_answered, on=(ReviewHeld.type, ReviewDueMoved.type)),
)
