"""A draft tried on the past: what it would have decided otherwise, and which of its rules never speak."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ecosystem_api.rules.book import Outcome
from ecosystem_api.rules.compiler import CompiledBook, RuleResult
from ecosystem_api.rules.engine import outcome_again
from ecosystem_api.rules.facts import Facts

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Recorded(Generic[Key]):
    """A decision as it was recorded: which, what was asked, the snapshot, and what the rules then said of it."""

    key: Key
    action: str
    facts: Facts
    outcome: str


@dataclass(frozen=True, slots=True)
class Flip(Generic[Key]):
    """A recorded decision that another book would have made otherwise."""

    key: Key
    before: str
    after: Outcome


@dataclass(slots=True)
class Coverage:
    """Which rules spoke over a set of decisions, alone and in company.

    Shape: counts by key of rule: `fired` when it applied, `decided` when its outcome was the one that decided;
    `together` counts pairs (in book order) that applied to the same request.
    """

    judged: int = 0
    fired: Counter[str] = field(default_factory=Counter)
    decided: Counter[str] = field(default_factory=Counter)
    together: Counter[tuple[str, str]] = field(default_factory=Counter)

    def never_fired(self, book: CompiledBook) -> tuple[str, ...]:
        """Rules that applied to none of the requests, in book order."""
        return tuple(rule.key for rule in book.book.rules if not self.fired[rule.key])

    def always_overruled(self, book: CompiledBook) -> tuple[str, ...]:
        """Rules that applied, and never decided: a stronger one always stood beside them."""
        return tuple(rule.key for rule in book.book.rules if self.fired[rule.key] and not self.decided[rule.key])

    def never_together(self, book: CompiledBook) -> tuple[tuple[str, str], ...]:
        """Pairs of rules of one action that each applied to some request, and never to the same one."""
        pairs = []
        for plan in book.plans.values():
            keys = [one.rule.key for one in plan.rules if self.fired[one.rule.key]]
            pairs += [(a, b) for i, a in enumerate(keys) for b in keys[i + 1 :] if not self.together[(a, b)]]
        return tuple(dict.fromkeys(pairs))


@dataclass(slots=True)
class Tally(Generic[Key]):
    """The state of a simulation: grows with every stretch of recorded decisions, so that it can stop and go on."""

    judged: int = 0
    not_judgeable: int = 0
    coverage: Coverage = field(default_factory=Coverage)

    def take(self, compiled: CompiledBook, recorded: Iterable[Recorded[Key]]) -> Iterator[Flip[Key]]:
        """Judge some more decisions; what would have been decided otherwise comes out.

        Edges: a snapshot that lacks a fact the book reads cannot be judged and is counted apart.
        """
        for one in recorded:
            again = outcome_again(compiled, one.action, one.facts)
            if again is None:
                self.not_judgeable += 1
                continue
            outcome, speaking = again
            self.judged += 1
            _cover(self.coverage, outcome, speaking)
            if outcome != one.outcome:
                yield Flip(one.key, one.outcome, outcome)


def _cover(coverage: Coverage, outcome: Outcome, speaking: Sequence[RuleResult]) -> None:
    coverage.judged += 1
    for place, one in enumerate(speaking):
        coverage.fired[one.key] += 1
        if one.outcome == outcome:
            coverage.decided[one.key] += 1
        for other in speaking[place + 1 :]:
            coverage.together[(one.key, other.key)] += 1
