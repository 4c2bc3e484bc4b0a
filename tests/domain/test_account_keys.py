"""Keys of names: misspellings share one, and what many accounts have counts for little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.kernel.names import normal_name
from ecosystem_api.market.accounts.domain import name_keys, sound_core
from ecosystem_api.market.recognition.domain import COMMON, key_weight, name_similarity, weigh_by_holders


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("technologies", "technolgies"),
        ("technology", "technologies"),
        ("robotics", "robotic"),
        ("ajilon", "ajilion"),
        ("chippewa", "chipewa"),
        ("montreal", "montrael"),
        ("canon", "canons"),
    ],
)
def test_a_misspelled_word_has_the_same_core(right: str, wrong: str) -> None:
    assert sound_core(right) == sound_core(wrong)


def test_words_of_few_consonants_are_told_apart_by_their_vowels() -> None:
    assert len({sound_core(word) for word in ("telus", "tool", "tally", "atlas")}) == 4


@pytest.mark.parametrize("word", ["abb", "3m", "1019837", "4x4tech", "東京電力", "i"])
def test_a_short_word_a_number_and_a_foreign_script_are_their_own_core(word: str) -> None:
    assert sound_core(word) == word


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Northwind Robotics", "Northwind Robotic"),
        ("Advanced Chippewa Technologies", "Chippewa Technologies Advanced"),
        ("3D Datacomm", "3 D Data Comm"),
        ("Micosoft", "Microsoft"),
        ("東京電力ホールディングス", "東京電力グループ"),
    ],
)
def test_similar_names_share_a_key(one: str, other: str) -> None:
    assert name_keys(normal_name(one)) & name_keys(normal_name(other))


def test_names_that_have_nothing_in_common_share_no_key() -> None:
    assert not name_keys("globex") & name_keys("initech partners")


@given(st.text(min_size=1, max_size=200))
def test_every_name_has_keys_that_an_index_can_hold(text: str) -> None:
    name = normal_name(text)
    keys = name_keys(name)
    assert bool(keys) == bool(name)
    assert all(0 < len(key) <= 41 for key in keys)


def test_a_key_weighs_less_the_more_accounts_have_it() -> None:
    weights = [key_weight(holders) for holders in (0, 1, 2, 10, COMMON)]
    assert weights[:2] == [1, 1]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] < 0.2


def test_a_word_that_many_accounts_have_makes_names_less_alike() -> None:
    rare = weigh_by_holders({"nrthwnd": 1, "rbtc": 1})
    common = weigh_by_holders({"nrthwnd": 150, "rbtc": 1})
    pair = ("northwind robotics", "northwind bakery")
    assert name_similarity(*pair, common) < name_similarity(*pair, rare)


def test_a_word_that_nobody_has_weighs_half_and_a_word_not_asked_about_as_ever() -> None:
    weigh = weigh_by_holders({"zltrx": 0})
    assert (weigh("zltrx"), weigh("northwind"), weigh("services")) == (0.5, 1.0, 0.3)
