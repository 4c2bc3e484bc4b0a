"""The law of extension requests: what may happen to one, and what a book's outcome makes of it."""

from datetime import datetime, timedelta
from typing import Final

from ecosystem_api.kernel.lifecycle import Lifecycle

STATUSES: Final = ("in_review", "approved", "rejected", "returned", "withdrawn", "lapsed")
LIFECYCLE: Final = Lifecycle(
    "extension request",
    STATUSES,
    {
        "approve": {"in_review": "approved"},
        "reject": {"in_review": "rejected"},
        "return": {"in_review": "returned"},
        "withdraw": {"in_review": "withdrawn"},
        "lapse": {"in_review": "lapsed"},
        "overturn": {"rejected": "approved", "lapsed": "approved"},
    },
)
WRITER_ACTIONS: Final = ("withdraw",)
DECIDER_ACTIONS: Final = ("approve", "reject")

AFTER_OUTCOME: Final = {
    "reject": "rejected",
    "wait": "rejected",
    "require": "returned",
    "review": "in_review",
    "approve": "approved",
}
"""What a rule book's outcome makes of a request. There is no queue for more time: a book that says wait says no."""


_LATE: Final = timedelta(days=1)


def kept_until(
    granted_until: datetime,
    *,
    grace_days: int,
    asked_days: int,
    due_at: datetime,
    is_granted_by_silence: bool,
) -> datetime | None:
    """How long a protection runs on while nobody answers; None where the book lets it end.

    Edges: as long as was asked for, because what a yes would have given is the most that silence can cost others; and
    at least until the answer is due, and a day more, so that silence is heard before the end. It is known when more
    time is asked for, so that nobody loses it because a worker is late.
    """
    if not grace_days and not is_granted_by_silence:
        return None
    return max(granted_until + timedelta(days=max(grace_days, asked_days)), due_at + _LATE)


def allowed_actions(status: str, *, may_write: bool, may_decide: bool) -> list[str]:
    """The actions a caller may take now."""
    legal = LIFECYCLE.allowed(status)
    mine = [action for action in WRITER_ACTIONS if may_write] + [action for action in DECIDER_ACTIONS if may_decide]
    return [action for action in mine if action in legal]
