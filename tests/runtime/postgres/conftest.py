"""Places and servers for the tests of the embedded PostgreSQL."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from ecosystem_api.runtime.postgres import EmbeddedPostgres, throwaway_postgres

SOURCE = Path(__file__).resolve().parents[3] / "src"


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory the server's account can pass through; pytest's own is closed to it when root runs the tests."""
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)
        yield Path(name).resolve()


@pytest.fixture
def server(place: Path) -> Iterator[EmbeddedPostgres]:
    """A server of the test's own, to be harmed."""
    with EmbeddedPostgres(place / "data", durable=False) as running:
        yield running


@pytest.fixture(scope="package")
def shared() -> Iterator[EmbeddedPostgres]:
    """One server for the tests that do it no harm."""
    with throwaway_postgres() as running:
        yield running


@pytest.fixture(scope="session")
def ask() -> Callable[[EmbeddedPostgres | str, str], Awaitable[Any]]:
    """Ask a server, or the database at an address, for one value."""

    async def ask_for_one_value(server: EmbeddedPostgres | str, sql: str) -> Any:
        connection = await asyncpg.connect(server if isinstance(server, str) else server.url())
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return ask_for_one_value


@pytest.fixture(scope="session")
def eventually() -> Callable[..., bool]:
    """Wait for a condition and tell whether it came true."""

    def wait_for(condition: Callable[[], bool], *, within_seconds: float = 8.0) -> bool:
        deadline = time.monotonic() + within_seconds
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.02)
        return condition()

    return wait_for


@pytest.fixture
def start_python() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a script in a Python of its own, which does not outlive the test."""
    children: list[subprocess.Popen[str]] = []

    def start(script: str, *arguments: Path | str, prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
        command = [*prefix, sys.executable, "-W", "error", "-c", script, *map(str, arguments)]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(SOURCE), *filter(None, sys.path)])}
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment)
        children.append(child)
        return child

    yield start
    for child in children:
        child.kill()
        child.communicate()
