"""The strongest outcome decides, nothing is forgotten, faults never approve, and a verdict can be proved again."""

import json
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.kernel.canonical import content_hash
from ecosystem_api.rules import (
    ACTIONS,
    DEFAULT_BOOK,
    OUTCOMES,
    CompiledBook,
    FactsInvalid,
    Outcome,
    Parameters,
    Rule,
    RuleBook,
    book_hash,
    compile_book,
    decide,
    example_facts,
    outcome_again,
    strongest,
    verify,
)

SUBMIT = "deal_registration.submit"
CONDITIONS = (
    "true",
    "false",
    "deal.amount_minor > 1000000",
    "partner.tier == 'gold' // a comment",
    "deal.products.exists(p, p.startsWith('EDR'))",
    "params.capacity > partner.open_registrations",
    "deal.products[7] == 'X'",
    "deal.amount_minor * 9223372036854775807 > 0",
    "deal.amount_minor / claims.queue_length > 0",
    "deal.type.matches('(')",
    "timestamp(deal.region) > timestamp('2026-01-01T00:00:00Z')",
)
RULES = st.builds(
    Rule,
    key=st.from_regex("[a-z][a-z0-9_]{0,8}", fullmatch=True),
    statement=st.just("A sentence."),
    on=st.lists(st.sampled_from(list(ACTIONS)), min_size=1, unique=True).map(tuple),
    when=st.sampled_from(CONDITIONS),
    outcome=st.sampled_from(list(OUTCOMES)),
    reason=st.from_regex("[a-z]{1,8}", fullmatch=True),
    remedy=st.sampled_from(["Do this.", "Now: {deal.missing} {partner.tier}"]),
)
BOOKS = st.lists(RULES, max_size=6, unique_by=lambda rule: rule.key).map(lambda rules: book_of(*rules))
RANK = list(OUTCOMES)


def book_of(*rules: Rule, default: Outcome = "review") -> RuleBook:
    return RuleBook("Program", 3, Parameters(), rules, default)


def rule(key: str, outcome: Outcome, when: str = "true", **changes: Any) -> Rule:
    return replace(Rule(key, f"Says {key}.", (SUBMIT,), when, outcome, f"because_{key}", f"Mend {key}."), **changes)


def alone(compiled: CompiledBook) -> CompiledBook:
    """The same book, but each rule is evaluated by itself."""
    return replace(compiled, plans={action: replace(plan, together=None) for action, plan in compiled.plans.items()})


def test_the_strongest_outcome_decides_and_every_reason_is_kept_strongest_first_in_book_order() -> None:
    book = book_of(
        rule("a", "approve"),
        rule("b", "review"),
        rule("c", "wait"),
        rule("d", "reject", "false"),
        rule("e", "wait"),
        rule("f", "require"),
    )
    verdict = decide(compile_book(book), SUBMIT, example_facts())
    assert verdict.outcome == "wait"
    assert verdict.deciding_rule_keys == ("c", "e")
    assert verdict.reasons == ("because_c", "because_e", "because_f", "because_b", "because_a")
    assert verdict.remedies == ("Mend c.", "Mend e.", "Mend f.", "Mend b.", "Mend a.")
    assert [(one.key, one.matched) for one in verdict.results] == [
        ("a", True),
        ("b", True),
        ("c", True),
        ("d", False),
        ("e", True),
        ("f", True),
    ]


@pytest.mark.parametrize("stronger", range(len(OUTCOMES)))
def test_each_outcome_is_stronger_than_those_after_it(stronger: int) -> None:
    for weaker in range(stronger, len(OUTCOMES)):
        assert strongest([RANK[weaker], RANK[stronger]], "review") == RANK[stronger]
    assert RANK == ["reject", "wait", "require", "review", "approve"]


@pytest.mark.parametrize("default", ["review", "reject"])
def test_where_no_rule_applies_the_default_of_the_book_decides(default: Outcome) -> None:
    for book in (book_of(default=default), book_of(rule("a", "approve", "false"), default=default)):
        verdict = decide(compile_book(book), SUBMIT, example_facts())
        assert (verdict.outcome, verdict.reasons, verdict.deciding_rule_keys) == (default, ("no_rule_matched",), ())


