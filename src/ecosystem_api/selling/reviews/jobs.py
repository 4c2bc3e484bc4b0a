"""What this room does when time passes, a calendar is to move clocks, or somebody may decide no longer."""

from uuid import UUID

from ecosystem_api.access.members.events import MemberDeactivated, MemberUpdated
from ecosystem_api.kernel.ids import decode
from ecosystem_api.market.calendars.events import CalendarUpdated
from ecosystem_api.runtime.area import Handler
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard
from ecosystem_api.selling.reviews import service


async def fall_due(tx: Tx, who: Caller, heard: Heard) -> None:
    """The time to decide is over."""
    await service.fall_due(tx, who, _review(heard))


async def escalate(tx: Tx, who: Caller, heard: Heard) -> None:
    """A share of the time has passed."""
    await service.escalate_by_time(tx, who, _review(heard))


async def resume(tx: Tx, who: Caller, heard: Heard) -> None:
    """A hold has lasted as long as it was said to."""
    await service.end_hold_by_time(tx, who, _review(heard))


async def calendar_changed(tx: Tx, who: Caller, heard: Heard) -> None:
    """A calendar changed, and clocks that run by it are to follow."""
    if heard.data["moves_clocks"]:
        await service.follow_calendar(tx, who, decode("cal", heard.subject_id), None)


async def follow_calendar(tx: Tx, who: Caller, heard: Heard) -> None:
    """The next stretch of clocks that follow their calendar."""
    await service.follow_calendar(tx, who, decode("cal", heard.subject_id), UUID(heard.data["after"]))


async def member_changed(tx: Tx, who: Caller, heard: Heard) -> None:
    """Somebody may act no longer, or in another role."""
    await service.leave_all_of(tx, who, decode("mem", heard.subject_id), heard.offers)


def _review(heard: Heard) -> UUID:
    return decode("rev", heard.subject_id)


HANDLERS = (
    Handler(service.DUE, fall_due),
    Handler(service.ESCALATE, escalate),
    Handler(service.RESUME, resume),
    Handler(service.FOLLOW, follow_calendar),
    Handler("reviews.calendar_changed", calendar_changed, on=(CalendarUpdated.type,)),
    Handler("reviews.member_changed", member_changed, on=(MemberDeactivated.type, MemberUpdated.type)),
)
