"""Business hours against a walk through every minute: over changes of clocks, holidays and nights."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ecosystem_api.market.calendars.domain import (
    STANDARD,
    Hours,
    clock_of,
    hours_from_dict,
    hours_of,
    hours_to_dict,
    minutes_of,
    opened_after,
    opened_between,
    overlapping,
)

MINUTE = timedelta(minutes=1)
# Far east and far west, half hours, both hemispheres, clocks that change at midnight, a day that was left out.
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo",
    "America/St_Johns", "Pacific/Apia", "Africa/Cairo", "Pacific/Kiritimati", "America/Havana", "Asia/Beirut",
)  # fmt: skip
# Days around which some of these change their clocks.
CHANGES = tuple(
    date.fromisoformat(day)
    for day in (
        "2026-03-29", "2026-10-25", "2026-03-08", "2026-11-01", "2018-11-04",
        "2018-02-18", "2010-11-07", "2011-12-30", "2024-04-26", "2026-04-05",
    )
)  # fmt: skip


def is_open(hours: Hours, instant: datetime) -> bool:
    """The law itself: what the clock on the wall shows now."""
    local = instant.astimezone(ZoneInfo(hours.time_zone))
    minute = local.hour * 60 + local.minute
    if any(first <= local.date() <= last for first, last in hours.holidays):
        return False
    return any(opens <= minute < closes for opens, closes in hours.week[local.weekday()])


def walked(hours: Hours, start: datetime, end: datetime) -> timedelta:
    minutes = int((end - start) / MINUTE)
    return sum((MINUTE for one in range(minutes) if is_open(hours, start + one * MINUTE)), timedelta(0))


@st.composite
def spans(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    ends = sorted(draw(st.lists(st.integers(0, 1440), max_size=6, unique=True)))
    return tuple(pair for place, pair in enumerate(pairwise(ends)) if place % 2 == 0)


@st.composite
def calendars(draw: st.DrawFn) -> Hours:
    around = draw(st.sampled_from(CHANGES))
    starts = draw(st.lists(st.integers(-3, 6), max_size=3))
    holidays = tuple(
        (around + timedelta(days=one), around + timedelta(days=one + draw(st.integers(0, 3)))) for one in starts
    )
    week = tuple(draw(spans()) for _ in range(7))
    return Hours(draw(st.sampled_from(ZONES)), week, holidays)


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    around = datetime.combine(draw(st.sampled_from(CHANGES)), time(0), UTC)
    return around + timedelta(minutes=draw(st.integers(-3 * 1440, 3 * 1440)))


ALL_DAY = ((0, 1440),)


@settings(max_examples=60, deadline=None)
@given(calendars(), instants(), st.integers(0, 4 * 1440))
@example(Hours("Europe/Berlin", (((120, 180),),) * 7), datetime(2026, 3, 28, 12, tzinfo=UTC), 2880)
@example(Hours("Europe/Berlin", (((120, 180),),) * 7), datetime(2026, 10, 24, 12, tzinfo=UTC), 2880)
@example(Hours("America/St_Johns", (((1380, 1440), (0, 30)),) * 7), datetime(2010, 11, 6, 12, tzinfo=UTC), 2880)
@example(Hours("Pacific/Apia", (ALL_DAY,) * 7), datetime(2011, 12, 28, tzinfo=UTC), 4000)
@example(Hours("America/Sao_Paulo", (((0, 60),),) * 7), datetime(2018, 11, 2, tzinfo=UTC), 4000)
def test_the_time_between_two_instants_is_that_of_a_walk(hours: Hours, start: datetime, minutes: int) -> None:
    end = start + minutes * MINUTE
    assert opened_between(hours, start, end) == walked(hours, start, end)
    assert opened_between(hours, end, start) == timedelta(0)


@settings(max_examples=100, deadline=None)
@given(calendars(), instants(), st.integers(1, 5_000))
def test_an_amount_ends_at_the_first_instant_by_which_it_has_passed(hours: Hours, start: datetime, amount: int) -> None:
    if not any(hours.week):
        with pytest.raises(ValueError, match="without hours"):
            opened_after(hours, start, amount * MINUTE)
        return
    end = opened_after(hours, start, amount * MINUTE)
    assert opened_between(hours, start, end) == amount * MINUTE
    assert opened_between(hours, start, end - MINUTE) == (amount - 1) * MINUTE
    assert opened_after(hours, start, timedelta(0)) == start


@settings(max_examples=60, deadline=None)
@given(calendars(), instants(), st.integers(1, 3_000), st.integers(1, 3_000))
def test_two_amounts_one_after_the_other_are_their_sum(hours: Hours, start: datetime, one: int, other: int) -> None:
    if any(hours.week):
        halfway = opened_after(hours, start, one * MINUTE)
        whole = opened_after(hours, start, (one + other) * MINUTE)
        assert opened_after(hours, halfway, other * MINUTE) == whole


def test_sixteen_standard_hours_from_friday_afternoon_end_on_tuesday() -> None:
    friday = datetime(2026, 5, 1, 15, 30, tzinfo=UTC)
    assert opened_after(STANDARD, friday, timedelta(hours=16)) == datetime(2026, 5, 5, 15, 30, tzinfo=UTC)
    assert opened_after(STANDARD, friday, timedelta(hours=1.5)) == datetime(2026, 5, 1, 17, tzinfo=UTC)
    held = Hours("UTC", STANDARD.week, ((date(2026, 5, 4), date(2026, 5, 4)),))
    assert opened_after(held, friday, timedelta(hours=16)) == datetime(2026, 5, 6, 15, 30, tzinfo=UTC)


def test_an_hour_that_clocks_skip_never_counts_and_one_they_repeat_counts_twice() -> None:
    night = Hours("Europe/Berlin", (((120, 180),),) * 7)
    for day, passed in ((date(2026, 3, 29), 0), (date(2026, 10, 25), 2), (date(2026, 5, 3), 1)):
        start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=6)
        assert opened_between(night, start, start + timedelta(hours=20)) == timedelta(hours=passed)


def test_two_thousand_hours_at_one_hour_a_week_are_found_at_once() -> None:
    sparse = Hours("Europe/Berlin", (((540, 600),), (), (), (), (), (), ()))
    end = opened_after(sparse, datetime(2026, 1, 1, tzinfo=UTC), timedelta(hours=2_000))
    assert end.astimezone(ZoneInfo("Europe/Berlin")).weekday() == 0
    assert end.year == 2064


@given(calendars())
def test_hours_are_read_as_they_were_written(hours: Hours) -> None:
    plain = Hours(hours.time_zone, hours.week, tuple(sorted(hours.holidays)))
    assert hours_from_dict(hours_to_dict(plain, since=date(2000, 1, 1))) == plain
    kept = hours_from_dict(hours_to_dict(plain, since=date(2026, 3, 29)))
    assert all(last >= date(2026, 3, 28) for _, last in kept.holidays)


def test_words_of_a_day_are_minutes_and_spans_are_compared() -> None:
    assert [minutes_of(text) for text in ("00:00", "09:30", "24:00")] == [0, 570, 1440]
    assert [clock_of(minutes) for minutes in (0, 570, 1440)] == ["00:00", "09:30", "24:00"]
    assert overlapping([(0, 10), (9, 20)])
    assert not overlapping([(10, 20), (0, 10)])
    week = hours_of("UTC", [("tuesday", 1, 2), ("monday", 5, 6), ("monday", 1, 2)], []).week
    assert week[:3] == (((1, 2), (5, 6)), ((1, 2),), ())
