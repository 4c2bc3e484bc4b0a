"""A draft tried on the past: it equals deciding every snapshot anew, stretch by stretch or at once."""

from dataclasses import replace
from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecosystem_api.rules.reach as reach_module
from ecosystem_api.rules import (
    DEFAULT_BOOK,
    FACTS,
    CompiledBook,
    GoldenCase,
    Parameters,
    Reach,
    Recorded,
    Rule,
    RuleBook,
    RuleBookInvalid,
    Tally,
    book_from_dict,
    book_to_dict,
    compare_books,
    compile_book,
    decide,
    example_facts,
    outcome_again,
    run_cases,
    with_overlay,
)

SUBMIT = "deal_registration.submit"
OLD = compile_book(DEFAULT_BOOK)
NEW = compile_book(replace(DEFAULT_BOOK, parameters=replace(Parameters(), capacity=3, territory_enforced=False)))


def worlds() -> st.SearchStrategy[dict[str, dict[str, Any]]]:
    """Snapshots of every kind of standing."""
    values: dict[str, st.SearchStrategy[Any]] = {
        "deal.type": st.sampled_from(["new_business", "expansion", "renewal"]),
        "deal.country": st.sampled_from(["", "DE", "FR"]),
        "deal.missing": st.sampled_from([[], ["amount"]]),
        "deal.resubmissions": st.integers(0, 4),
        "partner.status": st.sampled_from(["active", "suspended", "prospect"]),
        "partner.open_registrations": st.integers(0, 30),
        "partner.personas": st.sampled_from([["msp"], ["var", "isv"], []]),
        "account.is_customer": st.booleans(),
        "claims.held_by_other": st.booleans(),
        "claims.possible_matches": st.integers(0, 1),
    }
    return st.fixed_dictionaries(values).map(lambda overlay: {g: dict(v) for g, v in with_overlay(overlay).items()})


@given(st.lists(worlds(), max_size=30), st.integers(1, 7))
def test_a_simulation_equals_deciding_every_snapshot_anew(snapshots: list[Any], stretch: int) -> None:
    recorded = [Recorded(n, SUBMIT, facts, decide(OLD, SUBMIT, facts).outcome) for n, facts in enumerate(snapshots)]
    tally = Tally[int]()
    flips = [
        (flip.key, flip.before, flip.after)
        for start in range(0, len(recorded), stretch)
        for flip in tally.take(NEW, recorded[start : start + stretch])
    ]
    anew = [(one, decide(NEW, SUBMIT, one.facts)) for one in recorded]
    assert flips == [(one.key, one.outcome, verdict.outcome) for one, verdict in anew if one.outcome != verdict.outcome]
    assert (tally.judged, tally.not_judgeable) == (len(recorded), 0)
    for rule in NEW.book.rules:
        fired = [result.key for _, verdict in anew for result in verdict.results if result.matched]
        assert tally.coverage.fired[rule.key] == fired.count(rule.key)
        assert tally.coverage.decided[rule.key] == sum(rule.key in v.deciding_rule_keys for _, v in anew)


def test_a_snapshot_without_a_fact_that_the_book_reads_is_counted_apart() -> None:
    facts = example_facts()
    del facts["partner"]["open_registrations"]
    tally = Tally[str]()
    assert list(tally.take(NEW, [Recorded("old", SUBMIT, facts, "approve"), Recorded("x", "x", facts, "wait")])) == []
    assert (tally.judged, tally.not_judgeable) == (0, 2)


def test_rules_that_never_speak_and_rules_that_are_always_overruled_are_found() -> None:
    tally = Tally[int]()
    facts = with_overlay({"account.is_customer": True, "claims.held_by_other": True})
    list(tally.take(OLD, [Recorded(1, SUBMIT, facts, "wait")]))
    assert "incomplete" in tally.coverage.never_fired(OLD)
    assert tally.coverage.always_overruled(OLD) == ("existing_customer",)
    list(tally.take(OLD, [Recorded(2, SUBMIT, with_overlay({"account.is_customer": True}), "review")]))
    assert tally.coverage.always_overruled(OLD) == ()
    assert tally.coverage.never_together(OLD) == ()


