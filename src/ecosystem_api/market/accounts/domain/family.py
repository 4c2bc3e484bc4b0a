"""Families of companies over time: who stands above whom, from which day until which.

Law: a tie says that one company belongs to another during a span of days, half-open. Families are judged as of a day,
because companies are bought, sold and renamed: what held on another day is no family now. Nobody stands above itself on
any day, and no line of a family is longer than `MOST_LEVELS` ties on any day.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

MOST_LEVELS: Final = 10
TieEvidence = Literal["shared_domain", "name_begins"]


@dataclass(frozen=True)
class Span:
    """Days from the first until just before the last; None is open on that side."""

    from_on: date | None = None
    until_on: date | None = None

    def common(self, other: "Span") -> "Span | None":
        """The days in both, or None."""
        firsts = [day for day in (self.from_on, other.from_on) if day is not None]
        lasts = [day for day in (self.until_on, other.until_on) if day is not None]
        first, last = max(firsts, default=None), min(lasts, default=None)
        return None if first is not None and last is not None and last <= first else Span(first, last)


@dataclass(frozen=True)
class Tie:
    """One company belongs to another during a span."""

    child: str
    parent: str
    span: Span = Span()


_End = Callable[[Tie], str]


def way_round(new: Tie, known: Iterable[Tie]) -> Sequence[str] | None:
    """The companies by which a new tie would close a circle on some day, from the child up to itself; or None.

    Shape: `known` holds at least all ties above the new parent.
    """
    if new.child == new.parent:
        return (new.child, new.child)
    above = _by(known, lambda tie: tie.child)
    found = _climb(new.parent, new.child, new.span, above)
    return None if found is None else (new.child, *found)


def line_with(new: Tie, known: Iterable[Tie]) -> int:
    """How many ties the longest line through a new one would have on some day.

    Shape: `known` holds all ties above the new parent and below the new child, in which there is no circle.
    Edges: the two halves are measured each at its longest, on days within the new tie; so it never says too few.
    """
    ties = list(known)
    above, below = _by(ties, lambda tie: tie.child), _by(ties, lambda tie: tie.parent)
    up = _longest(new.parent, new.span, above, lambda tie: tie.parent)
    return up + 1 + _longest(new.child, new.span, below, lambda tie: tie.child)


def _by(ties: Iterable[Tie], end: _End) -> Mapping[str, list[Tie]]:
    found: dict[str, list[Tie]] = defaultdict(list)
    for tie in ties:
        found[end(tie)].append(tie)
    return found


def _climb(at: str, goal: str, span: Span, above: Mapping[str, list[Tie]]) -> tuple[str, ...] | None:
    if at == goal:
        return (at,)
    for tie in above.get(at, ()):
        days = span.common(tie.span)
        if days is not None and (way := _climb(tie.parent, goal, days, above)) is not None:
            return (at, *way)
    return None


def _longest(at: str, span: Span, ties: Mapping[str, list[Tie]], onward: _End) -> int:
    days = ((tie, span.common(tie.span)) for tie in ties.get(at, ()))
    return max((1 + _longest(onward(tie), both, ties, onward) for tie, both in days if both is not None), default=0)
