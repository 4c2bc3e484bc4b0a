"""A snapshot of facts is complete and typed, or it is refused with a pointer to each fault."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.kernel.canonical import content_hash
from ecosystem_api.rules import FACTS, FactsInvalid, check_facts, example_facts, facts_hash

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
OF_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "int": st.integers(-(2**63), 2**63 - 1),
    "bool": st.booleans(),
    "string": TEXT,
    "list<string>": st.lists(TEXT, max_size=3),
}


def any_facts() -> st.SearchStrategy[dict[str, dict[str, Any]]]:
    groups = dict.fromkeys(fact.group for fact in FACTS)
    return st.fixed_dictionaries(
        {g: st.fixed_dictionaries({f.name: OF_TYPE[f.type] for f in FACTS if f.group == g}) for g in groups}
    )


def faults_of(facts: Any) -> dict[str, str]:
    with pytest.raises(FactsInvalid) as refusal:
        check_facts(facts)
    return {error.pointer: error.code for error in refusal.value.errors}


@given(any_facts())
def test_every_complete_and_typed_snapshot_is_accepted_and_hashed_as_the_kernel_would(
    facts: dict[str, dict[str, Any]],
) -> None:
    check_facts(facts)
    assert facts_hash(facts) == content_hash(facts)


def test_the_hash_does_not_depend_on_the_order_of_names() -> None:
    facts = example_facts()
    turned = {group: dict(reversed(values.items())) for group, values in reversed(facts.items())}
    assert facts_hash(turned) == facts_hash(facts)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.path)
def test_each_fact_has_an_example_of_its_type_and_is_missed_when_it_is_not_there(fact: Any) -> None:
    facts = example_facts()
    check_facts(facts)
    del facts[fact.group][fact.name]
    assert faults_of(facts) == {f"/{fact.group}/{fact.name}": "missing"}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.path)
@pytest.mark.parametrize("value", [None, 1.0, {}, b"x"], ids=repr)
def test_a_value_of_another_type_is_refused_where_it_stands(fact: Any, value: Any) -> None:
    facts = example_facts()
    facts[fact.group][fact.name] = value
    assert faults_of(facts) == {f"/{fact.group}/{fact.name}": "wrong_type"}


@pytest.mark.parametrize(
    ("group", "name", "value", "faults"),
    [
        ("deal", "amount_minor", True, {"/deal/amount_minor": "wrong_type"}),
        ("deal", "amount_minor", 2**63, {"/deal/amount_minor": "out_of_range"}),
        ("deal", "amount_minor", -(2**63) - 1, {"/deal/amount_minor": "out_of_range"}),
        ("account", "is_customer", 0, {"/account/is_customer": "wrong_type"}),
        ("deal", "type", "\ud800", {"/deal/type": "invalid_text"}),
        ("deal", "type", "x" * 1_001, {"/deal/type": "invalid_text"}),
        ("deal", "products", ("A",), {"/deal/products": "wrong_type"}),
        (
            "deal",
            "products",
            ["A", 1, "\udfff"],
            {"/deal/products/1": "wrong_type", "/deal/products/2": "invalid_text"},
        ),
        ("deal", "products", ["A"] * 1_001, {"/deal/products": "too_long"}),
        ("deal", "a/b~c", 1, {"/deal/a~1b~0c": "unknown"}),
    ],
)
def test_faults_point_to_the_value(group: str, name: str, value: Any, faults: dict[str, str]) -> None:
    facts = example_facts()
    facts[group][name] = value
    assert faults_of(facts) == faults


def test_missing_and_unknown_groups_and_facts_are_told_together() -> None:
    facts: dict[str, Any] = example_facts()
    del facts["account"]
    facts["claims"] = []
    facts["weather"] = {}
    facts["deal"]["mood"] = "good"
    assert faults_of(facts) == {
        "/deal/mood": "unknown",
        "/account": "missing",
        "/claims": "wrong_type",
        "/weather": "unknown",
    }
    assert faults_of([]) == {"": "wrong_type"}


def test_an_older_snapshot_needs_only_the_facts_that_are_asked_for() -> None:
    facts: dict[str, Any] = example_facts()
    del facts["deal"]["region"], facts["account"]
    check_facts(facts, needed={"deal.country"})
    with pytest.raises(FactsInvalid) as refusal:
        check_facts(facts, needed={"deal.region", "account.country"})
    assert [error.pointer for error in refusal.value.errors] == ["/deal/region", "/account"]
