"""One embedded server: what it is set to, how it starts and how it stops."""

import contextlib
import shutil
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from ecosystem_api.runtime.postgres import (
    EmbeddedPostgres,
    EmbeddedPostgresError,
    ServerStartError,
    throwaway_postgres,
)
from ecosystem_api.runtime.postgres.cluster import LONGEST_SOCKET_PATH, beside

Ask = Callable[[EmbeddedPostgres | str, str], Awaitable[Any]]


def listens(url: str) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port or 0)) == 0


async def test_the_server_speaks_utf8_and_utc_and_compiles_nothing(shared: EmbeddedPostgres, ask: Ask) -> None:
    assert await ask(shared, "show server_encoding") == "UTF8"
    assert await ask(shared, "show timezone") == "UTC"
    assert await ask(shared, "show log_timezone") == "UTC"
    assert await ask(shared, "show jit") == "off"
    assert await ask(shared, "show max_connections") == "100"
    assert await ask(shared, "select lower('ÅÉ') || upper('ö')") == "åéÖ"


async def test_trigram_and_gist_extensions_can_be_created(shared: EmbeddedPostgres, ask: Ask) -> None:
    await ask(shared, "create extension btree_gist")
    await ask(shared, "create extension pg_trgm")
    assert await ask(shared, "select similarity('Förster', 'förster')") == 1.0
    assert await ask(shared, "select count(*) from pg_extension where extname in ('btree_gist', 'pg_trgm')") == 2


async def test_a_wrong_password_is_refused(shared: EmbeddedPostgres, ask: Ask) -> None:
    address = urlsplit(shared.url())
    assert address.password
    assert len(address.password) >= 32
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(f"postgresql://postgres:{address.password[:-1]}@127.0.0.1:{address.port}/postgres", "select 1")


async def test_the_socket_demands_the_password_too(place: Path) -> None:
    # The socket's directory admits its own account (and root) only, so this is the second door.
    with EmbeddedPostgres(place / "data", durable=False) as server:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(host=str(server.socket_dir), port=server.port, user="postgres", password="guess")
        password = urlsplit(server.url()).password
        connection = await asyncpg.connect(
            host=str(server.socket_dir), port=server.port, user="postgres", password=password
        )
        await connection.close()


def test_password_data_and_socket_are_closed_to_others(shared: EmbeddedPostgres) -> None:
    assert shared.socket_dir is not None
    assert beside(shared.data_dir, "password").stat().st_mode & 0o777 == 0o600
    assert shared.data_dir.stat().st_mode & 0o077 == 0
    assert shared.socket_dir.stat().st_mode & 0o077 == 0


async def test_an_address_names_any_database(shared: EmbeddedPostgres, ask: Ask) -> None:
    await ask(shared, 'create database "größe/1"')
    assert await ask(shared.url("größe/1"), "select current_database()") == "größe/1"


async def test_only_a_server_for_tests_gives_up_durability(shared: EmbeddedPostgres, place: Path, ask: Ask) -> None:
    names = ("fsync", "synchronous_commit", "full_page_writes")
    assert [await ask(shared, f"show {name}") for name in names] == ["off", "off", "off"]
    with EmbeddedPostgres(place / "data", max_connections=20) as durable:
        assert [await ask(durable, f"show {name}") for name in names] == ["on", "on", "on"]
        assert await ask(durable, "show max_connections") == "20"


async def test_a_restart_keeps_data_password_and_port(server: EmbeddedPostgres, ask: Ask) -> None:
    await ask(server, "create table kept as select 7 as n")
    address = server.url()
    server.stop()
    assert not server.is_running()
    assert server.pid is None
    assert not listens(address)
    server.start()
    assert server.url() == address
    assert await ask(address, "select n from kept") == 7


async def test_another_supervisor_takes_over_after_a_stop(server: EmbeddedPostgres, ask: Ask) -> None:
    await ask(server, "create table kept as select 7 as n")
    server.stop()
    server.stop()  # a second stop has nothing to do
    with EmbeddedPostgres(server.data_dir, durable=False) as successor:
        assert await ask(successor, "select n from kept") == 7


async def test_a_stop_does_not_wait_for_an_open_transaction(server: EmbeddedPostgres) -> None:
    connection = await asyncpg.connect(server.url())
    await connection.execute("begin; create table unfinished (n int)")
    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < 5
    connection.terminate()


def test_a_throwaway_server_leaves_nothing_behind() -> None:
    with throwaway_postgres() as running:
        directory, address = running.data_dir.parent, running.url()
        assert listens(address)
    assert not directory.exists()
    assert not listens(address)


def test_an_address_before_the_first_start_is_refused(place: Path) -> None:
    with pytest.raises(EmbeddedPostgresError, match="first start"):
        EmbeddedPostgres(place / "data").url()


def test_a_server_started_by_a_short_lived_thread_outlives_that_thread(
    place: Path, eventually: Callable[..., bool]
) -> None:
    server = EmbeddedPostgres(place / "data", durable=False)
    worker = threading.Thread(target=server.start)
    worker.start()
    worker.join()
    try:
        assert listens(server.url())
        assert not eventually(lambda: not server.is_running(), within_seconds=0.4)
    finally:
        server.stop()


def test_a_taken_port_is_named_in_the_refusal(place: Path) -> None:
    with contextlib.closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ServerStartError, match="Address already in use"):
            EmbeddedPostgres(place / "data", durable=False, port=taken.getsockname()[1]).start()


async def test_a_long_path_moves_the_socket_and_nothing_else(place: Path, ask: Ask) -> None:
    deep = place / ("d" * 60) / ("e" * 60) / "data"
    with EmbeddedPostgres(deep, durable=False) as server:
        assert server.socket_dir is not None
        sockets = [path for path in server.socket_dir.iterdir() if path.is_socket()]
        assert [len(str(path)) <= LONGEST_SOCKET_PATH for path in sockets] == [True]
        assert await ask(server, "show data_directory") == str(deep)
    shutil.rmtree(server.socket_dir)
