"""Reading a rule book from plain data: every member of the wrong shape is told at once, nothing is guessed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from ecosystem_api.kernel.money import Money
from ecosystem_api.rules.book import GoldenCase, Rule, RuleBook
from ecosystem_api.rules.conditions import ProtectionOverride
from ecosystem_api.rules.custom import CustomFact
from ecosystem_api.rules.errors import RuleBookInvalid, RuleError
from ecosystem_api.rules.parameters import Parameters
from ecosystem_api.rules.reviewing import EscalationStep, ResearchHold, ReviewOverride

_KINDS: Final[Mapping[str, type]] = {
    "a text": str,
    "a whole number": int,
    "true or false": bool,
    "a list": list,
    "an object": dict,
}
_RULE: Final = ("key", "statement", "on", "when", "outcome", "reason", "remedy")
_BOOK: Final = ("name", "version", "parameters", "rules", "default_outcome", "cases", "custom_fields")
_CUSTOM: Final = ("group", "key", "type")
_CASE: Final = ("name", "action", "facts", "outcome", "reasons")
_PARAMETERS: Final[Mapping[str, str]] = {
    "minimum_amount": "money?",
    "capacity": "a whole number?",
    "protection_days": "a whole number",
    "protection_overrides": "each ProtectionOverride",
    "protection_anchor": "a text",
    "expiring_notice_days": "a whole number",
    "extension_limit": "a whole number?",
    "extension_days": "a whole number?",
    "extension_window_days": "a whole number?",
    "extension_evidence": "texts",
    "extension_grace_days": "a whole number",
    "idle_days": "a whole number?",
    "idle_overrides": "each ProtectionOverride",
    "idle_notice_days": "a whole number",
    "review_hours": "a whole number",
    "resubmission_limit": "a whole number",
    "excluded_deal_types": "texts",
    "territory_enforced": "true or false",
    "required_certifications": "texts",
    "qualified_activities": "texts",
    "vendor_engagement_days": "a whole number",
    "material_fields": "texts",
    "material_amount_percent": "a whole number",
    "runner_up_percent": "a whole number",
    "dispute_days": "a whole number",
    "flip_limit_percent": "a whole number",
    "review_overrides": "each ReviewOverride",
    "review_clock": "a text",
    "review_calendar": "a text?",
    "escalation": "each EscalationStep",
    "on_silence": "a text",
    "research_hold": "one ResearchHold?",
    "four_eyes_above": "each money",
    "dispute_evidence_days": "a whole number",
    "dispute_ruling_days": "a whole number",
    "dispute_ruling_hours": "a whole number?",
    "disputants_named": "true or false",
    "conflict_choice_days": "a whole number",
    "obligation_days": "a whole number",
    "opportunity_disclosure": "texts",
    "overlap_by_region": "true or false",
}
_CONDITION: Final[Mapping[str, str]] = {
    "persona": "a text?",
    "tier": "a text?",
    "country": "a text?",
    "customer": "a text?",
    "minimum_amount": "money?",
}


@dataclass(frozen=True)
class _Record:
    """A kind of object within the parameters; what it must have, and what it may have besides."""

    build: Callable[..., Any]
    must: Mapping[str, str]
    may: Mapping[str, str] = field(default_factory=dict)


_RECORDS: Final[Mapping[str, _Record]] = {
    "ProtectionOverride": _Record(ProtectionOverride, {"days": "a whole number"}, _CONDITION),
    "ReviewOverride": _Record(ReviewOverride, {"hours": "a whole number"}, _CONDITION),
    "EscalationStep": _Record(EscalationStep, {"after_percent": "a whole number", "to_role": "a text"}),
    "ResearchHold": _Record(ResearchHold, {"most": "a whole number", "days": "a whole number"}),
}


def book_from_dict(data: object) -> RuleBook:
    """The book that plain data describes, the inverse of `book_to_dict`.

    Edges: only the shape is judged here, what it says is judged by `compile_book`; parameters left out take their
    defaults, a remedy left out is empty, a default outcome left out is review,
    cases and custom fields left out are none.
    Errors: RuleBookInvalid with every fault of shape.
    """
    reader = _Reader()
    book = reader.book(data)
    if reader.errors:
        raise RuleBookInvalid(reader.errors)
    return book


class _Reader:
    def __init__(self) -> None:
        self.errors: list[RuleError] = []
        self.rule_key: str | None = None
        self.prefix = ""

    def book(self, data: object) -> RuleBook:
        members = self._members(data, "", _BOOK, required=("name", "version", "rules"))
        rules = self._value(members, "", "rules", "a list", [])
        cases = self._value(members, "", "cases", "a list", [])
        custom = self._value(members, "", "custom_fields", "a list", [])
        return RuleBook(
            name=self._value(members, "", "name", "a text", ""),
            version=self._value(members, "", "version", "a whole number", 0),
            parameters=self._parameters(members.get("parameters", {})),
            rules=tuple(self._rule(index, rule) for index, rule in enumerate(rules)),
            default_outcome=self._value(members, "", "default_outcome", "a text", "review"),
            cases=tuple(self._case(f"cases/{index}", case) for index, case in enumerate(cases)),
            custom=tuple(self._custom(f"custom_fields/{index}", one) for index, one in enumerate(custom)),
        )

    def _custom(self, place: str, data: object) -> CustomFact:
        members = self._members(data, place, _CUSTOM, required=_CUSTOM)
        return CustomFact(**{name: self._value(members, place, name, "a text", "") for name in _CUSTOM})

    def _rule(self, index: int, data: object) -> Rule:
        key = data.get("key") if isinstance(data, Mapping) else None
        self.rule_key, self.prefix = key if isinstance(key, str) else f"rule {index + 1}", f"/rules/{index}"
        members = self._members(data, "", _RULE, required=_RULE[:-1])
        texts = {name: self._value(members, "", name, "a text", "") for name in _RULE if name != "on"}
        rule = Rule(on=tuple(self._texts(members, "", "on")), **texts)
        self.rule_key, self.prefix = None, ""
        return rule

    def _case(self, place: str, data: object) -> GoldenCase:
        members = self._members(data, place, _CASE, required=("name", "action", "outcome"))
        groups = self._value(members, place, "facts", "an object", {})
        facts = {str(group): self._value(groups, f"{place}/facts", group, "an object", {}) for group in groups}
        return GoldenCase(
            name=self._value(members, place, "name", "a text", ""),
            action=self._value(members, place, "action", "a text", ""),
            facts=facts,
            outcome=self._value(members, place, "outcome", "a text", ""),
            reasons=tuple(self._texts(members, place, "reasons")),
        )

    def _parameters(self, data: object) -> Parameters:
        return Parameters(**self._fields(data, "parameters", _PARAMETERS, required=()))

    def _fields(self, data: object, place: str, plan: Mapping[str, str], required: Iterable[str]) -> dict[str, Any]:
        members = self._members(data, place, plan, required)
        return {name: self._read(members, place, name, plan[name]) for name in plan if name in members}

    def _read(self, members: Mapping[str, Any], place: str, name: str, kind: str) -> Any:
        form, _, of = kind.removesuffix("?").partition(" ")
        here, value = f"{place}/{name}", members[name]
        if value is None and kind.endswith("?"):
            return None
        if form == "each":
            rows = self._value(members, place, name, "a list", [])
            read = [self._money(row, f"{here}/{i}") if of == "money" else self._record(row, f"{here}/{i}", of)
                    for i, row in enumerate(rows)]  # fmt: skip
            return tuple(one for one in read if one is not None)
        if form == "one":
            return self._record(value, here, of)
        if form == "money":
            return self._money(value, here)
        if form == "texts":
            return tuple(self._texts(members, place, name))
        return self._value(members, place, name, kind.removesuffix("?"), _KINDS[kind.removesuffix("?")]())

    def _record(self, data: object, place: str, name: str) -> Any:
        record = _RECORDS[name]
        blank = {member: _KINDS[kind]() for member, kind in record.must.items()}
        return record.build(**blank | self._fields(data, place, {**record.must, **record.may}, record.must))

    def _money(self, data: object, place: str) -> Money | None:
        members = self._members(data, place, ("amount", "currency"), required=("amount", "currency"))
        amount, currency = (self._value(members, place, name, "a text", "") for name in ("amount", "currency"))
        if not amount or not currency:
            return None
        try:
            return Money.parse(amount, currency)
        except ValueError as error:
            self._refuse(place, str(error))
            return None

    def _members(self, data: object, place: str, known: Iterable[str], required: Iterable[str]) -> Mapping[str, Any]:
        if not isinstance(data, Mapping):
            self._refuse(place, "must be an object")
            return {}
        known = tuple(known)
        for name in data:
            if name not in known:
                self._refuse(_join(place, str(name)), f"is unknown; known here: {', '.join(known)}")
        for name in required:
            if name not in data:
                self._refuse(_join(place, name), "is missing")
        return cast(Mapping[str, Any], data)

    def _value(self, members: Mapping[str, Any], place: str, name: str, kind: str, default: Any) -> Any:
        value = members.get(name, default)
        if type(value) is _KINDS[kind] and (not isinstance(value, str) or _is_unicode(value)):
            return value
        self._refuse(_join(place, name), f"must be {kind}")
        return default

    def _texts(self, members: Mapping[str, Any], place: str, name: str) -> list[str]:
        values = self._value(members, place, name, "a list", [])
        for index, value in enumerate(values):
            if not isinstance(value, str) or not _is_unicode(value):
                self._refuse(f"{_join(place, name)}/{index}", "must be a text")
        return [value for value in values if isinstance(value, str)]

    def _refuse(self, field: str, message: str) -> None:
        pointer = f"{self.prefix}/{field}" if field else self.prefix
        self.errors.append(RuleError(self.rule_key, field or "rule", None, None, message, pointer))


def _join(place: str, name: str) -> str:
    token = name.replace("~", "~0").replace("/", "~1")
    return f"{place}/{token}" if place else token


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
