"""Who decides about a customer waits in one order, whatever becomes known while it waits."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest
from tests.makers import House, a_draft, a_partner, a_product, ok

from ecosystem_api.areas import catalog
from ecosystem_api.kernel.ids import decode
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.merging import service as merging
from ecosystem_api.market.merging.schemas import AccountMerge
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.runtime.caller import system_caller
from ecosystem_api.runtime.database import Tx

WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
LOCK = "select 1 from accounts where id = $1 for update"


@pytest.fixture
async def owner(house: House) -> AsyncIterator[asyncpg.Connection]:
    found = await asyncpg.connect(house.settings.database_url)
    yield found
    await found.close()


async def two(house: House) -> tuple[UUID, UUID, UUID]:
    """A vendor and two accounts of it, the older first."""
    vendor, admin = await house.vendor()
    names = ("Acme Industries", "Globex Works")
    made = [ok(await admin.post("/v1/accounts", {"name": name, "country": "DE"}), 201)["account"] for name in names]
    older, newer = sorted(decode("acc", one["id"]) for one in made)
    return vendor.id, older, newer


async def merge(tx: Tx, source_id: UUID, target_id: UUID) -> None:
    body = AccountMerge(into_id=target_id, reason="duplicate")
    await merging.merge_account(tx, system_caller(tx.vendor_id, "test"), catalog(), source_id, body, "*")


async def until_waiting(house: House, many: int) -> None:
    """Until so many connections wait for a lock."""
    watch = await asyncpg.connect(house.settings.database_url)
    while await watch.fetchval(WAITING) != many:
        await watch.execute("select pg_sleep(0.01)")
    await watch.close()


async def test_who_learns_of_another_account_while_it_waits_gives_back_what_it_has(
    house: House, owner: asyncpg.Connection
) -> None:
    vendor_id, older, newer = await two(house)
    database = house.machinery.database

    async def decide() -> frozenset[UUID]:
        async with database.transaction(vendor_id) as tx:
            return (await recognition.know_locked(tx, newer)).same_ids

    async with database.transaction(vendor_id) as tx:
        await merge(tx, newer, older)
        decision = asyncio.create_task(decide())
        await until_waiting(house, 1)
        another = owner.transaction()
        await another.start()
        before = asyncio.create_task(owner.execute(LOCK, older))
        await until_waiting(house, 2)
    await before
    await until_waiting(house, 1)  # the decision had the newer account, learnt of the older, and waits for it
    await owner.execute(LOCK + " nowait", newer)
    await another.commit()
    assert await decision == {older, newer}


async def test_what_was_read_just_before_another_committed_is_read_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    vendor_id, older, newer = await two(house)
    lock = accounts.lock_accounts

    async def lock_late(*given: Any) -> None:
        monkeypatch.setattr(accounts, "lock_accounts", lock)
        async with house.machinery.database.transaction(vendor_id) as other:
            await merge(other, newer, older)
        await lock(*given)

    async with house.machinery.database.transaction(vendor_id) as tx:
        monkeypatch.setattr(accounts, "lock_accounts", lock_late)
        known = await recognition.know_locked(tx, older)
    assert known.same_ids == {older, newer}


async def test_what_refers_to_a_customer_is_written_while_somebody_decides_about_it(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    first = await a_draft(partner)
    async with house.machinery.database.transaction(vendor.id) as tx:
        await recognition.know_locked(tx, decode("acc", first["account_id"]))
        second = await a_draft(partner)
    assert second["account_id"] == first["account_id"]
