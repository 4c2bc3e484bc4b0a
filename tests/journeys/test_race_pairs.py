"""Every two things that can happen to a claim, at the same instant, on committed rows.

Approvals, expiry, release (and so promotion), revocation, withdrawal, a ruling on an appeal, the vendor's own
opportunity, an extension, an amendment, a merge of customers, a customer's choice and a late submission: whichever
meet, nobody holds what another holds, nobody loses a place in line, and nothing is decided without a record. Every
second meeting is under a book that lets claims overlap by region.

The suite draws some pairs. The long form meets each pair, a move with itself included, and as many crowds, as often as
it is told; it takes the other races of this folder along (thirty rounds: some four thousand races in an hour or so):
`make test a="tests/journeys -k race" n=2` with `ECOSYSTEM_RACE_ROUNDS=30`.
"""

import os
import random
from collections import Counter
from itertools import combinations_with_replacement

from tests.journeys.agreement import agreed
from tests.journeys.contest import CHOSEN, MOVES, Move, a_scene, a_stage, at_once
from tests.makers import House

ROUNDS = int(os.environ.get("ECOSYSTEM_RACE_ROUNDS", "0"))


def drawn() -> list[tuple[Move, ...]]:
    """Every pair as often as asked; or in the suite each move twice, and one crowd of all."""
    pairs = list(combinations_with_replacement(MOVES, 2))
    if ROUNDS:
        crowds = [tuple(random.sample(MOVES, random.randint(3, len(MOVES)))) for _ in pairs]
        return [*pairs, *crowds] * ROUNDS
    twice = random.sample([*MOVES, *MOVES], 2 * len(MOVES))
    return [*zip(twice[::2], twice[1::2], strict=True), MOVES]


async def test_whatever_meets_leaves_one_holder_an_honest_line_and_a_record_of_each_decision(house: House) -> None:
    stages = [await a_stage(house, by_region=by_region) for by_region in (False, True)]
    endings = Counter[str]()
    # Shuffled, so that who meets under which book differs from run to run.
    for number, moves in enumerate(random.sample(met := drawn(), len(met))):
        stage = stages[number % 2]
        scene = await a_scene(stage)
        names = " and ".join(move.__name__ for move in moves) + (" by region" if stage.by_region else "")
        try:
            given = await at_once(scene, *moves)
            # A person may prefer who came later; and what was decided about two customers stands when they become one.
            chosen = [name for name, acts in CHOSEN.items() if acts <= given.keys()]
            url, vendor_id = house.settings.database_url, stage.vendor.id
            ended = await agreed(url, vendor_id, scene.deals, chosen, by_region=stage.by_region)
        except AssertionError as error:
            error.add_note(f"when these met: {names}")
            raise
        endings[f"{names}: " + ", ".join(f"{name} {deal.status}" for name, deal in ended.items())] += 1
    print(f"{endings.total()} races ended in {len(endings)} ways")
