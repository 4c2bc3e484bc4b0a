"""How long `POST /v1/accounts/match` takes among many accounts, beside a bare trigram query for candidates.

The service answers over HTTP, as a process of its own, with its application role under row-level security. The bare
query is asked by the owner, whom no policy keeps from the trigram index, over the fastest driver: what a search for
names costs when it does nothing else. Both are asked for the same spellings, in turns.
"""

import json
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.drive import Connection, request
from benchmarks.load import START, World
from benchmarks.page import keep as keep_on_page
from benchmarks.page import measured_with
from benchmarks.processes import await_ready, environment_of, fetch_token, free_port, served
from benchmarks.recognition.names import company_names, spelled
from ecosystem_api.access.clients.schemas import ClientCreate
from ecosystem_api.access.vendors.schemas import VendorCreate
from ecosystem_api.app import build_machinery
from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.market.accounts.domain import name_keys
from ecosystem_api.operator import make_client, open_vendor
from ecosystem_api.runtime.bootstrap import prepare
from ecosystem_api.runtime.postgres import EmbeddedPostgres
from ecosystem_api.runtime.settings import Settings

SECRET = "benchmarks only: this secret guards rows that a generator made"  # noqa: S105
_CHUNK = 50_000
_BARE = """
    select id, similarity(normal_name, $2) from accounts where vendor_id = $1 and normal_name % $2
    order by 2 desc limit 50
"""


async def run(server: EmbeddedPostgres, home: Path, accounts: int, questions: int, *, keep: bool) -> None:
    """Load once, ask both in turns, print and keep the figures."""
    settings, world = await _loaded(server, home, accounts)
    owner = await asyncpg.connect(settings.database_url)
    rows = await owner.fetch(
        "select name, country from accounts where vendor_id = $1 order by md5(id::text) limit $2",
        world.vendor_id, questions,
    )  # fmt: skip
    chance = random.Random(11)
    asked = [(spelled(row["name"], chance), row["country"]) for row in rows]
    with free_port() as listener:
        port, log = listener.getsockname()[1], home / "recognition.log"
        environment = environment_of(settings, world, [], 4) | {"ECOSYSTEM_PARTNER_PROBES_PER_MINUTE": "1000000000"}
        with served("ours", listener, environment, log) as child:
            await await_ready(port, child)
            token = await fetch_token(port, world)
            ours, bare, found = await _ask(await Connection.open(port), token, owner, world.vendor_id, asked)
    await owner.close()
    lines = _table(accounts, ours, bare, found)
    print("\n".join(lines))
    if keep:
        _keep(lines)


async def _ask(
    connection: Connection, token: str, owner: asyncpg.Connection, vendor_id: UUID, asked: Sequence[tuple[str, str]]
) -> tuple[list[float], list[float], int]:
    """Milliseconds of each answer of ours and of the bare query, and how many of ours named a candidate."""
    ours, bare, found = [], [], 0
    for place, (name, country) in enumerate([*asked[:20], *asked]):
        body = json.dumps({"name": name, "country": country}).encode()
        begun = time.perf_counter()
        status, _, answer = await connection.ask(request("POST", "/v1/accounts/match", token, body))
        between = time.perf_counter()
        assert status == 200, (status, answer[:500])
        await owner.fetch(_BARE, vendor_id, normal_name(name))
        ended = time.perf_counter()
        if place >= 20:  # the first ones warm both
            ours.append((between - begun) * 1000)
            bare.append((ended - between) * 1000)
            found += bool(json.loads(answer)["matches"])
    return ours, bare, found


