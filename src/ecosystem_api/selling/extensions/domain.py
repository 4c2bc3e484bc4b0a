"""The law of extension requests: what may happen to one, and what a book's outcome makes of it."""

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
        "overturn": {"rejected": "approved"},
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


def allowed_actions(status: str, *, may_write: bool, may_decide: bool) -> list[str]:
    """The actions a caller may take now."""
    legal = LIFECYCLE.allowed(status)
    mine = [action for action in WRITER_ACTIONS if may_write] + [action for action in DECIDER_ACTIONS if may_decide]
    return [action for action in mine if action in legal]
