"""What a custom field holds: one spelling for one value, and nothing that is not its type."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.network.fields.domain import (
    TYPES,
    CustomField,
    NotAValue,
    definition_faults,
    merged_values,
    value_of,
)

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=4,
)
DECIMALS = st.from_regex(r"-?(0|[1-9][0-9]{0,6})(\.[0-9]{1,6})?", fullmatch=True)
HELD = {"text": str, "integer": int, "number": str, "boolean": bool, "date": str, "choice": str}


def a_field(kind: str, **more: Any) -> CustomField:
    return CustomField("it", kind, **({"choices": ("one", "two")} if kind == "choice" else {}), **more)


@given(st.sampled_from(TYPES), ANYTHING)
def test_whatever_is_sent_is_kept_as_its_type_or_refused(kind: str, sent: Any) -> None:
    field = a_field(kind)
    try:
        value = value_of(field, sent)
    except NotAValue:
        return
    assert type(value) is HELD[kind]
    assert value_of(field, value) == value, "what was kept is a value of the field"


@given(DECIMALS, DECIMALS)
def test_numbers_keep_their_value_and_equal_ones_have_one_spelling(one: str, other: str) -> None:
    kept, also = (value_of(a_field("number"), text) for text in (one, other))
    assert Decimal(str(kept)) == Decimal(one)
    assert (kept == also) == (Decimal(one) == Decimal(other))
    assert (float(kept) < float(also)) == (Decimal(one) < Decimal(other)), "conditions compare in floating point"


@given(DECIMALS, DECIMALS, DECIMALS)
def test_bounds_hold_and_belong_to_what_is_taken(number: str, low: str, high: str) -> None:
    field = a_field("number", minimum=low, maximum=high)
    faults = [name for name, _, _ in definition_faults(field, "partner")]
    assert faults == (["maximum"] if Decimal(low) > Decimal(high) else [])
    within = Decimal(low) <= Decimal(number) <= Decimal(high)
    if within:
        value_of(field, number)
    else:
        with pytest.raises(NotAValue):
            value_of(field, number)


@given(st.dates())
def test_a_day_is_a_day_within_reach(day: date) -> None:
    if 1990 <= day.year <= 2100:
        assert value_of(a_field("date"), day.isoformat()) == day.isoformat()
    else:
        with pytest.raises(NotAValue):
            value_of(a_field("date"), day.isoformat())


@pytest.mark.parametrize(
    ("kind", "sent", "code"),
    [
        ("integer", True, "wrong_type"),
        ("integer", "80", "wrong_type"),
        ("integer", 80.5, "wrong_type"),
        ("integer", 2**53, "out_of_bounds"),
        ("number", 12.5, "wrong_type"),
        ("number", "1e3", "wrong_type"),
        ("number", "0.1234567890123456", "out_of_bounds"),
        ("boolean", 1, "wrong_type"),
        ("date", "2026-02-30", "wrong_type"),
        ("date", "2026-1-1", "wrong_type"),
        ("choice", "three", "not_a_choice"),
        ("text", "  ", "empty"),
        ("text", "a\x00b", "control_characters"),
        ("text", "x" * 1001, "text_too_long"),
    ],
)
def test_what_a_field_does_not_hold_is_refused_by_a_code(kind: str, sent: Any, code: str) -> None:
    with pytest.raises(NotAValue) as refused:
        value_of(a_field(kind), sent)
    assert refused.value.code == code


def test_a_patch_of_values_sets_clears_and_leaves() -> None:
    assert merged_values({"a": 1, "b": 2}, {"b": None, "c": "x"}) == {"a": 1, "c": "x"}
    assert value_of(a_field("integer"), 80.0) == 80
    assert value_of(a_field("number"), "-0.00") == "0"
    assert value_of(a_field("text"), " Ada ") == "Ada"
