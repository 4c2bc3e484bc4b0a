"""A rule book with anything wrong in it is refused, with all faults at once and the place of each."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ecosystem_api.kernel.money import Money
from ecosystem_api.rules import (
    DEFAULT_BOOK,
    Parameters,
    ProtectionOverride,
    Rule,
    RuleBook,
    RuleBookInvalid,
    book_from_dict,
    book_hash,
    book_to_dict,
    compile_book,
)

RULE = Rule("one", "A sentence.", ("lead.pass",), "true", "review", "some_reason")


def book_of(*rules: Rule, **changes: Any) -> RuleBook:
    return replace(RuleBook("Program", 1, Parameters(), rules), **changes)


def refused(book: RuleBook) -> list[tuple[str | None, str, int | None, int | None]]:
    with pytest.raises(RuleBookInvalid) as refusal:
        compile_book(book)
    return [(error.rule_key, error.field, error.line, error.column) for error in refusal.value.rule_errors]


def message_for(when: str) -> str:
    with pytest.raises(RuleBookInvalid) as refusal:
        compile_book(book_of(replace(RULE, when=when)))
    return refusal.value.rule_errors[0].message


@pytest.mark.parametrize(
    ("when", "line", "column"),
    [
        ("deal.amont_minor > 5", 1, 5),
        ("true\n  && foo", 2, 6),
        ("deal.amount_minor > 5.0", 1, 19),
        ("deal.type ==\n 3", 1, 11),
        ("'é😀' == deal.type && nope", 1, 22),
        ("params.capcity > 1", 1, 7),
        ("partner.status == ", 1, 19),
        ("", 1, 1),
        ("true // all's well\n&& size([deal]) == 1", 2, 10),
        ("true &&\n dyn(1) == 1", 2, 5),
        ("true && [1, 'a'][0] == 1", 1, 17),
        ("true && {'a': 1}['a'] == 1", 1, 9),
        ("true && has(deal.type)", 1, 12),
        ("deal.products.exists(partner, partner == 'x')", 1, 21),
    ],
)
def test_a_fault_in_a_condition_is_told_with_line_and_column(when: str, line: int, column: int) -> None:
    assert refused(book_of(replace(RULE, when=when))) == [("one", "when", line, column)]


@pytest.mark.parametrize("when", ["1", "deal.type", "deal.products", "[true]", "type(1)", "null"])
def test_a_condition_that_is_not_true_or_false_is_refused(when: str) -> None:
    assert "must be true or false" in message_for(when)


def test_a_condition_of_2000_characters_is_allowed_and_one_of_2001_is_not() -> None:
    compile_book(book_of(replace(RULE, when="true".ljust(2_000))))
    assert "2001 characters" in message_for("true".ljust(2_001))


def test_two_comprehensions_are_allowed_and_three_are_not() -> None:
    loop = "deal.products.exists(p, p.startsWith('X'))"
    compile_book(book_of(replace(RULE, when=f"{loop} || {loop}")))
    assert "more than 2 times" in message_for(f"{loop} || {loop} || {loop}")
    nested = "deal.products.all(a, deal.products.all(b, deal.products.all(c, a == b)))"
    assert "more than 2 times" in message_for(nested)


def test_a_word_that_looks_like_a_comprehension_in_a_text_does_not_count() -> None:
    compile_book(book_of(replace(RULE, when="deal.type != '.all(.all(.all(.all('")))


def test_nesting_beyond_the_depth_of_the_parser_is_refused() -> None:
    compile_book(book_of(replace(RULE, when="(" * 10 + "true" + ")" * 10)))
    assert message_for("(" * 200 + "true" + ")" * 200)
    assert message_for("1+" * 300 + "1 == 2")


def test_the_whole_group_and_maps_and_messages_are_refused() -> None:
    assert "name one of its facts, such as deal.amount_minor" in message_for("deal == deal")
    assert "builds a map or a message" in message_for("ecosystem.rules.Deal{} == ecosystem.rules.Deal{}")
    assert "builds a map or a message" in message_for("{'a': 1, 'b': 2}.map(k, k)[0] == 'a'")


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"key": "Not A Key"}, ["key"]),
        ({"reason": ""}, ["reason"]),
        ({"outcome": "maybe"}, ["outcome"]),
        ({"outcome": "reject"}, ["remedy"]),
        ({"outcome": "require", "remedy": "  "}, ["remedy"]),
        ({"on": ()}, ["on"]),
        ({"on": ("deal_registration.eat",)}, ["on"]),
        ({"on": ("lead.pass", "lead.pass")}, ["on"]),
        ({"statement": " "}, ["statement"]),
        ({"statement": "At most {capacit}."}, ["statement"]),
        ({"statement": "Missing: {deal.missing}"}, ["statement"]),
        ({"remedy": "An open { brace"}, ["remedy"]),
        ({"remedy": "{deal.nothing} and {params}"}, ["remedy", "remedy"]),
        ({"statement": "x" * 1_001}, ["statement"]),
    ],
)
def test_a_fault_of_a_rule_names_its_field(changes: dict[str, Any], fields: list[str]) -> None:
    rule = replace(RULE, **changes)
    assert refused(book_of(rule)) == [(rule.key, field, None, None) for field in fields]


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"name": " "}, "name"), ({"version": 0}, "version"), ({"default_outcome": "shrug"}, "default_outcome")],
)
def test_a_fault_of_the_book_names_its_field(changes: dict[str, Any], field: str) -> None:
    assert refused(book_of(RULE, **changes)) == [(None, field, None, None)]


def test_a_book_of_more_than_200_rules_is_refused() -> None:
    compile_book(book_of(*(replace(RULE, key=f"r{n}") for n in range(200))))
    assert refused(book_of(*(replace(RULE, key=f"r{n}") for n in range(201)))) == [(None, "rules", None, None)]


def test_all_faults_are_told_at_once_and_as_a_problem_with_pointers() -> None:
    book = book_of(
        replace(RULE, when="deal.a > 1 && deal.b > 1"),
        replace(RULE, outcome="reject", on=("nothing",)),
        replace(RULE, key="two", when="1", reason="?"),
        version=0,
        parameters=Parameters(capacity=-5),
    )
    with pytest.raises(RuleBookInvalid) as refusal:
        compile_book(book)
    assert [error.pointer for error in refusal.value.errors] == [
        "/version",
        "/parameters/capacity",
        "/rules/0/when",
        "/rules/0/when",
        "/rules/1/key",
        "/rules/1/on",
        "/rules/1/remedy",
        "/rules/2/reason",
        "/rules/2/when",
    ]
    body = refusal.value.body("req_1", "https://docs.example")
    assert body["rule_errors"][2]["column"] == 5
    assert json.loads(json.dumps(body)) == body


# fmt: off
PIECES = st.sampled_from([
    'deal', 'partner', 'claims', 'params', 'account', '.', 'type', 'products', 'missing', 'held_by_other',
    'capacity', '(', ')', '[', ']', '{', '}', ',', '==', '!=', '<', '&&', '||', '!', '?', ':', '+', '-', '*', '/',
    '%', 'in', 'true', 'false', 'null', '1', '1.5', '1u', '0x', '99999999999999999999', 'p', '//', '`', 'é', '😀',
    '@result', 'has(', 'size(', 'matches(', 'dyn(', 'timestamp(', 'duration(', 'type(', '.all(', '.exists(',
    '.map(', '.filter(', "'a'", "b'a'", "r'\\'", "'", '"', "'''", "\n", "\r", "\x00", "\u2028", "\\u", " ",
])
# fmt: on


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=14).map(" ".join), st.lists(PIECES).map("".join)))
@example("\ud800")
@example("\x00")
@example("true\x00&& nope")
@example("deal.type.matches('(')")
@example("'''\nERROR: <input>:1:1: made up''' && 3")
@example("google.protobuf.Any{} == 1")
def test_whatever_a_condition_says_it_is_accepted_or_refused_as_an_invalid_book(when: str) -> None:
    try:
        compile_book(book_of(replace(RULE, when=when)))
    except RuleBookInvalid as refusal:
        for error in refusal.rule_errors:
            assert error.rule_key == "one"
            assert error.field == "when"
            assert error.message
            assert error.line is not None
            assert 1 <= error.line <= when.count("\n") + 1
            assert error.column is not None
            assert 1 <= error.column <= len(when) + 1


FULL = replace(
    DEFAULT_BOOK,
    parameters=Parameters(
        minimum_amount=Money(100_000, "EUR"),
        capacity=None,
        protection_overrides=(ProtectionOverride(days=180, persona="gsi", minimum_amount=Money(5, "JPY")),),
    ),
)


@pytest.mark.parametrize("book", [DEFAULT_BOOK, FULL, book_of()])
def test_a_book_survives_the_way_through_json_with_its_hash(book: RuleBook) -> None:
    again = book_from_dict(json.loads(json.dumps(book_to_dict(book))))
    assert again == book
    assert book_hash(again) == book_hash(book)


def test_the_hash_does_not_depend_on_the_order_of_members() -> None:
    def turned(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: turned(member) for name, member in reversed(value.items())}
        return [turned(item) for item in value] if isinstance(value, list) else value

    assert book_hash(book_from_dict(turned(book_to_dict(FULL)))) == book_hash(FULL)


@pytest.mark.parametrize("field", ["key", "statement", "on", "when", "outcome", "reason", "remedy"])
def test_the_hash_changes_with_any_change_of_a_rule(field: str) -> None:
    changed: Any = ("lead.pass", "vendor_opportunity.open") if field == "on" else "other"
    assert book_hash(book_of(replace(RULE, **{field: changed}))) != book_hash(book_of(RULE))


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "Other"},
        {"version": 2},
        {"default_outcome": "reject"},
        {"parameters": Parameters(capacity=24)},
        {"rules": (replace(RULE, key="two"), RULE)},
        {"rules": ()},
    ],
)
def test_the_hash_changes_with_any_change_of_the_book(changes: dict[str, Any]) -> None:
    assert book_hash(book_of(RULE, **changes)) != book_hash(book_of(RULE))


def test_the_order_of_rules_is_part_of_the_hash() -> None:
    two = replace(RULE, key="two")
    assert book_hash(book_of(RULE, two)) != book_hash(book_of(two, RULE))


def test_a_book_of_the_wrong_shape_is_refused_with_all_its_faults() -> None:
    data: dict[str, Any] = {
        "version": True,
        "surprise": 1,
        "parameters": {
            "capacity": 2.5,
            "territory_enforced": 1,
            "minimum_amount": {"amount": "1.234", "currency": "EUR"},
            "protection_overrides": [{"tier": 3}, "gold"],
            "excluded_deal_types": ["rfp", None],
            "a/b": 1,
        },
        "rules": [{"key": "k", "on": "lead.pass", "when": 1, "outcome": "review", "reason": "r", "extra": 0}, 7],
    }
    with pytest.raises(RuleBookInvalid) as refusal:
        book_from_dict(data)
    pointers = {error.pointer for error in refusal.value.errors}
    assert pointers == {
        "/name",
        "/version",
        "/surprise",
        "/parameters/capacity",
        "/parameters/territory_enforced",
        "/parameters/minimum_amount",
        "/parameters/protection_overrides/0/tier",
        "/parameters/protection_overrides/0/days",
        "/parameters/protection_overrides/1",
        "/parameters/excluded_deal_types/1",
        "/parameters/a~1b",
        "/rules/0/on",
        "/rules/0/when",
        "/rules/0/extra",
        "/rules/0/statement",
        "/rules/1",
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.sampled_from(["name", "version", "parameters", "rules", "default_outcome"]), st.booleans())
def test_whatever_plain_data_says_it_is_a_book_or_refused_as_one(value: Any, member: str, whole: bool) -> None:
    data = value if whole else book_to_dict(book_of(RULE)) | {member: value}
    try:
        compile_book(book_from_dict(data))
    except RuleBookInvalid as refusal:
        assert refusal.rule_errors  # noqa: PT017 - refused or not, both are right; only a bare refusal is wrong
