"""What a transaction begins with travels with its first statement, whichever way that statement is asked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.makers import House

from ecosystem_api.runtime.database import Database, Tx
from ecosystem_api.runtime.settings import APP_ROLE

ASKED = "select current_setting('app.vendor', true)"


async def _by_the_driver(tx: Tx) -> Any:
    return await tx.driver.fetchval(ASKED)


async def _by_the_session(tx: Tx) -> Any:
    return await tx.session.scalar(text(ASKED))


async def _unprepared(tx: Tx) -> Any:
    await tx.driver.execute(f"create temporary table seen on commit drop as {ASKED}")
    return await tx.driver.fetchval("select * from seen")


async def _for_many(tx: Tx) -> Any:
    await tx.driver.executemany(
        "select set_config('app.seen', current_setting('app.vendor') || $1, true)", [("!",)] * 3
    )
    return (await tx.driver.fetchval("select current_setting('app.seen')")).removesuffix("!")


async def _by_a_cursor(tx: Tx) -> Any:
    (row,) = [row async for row in tx.driver.cursor(ASKED)]
    return row[0]


async def _copied(tx: Tx) -> Any:
    written = bytearray()

    async def keep(part: bytes) -> None:
        written.extend(part)

    await tx.driver.copy_from_query(ASKED, output=keep)
    return written.decode().strip()


WAYS = (_by_the_driver, _by_the_session, _unprepared, _for_many, _by_a_cursor, _copied)


@pytest.fixture
async def database(house: House) -> AsyncIterator[Database]:
    """A database of one connection, so that whatever one transaction leaves behind meets the next."""
    database = Database(house.settings.url_for(APP_ROLE), pool_size=1)
    yield database
    await database.close()


async def seen_by(database: Database, way: Callable[[Tx], Awaitable[Any]]) -> tuple[UUID, str]:
    """A vendor, and whom the first statement of its transaction took it for."""
    vendor_id = uuid4()
    async with database.transaction(vendor_id) as tx:
        return vendor_id, await way(tx)


@pytest.mark.parametrize("way", WAYS)
async def test_every_way_to_ask_finds_its_vendor_on_a_new_connection_and_again(
    database: Database, way: Callable[[Tx], Awaitable[Any]]
) -> None:
    for _ in range(3):
        vendor_id, seen = await seen_by(database, way)
        assert seen == str(vendor_id)


async def test_a_read_takes_two_round_trips_and_a_transaction_that_asks_nothing_takes_none(database: Database) -> None:
    await seen_by(database, _by_the_driver)  # opens the connection, learns the vendors' clocks
    vendor_id, _ = await seen_by(database, _by_the_driver)
    (line,) = database.connections._idle
    sent: list[str] = []
    line.driver.add_query_logger(lambda record: sent.append(record.query))
    database._on_time.add(vendor_id)
    async with database.transaction(vendor_id):
        pass
    async with database.transaction(vendor_id) as tx:
        await _by_the_driver(tx)
    await asyncio.sleep(0)  # the driver tells of a query in the next turn of the loop
    assert sent == [ASKED, "commit"]


async def test_a_first_statement_that_fails_says_so_and_nothing_of_it_stays(database: Database) -> None:
    async def fails(tx: Tx) -> None:
        await tx.driver.fetchval("select 1 / (select 0)")

    async def cannot_be_sent(tx: Tx) -> None:
        await tx.driver.fetchval("select $1::int", "no number")

    async def is_no_statement(tx: Tx) -> None:
        await tx.session.execute(text("selekt"))

    for way, error in (
        (fails, asyncpg.DivisionByZeroError),
        (cannot_be_sent, asyncpg.DataError),
        (is_no_statement, DBAPIError),
    ):
        with pytest.raises(error):
            await seen_by(database, way)
        (line,) = database.connections._idle  # it is lent again, and knows nobody
        assert not line.is_in_transaction
        assert not await line.driver.fetchval(ASKED)
        vendor_id, seen = await seen_by(database, _by_the_driver)
        assert seen == str(vendor_id)


async def test_who_gives_up_during_the_first_statement_leaves_no_tenant_behind(database: Database) -> None:
    async def sleeps(tx: Tx) -> None:
        await tx.driver.fetchval("select pg_sleep(5)")

    await seen_by(database, _by_the_driver)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await seen_by(database, sleeps)
    vendor_id, seen = await seen_by(database, _by_the_driver)
    assert seen == str(vendor_id)


async def test_a_partner_s_side_travels_along(database: Database) -> None:
    vendor_id, partner_id = uuid4(), uuid4()
    both = "select current_setting('app.vendor') || ' ' || current_setting('app.partner')"
    async with database.transaction(vendor_id, partner_id) as tx:
        assert await tx.driver.fetchval(both) == f"{vendor_id} {partner_id}"
    async with database.transaction(vendor_id) as tx:
        assert await tx.driver.fetchval(both.replace("'app.partner'", "'app.partner', true")) == f"{vendor_id} "
