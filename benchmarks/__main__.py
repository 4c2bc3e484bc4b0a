"""`python -m benchmarks`: load once, start three servers, ask them in turns, print and keep the figures."""

import argparse
import contextlib
import os
from collections import defaultdict
from pathlib import Path

import asyncpg
import uvloop

from benchmarks import decisions, report, soak
from benchmarks.decisions import Decided
from benchmarks.drive import Measured, drive
from benchmarks.load import loaded
from benchmarks.processes import (
    await_ready,
    environment_of,
    fetch_token,
    free_port,
    ready_times,
    run_times,
    served,
)
from benchmarks.questions import compare, deep_place, questions
from ecosystem_api.runtime.postgres import EmbeddedPostgres, suitable_data_dir

CLIENTS = 16


def main() -> None:
    """Read the options and run."""
    options = argparse.ArgumentParser(prog="python -m benchmarks")
    options.add_argument("--scale", type=float, default=1.0, help="share of the full 20 k, 200 k and 500 k rows")
    options.add_argument("--rounds", type=int, default=3, help="times each server has its turn at each read")
    options.add_argument("--seconds", type=float, default=4.0, help="length of a turn")
    options.add_argument("--soak", type=float, default=0.0, help="only watch memory, for so many seconds of mixed load")
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
    postmaster = int((server.data_dir / "postmaster.pid").read_text().split()[0])
    if chosen.soak:
        log, is_kept = chosen.at / "ours.log", not chosen.no_keep
        await soak.watch(chosen.soak, settings, world, postmaster, log, CLIENTS, is_kept=is_kept)
        return
    load = os.getloadavg()[0]
    owner = await asyncpg.connect(settings.database_url)
    deep = await deep_place(owner, world.vendor_id)
    draws = await decisions.customers(owner, world.vendor_id)
    environment = environment_of(settings, world, deep, CLIENTS)
    listeners = {which: free_port() for which in report.SERVERS}
    ready = {
        "serve": await ready_times(environment, chosen.at / "ours.log", chosen.rounds),
        "make run": run_times(chosen.at, chosen.rounds),
    }
    with contextlib.ExitStack() as open_parts:
        children = {
            which: open_parts.enter_context(served(which, listener, environment, chosen.at / f"{which}.log"))
            for which, listener in listeners.items()
        }
        pids = {which: child.pid for which, child in children.items()}
        ports = {which: listener.getsockname()[1] for which, listener in listeners.items()}
        await await_ready(ports["ours"], children["ours"])
        token = await fetch_token(ports["ours"], world)
        made: dict[str, list[Decided]] = defaultdict(list)
        for _ in range(chosen.rounds):
            for name, draw in draws.items():
                turn = decisions.register(ports["ours"], token, draw, chosen.seconds, CLIENTS, pids["ours"], postmaster)
                made[name].append(await turn)
        await decisions.stamp_all(settings, world.vendor_id)  # the feed tells only what has its position
        await owner.execute("vacuum analyze")
        reads = questions(settings, world, deep, token)
        await compare(ports, reads)
        runs: dict[tuple[str, str], list[Measured]] = defaultdict(list)
        for _ in range(chosen.rounds):
            for (read, which), requests in reads.items():
                turn_of = drive(ports[which], requests, chosen.seconds, CLIENTS, pids[which], postmaster)
                runs[read, which].append(await turn_of)
    await owner.close()
    parts = [report.goals(runs, made, ready), report.table(runs), decisions.table(made)]
    parts += [report.starts(ready)]
    lines = "\n\n".join("\n".join(part) for part in parts)
    print(lines)
    if not chosen.no_keep:
        share = f"{chosen.scale:g} of 20 k partners, 200 k accounts and 500 k registrations of one vendor among 50"
        turns = f"{CLIENTS} connections, {chosen.rounds} rounds of {chosen.seconds:g} s; load average {load:.1f} before"
        report.keep_all(lines, f"{share}; {turns}")


if __name__ == "__main__":
    main()
