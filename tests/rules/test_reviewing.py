"""What a book says about reviews: hours by whom they concern, steps of escalation, silence, holds, four eyes."""

from dataclasses import replace
from typing import Any

import pytest

from ecosystem_api.kernel.canonical import content_hash
from ecosystem_api.kernel.money import Money
from ecosystem_api.rules import (
    DEFAULT_BOOK,
    EscalationStep,
    Parameters,
    ResearchHold,
    ReviewOverride,
    RuleBookInvalid,
    approvals_needed,
    as_markdown,
    book_from_dict,
    book_to_dict,
    compile_book,
    decide,
    example_facts,
    review_hours,
    verify,
)

LATER = (
    "review_overrides",
    "review_clock",
    "review_calendar",
    "escalation",
    "on_silence",
    "research_hold",
    "four_eyes_above",
)


def of(**changes: Any) -> dict[str, dict[str, Any]]:
    facts = example_facts()
    for name, value in changes.items():
        facts["partner" if name in ("tier", "personas") else "deal"][name] = value
    return facts


def test_the_first_override_that_applies_gives_the_hours() -> None:
    gold, boutique = ReviewOverride(hours=2, tier="gold"), ReviewOverride(hours=72, persona="boutique")
    parameters = Parameters(review_hours=16, review_overrides=(gold, boutique))
    assert review_hours(parameters, of(tier="gold", personas=["boutique"])) == 2
    assert review_hours(parameters, of(tier="", personas=["boutique"])) == 72
    assert review_hours(parameters, of(tier="", personas=[])) == 16


@pytest.mark.parametrize(
    ("minor", "currency", "needed"),
    [
        (10_000_000, "EUR", 1),
        (10_000_001, "EUR", 2),
        (20_000_000, "USD", 1),
        (20_000_001, "USD", 2),
        (1, "JPY", 2),
        (0, "", 2),
    ],
)
def test_an_amount_that_cannot_be_compared_needs_four_eyes_too(minor: int, currency: str, needed: int) -> None:
    parameters = Parameters(four_eyes_above=(Money(10_000_000, "EUR"), Money(20_000_000, "USD")))
    facts = of(amount_minor=minor, currency=currency)
    assert approvals_needed(parameters, facts) == needed
    assert approvals_needed(Parameters(), facts) == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"review_overrides": (ReviewOverride(hours=2),)}, "review_overrides/0"),
        ({"review_overrides": (ReviewOverride(hours=0, tier="gold"),)}, "review_overrides/0/hours"),
        ({"review_clock": "sand"}, "review_clock"),
        ({"on_silence": "reject"}, "on_silence"),
        ({"review_clock": "wall", "review_calendar": "emea"}, "review_calendar"),
        ({"escalation": (EscalationStep(after_percent=100, to_role="admin"),)}, "escalation/0/after_percent"),
        (
            {
                "escalation": (
                    EscalationStep(after_percent=50, to_role="manager"),
                    EscalationStep(after_percent=50, to_role="admin"),
                )
            },
            "escalation/1/after_percent",
        ),
        ({"escalation": (EscalationStep(after_percent=50, to_role="analyst"),)}, "escalation/0/to_role"),  # type: ignore[arg-type]  # the lie
        ({"research_hold": ResearchHold(most=0, days=5)}, "research_hold/most"),
        ({"research_hold": ResearchHold(most=1, days=91)}, "research_hold/days"),
        ({"four_eyes_above": (Money(0, "EUR"),)}, "four_eyes_above/0"),
        ({"four_eyes_above": (Money(1, "EUR"), Money(2, "EUR"))}, "four_eyes_above/1/currency"),
    ],
)
def test_what_a_book_says_wrongly_about_reviews_is_refused_where_it_stands(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleBookInvalid) as refusal:
        compile_book(replace(DEFAULT_BOOK, parameters=replace(Parameters(), **changes)))
    assert [error.field for error in refusal.value.rule_errors] == [f"parameters/{field}"]


def a_full_book() -> Any:
    parameters = Parameters(
        review_overrides=(ReviewOverride(hours=2, tier="gold"),),
        review_calendar="emea",
        escalation=(EscalationStep(after_percent=50, to_role="manager"),),
        on_silence="approve",
        research_hold=ResearchHold(most=2, days=5),
        four_eyes_above=(Money(10_000_000, "EUR"),),
    )
    return replace(DEFAULT_BOOK, parameters=parameters)


def test_everything_is_read_as_it_was_written_and_a_partner_reads_it_in_words() -> None:
    book = a_full_book()
    assert book_from_dict(book_to_dict(book)) == book
    text = as_markdown(compile_book(book)).replace("\\", "")
    for words in (
        "2 business hours for tier gold",
        "after 50 % to manager",
        "at most 2, of 5 days each",
        "100000.00 EUR",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"research_hold": {"most": 1}}, "parameters/research_hold/days"),
        ({"research_hold": 3}, "parameters/research_hold"),
        ({"escalation": [{"after_percent": "50", "to_role": "admin"}]}, "parameters/escalation/0/after_percent"),
        ({"escalation": {"after_percent": 50}}, "parameters/escalation"),
        ({"four_eyes_above": [{"amount": "1.234", "currency": "EUR"}]}, "parameters/four_eyes_above/0"),
        ({"review_overrides": [{"hours": 2, "planet": "mars"}]}, "parameters/review_overrides/0/planet"),
    ],
)
def test_a_wrong_shape_is_told_where_it_stands(parameters: dict[str, Any], field: str) -> None:
    data = {**book_to_dict(DEFAULT_BOOK), "parameters": parameters}
    with pytest.raises(RuleBookInvalid) as refusal:
        book_from_dict(data)
    assert field in [error.field for error in refusal.value.rule_errors]


def test_a_book_from_before_means_what_it_meant_and_its_decisions_verify() -> None:
    stored = book_to_dict(DEFAULT_BOOK)
    stored["parameters"] = {name: value for name, value in stored["parameters"].items() if name not in LATER}
    assert stored["parameters"].keys() | set(LATER) == book_to_dict(DEFAULT_BOOK)["parameters"].keys()
    before = compile_book(book_from_dict(stored), fingerprint=content_hash(stored))
    facts = example_facts()
    verdict = decide(before, "deal_registration.submit", facts)
    assert verdict.book_hash == content_hash(stored)
    assert verify(verdict.as_dict(), before, facts).holds
    assert (before.book.parameters.on_silence, before.book.parameters.research_hold) == ("nothing", None)
