"""Places at the database: shared out among vendors, taken in order, given back whatever happens."""

import asyncio
from typing import Any

import pytest

from ecosystem_api.runtime.limits import Overloaded, Priority, TooManyAtOnce
from ecosystem_api.runtime.limits.bulkhead import Bulkhead


def bulkhead(**changes: Any) -> Bulkhead:
    kept = {"share": 2, "queue": 2, "wait_seconds": 5.0, "pool_size": 10, "pool_queue": 0} | changes
    return Bulkhead(**kept)


async def test_places_go_to_those_who_wait_in_their_order_and_no_further() -> None:
    places, order = bulkhead(), []

    async def ask(name: str, until: asyncio.Event) -> None:
        async with places.place("ven", Priority.READ):
            order.append(name)
            await until.wait()

    ends = {name: asyncio.Event() for name in "abcd"}
    tasks = [asyncio.create_task(ask(name, ends[name])) for name in "abcd"]
    await asyncio.sleep(0)
    assert order == ["a", "b"]
    with pytest.raises(TooManyAtOnce, match=r"^2 requests of this vendor are under way and 2 wait\.$"):
        await places.enter("ven", Priority.READ)
    async with places.place("quiet", Priority.READ):  # another vendor does not wait for this one
        assert places.under_way == 3
    for name, then in {"a": "abc", "b": "abcd", "c": "abcd", "d": "abcd"}.items():
        ends[name].set()
        await tasks["abcd".index(name)]
        await asyncio.sleep(0)
        assert "".join(order) == then
    assert (places.under_way, places._lanes) == (0, {})


async def test_a_place_is_not_lost_with_a_request_that_is_cancelled() -> None:
    places = bulkhead(share=1, queue=50)
    for trial in range(40):
        await places.enter("ven", Priority.READ)
        waiting = [asyncio.create_task(places.enter("ven", Priority.READ)) for _ in range(3)]
        await asyncio.sleep(0)
        if trial % 2:  # cancelled in the very instant in which its turn came
            places.leave("ven")
            waiting[0].cancel()
        else:
            waiting[0].cancel()
            places.leave("ven")
        for task in waiting[1:]:
            await task
            places.leave("ven")
        with pytest.raises(asyncio.CancelledError):
            await waiting[0]
        assert (places.under_way, places._lanes) == (0, {})


async def test_who_waits_too_long_is_refused_and_leaves_nothing_behind() -> None:
    places = bulkhead(share=1, wait_seconds=0.01)
    await places.enter("ven", Priority.READ)
    with pytest.raises(TooManyAtOnce):
        await places.enter("ven", Priority.READ)
    places.leave("ven")
    assert (places.under_way, places._lanes) == (0, {})


async def test_what_matters_least_is_refused_first() -> None:
    places = bulkhead(share=0, pool_size=2, pool_queue=4)
    refused_at: dict[Priority, int] = {}
    for number in range(30):
        for priority in (Priority.EXPORT, Priority.READ, Priority.WRITE, Priority.INBOUND):
            if priority in refused_at:
                continue
            try:
                async with places.place(f"vendor {number}", priority):
                    pass
            except Overloaded:
                refused_at[priority] = places.under_way
        places.under_way += 1
    assert refused_at == {Priority.EXPORT: 4, Priority.READ: 6, Priority.WRITE: 10, Priority.INBOUND: 18}
