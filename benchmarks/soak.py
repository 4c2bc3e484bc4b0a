"""Whether memory stays flat: minutes of reads and registrations in turns, on one worker."""

from pathlib import Path

import asyncpg

from benchmarks import decisions
from benchmarks.drive import drive, memory_mb
from benchmarks.load import World
from benchmarks.page import keep, measured_with
from benchmarks.processes import await_ready, environment_of, fetch_token, free_port, served
from benchmarks.questions import deep_place, questions
from ecosystem_api.runtime.settings import Settings

PARTS = 10


async def watch(
    seconds: float, settings: Settings, world: World, postmaster: int, log: Path, clients: int, *, is_kept: bool
) -> None:
    """Look at the worker's memory after each tenth of the time; print it, and keep it on the page."""
    owner = await asyncpg.connect(settings.database_url)
    deep = await deep_place(owner, world.vendor_id)
    draw = (await decisions.customers(owner, world.vendor_id))["known customer"]
    listener = free_port()
    port, seen = listener.getsockname()[1], []
    with served("ours", listener, environment_of(settings, world, deep, clients), log) as child:
        await await_ready(port, child)
        token = await fetch_token(port, world)
        reads = questions(settings, world, deep, token)
        mixed = [one for (_, which), requests in reads.items() if which == "ours" for one in requests[:50]]
        for part in range(PARTS):
            await drive(port, mixed, seconds / PARTS / 2, clients, child.pid, postmaster)
            await decisions.register(port, token, draw, seconds / PARTS / 2, clients, child.pid, postmaster)
            seen.append(memory_mb(child.pid))
            print(f"{part + 1} of {PARTS}: {seen[-1]:.0f} MB", flush=True)
    await owner.close()
    figures = ", ".join(f"{one:.0f}" for one in seen)
    told = (
        f"Memory of the worker after each tenth of {seconds:g} s of reads and registrations, in MB: {figures}.\n"
        f"The last is {seen[-1] / seen[0]:.2f} of the first; wanted: at most 1.05.\n"
    )
    print(told)
    if is_kept:
        command = f'make bench a="--soak {seconds:g}"'
        keep(f"{measured_with(command)}.\n\n{told}", "Memory under load")
