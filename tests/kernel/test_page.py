"""Cursors come back whole, to their own list only."""

import base64

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecosystem_api.kernel.page import InvalidCursor, decode_cursor, encode_cursor

KEY = bytes(range(32))
SCOPE = "vnd_1 /v1/deals?status=approved"
VALUES = st.lists(st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=10), max_size=6)
CURSOR = encode_cursor(KEY, SCOPE, ["2026-03-01T00:00:00Z", 42, None, True])


@given(VALUES, st.text())
def test_a_cursor_gives_back_its_values_and_their_types(values: list[str | int | None], scope: str) -> None:
    text = encode_cursor(KEY, scope, values)
    found = decode_cursor(KEY, scope, text)
    assert found == values
    assert list(map(type, found)) == list(map(type, values))
    assert len(text) <= 2048
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(
    st.text() | st.text("ABCxyz019-_=+/", max_size=80) | st.binary().map(lambda b: base64.urlsafe_b64encode(b).decode())
)
def test_garbage_is_an_invalid_cursor_and_nothing_worse(text: str) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(KEY, SCOPE, text)


@given(st.integers(0, len(CURSOR) - 1), st.characters())
def test_changing_any_one_character_breaks_the_seal(place: int, letter: str) -> None:
    assume(CURSOR[place] != letter)
    with pytest.raises(InvalidCursor):
        decode_cursor(KEY, SCOPE, CURSOR[:place] + letter + CURSOR[place + 1 :])


@given(st.integers(0, len(CURSOR)), st.sampled_from(["=", "!", "\n", " ", "A", "é"]))
def test_inserting_any_character_breaks_the_seal(place: int, letter: str) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(KEY, SCOPE, CURSOR[:place] + letter + CURSOR[place:])


@pytest.mark.parametrize("end", range(len(CURSOR)))
def test_a_truncated_cursor_is_refused(end: int) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(KEY, SCOPE, CURSOR[:end])


@pytest.mark.parametrize("scope", ["", "vnd_2 /v1/deals?status=approved", SCOPE + " ", SCOPE[:-1]])
def test_a_cursor_of_another_vendor_path_or_filter_is_refused(scope: str) -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(KEY, scope, CURSOR)


def test_part_of_the_values_cannot_be_moved_into_the_scope() -> None:
    sealed = base64.urlsafe_b64decode(CURSOR + "=" * (-len(CURSOR) % 4))
    seal, payload = sealed[:16], sealed[16:]
    moved = base64.urlsafe_b64encode(seal + payload[1:]).rstrip(b"=").decode()
    with pytest.raises(InvalidCursor):
        decode_cursor(KEY, SCOPE + payload[:1].decode(), moved)


def test_a_cursor_sealed_with_another_key_is_refused() -> None:
    with pytest.raises(InvalidCursor):
        decode_cursor(bytes(32), SCOPE, CURSOR)


def test_a_scope_with_broken_unicode_is_sealed_like_any_other() -> None:
    assert decode_cursor(KEY, "\ud800", encode_cursor(KEY, "\ud800", [1])) == [1]


@pytest.mark.parametrize("letter", ["x", "é", "甲", "𐎠"])
def test_the_longest_name_of_any_script_fits(letter: str) -> None:
    assert decode_cursor(KEY, SCOPE, encode_cursor(KEY, SCOPE, [letter * 200, "acc"])) == [letter * 200, "acc"]


def test_a_cursor_that_would_be_too_long_is_never_made() -> None:
    with pytest.raises(ValueError, match="at most 2048"):
        encode_cursor(KEY, SCOPE, ["x" * 1600])


@pytest.mark.parametrize("value", [1.5, b"x", ["nested"], {}])
def test_a_value_that_would_not_come_back_alike_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="write it as a string"):
        encode_cursor(KEY, SCOPE, [value])  # type: ignore[list-item]  # the wrong type is the point


@pytest.mark.parametrize("length", [0, 15, 65])
def test_a_key_too_short_or_too_long_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=r"16 to 64|maximum key length"):
        encode_cursor(bytes(length), SCOPE, [1])