def test_a_rule_speaks_only_about_its_actions() -> None:
    compiled = compile_book(book_of(rule("a", "reject", on=("lead.pass",)), rule("b", "approve")))
    assert decide(compiled, SUBMIT, example_facts()).outcome == "approve"
    assert [one.key for one in decide(compiled, "lead.pass", example_facts()).results] == ["a"]
    with pytest.raises(ValueError, match=r"deal_registration\.eat"):
        decide(compiled, "deal_registration.eat", example_facts())


@pytest.mark.parametrize(
    ("when", "error"),
    [
        ("deal.amount_minor * 9223372036854775807 > 0", "overflow"),
        ("deal.products[7] == 'X'", "index"),
        ("deal.amount_minor / claims.queue_length > 0", "zero"),
        ("deal.type.matches('(')", "regular expression"),
        ("int(deal.type) > 0", "int"),
    ],
)
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_rule_that_cannot_be_evaluated_asks_for_review_and_keeps_its_error(
    when: str, error: str, outcome: Outcome
) -> None:
    compiled = compile_book(book_of(rule("fine", "approve"), rule("broken", outcome, when)))
    verdict = decide(compiled, SUBMIT, example_facts())
    fine, broken = verdict.results
    assert (fine.matched, fine.error) == (True, None)
    assert (broken.matched, broken.outcome, broken.reason) == (None, "review", "rule_not_evaluable")
    assert error in str(broken.error).lower()
    assert (verdict.outcome, verdict.deciding_rule_keys) == ("review", ("broken",))


def test_a_condition_that_loops_too_long_fails_closed_without_silencing_its_neighbours() -> None:
    facts = example_facts()
    facts["deal"]["products"] = ["X"] * 1_000
    loop = "deal.products.all(a, deal.products.all(b, a == b))"
    verdict = decide(compile_book(book_of(rule("loop", "approve", loop), rule("no", "reject"))), SUBMIT, facts)
    assert verdict.outcome == "reject"
    assert "budget" in str(verdict.results[0].error)


def test_rules_that_cannot_be_evaluated_together_are_evaluated_one_by_one() -> None:
    deep = "(" * 27 + "true" + ")" * 27
    compiled = compile_book(book_of(rule("a", "approve", deep), rule("b", "wait")))
    assert decide(compiled, SUBMIT, example_facts()).outcome == "wait"


def test_a_remedy_fills_in_parameters_and_facts_and_nothing_is_filled_in_twice() -> None:
    remedy = "Of {capacity}: {deal.missing}, {partner.territories}, {account.is_customer}, {deal.resubmissions}."
    compiled = compile_book(book_of(rule("a", "require", remedy=remedy)))
    facts = example_facts()
    facts["deal"]["missing"] = ["{partner.tier}"]
    facts["partner"]["territories"] = []
    assert decide(compiled, SUBMIT, facts).remedies == ("Of 25: {partner.tier}, none, no, 0.",)


def test_a_verdict_names_the_book_and_the_facts_it_was_made_from() -> None:
    verdict = decide(compile_book(DEFAULT_BOOK), SUBMIT, example_facts())
    assert verdict.book_hash == book_hash(DEFAULT_BOOK)
    assert verdict.book_version == DEFAULT_BOOK.version
    assert verdict.facts_hash == content_hash(example_facts())
    assert verdict.action == SUBMIT


def test_facts_that_are_not_complete_are_not_judged() -> None:
    facts = example_facts()
    del facts["deal"]["type"]
    with pytest.raises(FactsInvalid):
        decide(compile_book(DEFAULT_BOOK), SUBMIT, facts)


