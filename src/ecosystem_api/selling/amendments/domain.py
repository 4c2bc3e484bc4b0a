"""The law of amendments: what may happen to one, and what a book's outcome makes of it."""

from typing import Final

from ecosystem_api.kernel.lifecycle import Lifecycle

STATUSES: Final = ("in_review", "applied", "refused", "returned", "withdrawn", "superseded", "lapsed")
LIFECYCLE: Final = Lifecycle(
    "amendment",
    STATUSES,
    {
        "accept": {"in_review": "applied"},
        "refuse": {"in_review": "refused"},
        "return": {"in_review": "returned"},
        "withdraw": {"in_review": "withdrawn"},
        "supersede": {"in_review": "superseded"},
        "lapse": {"in_review": "lapsed"},
        "overturn": {"refused": "applied", "lapsed": "applied"},
    },
)
WRITER_ACTIONS: Final = ("withdraw",)
DECIDER_ACTIONS: Final = ("accept", "refuse")

AFTER_OUTCOME: Final = {
    "reject": "refused",
    "wait": "refused",
    "require": "returned",
    "review": "in_review",
    "approve": "applied",
}
"""What a rule book's outcome makes of an amendment. It does not wait by itself: a book that says wait says no."""


def allowed_actions(status: str, *, may_write: bool, may_decide: bool) -> list[str]:
    """The actions a caller may take now."""
    legal = LIFECYCLE.allowed(status)
    mine = [action for action in WRITER_ACTIONS if may_write] + [action for action in DECIDER_ACTIONS if may_decide]
    return [action for action in mine if action in legal]
