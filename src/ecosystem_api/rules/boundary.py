"""Snapshots at the boundaries of a book's own conditions: every value that one names, its neighbours, and nothing."""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from ecosystem_api.rules.compiler import CompiledBook
from ecosystem_api.rules.custom import CUSTOM, CustomFact
from ecosystem_api.rules.facts import FACTS, Fact, Facts, example_facts, example_of
from ecosystem_api.rules.parameters import parameter_values

Overlay = Mapping[str, Any]
"""What differs from the example snapshot: path of a fact, or of a custom field, → value."""

_NUMBER: Final = re.compile(r"(?<![\w.'\"])\d+(?![\w.'\"])")
_DECIMAL: Final = re.compile(r"(?<![\w.'\"])\d+\.\d+(?![\w.'\"])")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_TEXT: Final = re.compile(r"'([^'\\\n]*)'|\"([^\"\\\n]*)\"")
_MOST_VALUES: Final = 40


def boundary_facts(compiled: CompiledBook) -> Iterator[Overlay]:
    """The snapshots worth trying on a book, as what differs from the example: nothing, then every value of one fact.

    Shape: values come from the book's own conditions and parameters: each number with its neighbours, each text, the
    empty and the unknown. In the example a custom field has no value.
    """
    yield {}
    for path, values in boundary_values(compiled).items():
        yield from ({path: value} for value in values)


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


def boundary_values(compiled: CompiledBook) -> dict[str, list[Any]]:
    """The values worth trying of each fact and custom field that the book reads, by their paths."""
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
