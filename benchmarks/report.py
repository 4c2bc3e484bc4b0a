"""The figures as a table, printed and kept in docs/performance.md."""

from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.decisions import Decided
from benchmarks.drive import Measured
from benchmarks.page import keep, measured_with

Runs = Mapping[tuple[str, str], Sequence[Measured]]
SERVERS = {"ours": "ours", "bare": "bare ASGI + asyncpg", "plain": "FastAPI + ORM"}


def table(runs: Runs) -> list[str]:
    """Medians over the rounds, and what share of the others' speed ours is by processor time."""
    lines = [
        "| read | server | requests/s | p50 ms | p99 ms | CPU µs: worker | CPU µs: database "
        "| ours, by CPU | by requests/s |",
        "|---|---|---|---|---|---|---|---|---|",
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


def goals(
    runs: Runs,
    made: Mapping[str, Sequence[Decided]],
    ready: Mapping[str, Sequence[float]],
) -> list[str]:
    """What we set out to reach and what was measured; nothing is rounded in our favour."""
    told = []
    for name, seconds in ready.items():
        told.append((f"`{name}`: time until ready", "at most 3 s", f"{median(seconds):.1f} s", median(seconds) <= 3))
    per_core = median(one.decisions / one.app for one in made["known customer"])
    told.append(("decisions per second and core of worker CPU", "150", f"{per_core:.0f}", per_core >= 150))
    for name in ("GET one", "list 50", "search", "feed"):
        for server, goal in (("bare", 0.6), ("plain", 3.0)):
            pairs = zip(runs[name, "ours"], runs[name, server], strict=True)
            found = median(cost(theirs) / cost(ours) for ours, theirs in pairs)
            told.append((f"{name} against {SERVERS[server]}, by CPU", f"{goal:g}×", f"{found:.2f}×", found >= goal))
    pairs = zip(runs["list 50", "ours"], runs["page 5,000", "ours"], strict=True)
    deep = median(cost(far) / cost(first) for first, far in pairs)
    told.append(("CPU of page 5,000 against page 1", "at most 1.1×", f"{deep:.2f}×", deep <= 1.1))
    rows = [f"| {name} | {goal} | {found} | {'yes' if met else '**no**'} |" for name, goal, found, met in told]
    return ["| goal | wanted | measured | reached |", "|---|---|---|---|", *rows]


def starts(ready: Mapping[str, Sequence[float]]) -> list[str]:
    """How long until the service answers that it is ready."""
    found = {name: ", ".join(f"{one:.1f}" for one in seconds) for name, seconds in ready.items()}
    told = (
        f"Ready, in seconds after the start: `serve` {found['serve']}; `make run` {found['make run']} (without make)."
    )
    return [told, "Files warm and bytecode kept; the data is there and its schema current."]


_PARTS = ("per_second", "p50_ms", "p99_ms", "app_us", "database_us")


def cost(one: Measured) -> float:
    """Processor time of one request, on both sides."""
    return one.app_us + one.database_us


def keep_all(lines: str, conditions: str) -> None:
    """Keep the figures on the page, with how they were found."""
    text = f"""# Performance

{measured_with("make bench")}; {conditions}.

{lines}

## How it is measured

- One worker of each server, on the same machine, database and rows, in turns; medians of the rounds. The load generator
  and PostgreSQL share the cores. Requests per second and latencies move with whatever else the machine does; processor
  time per request does so far less: read the ratios.
- *Ours* is `ecosystem-api serve` with authentication, row-level security, limits, metrics and logs. The *bare* server
  sends the same SQL in the same tenant transaction (begin and set, ask, commit: three messages, where ours sends a
  read's tenant and question as one) and does nothing else; the *plain* one is what one writes by default, without
  authentication. A ratio over 1× says that ours needs less. The answers of a read are compared between the servers
  before it is measured.
- Loaded by COPY: the large vendor's products, partners, accounts, registrations and the words they are found by, and
  49 vendors of half a per cent of it each. The loaded registrations have neither decisions nor protections; those that
  the benchmark itself makes have both, and stay for the next run.
- A decision is a registration created, submitted and judged by the rules, or approved by a person where they leave it
  to one. Known customers are named by id, described ones are looked for among all accounts and created.
- The search is for the first word of a customer's name in the titles, numbers and customers of all registrations; the
  plain server looks into the same words. The feed is the first page of fifty events. Both are asked for by staff.

## To repeat

`make bench` loads once, in a few minutes, and keeps the rows in `.local/benchmark` (about 3 GB; `--at` names another
folder).
`make bench a="--scale 0.05"` takes a small copy; `make bench a="--soak 600"` only watches memory, for ten minutes of
reads and registrations in turns;
`--rounds` and `--seconds` say how often and how long; `--no-keep` leaves this page as it is.
"""
    keep(text)
