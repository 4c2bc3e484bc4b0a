"""Periods contain their start, not their end, and mean the same in every zone."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecosystem_api.kernel.period import Period, add_days

DAY = timedelta(days=1)
START = datetime(2026, 3, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 40).map(lambda hours: START + timedelta(hours=hours))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start, end = draw(INSTANTS), draw(st.none() | INSTANTS)
    assume(end is None or start < end)
    return Period(start, end)


def test_a_period_contains_its_start_and_not_its_end() -> None:
    period = Period(START, START + DAY)
    assert period.contains(START)
    assert period.contains(START + DAY - timedelta.resolution)
    assert not period.contains(START + DAY)
    assert not period.contains(START - timedelta.resolution)


def test_a_period_without_end_never_stops_and_has_no_length() -> None:
    period = Period(START)
    assert period.contains(datetime.max.replace(tzinfo=UTC))
    assert period.days is None


@given(periods(), periods())
def test_periods_overlap_exactly_when_some_instant_lies_in_both(one: Period, other: Period) -> None:
    shared = any(one.contains(at) and other.contains(at) for at in (START + timedelta(hours=h) for h in range(41)))
    assert one.overlaps(other) == other.overlaps(one) == shared


def test_periods_that_only_touch_do_not_overlap() -> None:
    assert not Period(START, START + DAY).overlaps(Period(START + DAY))


@pytest.mark.parametrize("length", [timedelta(0), -DAY])
def test_a_period_that_does_not_end_after_it_starts_is_refused(length: timedelta) -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        Period(START, START + length)


def test_an_instant_without_zone_is_refused_everywhere() -> None:
    naive = START.replace(tzinfo=None)
    for attempt in (
        lambda: Period(naive),
        lambda: Period(START, naive + DAY),
        lambda: Period(START).contains(naive),
        lambda: add_days(naive, 1),
    ):
        with pytest.raises(ValueError, match="time zone"):
            attempt()


def test_the_same_period_written_in_two_zones_is_equal() -> None:
    tokyo = timezone(timedelta(hours=9))
    assert Period(START, START + DAY) == Period(START.astimezone(tokyo), (START + DAY).astimezone(tokyo))


def test_the_hour_that_summer_time_repeats_is_a_period_of_one_hour() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=0)
    again = datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=1)
    period = Period(first, again)
    assert period.end is not None
    assert period.end - period.start == timedelta(hours=1)


@given(st.integers(1, 3650))
def test_a_period_made_by_adding_days_has_that_many_days(days: int) -> None:
    assert Period(START, add_days(START, days)).days == days
    assert add_days(add_days(START, days), -days) == START


def test_part_of_a_day_is_not_counted() -> None:
    assert Period(START, START + 2 * DAY - timedelta.resolution).days == 1


def test_added_days_have_24_hours_across_a_change_of_the_clock() -> None:
    before = datetime(2026, 3, 28, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert add_days(before, 1) == datetime(2026, 3, 29, 13, tzinfo=ZoneInfo("Europe/Berlin"))
    assert add_days(before, 1).tzinfo is UTC


@pytest.mark.parametrize("days", [10**7, -(10**7), 10**12])
def test_a_day_outside_the_calendar_is_refused(days: int) -> None:
    with pytest.raises(ValueError, match="outside the calendar"):
        add_days(START, days)
