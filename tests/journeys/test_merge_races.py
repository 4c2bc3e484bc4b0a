"""Merges that meet decisions: whatever has to wait, waits in one order, so that nobody is ended by the database."""

import asyncio
import os
import random
from collections.abc import AsyncIterator

import asyncpg
import httpx
import pytest
from tests.journeys.agreement import agreed
from tests.journeys.contest import CHOSEN, EDR, MEETS, MOVES, XDR, Scene, a_scene, a_stage, act_once, at_once, merge
from tests.makers import House, a_draft, a_partner, a_submission, deal_body
from tests.rooms.courts import DEALS

ROUNDS = int(os.environ.get("ECOSYSTEM_RACE_ROUNDS", "2"))
OTHERS = [move for move in MOVES if move is not merge]
CIRCLES = "select deadlocks from pg_stat_database where datname = $1"
CONNECTED = "select count(*) from pg_stat_activity where datname = $1"
BEHIND = """
select count(*) from deal_registrations d join partners p on (p.vendor_id, p.id) = (d.vendor_id, d.partner_id)
where p.merged_into_id is not null
"""


@pytest.fixture
async def orderly(house: House) -> AsyncIterator[House]:
    """A house in which PostgreSQL has found no circle in the end. It counts when a connection is closed."""
    yield house
    await house.machinery.database.close()
    await house.worker.machinery.database.close()
    server, _, name = house.settings.database_url.rpartition("/")
    watch = await asyncpg.connect(f"{server}/postgres")
    while await watch.fetchval(CONNECTED, name):
        await watch.execute("select pg_sleep(0.05)")
    circles = await watch.fetchval(CIRCLES, name)
    await watch.close()
    assert circles == 0


async def back(scene: Scene) -> list[httpx.Response]:
    """The other way round."""
    body = {"into_id": scene.deals["holder"]["account_id"], "reason": "duplicate"}
    return await act_once(scene.stage.admin, f"/v1/accounts/{scene.deals['other']['account_id']}/merge", body)


async def test_customers_that_become_one_while_much_is_decided_about_both(orderly: House) -> None:
    stage = await a_stage(orderly)
    for number in range(ROUNDS):
        scene = await a_scene(stage)
        moves = [(merge, back)[number % 2], *random.sample(OTHERS, random.randint(3, len(OTHERS)))]
        given = await at_once(scene, *moves)
        acts = {"merge", *given}
        chosen = [name for name, needed in CHOSEN.items() if needed <= acts]
        await agreed(orderly.settings.database_url, stage.vendor.id, scene.deals, chosen)


async def test_partners_that_become_one_while_both_submit_and_are_decided_about(orderly: House) -> None:
    stage = await a_stage(orderly)
    for number in range(ROUNDS):
        scene = await a_scene(stage)
        joined, one = await a_partner(orderly, stage.vendor, f"One {number}", territories=["FR"])
        remaining, two = await a_partner(orderly, stage.vendor, f"Two {number}", territories=["FR"])
        undecided = await a_submission(one, scene.customer, products=[XDR])
        drafts = [(api, await a_draft(api, scene.customer, products=[EDR])) for api in (one, two)]
        merged = {"into_id": remaining["id"], "reason": "duplicate"}
        acts = [
            act_once(stage.admin, f"/v1/partners/{joined['id']}/merge", merged),
            act_once(stage.admin, f"{DEALS}/{undecided['id']}/approve", MEETS),
            *(act_once(api, f"{DEALS}/{draft['id']}/submit") for api, draft in drafts),
            *(act_once(api, DEALS, deal_body(scene.customer, products=[EDR])) for api, _ in drafts),
            *(move(scene) for move in random.sample(MOVES, random.randint(2, 5))),
        ]
        random.shuffle(acts)
        await asyncio.gather(*acts, orderly.drain())
        await scene.settle()
    owner = await asyncpg.connect(orderly.settings.database_url)
    assert await owner.fetchval(BEHIND) == 0
    await owner.close()
