"""The law of reviews: a clock that runs, stands and runs on; which moves are legal; whose approval counts."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from ecosystem_api.kernel.lifecycle import Lifecycle
from ecosystem_api.kernel.problem import IllegalMove
from ecosystem_api.kernel.reason import own_reason
from ecosystem_api.market.calendars.domain import Hours, opened_after, opened_between

STATUSES: Final = ("open", "on_hold", "closed")
ENDINGS: Final = (
    "approved", "rejected", "returned", "queued", "withdrawn", "superseded", "lapsed",
    "upheld", "overturned", "split", "void",
)  # fmt: skip
_RUNNING: Final = ("open", "on_hold")
LIFECYCLE: Final = Lifecycle(
    "review",
    STATUSES,
    {
        "take": {status: status for status in _RUNNING},
        "assign": {status: status for status in _RUNNING},
        "escalate": {status: status for status in _RUNNING},
        "hold": {"open": "on_hold"},
        "resume": {"on_hold": "open"},
        "close": dict.fromkeys(_RUNNING, "closed"),
    },
)
ACTIONS: Final = ("take", "assign", "escalate", "hold", "resume")
UNANSWERED: Final = own_reason(
    "unanswered", "The protection ended before anybody had answered the request; that may be appealed."
)
MAY_APPEAL: Final = (
    "Nobody answered: appeal within the time that the rules of engagement give, or register the deal anew."
)
"""What can be done about what nobody answered."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time within which somebody decides.

    Shape: `spent` is what had passed when it last began to run; it stands while `running_since` is None. All hours
    count where `hours` is None.
    """

    allowed: timedelta
    spent: timedelta
    running_since: datetime | None
    hours: Hours | None

    def spent_at(self, now: datetime) -> timedelta:
        """What has passed of the time by an instant."""
        if self.running_since is None:
            return self.spent
        return self.spent + _between(self.hours, self.running_since, now)

    def ends_at(self, resumes_at: datetime | None = None) -> datetime:
        """When all of the time will have passed; of a clock that stands, if it runs on from `resumes_at`."""
        begins = self.running_since or resumes_at
        assert begins is not None, "a clock that stands ends when it is known to run on"
        return _after(self.hours, begins, self.allowed - self.spent)

    def share_at(self, percent: int) -> datetime | None:
        """When this share of the time will have passed; None while it stands."""
        if self.running_since is None:
            return None
        return _after(self.hours, self.running_since, self.allowed * percent / 100 - self.spent)

    def stopped(self, now: datetime) -> "Clock":
        """The clock, standing from now on."""
        return replace(self, spent=self.spent_at(now), running_since=None)

    def started(self, now: datetime) -> "Clock":
        """The clock, running on from an instant."""
        return replace(self, running_since=now)

    def moved(self, now: datetime, hours: Hours) -> "Clock":
        """The clock by other hours from now on; what has passed has passed."""
        since = None if self.running_since is None else now
        return Clock(self.allowed, self.spent_at(now), since, hours)


def allowed_actions(status: str, *, is_late: bool, holds_left: int, may_tend: bool) -> list[str]:
    """What a caller may do with a case now, as path segments."""
    if not may_tend:
        return []
    legal = LIFECYCLE.allowed(status)
    may_hold = holds_left > 0 and not is_late
    return [action for action in ACTIONS if action in legal and (action != "hold" or may_hold)]


def moved(status: str, action: str) -> str:
    """The status after an action. Errors: `IllegalMove`, naming what is allowed instead."""
    legal = [each for each in LIFECYCLE.allowed(status) if each in ACTIONS]
    if action not in legal:
        words = ", ".join(legal) or "nothing more"
        raise IllegalMove(f"A review that is {status} allows {words}.", allowed_actions=legal)
    return LIFECYCLE.move(status, action)


def _after(hours: Hours | None, start: datetime, amount: timedelta) -> datetime:
    amount = max(amount, timedelta(0))
    return start + amount if hours is None else opened_after(hours, start, amount)


def _between(hours: Hours | None, start: datetime, end: datetime) -> timedelta:
    if hours is None:
        return max(end - start, timedelta(0))
    return opened_between(hours, start, end)
