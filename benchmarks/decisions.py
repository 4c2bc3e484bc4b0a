"""Register deals as callers do: create, submit, and approve what the rules leave to a person."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.drive import Connection, children_of, cpu_seconds, percentile, request
from benchmarks.load import COUNTRIES
from benchmarks.names import Names
from ecosystem_api.app import build_machinery
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.ledger.relay import stamp
from ecosystem_api.runtime.settings import WORKER_ROLE, Settings

DEALS = "/v1/deal-registrations"
Draw = Callable[[], dict[str, Any]]


@dataclass
class Decided:
    """One stretch of registrations. CPU in seconds, of the worker and of the database's sessions."""

    seconds: float = 0.0
    app: float = 0.0
    database: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    times_ms: dict[str, list[float]] = field(default_factory=lambda: {"create": [], "submit": [], "approve": []})

    @property
    def decisions(self) -> int:
        """A submission is judged once by the rules; an approval is a person's decision besides."""
        return len(self.times_ms["submit"]) + len(self.times_ms["approve"])


async def customers(owner: asyncpg.Connection, vendor_id: UUID) -> dict[str, Draw]:
    """Two ways to name the customer: by the id of a loaded account, and described, to be found or created."""
    chance, names = random.Random(), Names()
    ids = {
        table: [
            row[0]
            for row in await owner.fetch(
                f"select id from {table} where vendor_id = $1 order by random() limit 20000",  # noqa: S608
                vendor_id,
            )
        ]
        for table in ("partners", "accounts")
    }

    def deal(**customer: Any) -> dict[str, Any]:
        return {
            "partner_id": encode("par", chance.choice(ids["partners"])),
            "title": "Endpoint protection for 1,200 seats",
            "products": [{"sku": f"EDR-{chance.randrange(5)}", "quantity": 250}],
            "amount": {"amount": "48000.00", "currency": "EUR"},
            "expected_close_on": "2035-03-31",
            **customer,
        }

    def described() -> dict[str, Any]:
        domain = f"customer-{chance.getrandbits(40)}.example"
        return {"name": names.company(chance), "country": chance.choice(COUNTRIES), "domains": [domain]}

    return {
        "known customer": lambda: deal(account_id=encode("acc", chance.choice(ids["accounts"]))),
        "described customer": lambda: deal(customer=described()),
    }


async def register(
    port: int, token: str, draw: Draw, seconds: float, clients: int, app_pid: int, postmaster: int
) -> Decided:
    """Register deals for a while. Errors: AssertionError for an answer that is no success."""
    found = Decided()
    connections = [await Connection.open(port) for _ in range(clients)]
    await asyncio.gather(*(_one(connection, token, draw, Decided()) for connection in connections))
    sessions = children_of(postmaster)
    app, database = cpu_seconds([app_pid]), cpu_seconds(sessions)
    begun = time.perf_counter()

    async def client(connection: Connection) -> None:
        while time.perf_counter() < begun + seconds:
            await _one(connection, token, draw, found)

    await asyncio.gather(*map(client, connections))
    found.seconds = time.perf_counter() - begun
    found.app, found.database = cpu_seconds([app_pid]) - app, cpu_seconds(sessions) - database
    for connection in connections:
        connection.writer.close()
    return found


async def _one(connection: Connection, token: str, draw: Draw, found: Decided) -> None:
    read = await _post(connection, token, DEALS, draw(), found.times_ms["create"])
    path = f"{DEALS}/{read['id']}"
    read = await _post(connection, token, f"{path}/submit", None, found.times_ms["submit"])
    found.outcomes[read["status"]] += 1
    if read["status"] == "in_review":
        await _post(connection, token, f"{path}/approve", {"reason": "meets_policy"}, found.times_ms["approve"])


async def _post(connection: Connection, token: str, path: str, body: Any, times: list[float]) -> dict[str, Any]:
    content = json.dumps(body).encode() if body is not None else b""
    begun = time.perf_counter()
    status, _, answer = await connection.ask(request("POST", path, token, content))
    times.append((time.perf_counter() - begun) * 1e3)
    assert status < 300, (path, status, answer[:500])
    read: dict[str, Any] = json.loads(answer)
    return read


async def stamp_all(settings: Settings, vendor_id: UUID) -> int:
    """Give every event of the vendor its position, as a worker does; answer how many."""
    machinery = build_machinery(settings, role=WORKER_ROLE)
    try:
        done = 0
        while count := await stamp(machinery.database, vendor_id, machinery.catalog.listeners):
            done += count
        return done
    finally:
        await machinery.database.close()


def table(runs: Mapping[str, Sequence[Decided]]) -> list[str]:
    """Medians over the rounds; what a core decides, by the worker's CPU alone and with the database's."""
    lines = [
        "| create, submit, decide | requests/s | decisions/s | decisions/s per core of worker CPU "
        "| per core of worker and database CPU | CPU ms per decision: worker | database | request | p50 ms | p99 ms |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, found in runs.items():
        figures = [
            f"{median(sum(map(len, one.times_ms.values())) / one.seconds for one in found):,.0f}",
            f"{median(one.decisions / one.seconds for one in found):,.0f}",
            f"{median(one.decisions / one.app for one in found):,.0f}",
            f"{median(one.decisions / (one.app + one.database) for one in found):,.0f}",
            f"{median(one.app / one.decisions for one in found) * 1e3:.1f}",
            f"{median(one.database / one.decisions for one in found) * 1e3:.1f}",
        ]
        head = [name, *figures]
        for step, p50, p99 in _steps(found):
            lines.append("| " + " | ".join([*head, step, f"{p50:.1f}", f"{p99:.1f}"]) + " |")
            head = [""] * len(head)
    outcomes = {name: sum((one.outcomes for one in found), Counter[str]()) for name, found in runs.items()}
    told = (f"{name}: {', '.join(f'{n} {status}' for status, n in o.most_common())}" for name, o in outcomes.items())
    return [*lines, "", f"What the rules said: {'; '.join(told)}."]


def _steps(found: Sequence[Decided]) -> Iterator[tuple[str, float, float]]:
    for step in ("create", "submit", "approve"):
        rounds = [sorted(one.times_ms[step]) for one in found if one.times_ms[step]]
        if rounds:
            p50, p99 = (median(percentile(times, share) for times in rounds) for share in (0.5, 0.99))
            yield step, p50, p99
