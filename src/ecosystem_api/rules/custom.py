"""Fields of a vendor's own that rules read: declared as data, kept with the book that reads them.

A condition writes `deal.custom.seats`. A field that a record has no value in reads as 0, "" or false, and `has()` tells
the two apart. What a book reads stands in it, so that it decides the same when fields have changed or gone.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from ecosystem_api.rules.facts import Facts

CustomType = Literal["text", "integer", "number", "boolean", "date", "choice"]
CUSTOM_TYPES: Final[Mapping[str, str]] = {
    "text": "text",
    "integer": "a whole number",
    "number": "a number with decimals",
    "boolean": "true or false",
    "date": "a day as YYYY-MM-DD",
    "choice": "one of its choices, as text",
}
"""What a field holds, and how a fault says so."""
CUSTOM_GROUPS: Final = ("deal", "partner", "account")
"""The groups of facts that a vendor may add to."""
CUSTOM: Final = "custom"

_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class CustomFact:
    """A field of the vendor's own, as conditions read it.

    Shape: `choices`, and whether partners read the field, are known while a book is written and held against it; a
    published book keeps neither.
    """

    group: str
    key: str
    type: str
    choices: tuple[str, ...] = ()
    is_told: bool = True

    @property
    def path(self) -> str:
        """How an expression writes the field."""
        return f"{self.group}.{CUSTOM}.{self.key}"

    @property
    def words(self) -> str:
        """How a published sentence names the field."""
        return self.key.replace("_", " ")

    def as_dict(self) -> dict[str, str]:
        """The field as a book keeps it."""
        return {"group": self.group, "key": self.key, "type": self.type}


def custom_faults(declared: Iterable[CustomFact]) -> Iterator[tuple[int, str, str]]:
    """What is wrong with the fields that a book declares: (place, member, sentence)."""
    seen: set[str] = set()
    for place, one in enumerate(declared):
        if one.group not in CUSTOM_GROUPS:
            yield place, "group", f"must be one of {', '.join(CUSTOM_GROUPS)}"
        if one.type not in CUSTOM_TYPES:
            yield place, "type", f"must be one of {', '.join(CUSTOM_TYPES)}"
        if not _KEY.fullmatch(one.key):
            yield place, "key", "must be lower-case letters, digits and underscores, beginning with a letter"
        if one.path in seen:
            yield place, "key", f"{one.path} is declared twice"
        seen.add(one.path)


def value_faults(one: CustomFact, value: object) -> Iterator[str]:
    """Why a value is none of a field's; a missing one is None."""
    if value is not None and not _IS_VALUE[one.type](value):
        yield f"{one.path} must be {CUSTOM_TYPES[one.type]}"


def is_plain(key: object, value: object) -> bool:
    """Whether an entry of a snapshot is sound, whatever field it belongs to."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        return False
    return value is None or type(value) is bool or _is_integer(value) or isinstance(value, str)


def names_of(declared: Iterable[CustomFact], group: str) -> str:
    """The fields of a group as a fault lists them."""
    return ", ".join(sorted(one.key for one in declared if one.group == group)) or "none"


def with_absent(declared: Collection[CustomFact], facts: Facts) -> Facts:
    """The facts, with every declared field that nobody has a value of as None: what a book reads is always there."""
    absent = [one for one in declared if one.key not in _held(facts, one.group, one.key)]
    if not absent:
        return facts
    whole: dict[str, Mapping[str, Any]] = dict(facts)
    for one in absent:
        group = whole.get(one.group, {})
        whole[one.group] = {**group, CUSTOM: {**group.get(CUSTOM, {}), one.key: None}}
    return whole


def _held(facts: Facts, group: str, key: str) -> Collection[str]:
    held = facts.get(group, {}).get(CUSTOM, {})
    return held if isinstance(held, Mapping) else (key,)  # what is no object at all the check refuses


def _is_integer(value: object) -> bool:
    return type(value) is int and -(2**63) <= value < 2**63


def _is_text(value: object) -> bool:
    return isinstance(value, str)


_IS_VALUE: Final[Mapping[str, Any]] = {
    "text": _is_text,
    "choice": _is_text,
    "integer": _is_integer,
    "boolean": lambda value: type(value) is bool,
    "number": lambda value: _is_text(value) and bool(_NUMBER.fullmatch(value)),
    "date": lambda value: _is_text(value) and bool(_DAY.fullmatch(value)),
}
