"""The servers as processes of their own, and how long ours takes until it is ready."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from benchmarks.drive import Connection, request
from benchmarks.load import World
from ecosystem_api.runtime.settings import Settings

NO_LIMIT = "1000000000"


def environment_of(settings: Settings, world: World, deep: list[Any], clients: int) -> dict[str, str]:
    """What the servers are told. Limits are counted and never reached; a request waits for nobody's connection."""
    budgets = [f"ECOSYSTEM_{who}_REQUESTS_PER_MINUTE" for who in ("CLIENT", "PARTNER", "VENDOR", "ADDRESS")]
    return {
        **_surroundings(),
        **dict.fromkeys([*budgets, "ECOSYSTEM_CLIENT_WRITES_PER_MINUTE"], NO_LIMIT),
        "DATABASE_URL": settings.database_url,
        "ECOSYSTEM_SECRET": settings.secret,
        "ECOSYSTEM_BASE_URL": "https://benchmark.example",
        "ECOSYSTEM_TOKEN_LIFETIME_SECONDS": "900",
        "ECOSYSTEM_DRAIN_SECONDS": "0",
        "ECOSYSTEM_METRICS_PORT": "0",
        "ECOSYSTEM_POOL_SIZE": str(clients),
        "ECOSYSTEM_VENDOR_CONCURRENCY": "0",
        "BENCHMARK_VENDOR": str(world.vendor_id),
        "BENCHMARK_DEEP": json.dumps(deep),
    }


def _surroundings() -> dict[str, str]:
    """Our environment without what is set for an installation, and with bytecode kept, as `make` has it."""
    ours = ("ECOSYSTEM_", "DATABASE_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def free_port() -> socket.socket:
    """A listening socket to be inherited."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


@contextlib.contextmanager
def served(
    which: str, listener: socket.socket, environment: dict[str, str], log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    """A server of its own process until we are done; its log goes to a file. Ours is `ecosystem-api serve` itself."""
    port = str(listener.fileno())
    command = ["-m", "benchmarks.serve", which, port]
    if which == "ours":
        command = ["-m", "ecosystem_api.cli", "serve", "--listener-fd", port]
    with log.open("wb") as errors:
        child = subprocess.Popen(  # noqa: S603
            [sys.executable, *command], env=environment, pass_fds=[listener.fileno()], stdout=errors, stderr=errors
        )
        try:
            yield child
        finally:
            child.terminate()
            child.wait(40)


async def await_ready(port: int, child: subprocess.Popen[bytes]) -> None:
    """Until `/readyz` says so. Errors: RuntimeError when the server ended instead; its log says why."""
    connection = await Connection.open(port)
    asking = asyncio.ensure_future(connection.ask(request("GET", "/readyz", None)))
    while not (await asyncio.wait([asking], timeout=0.05))[0]:
        if child.poll() is not None:
            asking.cancel()
            raise RuntimeError(f"the server ended with {child.returncode} before it was ready: see its log")
    status, _, body = await asking
    connection.writer.close()
    if status != 200:
        raise RuntimeError(f"the server is not ready: {body.decode()}")


async def ready_times(environment: dict[str, str], log: Path, times: int) -> list[float]:
    """Seconds from the start of `serve` to its first answer that it is ready, each time anew."""
    found = []
    for _ in range(times):
        with free_port() as listener:
            begun = time.monotonic()
            with served("ours", listener, environment, log) as child:
                await await_ready(listener.getsockname()[1], child)
                found.append(time.monotonic() - begun)
    return found


def run_times(home: Path, times: int) -> list[float]:
    """Seconds from the start of `ecosystem-api run` to its word that it is ready, with data of an earlier start."""
    with free_port() as free:
        port = str(free.getsockname()[1])
    settings = {"DATA_DIR": str(home / "run"), "PORT": port, "METRICS_PORT": "0", "DRAIN_SECONDS": "0"}
    environment = _surroundings() | {f"ECOSYSTEM_{name}": value for name, value in settings.items()}
    found = []
    for _ in range(times + 1):
        begun = time.monotonic()
        with subprocess.Popen(
            [sys.executable, "-m", "ecosystem_api.cli", "run", "--no-demo"],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        ) as child:  # fmt: skip
            assert child.stdout is not None
            if not any("is ready after" in line for line in child.stdout):
                raise RuntimeError("`ecosystem-api run` ended before it was ready")
            found.append(time.monotonic() - begun)
            child.send_signal(signal.SIGINT)
    return found[1:]  # the first made the data


async def fetch_token(port: int, world: World) -> str:
    """An access token of the vendor's client."""
    form = {"grant_type": "client_credentials", "client_id": world.client_id, "client_secret": world.client_secret}
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        answer = await http.post(f"http://127.0.0.1:{port}/oauth/token", data=form)
    return str(answer.raise_for_status().json()["access_token"])
