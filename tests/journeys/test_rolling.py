"""The end of a rolling restart under load: of four API processes the two old ones stop, and no request fails."""

import asyncio
import itertools
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import uuid4

import httpx
import pytest
from tests.makers import Api, House

from ecosystem_api.cli.installation import without_credentials

CLIENTS = 3
CHECK_SECONDS = 0.05
# Long beside the pause between two checks, as it has to be beside a load balancer's.
DRAIN_SECONDS = 1.5


@dataclass
class Balancer:
    """What a load balancer does: ask /readyz, and send new requests to those that are ready."""

    ready: dict[int, httpx.AsyncClient] = field(default_factory=dict)
    turns: itertools.count = field(default_factory=itertools.count)  # type: ignore[type-arg]

    def pick(self) -> httpx.AsyncClient:
        clients = list(self.ready.values())
        return clients[next(self.turns) % len(clients)]

    async def watch(self, port: int) -> None:
        """Keep one process in the rotation while it is ready; end when it is gone."""
        url = f"http://127.0.0.1:{port}"
        async with (
            httpx.AsyncClient(base_url=url, timeout=15, trust_env=False) as client,
            httpx.AsyncClient(base_url=url, timeout=5, trust_env=False) as probe,
        ):
            try:
                await self._follow(port, client, probe)
            finally:
                self.ready.pop(port, None)

    async def _follow(self, port: int, client: httpx.AsyncClient, probe: httpx.AsyncClient) -> None:
        was_ready = False
        while True:
            try:
                is_ready = (await probe.get("/readyz")).is_success
            except httpx.TransportError:
                if was_ready:
                    return
                is_ready = False
            if is_ready:
                self.ready[port], was_ready = client, True
            else:
                self.ready.pop(port, None)
            await asyncio.sleep(CHECK_SECONDS)


@dataclass
class Fleet:
    """API processes of one installation behind a balancer."""

    environment: dict[str, str]
    balancer: Balancer
    processes: dict[int, asyncio.subprocess.Process] = field(default_factory=dict)
    watches: list[asyncio.Task[None]] = field(default_factory=list)

    async def start(self) -> int:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port: int = probe.getsockname()[1]
        self.processes[port] = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "ecosystem_api.cli", "serve",
            env=self.environment | {"ECOSYSTEM_PORT": str(port)}, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        self.watches.append(asyncio.create_task(self.balancer.watch(port)))
        return port

    async def until_ready(self, *ports: int) -> None:
        async with asyncio.timeout(120):
            while not set(ports) <= self.balancer.ready.keys():
                assert all(self.processes[port].returncode is None for port in ports)
                await asyncio.sleep(CHECK_SECONDS)

    async def stop(self, port: int) -> None:
        process = self.processes.pop(port)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 40) == 0


@pytest.fixture
async def fleet(house: House) -> AsyncIterator[Fleet]:
    environment = os.environ | {
        "ECOSYSTEM_ENVIRONMENT": "development",
        "DATABASE_URL": without_credentials(house.settings.database_url),
        "ECOSYSTEM_SECRET": house.settings.secret,
        "ECOSYSTEM_LOGIN_PREFIX": house.settings.login_prefix,
        "ECOSYSTEM_BASE_URL": house.settings.base_url,
        "ECOSYSTEM_DRAIN_SECONDS": str(DRAIN_SECONDS),
        "ECOSYSTEM_CLIENT_REQUESTS_PER_MINUTE": "0",
        "ECOSYSTEM_CLIENT_WRITES_PER_MINUTE": "0",
        "ECOSYSTEM_VENDOR_REQUESTS_PER_MINUTE": "0",
    }
    found = Fleet(environment, Balancer())
    yield found
    for watch in found.watches:
        watch.cancel()
    for process in found.processes.values():
        process.kill()
        await process.wait()
    await asyncio.gather(*found.watches, return_exceptions=True)


async def load(balancer: Balancer, admin: Api, stop: asyncio.Event, answers: list[int], made: list[str]) -> None:
    """One client: it writes and reads, one after the other and without a second try."""
    headers = {"Authorization": f"Bearer {admin.token}"}
    while not stop.is_set():
        name = f"Partner {uuid4()}"
        http = balancer.pick()
        answer = await http.post("/v1/partners", json={"display_name": name, "country": "DE"}, headers=headers)
        answers.append(answer.status_code)
        if answer.status_code == 201:
            made.append(answer.json()["id"])
        answers.append((await balancer.pick().get("/v1/me", headers=headers)).status_code)


async def test_two_processes_are_replaced_under_load_without_one_failed_request(house: House, fleet: Fleet) -> None:
    _, admin = await house.vendor()
    old, new = [await fleet.start(), await fleet.start()], [await fleet.start(), await fleet.start()]
    await fleet.until_ready(*old, *new)
    stop, answers, made = asyncio.Event(), list[int](), list[str]()
    clients = [asyncio.create_task(load(fleet.balancer, admin, stop, answers, made)) for _ in range(CLIENTS)]
    try:
        for port in old:
            await fleet.stop(port)
        assert fleet.balancer.ready.keys() == set(new)
    finally:
        stop.set()
        ended = await asyncio.gather(*clients, return_exceptions=True)
    assert [fault for fault in ended if fault is not None] == []
    assert set(answers) == {200, 201}
    assert len(answers) > 50
    listed = set()
    page = (await admin.get("/v1/partners?limit=200")).json()
    while True:
        listed |= {partner["id"] for partner in page["data"]}
        if not page["next_cursor"]:
            break
        page = (await admin.get("/v1/partners", params={"limit": 200, "cursor": page["next_cursor"]})).json()
    assert set(made) <= listed
    assert len(made) == len(set(made))
