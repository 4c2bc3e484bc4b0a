"""`python -m benchmarks`: load once, start three servers, ask them in turns, print and keep the figures."""

import argparse
import contextlib
import json
import os
import socket
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

import asyncpg
import uvloop

from benchmarks import decisions, report
from benchmarks.decisions import Decided
from benchmarks.drive import Connection, Measured, drive, memory_mb, request
from benchmarks.load import World, loaded
from benchmarks.processes import await_ready, environment_of, fetch_token, free_port, ready_times, served
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.page import encode_cursor
from ecosystem_api.runtime.postgres import EmbeddedPostgres, suitable_data_dir
from ecosystem_api.runtime.settings import Settings

CLIENTS = 16
FILTER = "status=approved&sort=-created_at"


def main() -> None:
    """Read the options and run."""
    options = argparse.ArgumentParser(prog="python -m benchmarks")
    options.add_argument("--scale", type=float, default=1.0, help="share of the full 20 k, 200 k and 500 k rows")
    options.add_argument("--rounds", type=int, default=3, help="times each server has its turn at each read")
    options.add_argument("--seconds", type=float, default=4.0, help="length of a turn")
    options.add_argument("--soak", type=float, default=0.0, help="seconds of mixed load on ours, watching memory")
    options.add_argument(
        "--at", type=Path, default=Path(".local/benchmark"), help="folder of the data, kept between runs"
    )
    options.add_argument("--only-load", action="store_true", help="load and measure nothing")
    options.add_argument("--no-keep", action="store_true", help="leave docs/performance.md as it is")
    chosen = options.parse_args()
    with EmbeddedPostgres(suitable_data_dir(chosen.at / "postgres")) as server:
        uvloop.run(_run(chosen, server))


async def _run(chosen: argparse.Namespace, server: EmbeddedPostgres) -> None:
    settings, world = await loaded(server, chosen.at, chosen.scale)
    if chosen.only_load:
        return
    load = os.getloadavg()[0]
    owner = await asyncpg.connect(settings.database_url)
    deep = await _deep_place(owner, world.vendor_id)
    draws = await decisions.customers(owner, world.vendor_id)
    ports = {which: free_port() for which in report.SERVERS}
    environment = environment_of(settings, world, deep, CLIENTS)
    ready = await ready_times(environment, chosen.at / "ours.log", chosen.rounds)
    with contextlib.ExitStack() as open_parts:
        children = {
            which: open_parts.enter_context(served(which, listener, environment, chosen.at / f"{which}.log"))
            for which, listener in ports.items()
        }
        pids = {which: child.pid for which, child in children.items()}
        own_port, own_pid = ports["ours"].getsockname()[1], pids["ours"]
        await await_ready(own_port, children["ours"])
        token = await fetch_token(own_port, world)
        postmaster = int((server.data_dir / "postmaster.pid").read_text().split()[0])
        made: dict[str, list[Decided]] = defaultdict(list)
        for _ in range(chosen.rounds):
            for name, draw in draws.items():
                turn = decisions.register(own_port, token, draw, chosen.seconds, CLIENTS, own_pid, postmaster)
                made[name].append(await turn)
        await decisions.stamp_all(settings, world.vendor_id)  # the feed tells only what has its position
        await owner.execute("vacuum analyze")
        reads = _reads(world, _cursor(settings, world.vendor_id, deep), token)
        await _compare(ports, reads)
        runs: dict[tuple[str, str], list[Measured]] = defaultdict(list)
        for _ in range(chosen.rounds):
            for (read, which), requests in reads.items():
                port = ports[which].getsockname()[1]
                runs[read, which].append(await drive(port, requests, chosen.seconds, CLIENTS, pids[which], postmaster))
        soaked = await _soak(chosen.soak, own_port, own_pid, reads, postmaster)
    per_core = median(one.decisions / one.app for one in made["known customer"])
    told = [report.goals(runs, per_core, median(ready)), report.table(runs), decisions.table(made)]
    lines = "\n\n".join("\n".join(part) for part in told).split("\n")
    extra = [
        f"Ready: `serve` answered at `/readyz` {median(ready):.1f} s after its start "
        f"(median of {len(ready)}, warm files, the database up and its schema current).",
        "",
        *soaked,
    ]
    await owner.close()
    print("\n".join([*lines, "", *extra]))
    if not chosen.no_keep:
        share = f"{chosen.scale:g} of 20 k partners, 200 k accounts and 500 k registrations of one vendor among 50"
        turns = f"{CLIENTS} connections, {chosen.rounds} rounds of {chosen.seconds:g} s; load average {load:.1f} before"
        report.keep(lines, f"{share}; {turns}", extra)


