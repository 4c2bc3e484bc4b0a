"""One spelling of instants."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ecosystem_api.kernel.instant import instant_text
from ecosystem_api.kernel.problem import Conflict


def test_an_instant_is_written_in_utc_with_six_digits_and_a_z() -> None:
    noon = datetime(2026, 11, 22, 14, tzinfo=timezone(timedelta(hours=2)))
    assert instant_text(noon) == "2026-11-22T12:00:00.000000Z"
    with pytest.raises(ValueError, match="time zone"):
        instant_text(noon.replace(tzinfo=None))


def test_texts_of_instants_sort_as_instants_do() -> None:
    times = [datetime(2026, 11, 22, 12, 0, 0, micro, tzinfo=UTC) for micro in (0, 1, 10, 999_999)]
    assert sorted(map(instant_text, reversed(times))) == [instant_text(at) for at in times]


def test_a_refusal_tells_instants_as_every_answer_does() -> None:
    until = datetime(2026, 11, 22, 12, tzinfo=UTC)
    body = Conflict(until=until, place=1).body("req_1", "/docs")
    assert (body["until"], body["place"]) == ("2026-11-22T12:00:00.000000Z", 1)
