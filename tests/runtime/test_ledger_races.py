"""What the ledger is held to: many writers, several relays, workers killed at any instant, and nothing lost or doubled.

These need committed data and real processes: inside one rolled-back transaction no race can be seen.
"""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select
from tests.makers import House, ok
from tests.rooms.crates import Crates, counts, offer_of, send, stored
from tests.runtime.parcels import Hands, ParcelSent, effects, remind, rows, serve

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime.caller import system_caller
from ecosystem_api.runtime.ledger import record
from ecosystem_api.runtime.ledger.deliver import claim
from ecosystem_api.runtime.ledger.read import events_after
from ecosystem_api.runtime.ledger.relay import stamp
from ecosystem_api.runtime.ledger.tables import CounterRow, DeliveryRow, EventRow

WRITERS = 8
EVENTS = 2_000
ROOT = Path(__file__).parents[2]


async def write(house: House, vendor_id: UUID, count: int, rng: random.Random) -> list[UUID]:
    """One writer: each event in a transaction of its own, which stays open for a moment of random length."""
    written = []
    for number in range(count):
        async with house.machinery.database.transaction(vendor_id) as tx:
            event = ParcelSent(number=number)
            who = system_caller(vendor_id, "test")
            written.append(await record(tx, who, event, subject_id="p", partner_id=new_uuid()))
            await asyncio.sleep(rng.random() / 200)
    return written


async def stamped(house: House, vendor_id: UUID) -> dict[UUID, int]:
    """Every stamped event of the test's kind, with its position."""
    async with house.machinery.database.transaction(vendor_id) as tx:
        found = await tx.session.execute(
            select(EventRow.id, EventRow.position).where(
                EventRow.vendor_id == vendor_id, EventRow.position.is_not(None), EventRow.type == "parcel.sent"
            )
        )
        return {row.id: row.position for row in found}


async def test_a_reader_of_the_feed_misses_nothing_while_eight_write_and_two_relays_stamp(
    house: House, hands: Hands
) -> None:
    vendor, _ = await house.vendor()
    await house.drain()
    rng = random.Random(1)
    is_over = asyncio.Event()
    labour = house.worker.machinery
    seen: list[UUID] = []

    async def relay() -> int:
        done = 0
        while not is_over.is_set():
            done += await stamp(labour.database, vendor.id, labour.catalog.listeners)
            await asyncio.sleep(rng.random() / 500)
        return done

    async def follow() -> None:
        after = 0
        while not is_over.is_set():
            async with house.machinery.database.transaction(vendor.id) as tx:
                page = await events_after(tx, after, 50, types=["parcel.sent"])
            seen.extend(row.id for row in page)
            after = page[-1].position if page and page[-1].position else after
            await asyncio.sleep(0.002)

    async with asyncio.TaskGroup() as tasks:
        relays = [tasks.create_task(relay()) for _ in range(2)]
        reader = tasks.create_task(follow())
        writers = [tasks.create_task(write(house, vendor.id, 50, rng)) for _ in range(WRITERS)]
        written = [event_id for writer in writers for event_id in await writer]
        async with asyncio.timeout(10):
            while len(seen) < len(written):  # noqa: ASYNC110 - the feed is polled: that is what is tested
                await asyncio.sleep(0.01)
        is_over.set()
    assert reader.done()
    assert all(task.result() > 0 for task in relays), "both relays took part"
    positions = await stamped(house, vendor.id)
    first = min(positions.values())
    assert sorted(positions.values()) == list(range(first, first + len(written)))
    assert seen == sorted(written, key=positions.__getitem__)
    assert len(await rows(house, vendor.id)) == len(written), "each event is owed once"