@given(BOOKS, st.sampled_from(list(ACTIONS)))
def test_the_same_facts_and_book_give_the_same_verdict_together_or_one_by_one(book: RuleBook, action: str) -> None:
    facts = example_facts()
    verdict = decide(compile_book(book), action, facts)
    assert decide(compile_book(book), action, deepcopy(facts)) == verdict
    assert decide(alone(compile_book(book)), action, facts) == verdict
    assert facts == example_facts()


SNAPSHOTS = st.fixed_dictionaries(
    {
        ("deal", "amount_minor"): st.sampled_from([0, 1_000_001, -(2**63), 2**63 - 1]),
        ("deal", "products"): st.lists(st.sampled_from(["EDR-1", "X", "ÄÖ"]), max_size=9),
        ("deal", "type"): st.sampled_from(["new_business", "("]),
        ("deal", "missing"): st.lists(st.text(max_size=3), max_size=2),
        ("deal", "region"): st.sampled_from(["", "2026-06-01T00:00:00Z"]),
        ("partner", "tier"): st.sampled_from(["", "gold"]),
        ("partner", "open_registrations"): st.integers(20, 30),
        ("claims", "queue_length"): st.integers(0, 2),
    }
)


@given(BOOKS, st.sampled_from(list(ACTIONS)), SNAPSHOTS)
def test_a_replay_says_what_the_verdict_says_whatever_the_book(
    book: RuleBook, action: str, changes: dict[tuple[str, str], Any]
) -> None:
    facts: dict[str, Any] = example_facts()
    for (group, name), value in changes.items():
        facts[group][name] = value
    compiled = compile_book(book)
    verdict = decide(compiled, action, facts)
    assert decide(alone(compiled), action, facts) == verdict
    told = [replace(one, remedy="") for one in verdict.results if one.matched is not False]
    for again in (outcome_again(compiled, action, facts), outcome_again(alone(compiled), action, facts)):
        assert again is not None
        assert (again[0], [replace(one, remedy="") for one in again[1]]) == (verdict.outcome, told)


@given(BOOKS, st.sampled_from(list(ACTIONS)), st.data())
def test_a_replay_needs_what_its_rules_read_and_nothing_else(book: RuleBook, action: str, data: st.DataObject) -> None:
    compiled, facts = compile_book(book), example_facts()
    group = data.draw(st.sampled_from(sorted(facts)))
    name = data.draw(st.sampled_from(sorted(facts[group])))
    before = outcome_again(compiled, action, facts)
    is_read = any(f"{group}.{name}" in one.condition.reads for one in compiled.plans[action].rules)
    facts[group][name] = object()
    assert outcome_again(compiled, action, facts) == (None if is_read else before)
    del facts[group][name]
    assert outcome_again(compiled, action, facts) == (None if is_read else before)


@given(BOOKS, st.sampled_from(list(ACTIONS)))
def test_the_results_are_all_rules_of_the_action_in_book_order(book: RuleBook, action: str) -> None:
    verdict = decide(compile_book(book), action, example_facts())
    assert [one.key for one in verdict.results] == [one.key for one in book.rules if action in one.on]


@given(BOOKS, RULES.filter(lambda one: one.key != "added"), st.data())
def test_adding_a_rule_never_weakens_what_other_rules_decided(book: RuleBook, more: Rule, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(book.rules)))
    rules = (*book.rules[:place], replace(more, key="added__rule"), *book.rules[place:])
    for action in ACTIONS:
        before = decide(compile_book(book), action, example_facts())
        after = decide(compile_book(replace(book, rules=rules)), action, example_facts())
        if before.deciding_rule_keys:
            assert RANK.index(after.outcome) <= RANK.index(before.outcome)
        assert set(before.reasons) - {"no_rule_matched"} <= set(after.reasons)


@given(BOOKS, st.sampled_from(list(ACTIONS)))
def test_a_recorded_verdict_holds_after_a_way_through_json(book: RuleBook, action: str) -> None:
    compiled, facts = compile_book(book), example_facts()
    recorded = json.loads(json.dumps(decide(compiled, action, facts).as_dict()))
    verification = verify(recorded, compiled, json.loads(json.dumps(facts)))
    assert verification.holds
    assert verification.differences == ()


