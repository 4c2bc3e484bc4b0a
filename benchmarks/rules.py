"""How fast the rules engine is by itself: decisions, and a simulation of 100,000 recorded ones, on one core.

Run: `python benchmarks/rules.py`. Prints decisions per second (median of rounds) for a full verdict with its hashes,
for a replay as simulations do it, and, as the limit in the same run, for CEL alone evaluating the same rules over facts
that are bound already.
"""

import random
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ecosystem_api.rules import DEFAULT_BOOK, Parameters, Recorded, Tally, compile_book, decide, example_facts
from ecosystem_api.rules.expression import activation
from ecosystem_api.rules.facts import GROUPS
from ecosystem_api.rules.messages import GROUP_MESSAGES

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
    bound = [
        activation({**{group: GROUP_MESSAGES[group](**one[group]) for group in GROUPS}, "params": new.parameters})
        for one in facts[:2_000]
    ]
    together = new.plans[ACTION].together
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
    limit = statistics.median(rates["CEL alone"])
    rules = len(new.plans[ACTION].rules)
    print(f"{rules} rules, {DECISIONS} recorded decisions, {ROUNDS} rounds, one core; {flips[0]} flips each time")
    for name, measured in rates.items():
        middle = statistics.median(measured)
        print(f"{name:15} {middle:10,.0f} decisions/s  {middle / limit:6.2f} of CEL alone")
    assert len(set(flips)) == 1, "the same facts and the same book give the same flips"


def _rate(work: Callable[[], int]) -> float:
    started = time.process_time()
    count = work()
    return count / (time.process_time() - started)


if __name__ == "__main__":
    main()