async def test_twenty_workers_want_the_same_row_and_one_gets_it(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    await remind(house, vendor.id)
    database = house.worker.machinery.database
    claims = await asyncio.gather(*(claim(database, vendor.id, f"w{number}") for number in range(20)))
    won = [(f"w{number}", found) for number, found in enumerate(claims) if found is not None]
    assert len(won) == 1
    name, delivery_id = won[0]
    await asyncio.gather(*(serve(house, vendor.id, name, delivery_id) for _ in range(4)))
    assert await effects(house, vendor.id) == 1


async def test_one_subject_is_planned_by_twenty_at_once_and_remembered_once(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    for _ in range(3):
        await asyncio.gather(*(remind(house, vendor.id) for _ in range(20)))
        await house.drain()
    assert [row.state for row in await rows(house, vendor.id)] == ["done"] * 3
    assert await effects(house, vendor.id) == 3


@asynccontextmanager
async def worker_process(house: House, *, dawdle_seconds: float = 0.0) -> AsyncIterator[asyncio.subprocess.Process]:
    """A worker in a process of its own, ready; killed without warning at the end."""
    settings = house.settings
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": settings.database_url,
        "ECOSYSTEM_SECRET": settings.secret,
        "ECOSYSTEM_LOGIN_PREFIX": settings.login_prefix,
        "ECOSYSTEM_RELAY_POLL_SECONDS": "0.02",
        "DAWDLE_SECONDS": str(dawdle_seconds),
    }
    script = str(Path(__file__).with_name("doomed_worker.py"))
    process = await asyncio.create_subprocess_exec(
        sys.executable, script, cwd=ROOT, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(60):
            while (line := await process.stdout.readline()).strip() != b"ready":
                assert line, "the worker did not start"
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGKILL)
        await process.communicate()


async def test_workers_are_killed_at_random_and_every_event_is_numbered_and_heard_once(house: House) -> None:
    vendor, _ = await house.vendor()
    await house.drain()
    rng = random.Random(20)

    async def die_thrice() -> None:
        for _ in range(3):
            async with worker_process(house):
                await asyncio.sleep(0.1 + rng.random() / 2)

    async with asyncio.timeout(300), asyncio.TaskGroup() as tasks:
        writers = [tasks.create_task(write(house, vendor.id, EVENTS // WRITERS, rng)) for _ in range(WRITERS)]
        await asyncio.gather(die_thrice(), die_thrice())
        written = [event_id for writer in writers for event_id in await writer]
        async with worker_process(house):
            while await unfinished(house, vendor.id):  # noqa: ASYNC110 - another process does the work
                await asyncio.sleep(0.1)

    positions = await stamped(house, vendor.id)
    assert positions.keys() == set(written), "none lost, none invented"
    head = max(positions.values())
    assert sorted(positions.values()) == list(range(head - EVENTS + 1, head + 1)), "no gap, no place given twice"
    async with house.machinery.database.transaction(vendor.id) as tx:
        counters = await tx.session.execute(
            select(CounterRow.name, CounterRow.value).where(CounterRow.name.startswith("heard:"))
        )
        heard = {row.name.removeprefix("heard:"): row.value for row in counters}
    assert heard == {str(event_id): 1 for event_id in written}, "each effect exactly once"


async def test_a_kill_between_an_effect_and_its_commit_costs_an_attempt_and_nothing_else(house: House) -> None:
    vendor, _ = await house.vendor()
    await house.drain()
    [event_id] = await write(house, vendor.id, 1, random.Random(1))

    async def owed() -> list[DeliveryRow]:
        return await rows(house, vendor.id, "test.count")

    async with asyncio.timeout(60):
        async with worker_process(house, dawdle_seconds=30):
            while not (found := await owed()) or found[0].lease_holder is None:  # noqa: ASYNC110 - another process works
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.1)
        async with worker_process(house):
            while (await owed())[0].state != "done":  # noqa: ASYNC110 - another process works
                await asyncio.sleep(0.02)
    [row] = await owed()
    assert (row.event_id, row.attempts, row.lease_holder) == (event_id, 2, None)
    async with house.machinery.database.transaction(vendor.id) as tx:
        assert await tx.session.scalar(select(CounterRow.value).where(CounterRow.name == f"heard:{event_id}")) == 1


async def test_an_import_outlives_its_workers_and_applies_every_row_once(house: House) -> None:
    vendor, admin = await house.vendor()
    house.offer(offer_of(Crates()))
    await house.drain()
    table = "external_id,weight\n" + "".join(f"c{number},{number}\n" for number in range(1, 401))
    path = f"/v1/imports/{ok(await send(admin, table), 202)['id']}"
    rng = random.Random(4)
    seen = [ok(await admin.get(path))]

    async def wait_for(least: int) -> None:
        while seen[-1]["done_rows"] < least:
            await asyncio.sleep(0.02)
            seen.append(ok(await admin.get(path)))

    async with asyncio.timeout(120):
        for _ in range(3):
            async with worker_process(house):
                await wait_for(seen[-1]["done_rows"] + 20)
                await asyncio.sleep(rng.random() / 10)
        assert ok(await admin.get(path))["status"] == "running", "the kills came in the midst of it"
        async with worker_process(house):
            await wait_for(400)
    progress = [read["done_rows"] for read in seen]
    assert progress == sorted(progress), "no batch is done and undone"
    assert counts(seen[-1]) == (400, 0, 0, 0)
    kept = await stored(house, vendor.id)
    assert kept["crates applied"] == 400
    assert {name: kept[name] for name in kept if name != "crates applied"} == {f"c{n}": n for n in range(1, 401)}
    packed = select(func.count()).where(EventRow.vendor_id == vendor.id, EventRow.type == "crate.packed")
    async with house.machinery.database.transaction(vendor.id) as tx:
        assert await tx.session.scalar(packed) == 400


async def unfinished(house: House, vendor_id: UUID) -> int:
    """Events without a position, and deliveries not done."""
    async with house.machinery.database.transaction(vendor_id) as tx:
        unstamped = select(func.count()).where(EventRow.vendor_id == vendor_id, EventRow.position.is_(None))
        owed = select(func.count()).where(DeliveryRow.vendor_id == vendor_id, DeliveryRow.state != "done")
        return (await tx.session.scalar(unstamped) or 0) + (await tx.session.scalar(owed) or 0)
