"""A search for what a book can do at all: snapshots at the boundaries of its own conditions.

Whether two conditions can hold at once is undecidable for expressions in general and expensive for the rest, so this
searches: every value that a condition names, its neighbours, and the values that mean nothing are tried, one fact at a
time, then for each rule the facts that it reads in all combinations, then the ways in which one rule fires joined to
those in which another does. What is found is certain, with a snapshot to show for it; what is not found is only not
found.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from itertools import combinations, islice, product
from typing import Any, Final

from ecosystem_api.rules.compiler import CompiledBook
from ecosystem_api.rules.custom import CUSTOM, CustomFact, with_absent
from ecosystem_api.rules.engine import outcome_again
from ecosystem_api.rules.facts import FACTS, Fact, Facts, example_facts, example_of
from ecosystem_api.rules.parameters import parameter_values

_AS_IT_IS: Final = object()
Overlay = Mapping[str, Any]
"""What differs from the example snapshot: path of a fact, or of a custom field, → value."""

_NUMBER: Final = re.compile(r"(?<![\w.'\"])\d+(?![\w.'\"])")
_DECIMAL: Final = re.compile(r"(?<![\w.'\"])\d+\.\d+(?![\w.'\"])")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TEXT: Final = re.compile(r"'([^'\\\n]*)'|\"([^\"\\\n]*)\"")
_MOST_VALUES: Final = 40
_MOST_WAYS: Final = 12
_MOST_COMBINATIONS: Final = 20_000


def boundary_facts(compiled: CompiledBook) -> Iterator[Overlay]:
    """The snapshots worth trying on a book, as what differs from the example: nothing, then every value of one fact.

    Shape: values come from the book's own conditions and parameters: each number with its neighbours, each text, the
    empty and the unknown. In the example a custom field has no value.
    """
    yield {}
    for path, values in _values(compiled).items():
        yield from ({path: value} for value in values)


class Reach:
    """What a search over the boundary found: the rules that can fire, and the pairs that can fire together."""

    def __init__(self, compiled: CompiledBook) -> None:
        """Search once. Cost: a second or less for a book of thirty rules, at most twenty thousand trials a rule."""
        self._compiled = compiled
        self._ways: dict[str, list[Overlay]] = {rule.key: [] for rule in compiled.book.rules}
        self._together: dict[frozenset[str], Overlay] = {}
        self._example = with_absent(compiled.custom, example_facts())
        for overlay in boundary_facts(compiled):
            self._try(overlay)
        values = _values(compiled)
        for one in {one.rule.key: one for plan in compiled.plans.values() for one in plan.rules}.values():
            paths = [path for path in values if path in one.reads]
            combined = product(*([_AS_IT_IS, *values[path]] for path in paths))
            for chosen in islice(combined, _MOST_COMBINATIONS):
                if self._ways[one.rule.key]:
                    break
                self._try({path: value for path, value in zip(paths, chosen, strict=True) if value is not _AS_IT_IS})

    @property
    def never(self) -> tuple[str, ...]:
        """Rules for which no snapshot was found that makes them fire, in book order."""
        return tuple(key for key, ways in self._ways.items() if not ways)

    def together(self, one: str, other: str) -> Overlay | None:
        """A snapshot in which both rules fire on the same action, or None when the search finds none."""
        pair = frozenset((one, other))
        for first in self._ways[one]:
            for second in self._ways[other]:
                if pair in self._together:
                    return self._together[pair]
                self._try({**first, **second})
                self._try({**second, **first})
        return self._together.get(pair)

    def _try(self, overlay: Overlay) -> None:
        facts = with_overlay(overlay, self._example)
        for action in self._compiled.plans:
            again = outcome_again(self._compiled, action, facts)
            fired = [result.key for result in again[1] if result.matched] if again else []
            for key in fired:
                if len(self._ways[key]) < _MOST_WAYS:
                    self._ways[key].append(overlay)
            for pair in combinations(fired, 2):
                self._together.setdefault(frozenset(pair), overlay)


def with_overlay(overlay: Overlay, example: Facts | None = None) -> Facts:
    """The example snapshot with some facts replaced, and custom fields given values."""
    facts: dict[str, Any] = {group: dict(values) for group, values in (example or example_facts()).items()}
    for path, value in overlay.items():
        group, *custom, name = path.split(".")
        if custom:
            facts[group][CUSTOM] = {**facts[group].get(CUSTOM, {}), name: value}
        else:
            facts[group][name] = value
    return facts


def _values(compiled: CompiledBook) -> dict[str, list[Any]]:
    parameters = parameter_values(compiled.book.parameters)
    sources = [rule.when for rule in compiled.book.rules]
    numbers = {int(found) for source in sources for found in _NUMBER.findall(source)}
    numbers |= {value for value in parameters.values() if type(value) is int}
    texts = {one or other for source in sources for one, other in _TEXT.findall(source)}
    for value in parameters.values():
        texts.update([value] if isinstance(value, str) else value if isinstance(value, list) else [])
    found = {
        fact.path: _values_of(fact, sorted(numbers), sorted(texts)) for fact in FACTS if fact.path in compiled.reads
    }
    decimals = {found for source in sources for found in _DECIMAL.findall(source)}
    own = [one for one in compiled.custom if one.path in compiled.reads]
    return found | {one.path: _custom_values(one, sorted(numbers), sorted(texts), sorted(decimals)) for one in own}


def _custom_values(one: CustomFact, numbers: list[int], texts: list[str], decimals: list[str]) -> list[Any]:
    """Values worth trying of a custom field; that it has none is the example's case."""
    tried: list[Any]
    if one.type == "boolean":
        tried = [True, False]
    elif one.type == "integer":
        tried = [0, *(near for number in numbers for near in (number, number + 1, number - 1))]
    elif one.type == "number":
        exact = [*map(Decimal, decimals), *map(Decimal, numbers)]
        tried = ["0", *(f"{near:f}" for number in exact for near in (number, number + 1, number - 1))]
    elif one.type == "date":
        tried = ["1990-01-01", "2100-12-31", *(text for text in texts if _DAY.fullmatch(text))]
    else:
        tried = ["ZZ", *one.choices, *(text for text in texts if text)]
    sound = [value for value in tried if not _overflows(value)]
    return list(dict.fromkeys(sound))[:_MOST_VALUES]


def _values_of(fact: Fact, numbers: list[int], texts: list[str]) -> list[Any]:
    tried: list[Any]
    if fact.type == "bool":
        tried = [True, False]
    elif fact.type == "int":
        tried = [-1, 0, 1, *(near for number in numbers for near in (number, number + 1, number - 1))]
    elif fact.type == "string":
        tried = ["", "ZZ", *texts]
    else:
        tried = [[], ["ZZ"], *([text] for text in texts if text)]
    unlike = [value for value in tried if value != example_of(fact) and not _overflows(value)]
    return [value for place, value in enumerate(unlike) if value not in unlike[:place]][:_MOST_VALUES]


def _overflows(value: Any) -> bool:
    return type(value) is int and not -(2**63) <= value < 2**63
