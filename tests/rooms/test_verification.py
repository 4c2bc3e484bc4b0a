"""A record that somebody changed by hand says so when it is verified."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from tests.makers import Api, House, a_book_with, a_partner, a_product, a_submission, ok

from ecosystem_api.kernel.ids import decode

HAND = {
    "outcome = 'reject'": "outcome_holds",
    "reasons = '{other}'": "outcome_holds",
    "remedies = '{Ask us.}'": "outcome_holds",
    "action = 'deal_registration.extend'": "outcome_holds",
    "verdict = jsonb_set(verdict, '{results,0,matched}', 'true')": "results_hold",
    "book_hash = 'sha256:00'": "book_holds",
    "book_number = 7": "book_holds",
    "facts = jsonb_set(facts, '{deal,amount_minor}', '1')": "facts_hold",
    "facts_hash = 'sha256:00'": "facts_hold",
}
PARTS = {"outcome_holds", "results_hold", "book_holds", "facts_hold"}


@pytest.fixture
async def owner(house: House) -> AsyncIterator[asyncpg.Connection]:
    found = await asyncpg.connect(house.settings.database_url)
    yield found
    await found.close()


async def a_decision(house: House) -> tuple[Api, Api, Any]:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    deal = await a_submission(partner)
    return admin, partner, ok(await partner.get(f"/v1/deal-registrations/{deal['id']}/decision"))


async def test_whatever_is_changed_in_a_record_is_found(house: House, owner: asyncpg.Connection) -> None:
    admin, partner, decision = await a_decision(house)
    path, row_id = f"/v1/decisions/{decision['id']}/verify", decode("dec", decision["id"])
    assert ok(await admin.post(path))["holds"]
    for change, part in HAND.items():
        column = change.partition(" ")[0]
        was = await owner.fetchval(f"select {column} from decisions where id = $1", row_id)
        await owner.execute(f"update decisions set {change} where id = $1", row_id)
        found = ok(await admin.post(path))
        assert (found["holds"], found["differences"] != []) == (False, True), change
        assert {name for name in PARTS if not found[name]} == {part}, change
        assert ok(await partner.post(path)) == {**found, "differences": []}
        await owner.execute(f"update decisions set {column} = $2 where id = $1", row_id, was)
    assert ok(await partner.post(path))["holds"]


async def test_what_people_and_silence_decided_holds(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    await a_book_with(admin, parameters={"review_clock": "wall", "review_hours": 10, "on_silence": "approve"})
    house.clock.move(seconds=1)
    _, abroad = await a_partner(house, vendor, "Abroad", territories=["FR"])
    silent, refused = await a_submission(abroad), await a_submission(abroad, "Globex SE")
    no = {"reason": "duplicate", "remedy": "Work with the registration you have."}
    ok(await admin.act(f"/v1/deal-registrations/{refused['id']}/reject", no))
    house.clock.move(hours=11)
    await house.drain()
    records = [ok(await abroad.get(f"/v1/deal-registrations/{one['id']}/decision")) for one in (silent, refused)]
    assert [one["reasons"][0] for one in records] == ["silence_approves", "duplicate"]
    for one in records:
        assert ok(await admin.post(f"/v1/decisions/{one['id']}/verify"))["holds"]
