"""An embedded server survives every kind of crash, its own and its supervisor's, and never outlives the latter."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest

from ecosystem_api.runtime.postgres import EmbeddedPostgres
from ecosystem_api.runtime.postgres.account import identity, server_account

Ask = Callable[[EmbeddedPostgres | str, str], Awaitable[Any]]

HOLD = """
import sys, time
from pathlib import Path
from ecosystem_api.runtime.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
server.start()
print(server.pid, server.url(), flush=True)
time.sleep(60)
"""
WITHOUT_DEATH_SIGNAL = "from ecosystem_api.runtime.postgres import process\nprocess.end_with_parent = lambda _: None\n"
START_AND_END_WITHOUT_STOP = HOLD.replace("time.sleep(60)", "")


@pytest.fixture
def stranger(server: EmbeddedPostgres) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the server's account that is no server."""
    with subprocess.Popen(["sleep", "60"], cwd="/", **identity(server_account(server.data_dir))) as process:
        yield process
        process.kill()


def listens(url: str) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", urlsplit(url).port or 0)) == 0


def kill_and_wait(server: EmbeddedPostgres) -> None:
    assert server.pid is not None
    os.kill(server.pid, signal.SIGKILL)
    deadline = time.monotonic() + 8
    while server.is_running():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def said_by(child: subprocess.Popen[str]) -> tuple[int, str]:
    """The server's process id and address, as a child printed them."""
    assert child.stdout is not None
    pid, url = child.stdout.readline().split()
    return int(pid), url


def kill_child(child: subprocess.Popen[str]) -> None:
    child.kill()
    child.wait()


async def test_a_killed_server_is_restarted_with_every_committed_row(place: Path, ask: Ask) -> None:
    with EmbeddedPostgres(place / "data") as server:
        assert server.ensure_running() is False
        address = server.url()
        witness = await asyncpg.connect(address)  # its backend is an orphan for a moment
        await witness.execute("create table kept (n int)")
        await witness.execute("insert into kept select generate_series(1, 500)")
        kill_and_wait(server)
        assert server.ensure_running() is True
        assert server.url() == address
        assert await ask(server, "select count(*) from kept") == 500
        witness.terminate()


async def test_a_restart_waits_until_a_busy_orphan_is_gone(place: Path, ask: Ask) -> None:
    with EmbeddedPostgres(place / "data") as server:
        witness = await asyncpg.connect(server.url())
        backend = await witness.fetchval("select pg_backend_pid()")
        os.kill(backend, signal.SIGSTOP)  # so that it cannot notice its postmaster's end
        kill_and_wait(server)
        release = subprocess.Popen(["sh", "-c", f"sleep 0.4; kill -CONT {backend}"])  # noqa: ASYNC220 - short
        server.ensure_running()
        assert release.wait() == 0
        assert await ask(server, "select 1") == 1
        assert "still in use" in server.log_file.read_text()
        witness.terminate()


async def test_a_dead_process_in_the_pid_file_does_not_hinder_a_start(server: EmbeddedPostgres, ask: Ask) -> None:
    await ask(server, "create table kept as select 7 as n")
    await ask(server, "checkpoint")  # without durability a crash may lose what was committed last
    kill_and_wait(server)
    server.stop()
    assert (server.data_dir / "postmaster.pid").exists()
    with EmbeddedPostgres(server.data_dir, durable=False) as successor:
        assert await ask(successor, "select n from kept") == 7


async def test_a_stranger_with_the_dead_servers_process_id_does_not_hinder_a_start(
    server: EmbeddedPostgres, stranger: subprocess.Popen[bytes], ask: Ask
) -> None:
    await ask(server, "create table kept as select 7 as n")
    await ask(server, "checkpoint")
    kill_and_wait(server)
    server.stop()
    pid_file = server.data_dir / "postmaster.pid"
    _, *rest = pid_file.read_text().splitlines(keepends=True)
    # PostgreSQL alone refuses here: the process exists and belongs to the account that owns the data.
    pid_file.write_text("".join([f"{stranger.pid}\n", *rest]))
    with EmbeddedPostgres(server.data_dir, durable=False) as successor:
        assert await ask(successor, "select n from kept") == 7
    assert stranger.poll() is None


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent died")
async def test_a_killed_supervisor_takes_its_server_down(
    place: Path, start_python: Callable[..., subprocess.Popen[str]], ask: Ask, eventually: Callable[..., bool]
) -> None:
    supervisor = start_python(HOLD, place / "data")
    _, address = said_by(supervisor)
    await ask(address, "create table kept as select 7 as n")
    kill_child(supervisor)
    assert eventually(lambda: not listens(address), within_seconds=5)
    with EmbeddedPostgres(place / "data") as successor:
        assert await ask(successor, "select n from kept") == 7


async def test_a_server_left_behind_by_a_killed_supervisor_is_replaced(
    place: Path, start_python: Callable[..., subprocess.Popen[str]], ask: Ask
) -> None:
    supervisor = start_python(WITHOUT_DEATH_SIGNAL + HOLD, place / "data")
    left_over, address = said_by(supervisor)
    await ask(address, "create table kept as select 7 as n")
    kill_child(supervisor)
    assert listens(address)
    with EmbeddedPostgres(place / "data") as successor:
        assert successor.pid != left_over
        assert not listens(address)
        assert await ask(successor, "select n from kept") == 7


def test_a_program_that_forgets_to_stop_stops_its_server_at_exit(
    place: Path, start_python: Callable[..., subprocess.Popen[str]]
) -> None:
    program = start_python(WITHOUT_DEATH_SIGNAL + START_AND_END_WITHOUT_STOP, place / "data")
    _, address = said_by(program)
    assert program.wait(timeout=20) == 0
    assert not listens(address)
    assert not (place / "data" / "postmaster.pid").exists()


def test_an_interrupted_creation_begins_again(place: Path) -> None:
    draft = place / "data.new"
    draft.mkdir()
    (draft / "PG_VERSION").write_text("18\n")
    with EmbeddedPostgres(place / "data", durable=False) as server:
        assert server.is_running()
    assert not draft.exists()
