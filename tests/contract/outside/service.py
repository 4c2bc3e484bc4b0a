"""The service as an integrator meets it: its own process, its own PostgreSQL, real HTTP."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

PROGRAM = [str(Path(sys.executable).with_name("ecosystem-api"))]
START_SECONDS = 120
# Wide open: tools ask more in a minute than a client may, and have their own patience with 429.
BUDGETS = (
    "CLIENT_REQUESTS_PER_MINUTE", "PARTNER_REQUESTS_PER_MINUTE", "VENDOR_REQUESTS_PER_MINUTE",
    "ADDRESS_REQUESTS_PER_MINUTE", "CLIENT_WRITES_PER_MINUTE", "CLIENT_TOKENS_PER_MINUTE", "CLIENT_IMPORTS_PER_HOUR",
    "PARTNER_PROBES_PER_MINUTE",
)  # fmt: skip


@dataclass(frozen=True)
class Credential:
    """What buys tokens for one caller."""

    client_id: str
    client_secret: str

    def token(self, url: str) -> str:
        form = {"grant_type": "client_credentials", "client_id": self.client_id, "client_secret": self.client_secret}
        answer = httpx.post(f"{url}/oauth/token", data=form)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["access_token"])


@dataclass(frozen=True)
class Stage:
    """A vendor with a product and two active partners, and who may act there."""

    admin: Credential
    partners: tuple[Credential, Credential]


@dataclass(frozen=True)
class Service:
    """A running service without demonstration data."""

    url: str
    environment: dict[str, str]

    def api(self, caller: Credential) -> httpx.Client:
        """A caller's way in."""
        headers = {"Authorization": f"Bearer {caller.token(self.url)}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)

    def stage(self, name: str) -> Stage:
        """A new vendor, told apart from every other by the service itself."""
        command = [*PROGRAM, "vendors", "create", "--name", name, "--json"]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        opened = json.loads(done.stdout)
        admin = Credential(opened["client_id"], opened["client_secret"])
        with self.api(admin) as api:
            made(api, "/v1/products", {"sku": "EDR-100", "name": "Endpoint Detection and Response"})
            first, second = (_partner(api, partner) for partner in ("Contoso", "Tailspin"))
        return Stage(admin, (first, second))


@contextmanager
def running(folder: Path) -> Iterator[Service]:
    """A service that keeps its data in `folder`, until the block ends."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    foreign = {"DATABASE_URL"}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ECOSYSTEM_")}
    environment = {name: value for name, value in kept.items() if name not in foreign}
    environment |= {
        "ECOSYSTEM_PORT": str(port),
        "ECOSYSTEM_DATA_DIR": str(folder / "data"),
        "ECOSYSTEM_LOG_LEVEL": "WARNING",
        "ECOSYSTEM_DRAIN_SECONDS": "0",
        **{f"ECOSYSTEM_{name}": "1000000" for name in BUDGETS},
    }
    service = Service(f"http://127.0.0.1:{port}", environment)
    log = folder / "service.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*PROGRAM, "run", "--no-demo"], env=environment, cwd=folder, stdout=output, stderr=output
        )
    try:
        _await_ready(service.url, process, log)
        yield service
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, log.read_text()[-4000:]
    faults = [line for line in log.read_text().splitlines() if '"level":"error"' in line.replace(" ", "")]
    assert not faults, "the service logged errors:\n" + "\n".join(faults)[-4000:]


def _await_ready(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-4000:]
        try:
            if httpx.get(f"{url}/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"not ready in time:\n{log.read_text()[-4000:]}")


def _partner(api: httpx.Client, name: str) -> Credential:
    partner = made(api, "/v1/partners", {"display_name": name, "country": "DE", "status": "active"})
    body = {"name": name, "role": "partner_admin", "partner_id": partner["id"]}
    client = made(api, "/v1/clients", body)
    return Credential(client["client_id"], client["client_secret"])


def made(api: httpx.Client, path: str, body: dict[str, Any]) -> Any:
    """What was created at an address."""
    answer = api.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()
