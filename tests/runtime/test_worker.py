"""The worker serves every vendor, whatever one of them does, and keeps house."""

import asyncio
from copy import copy
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.makers import House
from tests.runtime.parcels import (
    Hands,
    effects,
    remind,
    rows,
    send,
    until,
)

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime.database import Database, scoped
from ecosystem_api.runtime.http.idempotency import IdempotencyKeyRow
from ecosystem_api.runtime.ledger.deliver import claim
from ecosystem_api.runtime.ledger.tables import DeliveryRow
from ecosystem_api.runtime.tenants import WorkerBeatRow
from ecosystem_api.runtime.worker import Worker


async def test_a_quiet_vendor_is_served_within_one_turn_beside_a_neighbour_with_thousands(
    house: House, hands: Hands
) -> None:
    noisy, _ = await house.vendor()
    quiet, _ = await house.vendor("Contoso")
    await house.drain()
    async with house.machinery.database.transaction(noisy.id) as tx:
        long_ago = tx.now - timedelta(hours=1)
        many: list[dict[str, Any]] = [
            {"vendor_id": noisy.id, "id": new_uuid(), "handler": "test.parcels", "subject_id": "n"}
            | {"owed_at": long_ago, "due_at": long_ago}
            for _ in range(2000)
        ]
        await tx.session.run_sync(lambda session: session.bulk_insert_mappings(DeliveryRow, many))  # type: ignore[arg-type]
    await remind(house, quiet.id, subject_id="q")
    await house.worker.turn()
    served = [heard.subject_id for heard in hands.heard]
    assert "q" in served
    assert 0 < served.count("n") < 1000


async def test_one_vendors_slow_handler_does_not_hold_up_the_others(house: House, hands: Hands) -> None:
    slow, _ = await house.vendor()
    quick, _ = await house.vendor("Contoso")
    await house.drain()
    hands.held["slow"] = asyncio.Event()
    await remind(house, slow.id, subject_id="slow")
    stop = asyncio.Event()
    running = asyncio.create_task(house.worker.run(stop))
    await until(lambda: bool(hands.heard))
    await send(house, quick.id)
    await until(lambda: len(hands.heard) == 2)
    assert await effects(house, slow.id) == 0, "still at it"
    stop.set()
    hands.held["slow"].set()
    await running
    assert await effects(house, slow.id) == 1, "what was in hand is finished before the worker leaves"


async def test_a_worker_serves_nothing_with_a_login_that_may_ignore_row_level_security(
    house: House, hands: Hands
) -> None:
    vendor, _ = await house.vendor()
    await remind(house, vendor.id)
    machinery = copy(house.worker.machinery)
    machinery.database = Database(house.settings.database_url, pool_size=1)
    with pytest.raises(RuntimeError, match="may ignore row-level security"):
        await Worker(machinery).run(asyncio.Event())
    await machinery.database.close()
    assert not hands.heard


async def test_one_vendors_trouble_does_not_keep_another_from_being_served(
    house: House, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubled, _ = await house.vendor()
    well, _ = await house.vendor("Contoso")
    await house.drain()
    await remind(house, troubled.id)
    await remind(house, well.id)
    claims = claim

    async def failing(database: Any, vendor_id: UUID, worker: str) -> UUID | None:
        if vendor_id == troubled.id:
            raise ConnectionError
        return await claims(database, vendor_id, worker)

    monkeypatch.setattr("ecosystem_api.runtime.worker.claim", failing)
    await house.drain()
    assert await effects(house, well.id) == 1


async def test_the_worker_reports_its_life_and_forgets_the_long_silent(house: House) -> None:
    await house.vendor()
    owner = house.worker.machinery.database
    async with owner.crossing() as session:
        gone = WorkerBeatRow(worker="gone", beat_at=house.clock() - timedelta(hours=2), relay_lag_seconds=0)
        gone.unstamped = gone.overdue = 0
        session.add(gone)
    stop = asyncio.Event()
    running = asyncio.create_task(house.worker.run(stop))

    async def names() -> list[str]:
        async with owner.crossing() as session:
            return list(await session.scalars(select(WorkerBeatRow.worker)))

    for _ in range(100):
        if await names() == [house.worker.name]:
            break
        await asyncio.sleep(0.02)
    stop.set()
    await running
    assert await names() == [house.worker.name]
    ready = (await house.http.get("/readyz")).json()
    assert ready["checks"]["relay"]["status"] == "ok"


async def test_what_outlived_its_purpose_is_swept_away(house: House, hands: Hands) -> None:
    vendor, admin = await house.vendor()
    await admin.post("/v1/clients", {"name": "x", "role": "analyst"}, headers={"Idempotency-Key": "k-1"})
    await remind(house, vendor.id)
    await house.drain()
    await remind(house, vendor.id, days=90)

    async def left() -> tuple[int, list[str]]:
        async with house.machinery.database.transaction(vendor.id) as tx:
            keys = len(list(await tx.session.scalars(scoped(tx, IdempotencyKeyRow))))
        return keys, [row.state for row in await rows(house, vendor.id)]

    await house.worker.clean()
    assert await left() == (1, ["done", "pending"])
    house.clock.move(days=31)
    await house.worker.clean()
    assert await left() == (0, ["pending"])


async def test_a_queue_that_feeds_itself_is_not_drained_for_ever(house: House, hands: Hands) -> None:
    vendor, _ = await house.vendor()
    hands.again = [timedelta(0)] * 10_000
    await remind(house, vendor.id)
    with pytest.raises(RuntimeError, match="does not drain"):
        await Worker(house.worker.machinery).drain(limit=3)
