"""What this room does when time passes or a claim ends."""

from datetime import datetime
from uuid import UUID

from ecosystem_api.kernel.ids import decode
from ecosystem_api.market.accounts.events import AccountUpdated
from ecosystem_api.runtime.area import Handler
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard
from ecosystem_api.selling.deals import service
from ecosystem_api.selling.deals.events import CLAIM_ENDED, DealAmended
from ecosystem_api.selling.engagement.events import RuleBookPublished
from ecosystem_api.selling.reviews.events import ReviewLapsed


async def expire(tx: Tx, who: Caller, heard: Heard) -> None:
    """A protection's last instant has come."""
    await service.expire(tx, who, _deal(heard))


async def announce_expiry(tx: Tx, who: Caller, heard: Heard) -> None:
    """A protection's notice is due."""
    await service.announce_expiry(tx, who, _deal(heard))


async def watch_idle(tx: Tx, who: Caller, heard: Heard) -> None:
    """It is time to look whether anything has happened with a protected deal."""
    await service.watch_idle(tx, who, _deal(heard), heard.data.get(service.NOTICED))


async def serve_queue(tx: Tx, who: Caller, heard: Heard) -> None:
    """A claim has ended, or a part of it: whoever waits for it is judged again."""
    await service.serve_queue(tx, who, _deal(heard))


async def serve_account(tx: Tx, who: Caller, heard: Heard) -> None:
    """What is known of a customer has changed: whoever waits there for nothing any more is judged again."""
    await service.serve_account(tx, who, decode("acc", heard.subject_id))


async def serve_waiting(tx: Tx, who: Caller, heard: Heard) -> None:
    """A rule book was published, or has come into force: by it nothing may stand before some who wait."""
    effective_from = datetime.fromisoformat(heard.data[service.EFFECTIVE])
    await service.serve_waiting(tx, who, decode("rb", heard.subject_id), effective_from)


async def approve_by_silence(tx: Tx, who: Caller, heard: Heard) -> None:
    """Nobody has decided about a registration in time, and silence approves."""
    if heard.data["subject_type"] == service.SUBJECT:
        deal_id, review_id = decode("deal", heard.data["subject_id"]), decode("rev", heard.subject_id)
        await service.approve_by_silence(tx, who, deal_id, review_id)


def _deal(heard: Heard) -> UUID:
    return decode("deal", heard.subject_id)


HANDLERS = (
    Handler("deals.expire", expire),
    Handler("deals.announce_expiry", announce_expiry),
    Handler("deals.watch_idle", watch_idle),
    Handler("deals.serve_queue", serve_queue, on=(*CLAIM_ENDED, DealAmended.type)),
    Handler("deals.approve_by_silence", approve_by_silence, on=(ReviewLapsed.type,), at_once=True),
    Handler("deals.serve_account", serve_account, on=(AccountUpdated.type,)),
    Handler("deals.serve_waiting", serve_waiting, on=(RuleBookPublished.type,)),
)
