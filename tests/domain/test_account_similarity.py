"""How alike two keys of names are: misspellings near, relatives apart."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.market.accounts.domain import name_similarity
from ecosystem_api.market.accounts.domain.similarity import edit_distance, jaro_winkler

_WORD = st.text(alphabet=string.ascii_lowercase, min_size=2, max_size=9)


@pytest.mark.parametrize(
    ("left", "right", "similarity"),
    [("martha", "marhta", 0.9611), ("dwayne", "duane", 0.84), ("dixon", "dicksonx", 0.8133), ("abc", "xyz", 0.0)],
)
def test_jaro_winkler_gives_the_published_values(left: str, right: str, similarity: float) -> None:
    assert jaro_winkler(left, right) == pytest.approx(similarity, abs=5e-5)


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [("kitten", "sitting", 3), ("ab", "ba", 1), ("", "abc", 3), ("softchoice", "softchioce", 1)],
)
def test_edit_distance_counts_letters_and_swaps(left: str, right: str, distance: int) -> None:
    assert edit_distance(left, right) == edit_distance(right, left) == distance


def test_similarity_tells_misspellings_from_relatives() -> None:
    assert name_similarity("nisha technologies", "nisha techonolgies") > 0.9
    assert name_similarity("hewlett packard canada", "hewlett packard") > 0.8
    assert name_similarity("bell canada", "bell mobility") < 0.7
    assert name_similarity("1019837 ontario", "1019838 ontario") == 0
    assert name_similarity("", "acme") == 0


def test_the_weights_of_words_can_be_given() -> None:
    assert name_similarity("acme health", "acme steel", lambda word: 5.0 if word == "acme" else 0.5) > 0.9
    assert name_similarity("acme health", "acme steel", lambda word: 0.1 if word == "acme" else 5.0) < 0.1


@given(st.lists(_WORD, max_size=4).map(" ".join), st.lists(_WORD, max_size=4).map(" ".join))
def test_similarity_is_symmetric_and_between_0_and_1(left: str, right: str) -> None:
    similarity = name_similarity(left, right)
    assert similarity == name_similarity(right, left)
    assert 0 <= similarity <= 1 + 1e-9
