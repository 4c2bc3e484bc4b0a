"""A snapshot of facts: complete, typed and fingerprinted before anything is judged by it."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from ecosystem_api.kernel.problem import FieldError
from ecosystem_api.rules.custom import CUSTOM, CUSTOM_GROUPS, CustomFact, is_plain, value_faults
from ecosystem_api.rules.errors import FactsInvalid
from ecosystem_api.rules.facts import GROUPS, Fact, Facts

Wanted = tuple[str, str, str, type[Any]]
"""A fact to look for: its path, its group, its name in it, and what holds its value."""

LONGEST_LIST: Final = 1_000
LONGEST_TEXT: Final = 1_000

_KINDS: Final[dict[str, type[Any]]] = {"int": int, "string": str, "bool": bool, "list<string>": list}
_PLAN: Final = {
    group: tuple((name, _KINDS[fact.type]) for name, fact in facts.items()) for group, facts in GROUPS.items()
}
_WORDS: Final = {
    "int": "a whole number of 64 bits",
    "string": "text",
    "bool": "true or false",
    "list<string>": "a list of texts",
}
_CANONICAL: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def check_facts(facts: Facts, needed: Collection[str] | None = None, custom: Collection[CustomFact] = ()) -> None:
    """A snapshot has every fact and no other, each of its type; otherwise all faults are told at once.

    Edges: true is not a whole number and 1.0 is not 1. With `needed` (paths such as "deal.country") only those must be
    there, so that a snapshot from before a fact existed can still be judged by a book that never reads it.
    Any custom fields may be there; those in `custom` must be, with None where a record has no value.
    Errors: FactsInvalid, with a JSON pointer for each fault.
    """
    faults = list(_faults(facts, needed))
    if not faults and custom:
        faults = list(_custom_faults(facts, needed, custom))
    if faults:
        raise FactsInvalid("The facts cannot be judged: " + "; ".join(f.detail for f in faults), errors=faults)


def wanted_facts(paths: Iterable[str]) -> tuple[Wanted, ...]:
    """What to look for in a snapshot to know the facts at these paths, in the order of their declaration."""
    sought = frozenset(paths)
    kinds = [(group, name, kind) for group, plan in _PLAN.items() for name, kind in plan]
    return tuple((f"{group}.{name}", group, name, kind) for group, name, kind in kinds if f"{group}.{name}" in sought)


def known_facts(facts: Facts, wanted: Iterable[Wanted]) -> dict[str, Any] | None:
    """The values of the wanted facts by their paths, or None where a snapshot lacks one or has it of another type."""
    known = {}
    try:
        for path, group, name, kind in wanted:
            value = facts[group][name]
            if type(value) is not kind or not (kind is bool or _is_sound(value)):
                return None
            known[path] = value
    except (KeyError, TypeError):
        return None
    return known


def has_custom(facts: Facts, wanted: Collection[CustomFact]) -> bool:
    """Whether a snapshot tells of each of these custom fields what it holds, be it no value."""
    held = [facts[one.group].get(CUSTOM, {}) for one in wanted]
    return all(type(one) is dict for one in held) and not any(_custom_faults(facts, None, wanted))


def facts_hash(facts: Facts) -> str:
    """The fingerprint of a checked snapshot, equal to the kernel's `content_hash` of it.

    Edges: written out here because it is on the path of every decision and the names of facts are plain ASCII, for
    which sorting by characters is the canonical order; a test holds the two equal.
    """
    return "sha256:" + sha256(_CANONICAL.encode(facts).encode("utf-8")).hexdigest()


def _faults(facts: Facts, needed: Collection[str] | None) -> Iterator[FieldError]:
    if type(facts) is not dict:
        yield FieldError("", "wrong_type", "the facts must be an object of groups")
        return
    for group, plan in _PLAN.items():
        values = facts.get(group)
        if type(values) is not dict:
            if values is not None or needed is None or any(path.startswith(f"{group}.") for path in needed):
                code = "missing" if group not in facts else "wrong_type"
                yield FieldError(f"/{group}", code, f"{group} must be an object of facts")
            continue
        met = 0
        for name, kind in plan:
            if name in values:
                met += 1
                value = values[name]
                if type(value) is not kind or not _is_sound(value):
                    yield from _type_faults(GROUPS[group][name], value)
            elif needed is None or f"{group}.{name}" in needed:
                yield FieldError(f"/{group}/{name}", "missing", f"{group}.{name} is missing")
        if met != len(values):
            has_custom = CUSTOM in values and group in CUSTOM_GROUPS
            if has_custom:
                yield from _custom_strangers(f"/{group}/{CUSTOM}", values[CUSTOM])
            yield from _strangers(f"/{group}", values, [*GROUPS[group], *([CUSTOM] if has_custom else [])])
    if len(facts) != len(_PLAN) or any(group not in _PLAN for group in facts):
        yield from _strangers("", facts, _PLAN)


def _is_sound(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT and (value.isascii() or _is_unicode(value))
    if isinstance(value, list):
        return len(value) <= LONGEST_LIST and all(type(item) is str and _is_sound(item) for item in value)
    return isinstance(value, int) and -(2**63) <= value < 2**63


def _is_unicode(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def _custom_faults(
    facts: Facts, needed: Collection[str] | None, custom: Collection[CustomFact]
) -> Iterator[FieldError]:
    for one in custom:
        held = (facts.get(one.group) or {}).get(CUSTOM) or {}
        pointer = f"/{one.group}/{CUSTOM}/{one.key}"
        if one.key in held:
            yield from (FieldError(pointer, "wrong_type", words) for words in value_faults(one, held[one.key]))
        elif needed is None or one.path in needed:
            yield FieldError(pointer, "missing", f"{one.path} is missing; it is null where there is no value")


def _custom_strangers(pointer: str, held: object) -> Iterator[FieldError]:
    if type(held) is not dict:
        yield FieldError(pointer, "wrong_type", "the custom fields must be an object of values by key")
        return
    for key, value in held.items():
        if not is_plain(key, value) or not (value is None or _is_sound(value)):
            token = str(key).replace("~", "~0").replace("/", "~1")
            detail = "a custom field holds text, a whole number, true, false or null"
            yield FieldError(f"{pointer}/{token}", "wrong_type", detail)


def _type_faults(fact: Fact, value: Any) -> Iterator[FieldError]:
    pointer, unreadable = f"/{fact.group}/{fact.name}", f"valid Unicode of at most {LONGEST_TEXT} characters"
    kind = _KINDS[fact.type]
    if type(value) is not kind:
        yield FieldError(pointer, "wrong_type", f"{fact.path} must be {_WORDS[fact.type]}, not {_kind_of(value)}")
    elif fact.type == "int":
        yield FieldError(pointer, "out_of_range", f"{fact.path} does not fit in 64 bits")
    elif fact.type == "string":
        yield FieldError(pointer, "invalid_text", f"{fact.path} must be {unreadable}")
    else:
        yield from _item_faults(fact.path, pointer, value, unreadable)


def _item_faults(path: str, pointer: str, items: list[Any], unreadable: str) -> Iterator[FieldError]:
    if len(items) > LONGEST_LIST:
        yield FieldError(pointer, "too_long", f"{path} has {len(items)} items; at most {LONGEST_LIST} are read")
        return
    for index, item in enumerate(items):
        if type(item) is not str:
            yield FieldError(f"{pointer}/{index}", "wrong_type", f"{path} must hold texts, not {_kind_of(item)}")
        elif not _is_sound(item):
            yield FieldError(f"{pointer}/{index}", "invalid_text", f"{path} must hold {unreadable}")


def _strangers(pointer: str, values: Mapping[Any, Any], known: Collection[str]) -> Iterator[FieldError]:
    for name in values:
        if name not in known:
            token = str(name).replace("~", "~0").replace("/", "~1")
            yield FieldError(f"{pointer}/{token}", "unknown", f"{name!r} is not a fact that rules are written about")


def _kind_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    names: Sequence[tuple[type, str]] = ((int, "a whole number"), (float, "a decimal number"), (str, "text"))
    return next((words for kind, words in names if isinstance(value, kind)), f"a {type(value).__name__}")