async def _deep_place(owner: asyncpg.Connection, vendor_id: UUID) -> list[Any]:
    """The last row of page 4,999, or of the last page but one where there are fewer."""
    where = "from deal_registrations where vendor_id = $1 and status = 'approved'"
    count = await owner.fetchval(f"select count(*) {where}", vendor_id)
    behind = min(4_999 * 50, count - 60)
    query = f"select created_at, id {where} order by created_at desc, id desc offset $2 limit 1"
    row = await owner.fetchrow(query, vendor_id, behind)
    return [row[0].isoformat(), str(row[1])]


def _reads(world: World, cursor: str, token: str) -> dict[tuple[str, str], list[bytes]]:
    """Each read of each server, as bytes."""
    ids = [encode("deal", deal_id) for deal_id in world.deal_ids]
    partners = [encode("par", partner_id) for partner_id in world.partner_ids]
    deals = "/v1/deal-registrations"
    return {
        ("GET one", "ours"): [request("GET", f"{deals}/{one}", token) for one in ids],
        ("GET one", "bare"): [request("GET", f"/deal/{one}", None) for one in ids],
        ("GET one", "plain"): [request("GET", f"/deal/{one}", None) for one in ids],
        ("list 50", "ours"): [request("GET", f"{deals}?{FILTER}", token)],
        ("list 50", "bare"): [request("GET", "/deals/first", None)],
        ("list 50", "plain"): [request("GET", "/deals/first", None)],
        ("page 5,000", "ours"): [request("GET", f"{deals}?{FILTER}&cursor={cursor}", token)],
        ("page 5,000", "bare"): [request("GET", "/deals/far", None)],
        ("page 5,000", "plain"): [request("GET", "/deals/far", None)],
        ("partner", "ours"): [request("GET", f"/v1/partners/{one}", token) for one in partners],
        ("accounts by name", "ours"): [request("GET", "/v1/accounts", token)],
        ("feed", "ours"): [request("GET", "/v1/events?limit=50", token)],
    }


async def _compare(ports: dict[str, socket.socket], reads: dict[tuple[str, str], list[bytes]]) -> None:
    """Errors: AssertionError when two servers say different things about the same read."""
    for name in dict.fromkeys(name for name, _ in reads):
        answers = {}
        for which in (which for read, which in reads if read == name):
            connection = await Connection.open(ports[which].getsockname()[1])
            status, _, body = await connection.ask(reads[name, which][0])
            assert status == 200, (name, which, body[:500])
            answer = json.loads(body)
            answer.pop("next_cursor", None)
            answers[which] = answer
            connection.writer.close()
        for which, answer in answers.items():
            assert answer == answers["ours"], (name, which, *_difference(answer, answers["ours"]))


def _difference(theirs: dict[str, Any], ours: dict[str, Any]) -> tuple[Any, Any]:
    """The first records that differ, of a page or alone."""
    pairs = zip(theirs.get("data", [theirs]), ours.get("data", [ours]), strict=True)
    return next((pair for pair in pairs if pair[0] != pair[1]), (theirs, ours))


async def _soak(
    seconds: float, port: int, pid: int, reads: dict[tuple[str, str], list[bytes]], postmaster: int
) -> Sequence[str]:
    """Mixed load for a while; memory at each tenth of it."""
    if not seconds:
        return ["No soak was run."]
    mixed = [one for (_, which), requests in reads.items() if which == "ours" for one in requests[:50]]
    seen = [memory_mb(pid)]
    for _ in range(10):
        await drive(port, mixed, seconds / 10, CLIENTS, pid, postmaster)
        seen.append(memory_mb(pid))
    return [f"Memory of the worker over {seconds:g} s of mixed reads, MB: {', '.join(f'{one:.0f}' for one in seen)}."]


def _cursor(settings: Settings, vendor_id: UUID, deep: list[Any]) -> str:
    """The cursor of the far place, as the service seals it for this vendor's staff."""
    filters = sorted(tuple(part.split("=")) for part in FILTER.split("&"))
    scope = f"{vendor_id}|None|/v1/deal-registrations|{filters}"
    return encode_cursor(settings.derive("cursor"), scope, deep)


if __name__ == "__main__":
    main()
