"""The law of disputes: what can be contested and until when, who may rule, and how a split adds up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from uuid import UUID

from ecosystem_api.kernel.lifecycle import Lifecycle

KINDS: Final = ("appeal", "dispute")
SIDES: Final = ("claimant", "respondent")
OUTCOMES: Final = ("upheld", "overturned", "split")
EFFECTS: Final = ("none", "approved", "queued", "displaced", "revoked", "extended", "amended")
APPEALABLE: Final = ("rejected", "action_required", "revoked", "superseded")
DISPUTABLE: Final = ("waiting",)
REFUSED: Final = ("rejected", "refused")
"""Where a request for more time and an amendment can be appealed: they were judged, and not granted."""
SHARE_UNITS: Final = 10_000
"""A share is a whole number of these parts of 1, so that shares add up without rounding."""

LIFECYCLE: Final = Lifecycle(
    "dispute",
    ("open", "decided", "withdrawn"),
    {
        "add_evidence": {"open": "open"},
        "withdraw": {"open": "withdrawn"},
        "decide": {"open": "decided"},
    },
)
CLAIMANT_ACTIONS: Final = ("add_evidence", "withdraw")
RESPONDENT_ACTIONS: Final = ("add_evidence",)
REVIEWER_ACTIONS: Final = ("decide",)


@dataclass(frozen=True, slots=True)
class Side:
    """A registration in a case, and until when its partner may bring evidence."""

    deal_id: UUID
    side: str
    evidence_until: datetime
    is_heard: bool


def is_contestable(kind: str, status: str) -> bool:
    """Whether a registration in this status can be appealed, or can dispute the claim that stands in its way."""
    return status in (APPEALABLE if kind == "appeal" else DISPUTABLE)


def window_end(decided_at: datetime, days: int) -> datetime:
    """The instant from which a decision can no longer be contested."""
    return decided_at + timedelta(days=days)


def allowed_actions(
    status: str, side: str | None, *, may_write: bool, may_decide: bool, may_still_answer: bool
) -> list[str]:
    """What a reader may do with a case now, as path segments. Shape: `side` is None for the vendor's side."""
    mine: Sequence[str] = CLAIMANT_ACTIONS if side in (None, "claimant") else RESPONDENT_ACTIONS
    wanted = [action for action in mine if may_write] + [action for action in REVIEWER_ACTIONS if may_decide]
    legal = LIFECYCLE.allowed(status)
    if side is not None and not may_still_answer:
        wanted = [action for action in wanted if action != "add_evidence"]
    segments = {"add_evidence": "evidence"}
    return [segments.get(action, action) for action in wanted if action in legal]


def unheard_until(sides: Collection[Side], now: datetime) -> datetime | None:
    """The instant until which a ruling waits for a respondent that has neither said all it has to say nor run out of
    time; None when everybody was heard."""
    waiting = [one.evidence_until for one in sides if one.side == "respondent" and not one.is_heard]
    return max((until for until in waiting if until > now), default=None)


def share_faults(shares: Mapping[UUID, Decimal], deal_ids: Collection[UUID]) -> str | None:
    """What is wrong with the shares of a split, in a sentence; None when nothing is."""
    if shares.keys() != set(deal_ids):
        return "Name each registration of the case once, and no other."
    total = sum(shares.values(), Decimal(0))
    return None if total == 1 else f"They add up to {total:f}, not to 1."


def as_units(share: Decimal) -> int:
    """A share of at most four decimals as whole parts of 1."""
    return int(share * SHARE_UNITS)


def as_share(units: int) -> str:
    """Whole parts of 1 as a decimal string without needless zeros: "0.6", "1"."""
    text = f"{Decimal(units) / SHARE_UNITS:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
