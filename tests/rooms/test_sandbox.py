"""A sandbox's clock: moved by its own people, felt by everything of this vendor, by nothing of another."""

import asyncio
from datetime import datetime, timedelta

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.makers import House, a_partner, a_product, a_submission, ok, refused

from ecosystem_api.runtime.database import Tx

CLOCK = "/v1/sandbox/clock"
DAY = 86_400


async def test_the_queue_is_served_on_day_91_in_seconds(house: House) -> None:
    vendor, admin = await house.vendor(is_sandbox=True)
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    held, waiting = await a_submission(one), await a_submission(two)
    assert (held["status"], waiting["status"]) == ("approved", "waiting")
    ok(await admin.post(CLOCK, {"advance_seconds": 80 * DAY}))
    await house.drain()
    news = ok(await one.get("/v1/events", params={"type": "deal_registration.expiry_announced"}))["data"]
    assert len(news) == 1, "fourteen days before the end its partner is told"
    ok(await admin.post(CLOCK, {"advance_seconds": 11 * DAY}))
    await house.drain()
    path = "/v1/deal-registrations/"
    assert ok(await one.get(path + held["id"]))["status"] == "expired"
    served = ok(await two.get(path + waiting["id"]))
    assert served["status"] == "approved"
    decided = datetime.fromisoformat(served["decided_at"])
    assert abs(decided - house.clock() - timedelta(days=91)) < timedelta(minutes=5)


async def test_a_clock_is_read_and_moved_forward_only(house: House) -> None:
    vendor, admin = await house.vendor(is_sandbox=True)
    assert ok(await admin.get(CLOCK))["ahead_seconds"] == 0
    moved = ok(await admin.post(CLOCK, {"advance_seconds": 3600}))
    assert moved["ahead_seconds"] == 3600
    now = datetime.fromisoformat(moved["now"])
    assert abs(now - house.clock() - timedelta(hours=1)) < timedelta(seconds=30)
    there = now + timedelta(days=2, microseconds=5)
    reached = ok(await admin.post(CLOCK, {"advance_to": there.isoformat()}))
    assert timedelta(0) <= datetime.fromisoformat(reached["now"]) - there < timedelta(seconds=1)
    refused(await admin.post(CLOCK, {"advance_to": now.isoformat()}), 422, "clock_only_forward")
    refused(await admin.post(CLOCK, {"advance_seconds": 0}), 422, "invalid_request")
    refused(await admin.post(CLOCK, {"advance_seconds": 5, "advance_to": there.isoformat()}), 422)
    refused(await admin.post(CLOCK, {}), 422)
    refused(await admin.post(CLOCK, {"advance_seconds": 3660 * DAY}), 422, "clock_too_far")
    _, partner = await a_partner(house, vendor, "One")
    refused(await partner.post(CLOCK, {"advance_seconds": 5}), 403)
    assert ok(await partner.get(CLOCK))["ahead_seconds"] == reached["ahead_seconds"]


async def test_a_real_vendors_clock_cannot_be_moved_by_any_way(house: House) -> None:
    vendor, admin = await house.vendor()
    sandbox, player = await house.vendor("Play", is_sandbox=True)
    refused(await admin.post(CLOCK, {"advance_seconds": 5}), 409, "not_a_sandbox")
    there = ok(await admin.get(CLOCK))
    assert (there["is_sandbox"], there["ahead_seconds"]) == (False, 0)
    ok(await player.post(CLOCK, {"advance_seconds": 100 * DAY}))
    made = ok(await admin.post("/v1/partners", {"display_name": "Real", "country": "DE"}), 201)
    assert abs(datetime.fromisoformat(made["created_at"]) - house.clock()) < timedelta(minutes=5)
    move = "update tenants set clock_ahead_seconds = 99"
    async with house.machinery.database.transaction(vendor.id) as tx:
        assert await _touched(tx, move) == 0, "not its own"
        assert await _touched(tx, move + f" where vendor_id = '{sandbox.id}'") == 0, "nor another's"
    for forbidden in ("update tenants set is_sandbox = true", "update tenants set created_at = now()"):
        async with house.machinery.database.transaction(vendor.id) as tx:
            with pytest.raises(DBAPIError, match="permission denied"):
                await tx.session.execute(text(forbidden))
            await tx.session.execute(text("rollback"))
    owner = await asyncpg.connect(house.settings.database_url)
    try:
        with pytest.raises(asyncpg.CheckViolationError):
            await owner.execute("update tenants set clock_ahead_seconds = 5 where not is_sandbox")
    finally:
        await owner.close()


async def _touched(tx: Tx, statement: str) -> int:
    return (await tx.session.execute(text(statement))).rowcount


async def test_clocks_moved_at_once_move_by_both(house: House) -> None:
    _, admin = await house.vendor(is_sandbox=True)
    await asyncio.gather(*(admin.post(CLOCK, {"advance_seconds": 1000}) for _ in range(5)))
    assert ok(await admin.get(CLOCK))["ahead_seconds"] == 5000


async def test_the_worker_does_a_sandboxes_later_work_and_leaves_the_others(house: House) -> None:
    real, admin = await house.vendor()
    sandbox, player = await house.vendor("Play", is_sandbox=True)
    for vendor, api in ((real, admin), (sandbox, player)):
        await a_product(api)
        _, partner = await a_partner(house, vendor, "One")
        assert (await a_submission(partner))["status"] == "approved"
    ok(await player.post(CLOCK, {"advance_seconds": 200 * DAY}))
    await house.drain()
    for api, status in ((player, "expired"), (admin, "approved")):
        assert [one["status"] for one in ok(await api.get("/v1/deal-registrations"))["data"]] == [status]
