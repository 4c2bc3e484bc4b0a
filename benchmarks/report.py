"""The figures as a table, printed and kept in docs/performance.md."""

import os
import platform
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.drive import Measured

Runs = Mapping[tuple[str, str], Sequence[Measured]]
SERVERS = {"ours": "ours", "bare": "bare ASGI + asyncpg", "plain": "FastAPI + ORM"}
PAGE = Path("docs/performance.md")


def table(runs: Runs) -> list[str]:
    """Medians over the rounds, and what share of the others' speed ours is by processor time."""
    lines = [
        "| read | server | requests/s | p50 ms | p99 ms | CPU µs: worker | CPU µs: database "
        "| ours, by CPU | by requests/s |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, server in runs:
        found = runs[name, server]
        ours = runs.get((name, "ours"), found)
        by_cpu = median(cost(b) / cost(a) for a, b in zip(ours, found, strict=True))
        by_rate = median(a.per_second / b.per_second for a, b in zip(ours, found, strict=True))
        told = ("", "") if server == "ours" else (f"{by_cpu:.2f}×", f"{by_rate:.2f}×")
        figures = [median(getattr(one, part) for one in found) for part in _PARTS]
        cells = [name, SERVERS[server], f"{figures[0]:,.0f}", *(f"{value:.1f}" for value in figures[1:3])]
        cells += [f"{value:,.0f}" for value in figures[3:]]
        lines.append("| " + " | ".join([*cells, *told]) + " |")
    return lines


_PARTS = ("per_second", "p50_ms", "p99_ms", "app_us", "database_us")


def cost(one: Measured) -> float:
    """Processor time of one request, on both sides."""
    return one.app_us + one.database_us


def keep(lines: Sequence[str], conditions: str, extra: Sequence[str]) -> None:
    """Write the page anew."""
    machine = f"{os.cpu_count()} cores ({platform.machine()}), Python {platform.python_version()}"
    text = f"""# Performance

Measured on {datetime.now(UTC):%Y-%m-%d} with `make bench`, {machine}; {conditions}.
One worker of each server on the same machine, database and rows, in turns; medians of the rounds. Ours runs with
authentication, row-level security, limits and logs; the bare server sends the same SQL in the same tenant transaction
and does nothing else; the plain one is what one writes by default. Read the ratios: requests per second move with
whatever else the machine does, processor time per request hardly does. Every answer of a read was compared between the
three before it was measured.

{chr(10).join(lines)}

{chr(10).join(extra)}

To repeat: `make bench` (about ten minutes the first time, for the data is loaded once and kept in `.local/benchmark`);
`make bench a="--scale 0.05"` for a small copy, `make bench a="--soak 600"` to watch memory under ten minutes of load.
"""
    PAGE.write_text(text, encoding="utf-8")