async def _loaded(server: EmbeddedPostgres, home: Path, accounts: int) -> tuple[Settings, World]:
    """The database, filled once. A file beside it says that it is whole."""
    name = f"recognition_{accounts}"
    settings = Settings(DATABASE_URL=server.url(name), secret=SECRET)  # type: ignore[call-arg]
    kept = home / f"{name}.json"
    if kept.exists():
        told = json.loads(kept.read_text())
        await prepare(settings)
        return settings, World(UUID(told["vendor_id"]), told["client_id"], told["client_secret"], [], [], [])
    admin = await asyncpg.connect(server.url())
    await admin.execute(f"drop database if exists {name}")
    await admin.execute(f"create database {name}")
    await admin.close()
    await prepare(settings)
    begun = time.monotonic()
    machinery = build_machinery(settings)
    vendor, _ = await open_vendor(machinery, VendorCreate(name="Large Vendor"))
    client = await make_client(machinery, vendor.id, ClientCreate(name="benchmark", role="admin"))
    await machinery.database.close()
    owner = await asyncpg.connect(settings.database_url)
    for part in _chunks(company_names(accounts)):
        await _copy(owner, vendor.id, part)
    await owner.execute("create extension if not exists pg_trgm")
    await owner.execute("create index bare_trigrams on accounts using gin (normal_name gin_trgm_ops)")
    await owner.execute("vacuum analyze")
    await owner.close()
    kept.write_text(
        json.dumps({"vendor_id": str(vendor.id), "client_id": client.client_id, "client_secret": client.client_secret})
    )
    print(f"{accounts:,} accounts loaded in {time.monotonic() - begun:.0f} s")
    return settings, World(vendor.id, client.client_id, client.client_secret, [], [], [])


def _chunks(rows: Iterator[tuple[str, str, str | None]]) -> Iterator[list[tuple[str, str, str | None]]]:
    part: list[tuple[str, str, str | None]] = []
    for row in rows:
        part.append(row)
        if len(part) == _CHUNK:
            yield part
            part = []
    if part:
        yield part


async def _copy(owner: asyncpg.Connection, vendor_id: UUID, part: Sequence[tuple[str, str, str | None]]) -> None:
    accounts: list[Any] = []
    keys: list[Any] = []
    domains: list[Any] = []
    for name, country, domain in part:
        account_id, normal = new_uuid(), normal_name(name)
        accounts.append((vendor_id, account_id, name, normal, compact_name(normal), country, START, START))
        keys += [(vendor_id, key, account_id) for key in name_keys(normal)]
        if domain:
            domains.append((vendor_id, new_uuid(), account_id, "domain", domain))
    for table, rows, columns in (
        ("accounts", accounts, "vendor_id id name normal_name name_key country created_at updated_at"),
        ("account_name_keys", keys, "vendor_id key account_id"),
        ("account_identifiers", domains, "vendor_id id account_id kind value"),
    ):
        await owner.copy_records_to_table(table, records=rows, columns=columns.split())


def _table(accounts: int, ours: list[float], bare: list[float], found: int) -> list[str]:
    def cells(times: list[float]) -> str:
        ordered = sorted(times)
        return f"{statistics.median(ordered):.1f} | {ordered[len(ordered) * 99 // 100]:.1f}"

    ratio = statistics.median(ours) / statistics.median(bare)
    return [
        f"| {accounts:,} accounts, {len(ours):,} spellings | p50 ms | p99 ms |",
        "|---|---|---|",
        f"| `POST /v1/accounts/match`, under row-level security | {cells(ours)} |",
        f"| trigram candidates alone, as the owner | {cells(bare)} |",
        "",
        f"Ratio of the medians: {ratio:.2f} (wanted: at most 2). For {found / len(ours):.0%} somebody was found.",
    ]


def _keep(lines: Sequence[str]) -> None:
    """Write the section of the page anew."""
    text = f"""{measured_with("python -m benchmarks.recognition speed")} at the end.

{chr(10).join(lines)}

The answer is that of the running service over HTTP: signed in, under row-level security with the application's role,
candidates found by keys of equality, compared in Python, explained. The bare query has the trigram index, which
row-level security keeps from the application's role, and returns fifty ids. Names are made by a seed; a quarter of the
spellings are the name itself, the others lack the legal form, have a place more, or a slip of the keyboard.
"""
    keep_on_page(text, "Recognising customers")
