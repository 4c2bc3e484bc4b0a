"""Counts in sentences."""

import pytest

from ecosystem_api.kernel.counted import counted


@pytest.mark.parametrize(
    ("number", "words", "said"),
    [
        (0, ("day",), "0 days"),
        (1, ("day",), "1 day"),
        (2, ("day",), "2 days"),
        (1_000_000, ("byte",), "1000000 bytes"),
        (1.0, ("second",), "1 second"),
        (2.5, ("second",), "2.5 seconds"),
        (1, ("request is", "requests are"), "1 request is"),
        (2, ("request is", "requests are"), "2 requests are"),
    ],
)
def test_a_number_takes_its_noun_along(number: float, words: tuple[str, ...], said: str) -> None:
    assert counted(number, *words) == said
