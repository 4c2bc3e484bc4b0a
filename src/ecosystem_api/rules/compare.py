"""What changed from one rule book to another, in the places and the words of the books."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ecosystem_api.rules import texts
from ecosystem_api.rules.book import Rule, RuleBook, book_to_dict
from ecosystem_api.rules.parameters import SETTINGS, Parameters, parameter_words, parameters_to_dict, setting_words

Kind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two books.

    Shape: `place` is `name`, `default_outcome`, `rules/{key}`, `rules/{key}/{member}`, `parameters/{name}` or
    `cases/{name}`; `before` and `after` are JSON values, None where there was or is nothing.
    """

    place: str
    kind: Kind
    before: Any
    after: Any
    sentence: str


def compare_books(before: RuleBook, after: RuleBook) -> tuple[Change, ...]:
    """Every difference that changes what a book says: rules by their keys, parameters and cases by their names.

    Edges: the number of a version is no difference. Rules that changed places are told as moved, because reasons of
    equal strength are given in the order of the book.
    """
    old, new = book_to_dict(before), book_to_dict(after)
    changes = [*_of_book(old, new), *_of_rules(before, after), *_of_parameters(before.parameters, after.parameters)]
    cases = ({case["name"]: case for case in one["cases"]} for one in (old, new))
    return (*changes, *_of_members("cases", "golden case", *cases))


def _of_book(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name, words in (("name", "The name"), ("default_outcome", "What follows when no rule applies")):
        if old[name] != new[name]:
            sentence = f"{words} was {old[name]!r} and is {new[name]!r}."
            yield Change(name, "changed", old[name], new[name], sentence)


def _of_rules(before: RuleBook, after: RuleBook) -> Iterator[Change]:
    old, new = ({rule.key: rule for rule in book.rules} for book in (before, after))
    common = [key for key in old if key in new]
    for key in old:
        if key not in new:
            yield Change(
                f"rules/{key}", "removed", _plain(old[key]), None, f"No longer: {_filled(old[key].statement, before)}"
            )
    for key, rule in new.items():
        if key not in old:
            yield Change(f"rules/{key}", "added", None, _plain(rule), f"New: {_filled(rule.statement, after)}")
        else:
            yield from _of_rule(rule, _plain(old[key]), _plain(rule), after)
    for place, key in enumerate([key for key in new if key in old]):
        if common[place] != key:
            was = common.index(key)
            yield Change(f"rules/{key}", "moved", was + 1, place + 1, f"The rule {key} stands in another place.")


def _of_rule(rule: Rule, old: Mapping[str, Any], new: Mapping[str, Any], book: RuleBook) -> Iterator[Change]:
    for member, value in new.items():
        if old[member] != value:
            place, sentence = (
                f"rules/{rule.key}/{member}",
                _told(_filled(rule.statement, book), member, old[member], value),
            )
            yield Change(place, "changed", old[member], value, sentence)


def _told(statement: str, member: str, before: Any, after: Any) -> str:
    if member == "statement":
        return f"In other words now: {statement}"
    if member == "when":
        return f"Under other conditions now: {statement}"
    if member == "on":
        return f"About other requests now: {statement}"
    words = {"outcome": "What follows", "reason": "The reason code", "remedy": "What can be done about it"}[member]
    return f"{words} was {before or 'nothing'!r} and is {after or 'nothing'!r}: {statement}"


def _filled(statement: str, book: RuleBook) -> str:
    # A draft may name what cannot be filled in: that is left as it stands.
    unknown = {name: f"{{{name}}}" for name in texts.placeholders(statement)}
    return texts.fill(statement, unknown | parameter_words(book.parameters))


def _of_parameters(old: Parameters, new: Parameters) -> Iterator[Change]:
    plain = [parameters_to_dict(one) for one in (old, new)]
    told = [setting_words(one) for one in (old, new)]
    for setting in SETTINGS:
        before, after = (one[setting.name] for one in plain)
        if before != after:
            was, now = (one[setting.name] for one in told)
            subject = setting.sentence.split(". ")[0].rstrip(".")
            sentence = f"{subject}: {was} before, {now} now."
            yield Change(f"parameters/{setting.name}", "changed", before, after, sentence)


def _of_members(place: str, noun: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Change]:
    for name in [*old, *(name for name in new if name not in old)]:
        before, after = old.get(name), new.get(name)
        if before != after:
            kind: Kind = "added" if before is None else "removed" if after is None else "changed"
            yield Change(f"{place}/{name}", kind, before, after, f"The {noun} {name!r} was {kind}.")


def _plain(rule: Rule) -> dict[str, Any]:
    return asdict(rule) | {"on": list(rule.on)}
