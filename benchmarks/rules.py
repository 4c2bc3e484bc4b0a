"""How fast the rules engine is by itself: decisions, and a simulation of 100,000 recorded ones, on one core.

Run: `python -m benchmarks.rules`; with `--no-keep` docs/performance.md stays as it is. Prints decisions per second
(median of rounds) for a full verdict with its hashes, for a replay as simulations do it, and, as the limit in the same
run, for CEL alone evaluating the same rules over facts that are bound already.
"""

import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from benchmarks.page import keep, measured_with
from ecosystem_api.rules import DEFAULT_BOOK, Parameters, Recorded, Tally, compile_book, decide, example_facts
from ecosystem_api.rules.expression import activation
from ecosystem_api.rules.snapshot import known_facts

ACTION = "deal_registration.submit"
DECISIONS = 100_000
ROUNDS = 5


def worlds(count: int) -> list[dict[str, dict[str, Any]]]:
    """Snapshots of every kind of standing, the same in every run."""
    chance, made = random.Random(7), []
    for _ in range(count):
        facts = example_facts()
        facts["deal"] |= {"amount_minor": chance.randrange(10**8), "country": chance.choice(("DE", "FR", "AT"))}
        facts["deal"]["missing"] = chance.choice(([], [], [], ["amount"]))
        facts["partner"] |= {
            "open_registrations": chance.randrange(40),
            "status": chance.choice(("active",) * 9 + ("x",)),
        }
        facts["claims"] |= {"held_by_other": chance.random() < 0.2, "possible_matches": int(chance.random() < 0.1)}
        made.append(facts)
    return made


def main() -> None:
    """Measure and print."""
    old = compile_book(DEFAULT_BOOK)
    new = compile_book(replace(DEFAULT_BOOK, parameters=replace(Parameters(), capacity=15)))
    facts = worlds(DECISIONS // 10)
    recorded = [Recorded(n, ACTION, one, decide(old, ACTION, one).outcome) for n, one in enumerate(facts)] * 10
    plan = new.plans[ACTION]
    together = plan.together
    assert together is not None, "the default book is judged at a stroke"
    bound = [activation({**(known_facts(one, plan.facts) or {}), **plan.given}, new.language) for one in facts[:2_000]]
    flips: list[int] = []

    def cel_alone() -> int:
        for one in bound:
            together.eval(one).plain_value()
        return len(bound)

    def full() -> int:
        for one in facts:
            decide(new, ACTION, one)
        return len(facts)

    def simulated() -> int:
        flips.append(sum(1 for _ in Tally[int]().take(new, recorded)))
        return len(recorded)

    rates: dict[str, list[float]] = {"CEL alone": [], "a full verdict": [], "a simulation": []}
    for _ in range(ROUNDS):
        for name, work in (("CEL alone", cel_alone), ("a full verdict", full), ("a simulation", simulated)):
            rates[name].append(_rate(work))
    assert len(set(flips)) == 1, "the same facts and the same book give the same flips"
    lines = _table(rates, len(new.plans[ACTION].rules), flips[0])
    print("\n".join(lines))
    if "--no-keep" not in sys.argv:
        keep(f"{measured_with('python -m benchmarks.rules')}.\n\n" + "\n".join(lines), "The rules engine")


def _table(rates: dict[str, list[float]], rules: int, flips: int) -> list[str]:
    limit = statistics.median(rates["CEL alone"])
    lines = [
        f"| {rules} rules, {DECISIONS:,} recorded decisions | decisions/s and core | of CEL alone |",
        "|---|---|---|",
    ]
    for name, measured in rates.items():
        middle = statistics.median(measured)
        lines.append(f"| {name} | {middle:,.0f} | {middle / limit:.2f} |")
    return [
        *lines,
        "",
        f"Medians of {ROUNDS} rounds by processor time; wanted of a simulation: 20,000. Flips: {flips:,}.",
        "A full verdict has the result of every rule and the hashes of facts and book. A simulation judges what was",
        "recorded and tells what would be decided otherwise. CEL alone evaluates the conditions over facts at hand.",
    ]


def _rate(work: Callable[[], int]) -> float:
    started = time.process_time()
    count = work()
    return count / (time.process_time() - started)


if __name__ == "__main__":
    main()
