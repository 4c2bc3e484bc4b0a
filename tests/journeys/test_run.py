"""`ecosystem-api run` as a developer meets it: real processes, killed one after the other."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from tests.conftest import Cluster

from ecosystem_api.access.vendors.schemas import VendorCreate
from ecosystem_api.app import build_machinery
from ecosystem_api.cli.installation import read_private, without_credentials
from ecosystem_api.kernel.ids import encode
from ecosystem_api.operator import open_vendor
from ecosystem_api.runtime.settings import Settings

SECRET_FORM = "ecos_thisisnotarealsecretbutlookslikeone1234567"
SECRETS = ("mallory.canary@example.com", SECRET_FORM, "eyJhbGciOiJFUzI1NiJ9.canary-token.signature")
CANARIES = (*SECRETS, "canary-in-a-name")


def eventually(condition: Callable[[], bool], within_seconds: float = 15.0) -> None:
    deadline = time.monotonic() + within_seconds
    while not condition():
        assert time.monotonic() < deadline, f"not so after {within_seconds:g} s"
        time.sleep(0.02)


class Service:
    """A `run` of the test's own: its folder, its port, its process tree."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        self.output = folder / "output.txt"
        unwanted = {"DATABASE_URL", "ECOSYSTEM_SECRET", "ECOSYSTEM_BASE_URL", "ECOSYSTEM_LOGIN_PREFIX"}
        self.environment = {name: value for name, value in os.environ.items() if name not in unwanted}
        self.environment |= {"ECOSYSTEM_PORT": str(self.port), "ECOSYSTEM_DATA_DIR": str(folder / "local")}
        self.process: subprocess.Popen[bytes] | None = None

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ecosystem_api.cli", *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)

    def opened_vendor(self, name: str) -> dict[str, str]:
        note = read_private(self.folder / "local" / "running.json")
        assert note is not None
        machinery = build_machinery(Settings().model_copy(update=note))

        async def open_it() -> dict[str, str]:
            try:
                vendor, client = await open_vendor(machinery, VendorCreate(name=name))
            finally:
                await machinery.database.close()
            secret = {"client_id": client.client_id, "client_secret": client.client_secret}
            return {"path": f"/v1/vendors/{encode('ven', vendor.id)}", **secret}

        return asyncio.run(open_it())

    def start(self) -> None:
        command = [sys.executable, "-m", "ecosystem_api.cli", "run", "--no-demo"]
        with self.output.open("ab") as output:
            self.process = subprocess.Popen(command, env=self.environment, stdout=output, stderr=output)
        eventually(lambda: self.is_ready() or self.has_ended(), 60)
        assert not self.has_ended(), self.output.read_text()

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def is_ready(self) -> bool:
        with httpx.Client(base_url=self.url, timeout=2) as client:
            return answers(client)

    def family(self) -> list[psutil.Process]:
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def find(self, word: str) -> int | None:
        """The process id of the child whose command line holds the word."""
        assert self.process is not None
        for child in psutil.Process(self.process.pid).children():
            try:
                if any(word in part for part in child.cmdline()):
                    return child.pid
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return None

    def kill(self, word: str) -> None:
        """End one part by force, and return when another has taken its place."""
        victim = self.find(word)
        assert victim is not None
        os.kill(victim, signal.SIGKILL)
        eventually(lambda: self.find(word) not in (None, victim))

    def end(self, number: int) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(30)

    def login(self, client: dict[str, str]) -> dict[str, str]:
        form = {"grant_type": "client_credentials", **{key: client[key] for key in ("client_id", "client_secret")}}
        answer = httpx.post(self.url + "/oauth/token", data=form, timeout=15)
        assert answer.is_success, answer.text
        return {"Authorization": f"Bearer {answer.json()['access_token']}"}


