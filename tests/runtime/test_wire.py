"""What the schemas take is what the contract says of it."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from ecosystem_api.runtime.wire import Day, Instant, Line, Prose, Sentence

_TEXTS = pytest.mark.parametrize("kind", [Line, Prose, Sentence])


def _is_allowed(contract: dict[str, Any], sent: str) -> bool:
    return contract["minLength"] <= len(sent) <= contract["maxLength"] and bool(re.search(contract["pattern"], sent))


@_TEXTS
@given(sent=st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_a_text_that_is_taken_is_one_the_contract_allows(kind: Any, sent: str) -> None:
    adapter = TypeAdapter(kind)
    try:
        taken = adapter.validate_python(sent)
    except ValidationError:
        return
    assert _is_allowed(adapter.json_schema(), sent)
    assert taken == sent.strip()


@_TEXTS
def test_blanks_around_a_text_count_for_its_length_and_are_not_kept(kind: Any) -> None:
    adapter = TypeAdapter(kind)
    longest = adapter.json_schema()["maxLength"]
    assert adapter.validate_python(" " + "x" * (longest - 1)) == "x" * (longest - 1)
    with pytest.raises(ValidationError, match=f"at most {longest}"):
        adapter.validate_python(" " + "x" * longest)


@pytest.mark.parametrize(("kind", "sent"), [(Day, " 2026-03-31"), (Instant, "2026-01-31T09:00:00Z ")])
def test_blanks_around_a_date_are_no_part_of_one(kind: Any, sent: str) -> None:
    assert TypeAdapter(kind).validate_python(sent.strip())
    with pytest.raises(ValidationError):
        TypeAdapter(kind).validate_python(sent)
