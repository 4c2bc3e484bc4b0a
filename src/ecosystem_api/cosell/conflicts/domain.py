"""The law of conflicts: what an opportunity has in common with a claim, who was there first, and what is owed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ecosystem_api.kernel.lifecycle import Lifecycle
from ecosystem_api.selling.claims.domain import Coverage, Extent

OPPORTUNITY_STATUSES: Final = ("open", "won", "lost")
OBLIGATIONS: Final = ("compensate", "hand_over", "release")
STATUSES: Final = ("suspected", "open", "owed", "proven", "met", "overruled", "dismissed", "cleared")
UNCHOSEN: Final = ("suspected", "open")
CLOCKED: Final = ("open", "owed")
"""Where the vendor's side has something to do by an instant."""

LIFECYCLE: Final = Lifecycle(
    "conflict",
    STATUSES,
    {
        "confirm": {"suspected": "open"},
        "dismiss": {"suspected": "dismissed"},
        "clear": {"suspected": "cleared", "open": "cleared"},
        "choose": {"open": "owed"},
        "prove": {"owed": "proven"},
        "accept": {"proven": "met"},
        "contest": {"proven": "owed"},
        "overrule": {"open": "overruled", "owed": "overruled", "proven": "overruled"},
    },
)
PARTNER_ACTIONS: Final = ("accept", "contest")
DECIDER_ACTIONS: Final = ("confirm", "dismiss", "choose", "prove", "overrule")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an opportunity is about: the accounts that certainly are its customer, those that may be, products, where.

    Shape: no products stand for all of them, as a CRM often does not say. `known_since` is when the service first heard
    of this opportunity at this customer: what its owner says of the past proves nothing.
    """

    account_ids: frozenset[UUID]
    possible_ids: frozenset[UUID]
    product_ids: frozenset[UUID]
    extent: Extent
    known_since: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """A protected claim: whose, on whom and what, and since when."""

    deal_id: UUID
    partner_id: UUID
    account_id: UUID
    coverage: Coverage
    since: datetime


def judge_overlap(wanted: Wanted, account_id: UUID, covered: Coverage) -> str | None:
    """Whether an opportunity is about what a claim covers: `same`, `possible` where a person must look, or None."""
    if not covered.overlaps(Coverage(wanted.product_ids or covered.product_ids, wanted.extent)):
        return None
    if account_id in wanted.account_ids:
        return "same"
    return "possible" if account_id in wanted.possible_ids else None


def is_late(wanted: Wanted, claim: Claimed) -> bool:
    """Whether the claim was there when the vendor's seller came: who was there first goes around nobody."""
    return claim.since <= wanted.known_since


def allowed_actions(status: str, *, is_partner: bool, may_answer: bool, may_decide: bool) -> list[str]:
    """What a reader may do with a conflict now, as path segments."""
    legal = LIFECYCLE.allowed(status)
    mine = [action for action in PARTNER_ACTIONS if is_partner and may_answer]
    mine += [action for action in DECIDER_ACTIONS if not is_partner and may_decide]
    return [action for action in mine if action in legal]
