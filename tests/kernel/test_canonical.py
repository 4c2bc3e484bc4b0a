"""Equal content has one spelling and one hash."""

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.kernel.canonical import canonical_json, content_hash

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


@given(VALUES)
def test_canonical_text_reads_back_as_the_value_and_is_its_own_canonical_form(value: object) -> None:
    text = canonical_json(value)
    assert json.loads(text) == value
    assert canonical_json(json.loads(text)) == text


@given(st.dictionaries(TEXTS, VALUES, min_size=2, max_size=5), st.randoms(use_true_random=False))
def test_the_order_of_members_does_not_change_the_hash(value: dict[str, object], random: object) -> None:
    names = list(value)
    random.shuffle(names)  # type: ignore[attr-defined]  # hypothesis passes a random.Random
    assert content_hash({name: value[name] for name in names}) == content_hash(value)


def test_members_are_sorted_without_spaces_at_every_depth() -> None:
    assert canonical_json({"b": [1, {"z": None, "a": True}], "a": -5}) == b'{"a":-5,"b":[1,{"a":true,"z":null}]}'


def test_members_sort_by_utf_16_units_as_in_the_example_of_rfc_8785() -> None:
    # RFC 8785, section 3.2.3.
    example = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    assert list(json.loads(canonical_json(example)).values()) == [
        "Carriage Return",
        "One",
        "Control",
        "Latin Small Letter O With Diaeresis",
        "Euro Sign",
        "Emoji: Grinning Face",
        "Hebrew Letter Dalet With Dagesh",
    ]


def test_strings_are_escaped_only_where_json_demands_it() -> None:
    # RFC 8785, section 3.2.2.
    assert canonical_json('\u20ac$\u000f\nA\'B"\\\\"/\u007f') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\u007f"'.encode()


def test_the_hash_is_sha_256_of_the_canonical_text() -> None:
    assert content_hash({"b": 1, "a": "é"}) == "sha256:" + sha256('{"a":"é","b":1}'.encode()).hexdigest()


def test_true_one_and_the_text_one_have_different_hashes() -> None:
    assert len({content_hash(value) for value in (True, 1, "1", [1], None)}) == 5


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (1.5, "the document is a float"),
        ({"terms": [{"ratio": 0.1}]}, "/terms/0/ratio is a float"),
        ({"a/b": {"m~n": float("nan")}}, "/a~1b/m~0n is a float"),
        ([(1, 2)], "/0 is a tuple"),
        ({"when": {1}}, "/when is a set"),
        ({"a": {1: "x"}}, "/a has the key 1, which is not a string"),
    ],
)
def test_a_value_without_one_spelling_is_refused_with_its_place(value: object, place: str) -> None:
    with pytest.raises(TypeError, match=place):
        canonical_json(value)


@pytest.mark.parametrize("value", ["\ud800", {"\udfff": 1}])
def test_half_a_surrogate_pair_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="surrogates not allowed"):
        canonical_json(value)
