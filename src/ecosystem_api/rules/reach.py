"""A search for what a book can do at all: rules that can fire, and pairs that can fire together.

Whether two conditions can hold at once is undecidable for expressions in general and expensive for the rest, so this
searches: every value at a boundary, one fact at a time; then for each rule that is still silent the facts that it reads
in all combinations; then for each pair the ways in which one fires joined to those in which the other does. What is
found is certain, with a snapshot to show for it. What is not found is only not found; and because the search has a
budget, what it did not get through is told apart.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, Final

from ecosystem_api.rules.boundary import Overlay, boundary_facts, boundary_values, with_overlay
from ecosystem_api.rules.compiler import CompiledBook
from ecosystem_api.rules.custom import with_absent
from ecosystem_api.rules.engine import outcome_again
from ecosystem_api.rules.facts import example_facts

BUDGET: Final = 1_000_000
"""Conditions evaluated in one search, at most; a second or two of a core."""
# What a trial costs besides its conditions: a snapshot is made and bound.
_TRIAL: Final = 15
_MOST_WAYS: Final = 12
_AS_IT_IS: Final = object()
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Apart:
    """Pairs of rules that were not found to fire together: `never` where all was tried, else `not_searched`."""

    never: tuple[Pair, ...]
    not_searched: tuple[Pair, ...]


class Reach:
    """What a search over the boundary found.

    Shape: `never` are the rules that nothing tried makes fire, `not_searched` those for which the budget ended before
    all was tried; both in book order.
    """

    def __init__(self, compiled: CompiledBook, budget: int = BUDGET) -> None:
        """Search for what makes each rule fire: a quarter of the budget goes one fact at a time, a quarter to rules
        that are silent then, in equal shares, and what is left to the pairs that are asked about.
        """
        self._compiled = compiled
        self._left = budget
        self._example = with_absent(compiled.custom, example_facts())
        self._actions = {rule.key: rule.on for rule in compiled.book.rules}
        self._reads = {one.rule.key: one.condition.reads for plan in compiled.plans.values() for one in plan.rules}
        self._ways: dict[str, list[Overlay]] = {key: [] for key in self._actions}
        self._together: dict[frozenset[str], Overlay] = {}
        actions = [action for action, plan in compiled.plans.items() if plan.rules]
        self._try_all(((overlay, actions) for overlay in boundary_facts(compiled)), budget // 4)
        silent = [key for key, ways in self._ways.items() if not ways]
        values = boundary_values(compiled)
        tried = {key: self._wake(key, values, budget // 4 // len(silent)) for key in silent}
        self.never = tuple(key for key in silent if tried[key] and not self._ways[key])
        self.not_searched = tuple(key for key in silent if not tried[key] and not self._ways[key])

    def together(self, one: str, other: str) -> Overlay | None:
        """A snapshot in which both rules fire on the same action, or None when the search has found none."""
        self.apart([(one, other)])
        return self._together.get(frozenset((one, other)))

    def apart(self, pairs: Collection[Pair]) -> Apart:
        """Search for snapshots in which both rules of a pair fire, with an equal share of what is left for each.

        Edges: a pair without an action in common, or with a rule that was not found to fire, is not searched for.
        """
        never: list[Pair] = []
        not_searched: list[Pair] = []
        sought = [pair for pair in pairs if self._is_sought(pair)]
        for place, pair in enumerate(sought):
            key = frozenset(pair)
            if key in self._together:
                continue
            tried = self._try_all(self._joined(*pair), self._left // (len(sought) - place), until=key)
            if key not in self._together:
                (never if tried else not_searched).append(pair)
        return Apart(tuple(never), tuple(not_searched))

    def _is_sought(self, pair: Pair) -> bool:
        one, other = pair
        return bool(set(self._actions[one]) & set(self._actions[other]) and self._ways[one] and self._ways[other])

    def _wake(self, key: str, values: dict[str, list[Any]], allowance: int) -> bool:
        """Try the facts that a rule reads in all combinations; whether all were tried, or it fired."""
        paths = [path for path in values if path in self._reads[key]]
        combined = product(*([_AS_IT_IS, *values[path]] for path in paths))
        named = (dict(zip(paths, chosen, strict=True)) for chosen in combined)
        overlays = ({path: value for path, value in one.items() if value is not _AS_IT_IS} for one in named)
        return self._try_all(((overlay, self._actions[key]) for overlay in overlays), allowance, awake=key)

    def _joined(self, one: str, other: str) -> Iterator[tuple[Overlay, Sequence[str]]]:
        """Each way in which one fires joined to each in which the other does; where they differ, either prevails."""
        actions = [action for action in self._actions[one] if action in self._actions[other]]
        seen: list[Overlay] = []
        for first, second in product(self._ways[one], self._ways[other]):
            for overlay in ({**first, **second}, {**second, **first}):
                if overlay not in seen:
                    seen.append(overlay)
                    yield overlay, actions

    def _try_all(
        self,
        overlays: Iterator[tuple[Overlay, Sequence[str]]],
        allowance: int,
        *,
        awake: str | None = None,
        until: frozenset[str] | None = None,
    ) -> bool:
        """Try snapshots while the allowance lasts; whether all were tried, or what is sought was found."""
        end = self._left - allowance
        for overlay, actions in overlays:
            if (awake and self._ways[awake]) or (until and until in self._together):
                return True
            cost = sum(_TRIAL + len(self._compiled.plans[action].rules) for action in actions)
            if self._left - cost < end:
                return False
            self._left -= cost
            self._try(overlay, actions)
        return True

    def _try(self, overlay: Overlay, actions: Sequence[str]) -> None:
        facts = with_overlay(overlay, self._example)
        for action in actions:
            again = outcome_again(self._compiled, action, facts)
            fired = [result.key for result in again[1] if result.matched] if again else []
            for key in fired:
                self._learn(key, overlay)
            for pair in combinations(fired, 2):
                self._together.setdefault(frozenset(pair), overlay)

    def _learn(self, key: str, overlay: Overlay) -> None:
        """Keep a way in which a rule fires: of what differs from the example, that which the rule reads."""
        ways = self._ways[key]
        if len(ways) < _MOST_WAYS:
            way = {path: value for path, value in overlay.items() if path in self._reads[key]}
            if way not in ways:
                ways.append(way)
