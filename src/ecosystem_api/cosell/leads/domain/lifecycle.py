"""A lead's way, and an offer's."""

from datetime import datetime, timedelta
from typing import Final

from ecosystem_api.kernel.lifecycle import Lifecycle
from ecosystem_api.kernel.problem import IllegalMove
from ecosystem_api.market.calendars.domain import Hours, opened_after, opened_between

STATUSES: Final = ("new", "offered", "rerouting", "accepted", "converted", "returned", "closed")
OFFER_STATUSES: Final = ("open", "accepted", "declined", "timed_out", "recalled")
EDITABLE: Final = ("new", "returned", "accepted")
"""Where what a lead asks for may change: not while a partner has it before it to judge."""

LIFECYCLE: Final = Lifecycle(
    "lead",
    STATUSES,
    {
        "route": dict.fromkeys(("new", "returned", "rerouting"), "offered"),
        "pass": dict.fromkeys(("new", "returned", "rerouting"), "offered"),
        "accept": {"offered": "accepted"},
        "pass_over": {"offered": "rerouting"},
        "take_back": {"accepted": "rerouting"},
        "give_back": dict.fromkeys(("new", "returned", "rerouting"), "returned"),
        "recall": dict.fromkeys(("offered", "rerouting", "accepted"), "returned"),
        "register": {"accepted": "converted"},
        "close": dict.fromkeys(("new", "offered", "rerouting", "accepted", "returned"), "closed"),
    },
)
_STAFF: Final = ("route", "pass", "recall", "register", "close")
_PARTNER: Final = ("register", "close")
_OFFER: Final = ("accept", "decline")


def allowed_actions(status: str, *, is_partner: bool) -> list[str]:
    """What a side may do with a lead now, spelled as in the paths; `update` is PATCH."""
    legal = LIFECYCLE.allowed(status)
    actions: list[str] = [action for action in (_PARTNER if is_partner else _STAFF) if action in legal]
    return actions if is_partner or status not in EDITABLE else [*actions, "update"]


def moved(status: str, action: str, *, is_partner: bool) -> str:
    """The status after an action. Errors: `IllegalMove`, listing what the caller may do instead."""
    if action in LIFECYCLE.allowed(status):
        return LIFECYCLE.move(status, action)
    legal = allowed_actions(status, is_partner=is_partner)
    raise IllegalMove(f"A lead that is {status} allows {', '.join(legal) or 'nothing more'}.", allowed_actions=legal)


def offer_actions(status: str, expires_at: datetime, now: datetime) -> list[str]:
    """How an offer may be answered now."""
    return list(_OFFER) if status == "open" and now < expires_at else []


def unused_part(offered_at: datetime, expires_at: datetime, answered_at: datetime, hours: Hours | None) -> int:
    """The part of the time to answer that was left, in ten-thousandths.

    Shape: all time counts where `hours` is None.
    """
    whole, left = _passed(hours, offered_at, expires_at), _passed(hours, answered_at, expires_at)
    return max(0, min(10_000, round(10_000 * left / whole)))


def answer_until(offered_at: datetime, allowed: timedelta, hours: Hours | None) -> datetime:
    """When the time to answer is over. Shape: all time counts where `hours` is None."""
    return offered_at + allowed if hours is None else opened_after(hours, offered_at, allowed)


def _passed(hours: Hours | None, start: datetime, end: datetime) -> timedelta:
    return end - start if hours is None else opened_between(hours, start, end)
