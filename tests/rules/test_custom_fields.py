"""Fields of a vendor's own in rules: checked by their types, kept with the book, judged the same for ever."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.rules import (
    CUSTOM_TYPES,
    DEFAULT_BOOK,
    CustomFact,
    FactsInvalid,
    GoldenCase,
    Parameters,
    Reach,
    Recorded,
    Rule,
    RuleBook,
    RuleBookInvalid,
    Tally,
    as_markdown,
    book_from_dict,
    book_hash,
    book_to_dict,
    check_facts,
    compile_book,
    decide,
    example_facts,
    facts_hash,
    run_cases,
    verify,
    with_absent,
    with_declared,
)

SUBMIT = "deal_registration.submit"
FIELDS = (
    CustomFact("deal", "seats", "integer"),
    CustomFact("deal", "margin", "number"),
    CustomFact("deal", "segment", "choice", ("private", "public")),
    CustomFact("partner", "tier_2025", "text"),
    CustomFact("partner", "tier2025", "boolean"),
    CustomFact("account", "renewal_on", "date"),
)
DECIMALS = st.decimals(-10_000, 10_000, places=3).map(lambda number: f"{number.normalize():f}")


def book_of(when: str, **changes: Any) -> RuleBook:
    rule = Rule("own", "A sentence.", (SUBMIT,), when, "reject", "own_reason", "Ask.")
    return replace(RuleBook("Program", 1, Parameters(), (rule,), "approve"), **changes)


def outcome(when: str, **custom: dict[str, Any]) -> str:
    compiled = compile_book(book_of(when), custom=FIELDS)
    facts = example_facts()
    for group, values in custom.items():
        facts[group]["custom"] = values
    return decide(compiled, SUBMIT, with_absent(FIELDS, facts)).outcome


def faults(when: str) -> list[tuple[int | None, int | None, str]]:
    with pytest.raises(RuleBookInvalid) as refused:
        compile_book(book_of(when), custom=FIELDS)
    return [(one.line, one.column, one.message) for one in refused.value.rule_errors]


@pytest.mark.parametrize(
    ("when", "line", "column", "words"),
    [
        ("deal.custom.seatz > 50", 1, 12, "no field seatz; there are: margin, seats, segment"),
        ("true &&\n partner.custom.tier == 'x'", 2, 16, "there are: tier2025, tier_2025"),
        ("deal.custom.seats == 'x'", 1, 19, "deal.custom.seats is a whole number"),
        ("deal.custom.margin > 12", 1, 20, "written with a point (12.0)"),
        ("deal.custom.segment == 'pubic'", 1, 24, "there are: private, public"),
        ("deal.custom.segment in ['public', 'pubic']", 1, 35, "no choice of deal.custom.segment"),
        ("account.custom.renewal_on < '2026'", 1, 29, "a day as YYYY-MM-DD"),
        ("has(deal.custom)", 1, 4, "name one of its fields: margin, seats, segment"),
        ("deal.custom == deal.custom", 1, 5, "names all of deal.custom"),
        ("claims.custom.seats > 1", 1, 7, "there are no custom fields of claims"),
        ("has(deal.country)", 1, 4, "every fact is always there"),
    ],
)
def test_a_condition_is_held_against_the_fields_with_line_and_column(
    when: str, line: int, column: int, words: str
) -> None:
    (at_line, at_column, message), *_ = faults(when)
    assert (at_line, at_column) == (line, column)
    assert words in message


def test_a_field_without_a_value_reads_as_nothing_and_has_tells_it_apart() -> None:
    assert outcome("deal.custom.seats == 0 && !has(deal.custom.seats)") == "reject"
    assert outcome("has(deal.custom.seats)", deal={"seats": 0}) == "reject"
    assert outcome("deal.custom.segment == '' && deal.custom.margin == 0.0 && !partner.custom.tier2025") == "reject"
    assert outcome("account.custom.renewal_on < '2027-01-01'", account={"renewal_on": "2026-12-31"}) == "reject"
    assert outcome("partner.custom.tier_2025 == 'x'", partner={"tier_2025": "y"}) == "approve"


@given(DECIMALS, DECIMALS)
def test_numbers_with_decimals_compare_as_they_are_written(one: str, other: str) -> None:
    point = other if "." in other else f"{other}.0"
    is_more = outcome(f"deal.custom.margin > {point}", deal={"margin": one}) == "reject"
    assert is_more == (Decimal(one) > Decimal(other))


@given(
    st.sampled_from(sorted(CUSTOM_TYPES)),
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | DECIMALS | st.dates().map(str),
)
def test_a_snapshot_holds_what_the_field_holds_or_is_not_judged(kind: str, value: Any) -> None:
    field = CustomFact("deal", "it", kind)
    facts = example_facts()
    facts["deal"]["custom"] = {"it": value}
    is_right = value is None or {
        "boolean": type(value) is bool,
        "integer": type(value) is int and -(2**63) <= value < 2**63,
    }.get(kind, isinstance(value, str))
    try:
        check_facts(facts, custom=[field])
    except FactsInvalid as refused:
        assert [error.pointer for error in refused.errors] == ["/deal/custom/it"]  # noqa: PT017 - both ends are right
        assert not is_right or kind in ("number", "date")
    else:
        assert is_right


@given(st.booleans(), st.integers(-5, 100) | st.none(), DECIMALS)
def test_a_published_book_and_a_snapshot_prove_the_verdict_without_anything_else(
    is_public: bool, seats: int | None, margin: str
) -> None:
    when = "deal.custom.seats > 50 || (deal.custom.segment == 'public' && deal.custom.margin >= 12.5)"
    draft = compile_book(book_of(when), custom=FIELDS)
    published = json.loads(json.dumps(book_to_dict(with_declared(draft))))
    assert [one["key"] for one in published["custom_fields"]] == ["margin", "seats", "segment"]
    facts = example_facts()
    facts["deal"]["custom"] = {"seats": seats, "segment": "public" if is_public else None, "margin": margin, "more": 1}
    verdict = json.loads(json.dumps(decide(compile_book(book_from_dict(published)), SUBMIT, facts).as_dict()))
    assert verdict["outcome"] == (
        "reject" if (seats or 0) > 50 or (is_public and Decimal(margin) >= Decimal("12.5")) else "approve"
    )
    again = compile_book(book_from_dict(published))
    assert verify(verdict, again, facts).holds
    facts["deal"]["custom"]["seats"] = 51 if seats != 51 else 52
    assert not verify(verdict, again, facts).facts_hold


def test_a_book_without_fields_of_its_own_keeps_its_form_and_its_hash() -> None:
    assert "custom_fields" not in book_to_dict(DEFAULT_BOOK)
    assert with_declared(compile_book(DEFAULT_BOOK, custom=FIELDS)) == DEFAULT_BOOK
    assert compile_book(DEFAULT_BOOK, custom=FIELDS).hash == book_hash(DEFAULT_BOOK)
    facts = example_facts()
    assert with_absent((), facts) == facts
    before = facts_hash(facts)
    facts["deal"]["custom"] = {"seats": None}
    assert facts_hash(facts) != before


def test_golden_cases_simulation_and_the_search_for_what_can_fire_know_the_fields() -> None:
    cases = (
        GoldenCase("large", SUBMIT, {"deal": {"custom": {"seats": 80}}}, "reject", ("own_reason",)),
        GoldenCase("none", SUBMIT, {}, "approve"),
    )
    compiled = compile_book(book_of("deal.custom.seats > 50", cases=cases), custom=FIELDS)
    assert all(result.is_passed for result in run_cases(compiled))
    assert Reach(compiled).never == ()
    for when in ("deal.custom.margin > 12.5", "deal.custom.segment == 'public'", "partner.custom.tier2025"):
        assert Reach(compile_book(book_of(when), custom=FIELDS)).never == (), when
    assert Reach(compile_book(book_of("deal.custom.seats > 9 && deal.custom.seats < 9"), custom=FIELDS)).never == (
        "own",
    )
    known, unknown = example_facts(), example_facts()
    known["deal"]["custom"] = {"seats": 51}
    tally = Tally[str]()
    past = [Recorded("a", SUBMIT, known, "approve"), Recorded("b", SUBMIT, unknown, "approve")]
    assert [flip.key for flip in tally.take(compiled, past)] == ["a"]
    assert (tally.judged, tally.not_judgeable) == (1, 1), "what was not known then cannot be judged now"


def test_what_a_book_says_of_fields_that_are_none_is_a_fault_of_the_book() -> None:
    def pointers(**changes: Any) -> list[str]:
        with pytest.raises(RuleBookInvalid) as refused:
            compile_book(book_of("true", **changes))
        return [error.pointer for error in refused.value.rule_errors]

    case = GoldenCase("odd", SUBMIT, {"deal": {"custom": {"seatz": 1}}}, "reject")
    assert pointers(cases=(case,)) == ["/cases/0/facts/deal/custom/seatz"]
    assert pointers(cases=(replace(case, facts={"deal": {"custom": 5}}),)) == ["/cases/0/facts/deal/custom"]
    material = Parameters(material_fields=("amount", "custom_fields.seats"))
    assert pointers(parameters=material) == ["/parameters/material_fields"]
    compile_book(book_of("true", parameters=material), custom=FIELDS)
    odd = (CustomFact("claims", "Seats", "map"), FIELDS[0], FIELDS[0])
    assert pointers(custom=odd) == [
        "/custom_fields/0/group", "/custom_fields/0/type", "/custom_fields/0/key", "/custom_fields/2/key",
    ]  # fmt: skip
    with pytest.raises(RuleBookInvalid):
        book_from_dict({**book_to_dict(DEFAULT_BOOK), "custom_fields": [{"group": "deal"}]})


def test_partners_read_in_the_book_which_fields_its_rules_read() -> None:
    book = with_declared(compile_book(book_of("deal.custom.seats > 50"), custom=FIELDS))
    assert "deal.custom.seats: a whole number" in as_markdown(compile_book(book)).replace("\\", "")