@pytest.fixture
def service() -> Iterator[Service]:
    with tempfile.TemporaryDirectory(prefix="run-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)  # for root the server runs as another account, which has to pass through
        found = Service(Path(name).resolve())
        yield found
        if found.process is not None and not found.has_ended():
            found.end(signal.SIGTERM)


def all_gone(family: list[psutil.Process]) -> bool:
    return not any(process.is_running() and process.status() != psutil.STATUS_ZOMBIE for process in family)


def test_every_part_that_is_killed_comes_back_and_after_all_at_once_the_next_start_has_what_was_acknowledged(
    service: Service,
) -> None:
    service.start()
    opened = service.opened_vendor("Northwind")
    headers = service.login(opened)
    path = service.url + opened["path"]
    assert httpx.patch(path, json={"name": "Renamed"}, headers={**headers, "If-Match": "*"}, timeout=15).is_success

    victim = service.find("serve")
    assert victim is not None
    os.kill(victim, signal.SIGKILL)
    # The listening socket outlives the API, so this request waits for the next one instead of being refused.
    assert httpx.get(path, headers=headers, timeout=30).json()["name"] == "Renamed"
    assert service.find("serve") not in (None, victim)
    service.kill("worker")
    service.kill("postgres")
    eventually(service.is_ready)
    eventually(lambda: httpx.get(path, headers=headers, timeout=15).is_success)

    family = service.family()
    assert len(family) >= 3
    assert service.end(signal.SIGKILL) == -signal.SIGKILL
    eventually(lambda: all_gone(family), 8)

    service.start()
    assert httpx.get(path, headers=service.login(opened), timeout=15).json()["name"] == "Renamed"
    family = service.family()
    assert service.end(signal.SIGTERM) == 0
    assert all_gone(family)
    assert not (service.folder / "local" / "running.json").exists()


def test_the_logs_hold_no_secret_and_nothing_personal(service: Service) -> None:
    service.start()
    opened = service.opened_vendor("canary-in-a-name")
    headers = service.login(opened)
    for canary in CANARIES:
        for body in ({"name": canary, "role": canary}, {"name": canary, canary: canary}, [canary]):
            sent = {**headers, "User-Agent": canary, "Cookie": f"session={canary}"}
            # An id is logged as it was sent, but for what has the form of a secret.
            sent |= {"X-Request-Id": canary} if canary in SECRETS else {}
            answer = httpx.post(f"{service.url}/v1/clients", params={"q": canary}, json=body, headers=sent, timeout=15)
            assert answer.status_code in (400, 422)
        httpx.post(f"{service.url}/v1/clients", json={"name": canary, "role": "analyst"}, headers=headers, timeout=15)
        httpx.get(f"{service.url}/v1/vendors/{canary}?token={canary}", headers=headers, timeout=15)
        httpx.get(f"{service.url}/v1/me", headers={"Authorization": f"Bearer {canary}"}, timeout=15)
        httpx.post(f"{service.url}/oauth/token", data={"client_id": canary, "client_secret": canary}, timeout=15)
    with socket.create_connection(("127.0.0.1", service.port), 5) as wire:
        wire.sendall(f"NONSENSE {CANARIES[0]} {SECRET_FORM}\r\n\r\n".encode())
        assert b"malformed_request" in wire.recv(4096)
    service.kill("postgres")
    httpx.get(f"{service.url}/v1/me", headers=headers, timeout=15)
    assert service.end(signal.SIGINT) == 0

    written = service.output.read_text()
    secrets = [opened["client_secret"], headers["Authorization"].removeprefix("Bearer ")]
    secrets.append((service.folder / "local" / "secret").read_text().strip())
    found = [secret for secret in (*CANARIES, *secrets) if secret in written]
    assert not found
    lines = [json.loads(line) for line in written.splitlines() if line.startswith("{")]
    assert sum(line["event"] == "request" for line in lines) > 20
    assert not [line for line in lines if "dropped" in line]


def test_a_taken_port_is_told_in_one_sentence(service: Service) -> None:
    with socket.create_server(("127.0.0.1", service.port)):
        refusal = service.command("run", "--no-demo")
    assert refusal.returncode == 1
    assert f"Port {service.port}" in refusal.stderr
    assert "ECOSYSTEM_PORT" in refusal.stderr
    assert "Traceback" not in refusal.stderr


def test_a_signal_while_it_is_starting_ends_it_cleanly(service: Service) -> None:
    with service.output.open("ab") as output:
        command = [sys.executable, "-m", "ecosystem_api.cli", "run", "--no-demo"]
        service.process = subprocess.Popen(command, env=service.environment, stdout=output, stderr=output)
    # The server's files appear some time before the schema is there.
    eventually(lambda: (service.folder / "local" / "postgres" / "postmaster.pid").exists(), 60)
    family = service.family()
    assert service.end(signal.SIGTERM) == 0
    assert all_gone(family)
    assert "Traceback" not in service.output.read_text()


async def test_a_process_that_drains_says_so_serves_on_and_then_ends(cluster: Cluster) -> None:
    database = await cluster.clone()
    settings = cluster.settings(database)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = os.environ | {
        "DATABASE_URL": without_credentials(settings.database_url),
        "ECOSYSTEM_SECRET": settings.secret,
        "ECOSYSTEM_LOGIN_PREFIX": settings.login_prefix,
        "ECOSYSTEM_PORT": str(port),
        "ECOSYSTEM_DRAIN_SECONDS": "1",
    }
    try:
        assert await asyncio.to_thread(drained, environment, port) == 0
    finally:
        await cluster.drop(database)


def drained(environment: dict[str, str], port: int) -> int:
    """Serve, ask for the end, look at what is said meanwhile, and answer the exit code."""
    command = [sys.executable, "-m", "ecosystem_api.cli", "serve"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=5) as client:
            eventually(lambda: process.poll() is not None or answers(client), 30)
            process.send_signal(signal.SIGTERM)
            eventually(lambda: client.get("/readyz").status_code == 503, 1)
            assert client.get("/readyz").json()["checks"]["draining"] is True
            assert client.get("/livez").is_success
        return process.wait(10)
    finally:
        process.kill()
        process.wait()


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").is_success
    except httpx.TransportError:
        return False
