"""How alike two keys of names are: misspellings near, relatives apart."""

import string

from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.market.recognition.domain import name_similarity

_WORD = st.text(alphabet=string.ascii_lowercase, min_size=2, max_size=9)


def test_similarity_tells_misspellings_from_relatives() -> None:
    assert name_similarity("nisha technologies", "nisha techonolgies") > 0.9
    assert name_similarity("hewlett packard canada", "hewlett packard") > 0.8
    assert name_similarity("bell canada", "bell mobility") < 0.9
    assert name_similarity("northern steel", "northern foods") < 0.75
    assert name_similarity("1019837 ontario", "1019838 ontario") == 0
    assert name_similarity("", "acme") == 0


def test_a_common_first_word_says_more_than_a_common_last_one() -> None:
    assert name_similarity("contoso payments", "contoso marine") > name_similarity("payments contoso", "marine contoso")


def test_a_word_that_is_said_twice_counts_once() -> None:
    twice = name_similarity("contoso systems contoso systemes", "contoso systems")
    assert twice == name_similarity("contoso systems systemes", "contoso systems")


def test_words_written_as_one_are_the_words() -> None:
    assert name_similarity("worleyparsons canada", "worley parsons") > 0.9
    assert name_similarity("first choice canada", "firstchoice group canada") > 0.9
    assert name_similarity("nav canada", "navcanada training institute") > 0.8
    assert name_similarity("an dover steel", "andover") > name_similarity("an dover steel", "mandoverton")


def test_how_a_bid_is_made_says_little_of_who_makes_it() -> None:
    assert name_similarity("contoso in joint venture", "contoso") > 0.9
    assert name_similarity("contoso in joint venture", "fabrikam in joint venture") < 0.75


def test_the_weights_of_words_can_be_given() -> None:
    assert name_similarity("acme health", "acme steel", lambda word: 5.0 if word == "acme" else 0.5) > 0.9
    assert name_similarity("acme health", "acme steel", lambda word: 0.1 if word == "acme" else 5.0) < 0.1


@given(st.lists(_WORD, max_size=4).map(" ".join), st.lists(_WORD, max_size=4).map(" ".join))
def test_similarity_is_symmetric_and_between_0_and_1(left: str, right: str) -> None:
    similarity = name_similarity(left, right)
    assert similarity == name_similarity(right, left)
    assert 0 <= similarity <= 1 + 1e-9
