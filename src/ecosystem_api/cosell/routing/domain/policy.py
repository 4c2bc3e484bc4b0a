"""What a routing policy says, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

DISCLOSABLE: Final = ("title", "need", "company_size", "source", "customer", "amount")
"""What a policy may tell of a lead before a partner accepts it. A person's name and address are never among it."""


_LATER: Final = ("answer_clock", "answer_calendar", "register_days", "register_notice_days")


@dataclass(frozen=True, slots=True)
class Floor:
    """A share of offers that goes to partners which were offered less than so many leads in so many days."""

    share_percent: int
    below_leads: int
    window_days: int


@dataclass(frozen=True, slots=True)
class Policy:
    """By what a vendor chooses among its partners. Empty `personas` and `tiers` mean all of them."""

    weights: Mapping[str, int]
    personas: tuple[str, ...]
    tiers: tuple[str, ...]
    capacity: int
    minimum_points: int
    floor: Floor
    history_days: int
    prior_leads: int
    answer_hours: int
    most_rounds: int
    disclose: tuple[str, ...]
    answer_clock: str = "wall"
    answer_calendar: str | None = None
    register_days: int | None = None
    register_notice_days: int = 0


def policy_of(content: Mapping[str, Any]) -> Policy:
    """A policy as it was published. Shape: what the wire's terms hold; it was judged when it was written.

    Edges: terms that there were none of when it was published are as before there were any.
    """
    names = ("capacity", "minimum_points", "history_days", "prior_leads", "answer_hours", "most_rounds")
    return Policy(
        weights=dict(content["weights"]),
        personas=tuple(content["personas"]),
        tiers=tuple(content["tiers"]),
        floor=Floor(**content["floor"]),
        disclose=tuple(content["disclose"]),
        **{name: content[name] for name in names},
        **{name: content[name] for name in _LATER if name in content},
    )
