"""What a book says and nothing of it does is told to its author, and keeps nothing from being published."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import ecosystem_api
from ecosystem_api.kernel.money import Money
from ecosystem_api.rules import (
    ACTIONS,
    DEFAULT_BOOK,
    SETTINGS,
    ProtectionOverride,
    RuleBook,
    book_warnings,
    compile_book,
)
from ecosystem_api.rules.warnings import rules_acting, unread_settings

THROUGH_RULES = {
    "minimum_amount", "capacity", "extension_limit", "extension_days", "extension_window_days", "extension_evidence",
    "resubmission_limit", "excluded_deal_types", "territory_enforced", "required_certifications",
    "qualified_activities", "vendor_engagement_days", "material_fields", "material_amount_percent",
}  # fmt: skip
OFF: dict[str, Any] = {
    "minimum_amount": None, "capacity": None, "extension_limit": None, "extension_days": None,
    "extension_window_days": None, "extension_evidence": (), "excluded_deal_types": (), "territory_enforced": False,
    "required_certifications": (), "qualified_activities": (), "material_fields": (), "material_amount_percent": 0,
}  # fmt: skip
SOURCES = Path(ecosystem_api.__file__).parent
# What declares, checks and words all parameters alike.
ABOUT_PARAMETERS = {"faults.py", "settings.py", "words.py", "reading.py"}

# What has a member of the same name: a routing policy has a capacity, an override a minimum amount.
OTHERS = {"policy", "condition"}


def with_rules(*keys: str, **parameters: Any) -> RuleBook:
    rules = tuple(rule for rule in DEFAULT_BOOK.rules if rule.key in keys)
    return replace(DEFAULT_BOOK, rules=rules, cases=(), parameters=replace(DEFAULT_BOOK.parameters, **parameters))


def fields_of(book: RuleBook) -> list[str]:
    return [warning.field for warning in book_warnings(compile_book(book))]


def used_in_code() -> Iterator[str]:
    """The parameters that the service reads where it acts, apart from the rules of the default book."""
    names = {setting.name for setting in SETTINGS}
    for path in SOURCES.rglob("*.py"):
        if path.name in ABOUT_PARAMETERS or "default_book" in path.parts:
            continue
        for node in chain.from_iterable(map(ast.walk, _parts(path))):
            match node:
                case ast.Attribute(value=ast.Name(id=owner)) if owner in OTHERS:
                    continue
                case ast.Attribute(attr=name) if name in names:
                    yield name


def _parts(path: Path) -> list[ast.stmt]:
    """The statements of a module, without the function that hands all parameters to the rules."""
    return [one for one in ast.parse(path.read_text()).body if getattr(one, "name", "") != "parameter_values"]


def test_what_acts_through_rules_is_what_the_default_books_rules_read() -> None:
    assert set(rules_acting()) == THROUGH_RULES


def test_the_service_keeps_to_a_parameter_by_itself_or_a_rule_reads_it() -> None:
    # What makes a request material becomes a fact, which rules read.
    made_facts = {setting.name for setting in SETTINGS if setting.fact}
    used = set(used_in_code())
    assert used & THROUGH_RULES == made_facts, "a parameter that code reads does not wait for a rule"
    assert {setting.name for setting in SETTINGS} - THROUGH_RULES - used == set(), "nothing reads it at all"


def test_the_default_book_says_nothing_without_effect() -> None:
    assert book_warnings(compile_book(DEFAULT_BOOK)) == ()


def test_a_limit_without_its_rule_is_told_with_the_condition_that_is_missing() -> None:
    keys = [rule.key for rule in DEFAULT_BOOK.rules if rule.key != "extension_limit"]
    (warning,) = book_warnings(compile_book(with_rules(*keys)))
    assert (warning.field, warning.pointer) == ("parameters/extension_limit", "/parameters/extension_limit")
    assert "params.extension_limit >= 0 && protection.extensions >= params.extension_limit" in warning.message
    assert warning.message.endswith("or turn it off with null")
    assert fields_of(with_rules(*keys, extension_limit=None)) == []


def test_every_parameter_that_acts_through_rules_is_told_of_where_no_rule_reads_it_and_it_is_set() -> None:
    set_up: dict[str, Any] = {"extension_evidence": ("email",), "required_certifications": ("EDR-PRO",)}
    unset = {"minimum_amount", "qualified_activities"}
    told = [name.removeprefix("parameters/") for name in fields_of(with_rules(**set_up)) if name != "rules"]
    assert told == [setting.name for setting in SETTINGS if setting.name in THROUGH_RULES - unset]
    # Two have no value that asks for nothing.
    told = [name for name in fields_of(with_rules(**OFF)) if name != "rules"]
    assert told == ["parameters/resubmission_limit", "parameters/vendor_engagement_days"]


def test_a_warning_says_how_its_parameter_is_turned_off() -> None:
    lists = dict.fromkeys(("extension_evidence", "required_certifications", "qualified_activities"), ("meeting",))
    book = with_rules(minimum_amount=Money(100_000, "EUR"), **lists)
    ends = {one.field: one.message.rpartition("; or turn it off with ")[2] for one in book_warnings(compile_book(book))}
    written = {None: "null", (): "[]", False: "false"}
    for name, value in OFF.items():
        assert ends[f"parameters/{name}"] == ("0" if name == "material_amount_percent" else written[value])


def test_a_limit_of_nothing_is_a_limit() -> None:
    assert "parameters/capacity" in fields_of(with_rules("clear_path", capacity=0))


def test_an_action_without_a_rule_is_told_and_idleness_only_where_it_is_asked_about() -> None:
    def told(**parameters: Any) -> list[str]:
        found = book_warnings(compile_book(with_rules(**OFF, **parameters)))
        return [one.message for one in found if one.field == "rules"]

    asked = [action for action in ACTIONS if action != "deal_registration.idle"]
    assert [message.split()[4] for message in told()] == asked
    assert "decides all of it: review" in told()[0]
    assert [message.split()[4] for message in told(idle_days=60)] == list(ACTIONS)
    overrides = (ProtectionOverride(days=30, persona="msp"),)
    assert len(told(idle_overrides=overrides)) == len(ACTIONS)


@given(st.sets(st.sampled_from([rule.key for rule in DEFAULT_BOOK.rules])))
def test_a_rule_more_never_adds_a_warning(keys: set[str]) -> None:
    compiled = compile_book(with_rules(*keys))
    fewer = {one.name for one in unread_settings(compiled)}
    assert all(not compiled.reads.intersection(one.paths) for one in unread_settings(compiled))
    for rule in DEFAULT_BOOK.rules:
        more = compile_book(with_rules(*keys, rule.key))
        assert {one.name for one in unread_settings(more)} <= fewer
        assert len(book_warnings(more)) <= len(book_warnings(compiled))
