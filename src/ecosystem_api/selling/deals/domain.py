"""The law of deal registrations: two axes, who may do what, what is missing, who stands where in the queue."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ecosystem_api.kernel.lifecycle import Lifecycle
from ecosystem_api.kernel.problem import IllegalMove
from ecosystem_api.selling.claims.domain import Coverage

_NUMBER: Final = re.compile(r"\bDR-0*(?=[1-9])", re.IGNORECASE)
RESOURCE: Final = "deal_registration"
"""What custom fields call a registration."""
STATUSES: Final = (
    "draft",
    "submitted",
    "in_review",
    "action_required",
    "waiting",
    "approved",
    "rejected",
    "withdrawn",
    "expired",
    "released",
    "revoked",
    "superseded",
    "closed",
)
OPEN_STATUSES: Final = ("submitted", "in_review", "action_required", "waiting", "approved")
CAPACITY_STATUSES: Final = ("submitted", "in_review", "waiting", "approved")
"""What counts as open where a book limits how many may be. Returned ones do not: two would keep each other out."""
UNDECIDED_STATUSES: Final = ("submitted", "in_review", "action_required")
EDITABLE_STATUSES: Final = ("draft", "action_required", "rejected")
RESTORABLE_STATUSES: Final = (
    "rejected", "revoked", "superseded", "action_required", "submitted", "in_review", "waiting",
)  # fmt: skip
"""Where a ruling can give a registration back the place that a decision took from it."""
AMENDABLE_STATUSES: Final = ("in_review", "waiting", "approved")
PROTECTED_ONCE_STATUSES: Final = ("approved", "expired", "released", "revoked", "superseded", "closed")

OPEN_STAGES: Final = ("prospect", "qualified", "technical_validation", "business_validation", "committed")
STAGES: Final = (*OPEN_STAGES, "closed_won", "closed_lost")

_UNDECIDED_OR_WAITING: Final = (*UNDECIDED_STATUSES, "waiting")

LIFECYCLE: Final = Lifecycle(
    "deal registration",
    STATUSES,
    {
        "submit": {"draft": "submitted", "action_required": "submitted", "rejected": "submitted"},
        "approve": {"submitted": "approved", "in_review": "approved"},
        "reject": {"submitted": "rejected", "in_review": "rejected", "waiting": "rejected"},
        "return": {"submitted": "action_required", "in_review": "action_required"},
        "withdraw": dict.fromkeys(("draft", *_UNDECIDED_OR_WAITING), "withdrawn"),
        "release": {"approved": "released"},
        "revoke": {"approved": "revoked"},
        "extend": {"approved": "approved"},
        "close_won": {"approved": "closed"},
        "close_lost": {"approved": "closed"},
        "review": {"submitted": "in_review"},
        "queue": dict.fromkeys(UNDECIDED_STATUSES, "waiting"),
        "promote": {"waiting": "submitted"},
        "expire": {"approved": "expired"},
        "lapse": {"approved": "released"},
        "override": dict.fromkeys(("submitted", "in_review", "waiting", "rejected"), "approved"),
        "supersede": {"approved": "superseded"},
        "restore": dict.fromkeys(RESTORABLE_STATUSES, "approved"),
        "requeue": dict.fromkeys(RESTORABLE_STATUSES, "waiting"),
        "displace": {"approved": "waiting"},
        "revive": {"expired": "approved"},
    },
)
PARTNER_ACTIONS: Final = ("submit", "withdraw", "release", "close_won", "close_lost")
DECIDER_ACTIONS: Final = ("approve", "reject", "return", "extend", "revoke", "override")

OUTCOME_ACTIONS: Final = {
    "reject": "reject",
    "wait": "queue",
    "require": "return",
    "review": "review",
    "approve": "approve",
}
"""What a rule book's outcome does to a registration that was just submitted."""


def allowed_actions(status: str, stage: str, *, may_write: bool, may_decide: bool) -> list[str]:
    """The actions a caller may take now, spelled as in their paths; moves that only the rules make are left out."""
    legal = LIFECYCLE.allowed(status)
    actions: list[str] = [action for action in PARTNER_ACTIONS if may_write and action in legal]
    if may_write and status in EDITABLE_STATUSES:
        actions.append("update")
    if may_write and status in OPEN_STATUSES and stage in OPEN_STAGES:
        actions.append("move_stage")
    actions += [action for action in DECIDER_ACTIONS if may_decide and action in legal]
    return [action.replace("_", "-") for action in actions]


def moved(status: str, stage: str, action: str, *, may_write: bool, may_decide: bool) -> str:
    """The status after an action. Errors: `IllegalMove`, listing what the caller may do instead."""
    if action in LIFECYCLE.allowed(status):
        return LIFECYCLE.move(status, action)
    legal = allowed_actions(status, stage, may_write=may_write, may_decide=may_decide)
    words = ", ".join(legal) or "nothing more"
    raise IllegalMove(f"A registration that is {status} allows {words}.", allowed_actions=legal)


def missing_fields(
    *,
    amount_minor: int | None,
    products: Collection[object],
    expected_close_on: object,
    custom_keys: Collection[str] = (),
) -> list[str]:
    """Names of the fields that a complete registration needs and this one lacks.

    Shape: `custom_keys` are those of required custom fields without a value.
    """
    wanted = (("amount", amount_minor), ("products", products or None), ("expected_close_on", expected_close_on))
    return [name for name, value in wanted if value is None] + [f"custom_fields.{key}" for key in custom_keys]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A registration in the queue of a customer."""

    deal_id: UUID
    partner_id: UUID
    submitted_at: datetime
    coverage: Coverage

    @property
    def place(self) -> tuple[datetime, UUID]:
        """By what those that wait are served: submission time, then id."""
        return self.submitted_at, self.deal_id


def queue_of(coverage: Coverage, waiting: Iterable[Waiting]) -> list[Waiting]:
    """Those that wait for what overlaps with this, in the order in which they are served."""
    return sorted((one for one in waiting if one.coverage.overlaps(coverage)), key=lambda one: one.place)


def queue_place(deal_id: UUID, queue: Sequence[Waiting]) -> int | None:
    """The place of a registration in a queue, from 1; None if it does not stand there."""
    return next((place for place, one in enumerate(queue, 1) if one.deal_id == deal_id), None)


def as_number(text: str) -> str:
    """The text with each number of a registration as it is counted: "DR-000042" is 42."""
    return _NUMBER.sub("", text)
