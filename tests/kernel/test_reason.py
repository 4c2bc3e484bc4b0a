"""Reason codes: the service's own are explained where they are made, each once."""

import pytest

from ecosystem_api.kernel.reason import of_book, of_person, own_reason, own_reasons
from ecosystem_api.rules import NO_RULE_MATCHED


def test_a_reason_of_the_services_own_is_listed_with_its_sentence() -> None:
    assert own_reasons()[NO_RULE_MATCHED].startswith("No rule of the book")


@pytest.mark.parametrize(
    ("code", "sentence", "fault"),
    [("no_rule_matched", "Another meaning.", "made twice"), ("mumbled", "no full stop", "wants a sentence")],
)
def test_a_reason_is_made_once_and_said_in_a_sentence(code: str, sentence: str, fault: str) -> None:
    before = own_reasons()
    with pytest.raises(ValueError, match=fault):
        own_reason(code, sentence)
    assert own_reasons() == before


def test_the_words_of_books_and_persons_are_not_the_services_own() -> None:
    assert {of_book("only_in_a_book"), of_person("no_budget")}.isdisjoint(own_reasons())