def book_of(*conditions: str, **parameters: Any) -> RuleBook:
    rules = tuple(Rule(f"r{n}", "A sentence.", (SUBMIT,), when, "review", f"r{n}") for n, when in enumerate(conditions))
    return RuleBook("A book", 1, replace(Parameters(), **parameters), rules)


@pytest.mark.parametrize(
    ("one", "other", "can"),
    [
        ("deal.amount_minor > 700", "deal.amount_minor < 900", True),
        ("deal.amount_minor > 900", "deal.amount_minor < 700", False),
        ("deal.country == 'FR'", "partner.tier == 'platinum'", True),
        ("deal.country == 'FR'", "deal.country == 'IT'", False),
        ("'siem' in deal.products", "deal.products.size() == 0", False),
        ("partner.open_registrations >= params.capacity", "partner.tier == ''", True),
        ("claims.held_by_other && deal.type == 'rfp'", "account.is_customer && partner.country == 'US'", True),
        ("deal.amount_minor == 12345 && deal.country == 'FR'", "deal.region == 'nordics'", True),
    ],
)
def test_the_search_finds_which_rules_can_fire_together(one: str, other: str, can: bool) -> None:
    compiled = compile_book(book_of(one, other))
    reach = Reach(compiled)
    assert reach.never == ()
    found = reach.together("r0", "r1")
    assert (found is not None) == can
    if found is not None:
        verdict = decide(compiled, SUBMIT, with_overlay(found))
        assert [result.matched for result in verdict.results] == [True, True], "what is found is certain"


def test_a_rule_that_nothing_makes_fire_is_found() -> None:
    reach = Reach(compile_book(book_of("deal.amount_minor > 5 && deal.amount_minor < 5", "claims.held_by_self")))
    assert reach.never == ("r0",)
    default = Reach(OLD)
    asked_by_no_parameter = ("amount_not_comparable", "certification_missing", "not_qualified", "extension_evidence")
    assert default.never == asked_by_no_parameter
    assert default.together("protected_claim", "clear_path") is None
    assert default.together("protected_claim", "capacity") is not None


MANY = book_of(*(f"deal.amount_minor > {n * 7} && partner.tier == 't{n % 3}'" for n in range(40)), "1 > 2")


@pytest.mark.parametrize("budget", [0, 500, 20_000, 1_000_000])
def test_a_search_keeps_to_its_budget_and_tells_what_it_did_not_get_through(
    budget: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled, evaluated = compile_book(MANY), [0]

    def counted(compiled: CompiledBook, action: str, facts: Any) -> Any:
        evaluated.append(len(compiled.plans[action].rules))
        return outcome_again(compiled, action, facts)

    monkeypatch.setattr(reach_module, "outcome_again", counted)
    reach = Reach(compiled, budget)
    silent = {rule.key for rule in MANY.rules} - set(reach.never) - set(reach.not_searched)
    pairs = list(combinations([rule.key for rule in MANY.rules], 2))
    apart = reach.apart(pairs)
    assert sum(evaluated) <= budget
    assert set(apart.never).isdisjoint(apart.not_searched)
    told = {*apart.never, *apart.not_searched}
    found = [pair for pair in pairs if silent.issuperset(pair) and pair not in told]
    for one, other in found:
        overlay = reach.together(one, other)
        assert overlay is not None
        results = {result.key: result.matched for result in decide(compiled, SUBMIT, with_overlay(overlay)).results}
        assert results[one] is results[other] is True
    if budget == 0:
        assert (len(reach.not_searched), found) == (41, [])
    if budget == 1_000_000:
        assert (reach.never, reach.not_searched, apart.not_searched) == (("r40",), (), ())
        expected = {(f"r{one}", f"r{other}") for one, other in combinations(range(40), 2) if (other - one) % 3}
        assert set(apart.never) == expected


def test_the_same_book_is_searched_in_the_same_way_each_time() -> None:
    searched = [Reach(compile_book(MANY), 30_000) for _ in range(2)]
    pairs = list(combinations([rule.key for rule in MANY.rules], 2))
    assert searched[0].apart(pairs) == searched[1].apart(pairs)
    assert searched[0].not_searched == searched[1].not_searched


def case(**changes: Any) -> GoldenCase:
    whole: dict[str, Any] = {"name": "waits", "action": SUBMIT, "facts": {"claims": {"held_by_other": True}}}
    return GoldenCase(**{**whole, "outcome": "wait", "reasons": ("protected_claim",), **changes})


def test_golden_cases_are_decided_by_their_book() -> None:
    cases = (case(), case(name="wrong", outcome="reject"), case(name="other reasons", reasons=("duplicate",)))
    results = run_cases(compile_book(replace(DEFAULT_BOOK, cases=cases)))
    assert {one.name: one.is_passed for one in results} == {"waits": True, "wrong": False, "other reasons": False}
    assert results[1].outcome == "wait"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"name": " "}, "/cases/0/name"),
        ({"action": "deal.sell"}, "/cases/0/action"),
        ({"outcome": "maybe"}, "/cases/0/outcome"),
        ({"facts": {"claims": {"held": True}}}, "/cases/0/facts/claims/held"),
        ({"facts": {"claims": {"held_by_other": 1}}}, "/cases/0/facts/claims/held_by_other"),
        ({"facts": {"weather": {}}}, "/cases/0/facts/weather"),
    ],
)
def test_a_faulty_golden_case_is_told_at_its_place(changes: dict[str, Any], pointer: str) -> None:
    with pytest.raises(RuleBookInvalid) as refused:
        compile_book(replace(DEFAULT_BOOK, cases=(case(**changes),)))
    assert [error.pointer for error in refused.value.rule_errors] == [pointer]


