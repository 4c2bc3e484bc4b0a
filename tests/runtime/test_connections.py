"""What a transaction begins with travels with its first statement, whichever way that statement is asked."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from random import Random
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from tests.asked import asked_of
from tests.makers import House, refused

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


READ = (
    "select current_setting('app.vendor', true) || ' ' || coalesce(current_setting('app.partner', true), '') as tenant"
)


async def read_by(database: Database, partner_id: UUID | None = None) -> tuple[str, str]:
    """A tenant, and whom a statement that only reads took it for."""
    vendor_id = uuid4()
    async with database.transaction(vendor_id, partner_id, only_reads=True) as tx:
        (row,) = await tx.read(READ, ())
    return f"{vendor_id} {partner_id or ''}", row["tenant"]


async def test_a_read_is_one_round_trip_and_carries_its_tenant(database: Database) -> None:
    for partner_id in (None, uuid4(), None, uuid4()):
        wanted, seen = await read_by(database, partner_id)
        assert seen == wanted
    vendor_id = uuid4()
    database._on_time.add(vendor_id)
    async with asked_of(database.connections) as sent, database.transaction(vendor_id, only_reads=True) as tx:
        await tx.read(READ, ())
        assert not tx._line.is_in_transaction
    assert [one.query for one in sent] == [READ]
    (line,) = database.connections._idle
    assert not (await line._driver.fetchval(READ)).strip(), "the tenant has left with its statement"


async def test_reads_of_many_tenants_never_see_each_other_s(database: Database) -> None:
    """Statements that only read, that begin a transaction, that fail and that cannot be sent, in any order."""
    order = Random(7)
    texts = [f"{READ} -- {number}" for number in range(database.connections._most_kept + 20)]  # more than are kept
    for _ in range(400):
        vendor_id, partner_id = uuid4(), order.choice((None, uuid4()))
        wanted = f"{vendor_id} {partner_id or ''}"
        way = order.choice(("reads", "fails", "cannot be sent", "begins", "writes", "is wide"))
        with contextlib.suppress(asyncpg.DivisionByZeroError, asyncpg.DataError):
            async with database.transaction(vendor_id, partner_id, only_reads=way != "writes") as tx:
                if way == "fails":
                    await tx.read("select 1 / (select 0)", ())
                if way == "cannot be sent":
                    await tx.read("select $1::int", ("no number",))
                if way == "begins":
                    assert await tx.driver.fetchval(READ) == wanted
                if way == "is wide":
                    async with tx.vendor_wide():
                        assert (await tx.read(READ, ()))[0]["tenant"] == f"{vendor_id} "
                for text in order.choices(texts, k=3):
                    assert (await tx.read(text, ()))[0]["tenant"] == wanted


async def test_what_changes_something_begins_a_transaction_that_later_reads_are_part_of(database: Database) -> None:
    async def changes(tx: Tx) -> None:
        await tx.read(READ, ())
        await tx.driver.execute("create temporary table kept (one int)")
        assert not await tx.read("select * from kept", ())
        assert tx._line.is_in_transaction
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        async with database.transaction(uuid4(), only_reads=True) as tx:
            await changes(tx)
    async with database.transaction(uuid4(), only_reads=True) as tx:
        with pytest.raises(asyncpg.UndefinedTableError):
            await tx.read("select * from kept", ())


async def test_a_read_is_prepared_anew_when_a_migration_has_changed_its_answer(database: Database) -> None:
    async with database.transaction(uuid4(), only_reads=True) as tx:
        await tx._line._driver.execute("create temporary table moved as select 1 as one")
        assert [tuple(row) for row in await tx.read("select * from moved", ())] == [(1,)]
        await tx._line._driver.execute("alter table moved add two text default 'two'")
        assert [tuple(row) for row in await tx.read("select * from moved", ())] == [(1, "two")]
        await tx._line._driver.execute("drop table moved")


async def test_who_gives_up_during_a_read_leaves_no_tenant_behind(database: Database) -> None:
    await read_by(database)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05), database.transaction(uuid4(), uuid4(), only_reads=True) as tx:
            await tx.read("select pg_sleep(5)", ())
    wanted, seen = await read_by(database)
    assert seen == wanted


async def test_where_no_statement_may_be_kept_every_read_is_in_a_transaction(house: House) -> None:
    database = Database(house.settings.url_for(APP_ROLE), pool_size=1, statement_cache_size=0)
    try:
        for partner_id in (None, uuid4()):
            async with database.transaction(uuid4(), partner_id, only_reads=True) as tx:
                await tx.read(READ, ())
                assert tx._line.is_in_transaction
    finally:
        await database.close()


async def test_a_partner_s_side_travels_along(database: Database) -> None:
    vendor_id, partner_id = uuid4(), uuid4()
    both = "select current_setting('app.vendor') || ' ' || current_setting('app.partner')"
    async with database.transaction(vendor_id, partner_id) as tx:
        assert await tx.driver.fetchval(both) == f"{vendor_id} {partner_id}"
    async with database.transaction(vendor_id) as tx:
        assert await tx.driver.fetchval(both.replace("'app.partner'", "'app.partner', true")) == f"{vendor_id} "


async def test_a_database_that_does_not_answer_in_time_is_told_as_such(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, admin = await house.vendor()

    async def say_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()  # until the other side gives up
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    monkeypatch.setattr("ecosystem_api.runtime.database.opening.CONNECT_SECONDS", 0.2)
    answering = house.machinery.database
    house.machinery.database = Database(f"postgresql://nobody:secret@127.0.0.1:{port}/none?sslmode=disable")
    try:
        problem = refused(await admin.get("/v1/products"), 503)
    finally:
        await house.machinery.database.close()
        house.machinery.database = answering
        server.close()
        await server.wait_closed()
    assert problem["retryable"]
