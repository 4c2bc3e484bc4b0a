"""The law of budgets, alone."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.runtime.limits.bucket import Buckets, Policy, Spent

TEN = Policy("ten", 10, 60)


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60))
def test_no_more_is_given_than_the_quota_and_what_refills(pauses: list[float]) -> None:
    buckets, now, given_at = Buckets(), 1_000.0, []
    for pause in pauses:
        now += pause
        with contextlib.suppress(Spent):
            buckets.take([(TEN, "a")], now)
            given_at.append(now)
    for first, start in enumerate(given_at):
        for last in range(first, len(given_at)):
            assert last - first + 1 <= 10 + (given_at[last] - start) / 6 + 1e-3


@given(st.lists(st.floats(0, 30), min_size=1, max_size=60))
def test_who_waits_as_told_is_served(pauses: list[float]) -> None:
    buckets, now = Buckets(), 1_000.0
    for pause in pauses:
        now += pause
        try:
            buckets.take([(TEN, "a")], now)
        except Spent as spent:
            now += spent.wait_seconds + 1e-3
            buckets.take([(TEN, "a")], now)


def test_a_bucket_tells_what_is_left_and_when_it_is_full() -> None:
    buckets = Buckets()
    assert [buckets.take([(TEN, "a")], 0.0)[0][1:] for _ in range(3)] == [(9, 6), (8, 12), (7, 18)]
    assert buckets.take([(TEN, "a")], 18.0)[0][1:] == (9, 6)
    assert str(buckets.take([(TEN, "b")], 18.0)[0]) == '"ten";r=9;t=6'


def test_of_several_budgets_all_are_charged_or_none() -> None:
    buckets, one = Buckets(), Policy("one", 1, 60)
    buckets.take([(TEN, "a"), (one, "a")], 0.0)
    for _ in range(5):
        with pytest.raises(Spent) as spent:
            buckets.take([(TEN, "a"), (one, "a")], 0.0)
        assert (spent.value.policy, spent.value.wait_seconds) == (one, 60.0)
    assert buckets.take([(TEN, "a")], 0.0)[0].remaining == 8


@given(st.floats(0, 1_000_000))
def test_a_clock_set_back_costs_one_window_more_at_most(back: float) -> None:
    buckets, now = Buckets(), 1_000_000.0
    for _ in range(10):
        buckets.take([(TEN, "a")], now)
    now -= back
    try:
        buckets.take([(TEN, "a")], now)
        waits = 0.0
    except Spent as spent:
        waits = spent.wait_seconds
    assert waits <= 60 + 6 + 1e-3


def test_the_number_of_keys_is_bounded_and_full_buckets_go_first() -> None:
    buckets = Buckets(most_keys=100)
    for number in range(60):
        buckets.take([(TEN, f"old {number}")], 0.0)
    for _ in range(10):
        buckets.take([(TEN, "busy")], 100.0)
    for number in range(1_000):
        buckets.take([(TEN, f"new {number}")], 100.0)
    assert len(buckets._full_at) <= 101