def test_a_book_with_cases_survives_json() -> None:
    book = replace(DEFAULT_BOOK, cases=(case(), case(name="again", facts={}, reasons=())))
    assert book_from_dict(book_to_dict(book)) == book
    with pytest.raises(RuleBookInvalid, match="is unknown"):
        book_from_dict({**book_to_dict(book), "cases": [{"name": "x", "action": SUBMIT, "outcome": "wait", "odd": 1}]})


def test_a_stored_book_keeps_the_fingerprint_of_what_was_stored() -> None:
    compiled = compile_book(DEFAULT_BOOK, fingerprint="sha256:stored")
    assert decide(compiled, SUBMIT, example_facts()).book_hash == "sha256:stored"


def test_every_change_of_a_book_is_told_once() -> None:
    rules = list(DEFAULT_BOOK.rules)
    rules[0], rules[1] = rules[1], replace(rules[0], remedy="Ask.")
    after = replace(
        DEFAULT_BOOK,
        name="Another",
        version=9,
        rules=(*rules[:-1], replace(rules[-1], key="renamed")),
        parameters=replace(DEFAULT_BOOK.parameters, capacity=None),
        cases=(case(),),
    )
    told = {change.place: change.kind for change in compare_books(DEFAULT_BOOK, after)}
    of_cases = {place for place in told if place.startswith("cases/")}
    assert of_cases == {"cases/waits", *(f"cases/{case.name}" for case in DEFAULT_BOOK.cases)}
    assert {place: told[place] for place in told if place not in of_cases or place == "cases/waits"} == {
        "name": "changed",
        "rules/vendor_clear": "removed",
        "rules/renamed": "added",
        "rules/partner_suspended/remedy": "changed",
        "rules/partner_not_active": "moved",
        "rules/partner_suspended": "moved",
        "parameters/capacity": "changed",
        "cases/waits": "added",
    }
    assert compare_books(after, after) == ()
    back = {change.place: change.kind for change in compare_books(after, DEFAULT_BOOK)}
    turned = {"added": "removed", "removed": "added", "changed": "changed", "moved": "moved"}
    assert back == {place: turned[kind] for place, kind in told.items()}


def test_the_boundary_names_every_fact_that_the_book_reads() -> None:
    reads = {path for path, _ in product(OLD.reads, [0]) if not path.startswith("params.")}
    assert reads <= {fact.path for fact in FACTS}
