"""A data directory has one server at a time."""

import os
import shutil
import signal
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from ecosystem_api.runtime.postgres import DataDirectoryError, DataDirectoryInUseError, EmbeddedPostgres
from ecosystem_api.runtime.postgres.account import identity, server_account
from ecosystem_api.runtime.postgres.binaries import binaries_for
from ecosystem_api.runtime.postgres.cluster import beside

START = """
import sys
from pathlib import Path
from ecosystem_api.runtime.postgres import DataDirectoryInUseError, EmbeddedPostgres
try:
    EmbeddedPostgres(Path(sys.argv[1]), durable=False).start()
except DataDirectoryInUseError as refusal:
    print("refused:", refusal)
"""


def test_a_second_supervisor_in_the_same_process_is_refused(server: EmbeddedPostgres) -> None:
    second = EmbeddedPostgres(server.data_dir, durable=False)
    with pytest.raises(DataDirectoryInUseError, match=f"already served by process {os.getpid()}"):
        second.start()
    second.stop()
    assert server.is_running()


async def test_a_second_supervisor_in_another_process_is_refused(
    server: EmbeddedPostgres,
    start_python: Callable[..., subprocess.Popen[str]],
    ask: Callable[..., Awaitable[Any]],
) -> None:
    answer, _ = start_python(START, server.data_dir).communicate(timeout=30)
    assert answer.startswith(f"refused: {server.data_dir} is already served by process {os.getpid()}.")
    assert await ask(server, "select 1") == 1


@pytest.mark.parametrize("may_inspect_processes", [True, False])
def test_a_server_started_by_hand_is_refused_and_left_alone(
    server: EmbeddedPostgres,
    start_python: Callable[..., subprocess.Popen[str]],
    eventually: Callable[..., bool],
    may_inspect_processes: bool,
) -> None:
    prefix: tuple[str, ...] = ()
    if not may_inspect_processes:  # what root lacks in most containers
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            pytest.skip("only root can give up a capability")
        prefix = ("setpriv", "--bounding-set=-sys_ptrace")
    server.stop()
    account = server_account(server.data_dir)
    command = [str(binaries_for(account) / "postgres"), "-D", str(server.data_dir)]
    command += ["-c", "listen_addresses=", "-c", f"unix_socket_directories={server.socket_dir}"]
    with subprocess.Popen(command, cwd="/", stderr=subprocess.DEVNULL, **identity(account)) as by_hand:
        try:
            pid_file = server.data_dir / "postmaster.pid"
            assert eventually(lambda: pid_file.exists() and "ready" in pid_file.read_text())
            before = pid_file.read_text()
            answer, _ = start_python(START, server.data_dir, prefix=prefix).communicate(timeout=30)
            assert answer.startswith("refused: ")
            assert f"started elsewhere (process {by_hand.pid})" in answer
            assert pid_file.read_text() == before
            assert by_hand.poll() is None
        finally:
            by_hand.send_signal(signal.SIGINT)


def test_a_directory_of_something_else_is_refused(place: Path) -> None:
    (place / "data").mkdir()
    (place / "data" / "thesis.txt").write_text("mine")
    with pytest.raises(DataDirectoryError, match="not a PostgreSQL data directory"):
        EmbeddedPostgres(place / "data").start()
    assert (place / "data" / "thesis.txt").read_text() == "mine"


def test_a_lost_password_file_is_named(server: EmbeddedPostgres) -> None:
    server.stop()
    beside(server.data_dir, "password").unlink()
    with pytest.raises(DataDirectoryError, match=r"data\.password is missing"):
        server.start()