@pytest.mark.parametrize(
    ("change", "doubted"),
    [
        ({"outcome": "reject"}, "outcome_holds"),
        ({"reasons": []}, "outcome_holds"),
        ({"remedies": ["Pay more."]}, "outcome_holds"),
        ({"deciding_rule_keys": ["incomplete"]}, "outcome_holds"),
        ({"results": []}, "results_hold"),
        ({"results": None}, "results_hold"),
        ({"book_version": 2}, "book_holds"),
        ({"book_hash": "sha256:0"}, "book_holds"),
        ({"facts_hash": "sha256:0"}, "facts_hold"),
    ],
)
def test_a_verdict_that_was_altered_does_not_hold_and_the_difference_is_named(
    change: dict[str, Any], doubted: str
) -> None:
    compiled = compile_book(DEFAULT_BOOK)
    recorded = decide(compiled, SUBMIT, example_facts()).as_dict() | change
    verification = verify(recorded, compiled, example_facts())
    assert not verification.holds
    parts = ("outcome_holds", "results_hold", "book_holds", "facts_hold")
    assert [part for part in parts if not getattr(verification, part)] == [doubted]
    assert len(verification.differences) == 1


def test_the_wording_of_an_error_may_differ_but_not_that_there_was_one() -> None:
    compiled = compile_book(book_of(rule("broken", "wait", "deal.products[7] == 'X'")))
    recorded = decide(compiled, SUBMIT, example_facts()).as_dict()
    recorded["results"][0]["error"] = "index 7 is beyond the list"
    assert verify(recorded, compiled, example_facts()).holds
    recorded["results"][0]["error"] = None
    assert not verify(recorded, compiled, example_facts()).results_hold


def test_a_single_altered_result_is_named() -> None:
    compiled = compile_book(DEFAULT_BOOK)
    recorded = decide(compiled, SUBMIT, example_facts()).as_dict()
    recorded["results"][2]["matched"] = True
    verification = verify(recorded, compiled, example_facts())
    assert not verification.results_hold
    assert recorded["results"][2]["key"] in verification.differences[0]


def test_a_verdict_does_not_hold_for_other_facts_another_book_or_facts_that_cannot_be_judged() -> None:
    compiled, facts = compile_book(DEFAULT_BOOK), example_facts()
    recorded = decide(compiled, SUBMIT, facts).as_dict()
    other: dict[str, Any] = example_facts()
    other["deal"]["region"] = "elsewhere"
    assert verify(recorded, compiled, other).facts_hold is False
    amended = compile_book(replace(DEFAULT_BOOK, parameters=Parameters(capacity=24)))
    assert verify(recorded, amended, facts).book_holds is False
    other["deal"]["amount_minor"] = 1.5
    assert verify(recorded, compiled, other).verdict is None
    assert verify({}, compiled, facts).holds is False


def test_a_snapshot_from_before_a_fact_existed_still_verifies_when_its_book_never_reads_that_fact() -> None:
    compiled: CompiledBook = compile_book(book_of(rule("a", "approve", "deal.country == 'DE'")))
    old: dict[str, Any] = example_facts()
    recorded = decide(compiled, SUBMIT, old).as_dict()
    del old["deal"]["region"], old["account"]
    recorded["facts_hash"] = content_hash(old)
    assert verify(recorded, compiled, old).holds
    del old["deal"]["country"]
    assert verify(recorded, compiled, old).verdict is None


def test_a_fact_that_only_a_remedy_names_is_needed_to_verify() -> None:
    compiled = compile_book(book_of(rule("a", "require", remedy="Complete: {deal.missing}.")))
    facts: dict[str, Any] = example_facts()
    recorded = decide(compiled, SUBMIT, facts).as_dict()
    del facts["deal"]["missing"]
    verification = verify(recorded, compiled, facts)
    assert verification.verdict is None
    assert "deal.missing is missing" in verification.differences[0]
