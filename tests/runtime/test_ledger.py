"""The ledger: news exists exactly if what it tells of exists, and what is owed is done until it is done."""

import asyncio
import random
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import func, select
from tests.makers import House
from tests.runtime.parcels import (
    Hands,
    ParcelSent,
    ParcelWeighed,
    effects,
    lose_the_lease,
    remind,
    rows,
    send,
    serve,
    until,
)

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime.caller import Caller, Role, system_caller
from ecosystem_api.runtime.ledger import cancel, deliver, record
from ecosystem_api.runtime.ledger.deliver import claim, pause_after
from ecosystem_api.runtime.ledger.plan import next_number
from ecosystem_api.runtime.ledger.tables import EventRow

# --- news ------------------------------------------------------------------------------------------------------------


async def test_news_of_what_was_rolled_back_does_not_exist(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    await house.drain()

    async def fail() -> None:
        async with house.machinery.database.transaction(vendor.id) as tx:
            who = system_caller(vendor.id, "test")
            await record(tx, who, ParcelSent(number=1), subject_id="p", partner_id=new_uuid())
            raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        await fail()
    assert await house.drain() == 0
    assert hands.heard == []


async def test_news_for_a_partner_names_the_partner(house: House) -> None:
    vendor, _ = await house.vendor()
    async with house.machinery.database.transaction(vendor.id) as tx:
        with pytest.raises(ValueError, match="say which"):
            await record(tx, system_caller(vendor.id, "test"), ParcelSent(number=1), subject_id="p")


async def test_a_partners_request_may_make_news_it_cannot_read(house: House) -> None:
    vendor, _ = await house.vendor()
    partner_id = new_uuid()
    who = Caller(vendor.id, "client", "cli_x", Role.PARTNER_ADMIN, partner_id, frozenset())
    async with house.machinery.database.transaction(vendor.id, partner_id) as tx:
        await record(tx, who, ParcelWeighed(), subject_id="p", partner_id=partner_id)
    weighed = select(func.count()).where(EventRow.vendor_id == vendor.id, EventRow.type == "parcel.weighed")
    async with house.machinery.database.transaction(vendor.id, partner_id) as tx:
        assert await tx.session.scalar(weighed) == 0, "the database itself shows it to no partner"
    async with house.machinery.database.transaction(vendor.id) as tx:
        assert await tx.session.scalar(weighed) == 1


async def test_a_listener_hears_the_whole_payload_once(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    async with house.machinery.database.transaction(vendor.id) as tx:
        who = system_caller(vendor.id, "test")
        event_id = await record(tx, who, ParcelSent(number=3, cost=9), subject_id="p", partner_id=new_uuid())
    await house.drain()
    [heard] = hands.heard
    assert (heard.event_id, heard.event_type, heard.data) == (event_id, "parcel.sent", {"number": 3, "cost": 9})
    assert heard.offers is house.worker.machinery.catalog
    assert await house.drain() == 0


async def test_a_handler_may_have_the_session_forget_what_it_read(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    hands.is_forgetful = True
    await remind(house, vendor.id)
    await house.drain()
    [row] = await rows(house, vendor.id)
    assert (row.attempts, row.state, row.last_error) == (1, "done", None)


# --- attempts --------------------------------------------------------------------------------------------------------


async def test_an_attempt_counts_from_its_claim(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    await remind(house, vendor.id)
    database = house.worker.machinery.database
    claimed = await claim(database, vendor.id, "first")
    [row] = await rows(house, vendor.id)
    assert (row.id, row.attempts, row.lease_holder, row.state) == (claimed, 1, "first", "pending")
    assert await claim(database, vendor.id, "second") is None, "a leased row is nobody else's"


async def test_a_lost_workers_row_is_taken_over_and_its_late_completion_is_void(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    await remind(house, vendor.id)
    database = house.worker.machinery.database
    claimed = await claim(database, vendor.id, "first")
    assert claimed is not None
    await lose_the_lease(house, vendor.id)
    assert await claim(database, vendor.id, "second") == claimed
    await serve(house, vendor.id, "first", claimed)
    assert hands.heard == [], "the late worker does not even begin"
    await serve(house, vendor.id, "second", claimed)
    await serve(house, vendor.id, "second", claimed)
    [row] = await rows(house, vendor.id)
    assert (row.state, row.attempts, await effects(house, vendor.id)) == ("done", 2, 1)


async def test_a_row_that_keeps_killing_its_workers_is_given_up_after_a_day(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    await remind(house, vendor.id)
    database = house.worker.machinery.database
    assert await claim(database, vendor.id, "first")
    house.clock.move(hours=25)
    await lose_the_lease(house, vendor.id)
    assert await claim(database, vendor.id, "second") is None
    [row] = await rows(house, vendor.id)
    assert (row.state, row.last_error, hands.heard) == ("dead", "WorkerLost", [])


async def test_what_a_failing_handler_wrote_is_gone_with_it(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    hands.fault = RuntimeError("no")
    await send(house, vendor.id)
    await house.drain()
    [row] = await rows(house, vendor.id)
    assert (row.state, row.attempts, row.lease_holder, row.last_error) == ("pending", 1, None, "RuntimeError")
    assert (len(hands.heard), await effects(house, vendor.id)) == (1, 0)
    hands.fault = None
    house.clock.move(seconds=2)
    await house.drain()
    [row] = await rows(house, vendor.id)
    assert (row.state, row.attempts, await effects(house, vendor.id)) == ("done", 2, 1)


async def test_a_handler_that_takes_too_long_is_cut_off(
    house: House, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "DEADLINE_SECONDS", 0.2)
    vendor, _ = await house.vendor()
    hands.seconds = 5.0
    await send(house, vendor.id)
    await house.drain()
    [row] = await rows(house, vendor.id)
    assert (row.state, row.last_error, await effects(house, vendor.id)) == ("pending", "TimeoutError", 0)


async def test_pauses_grow_and_spread() -> None:
    rng = random.Random(7)
    drawn = {n: [pause_after(n, rng).total_seconds() for _ in range(200)] for n in (1, 2, 3, 6, 60)}
    for attempts, whole in ((1, 1), (2, 5), (3, 30), (6, 1800), (60, 1800)):
        assert whole / 2 <= min(drawn[attempts]) < max(drawn[attempts]) <= whole
        assert max(drawn[attempts]) - min(drawn[attempts]) > whole / 4


async def test_a_day_of_failures_ends_a_delivery(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    hands.fault = RuntimeError("no")
    await send(house, vendor.id)
    await house.drain()
    house.clock.move(hours=23)
    await house.drain()
    [row] = await rows(house, vendor.id)
    assert row.state == "pending"
    house.clock.move(hours=2)
    await house.drain()
    [row] = await rows(house, vendor.id)
    assert (row.state, row.attempts) == ("dead", 3)
    house.clock.move(hours=2)
    await house.drain()
    assert len(hands.heard) == 3, "the dead are left alone"


async def test_a_reminder_planned_months_ago_has_a_whole_day_of_attempts(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    await remind(house, vendor.id, days=90)
    house.clock.move(days=92)
    hands.fault = RuntimeError("no")
    await house.drain()
    [row] = await rows(house, vendor.id)
    assert (row.state, row.attempts) == ("pending", 1), "neither its plan's age nor a worker that was away counts"


# --- reminders -------------------------------------------------------------------------------------------------------


async def test_a_reminder_comes_when_it_is_due_and_says_when_that_was(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    await remind(house, vendor.id, days=3)
    await house.drain()
    assert hands.heard == []
    [row] = await rows(house, vendor.id)
    due_at = row.due_at
    hands.fault = RuntimeError("once")
    house.clock.move(days=3, minutes=1)
    await house.drain()
    hands.fault = None
    house.clock.move(minutes=1)
    await house.drain()
    assert [heard.at for heard in hands.heard] == [due_at, due_at], "a retry does not move what it is about"


async def test_a_live_reminder_is_moved_instead_of_doubled(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    await remind(house, vendor.id, days=1)
    await remind(house, vendor.id, days=5)
    await remind(house, vendor.id, subject_id="other", days=1)
    assert len(await rows(house, vendor.id)) == 2
    house.clock.move(days=2)
    await house.drain()
    assert [heard.subject_id for heard in hands.heard] == ["other"]
    house.clock.move(days=4)
    await house.drain()
    assert [heard.subject_id for heard in hands.heard] == ["other", "p"]


async def test_a_reminder_moved_after_its_claim_waits_for_its_new_time(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    await remind(house, vendor.id)
    claimed = await claim(house.worker.machinery.database, vendor.id, "first")
    assert claimed is not None
    await remind(house, vendor.id, days=5)
    await serve(house, vendor.id, "first", claimed)
    assert hands.heard == []
    house.clock.move(days=6)
    await house.drain()
    assert len(hands.heard) == 1


async def test_a_handler_may_plan_its_own_next_reminder(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    hands.again = [timedelta(0), timedelta(days=1)]
    await remind(house, vendor.id)
    await house.drain()
    assert len(hands.heard) == 2
    house.clock.move(days=1, minutes=1)
    await house.drain()
    assert len(hands.heard) == 3
    assert [row.state for row in await rows(house, vendor.id)] == ["done"]


async def test_who_takes_a_reminder_back_while_its_handler_runs_waits_for_nobody(house: House, hands: Hands) -> None:
    """Else the two would wait for each other: a handler waits for what such a request holds."""
    vendor, _ = await house.vendor()
    for number in range(2):
        await remind(house, vendor.id, subject_id=f"p{number}")
        claimed = await claim(house.worker.machinery.database, vendor.id, "first")
        assert claimed is not None
        before, hands.held[f"p{number}"] = await effects(house, vendor.id), asyncio.Event()
        handling = asyncio.create_task(serve(house, vendor.id, "first", claimed))
        await until(lambda number=number: len(hands.heard) > number)
        if number:
            await remind(house, vendor.id, subject_id="p1", days=1)
        else:
            async with house.machinery.database.transaction(vendor.id) as tx:
                await cancel(tx, "test.parcels", subject_id="p0")
        hands.held[f"p{number}"].set()
        await handling
        assert await effects(house, vendor.id) == before, "what the handler did for nothing is undone"
    states = {row.subject_id: (row.state, row.last_error) for row in await rows(house, vendor.id)}
    assert states == {"p0": ("cancelled", None), "p1": ("pending", None)}


async def test_a_cancelled_reminder_never_comes(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    await remind(house, vendor.id)
    claimed = await claim(house.worker.machinery.database, vendor.id, "first")
    assert claimed is not None
    async with house.machinery.database.transaction(vendor.id) as tx:
        await cancel(tx, "test.parcels", subject_id="p")
        await cancel(tx, "test.parcels", subject_id="never planned")
    await serve(house, vendor.id, "first", claimed)
    await house.drain()
    assert hands.heard == []
    await remind(house, vendor.id)
    await house.drain()
    assert len(hands.heard) == 1, "a new one may be planned"


async def test_numbers_run_per_vendor_and_are_given_for_good(house: House) -> None:
    vendor, _ = await house.vendor()
    other, _ = await house.vendor("Contoso")

    async def draw(vendor_id: UUID, fault: bool = False) -> int:
        async with house.machinery.database.transaction(vendor_id) as tx:
            number = await next_number(tx, "registrations")
            if fault:
                raise RuntimeError("no")
            return number

    assert [await draw(vendor.id), await draw(vendor.id), await draw(other.id)] == [1, 2, 1]
    with pytest.raises(RuntimeError):
        await draw(vendor.id, fault=True)
    assert await draw(vendor.id) == 4
    assert sorted(await asyncio.gather(*(draw(vendor.id) for _ in range(40)))) == list(range(5, 45))


async def test_whoever_has_taken_a_number_keeps_nobody_waiting(house: House) -> None:
    vendor, _ = await house.vendor()
    database = house.machinery.database
    async with database.transaction(vendor.id) as tx, database.transaction(vendor.id) as meanwhile:
        assert [await next_number(one, "registrations") for one in (tx, meanwhile, tx)] == [1, 2, 3]
