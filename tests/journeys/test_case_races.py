"""Races of rulings and of the vendor's sellers: one holder at most, no place in line lost, each decision recorded."""

import asyncio
import os
from collections.abc import Coroutine
from typing import Any

import asyncpg
from tests.makers import Api, House, a_partner, a_product, a_submission, ok
from tests.rooms.courts import ALL_SAID, DEALS, DISPUTES, OVERTURN, REJECT, appealed

from ecosystem_api.kernel.ids import decode

# The suite runs a few; each round is a whole story with three partners.
ROUNDS = int(os.environ.get("ECOSYSTEM_RACE_ROUNDS", "3"))
LEGAL = {200, 201, 409, 412, 503}


class Ring:
    """Three partners who want one customer, and two people on the vendor's side."""

    def __init__(self, house: House, vendor: Any, admin: Api, judge: Api, partners: list[Api]) -> None:
        self.house, self.vendor, self.admin, self.judge, self.partners = house, vendor, admin, judge, partners

    async def at_once(self, *acts: Coroutine[Any, Any, Any]) -> list[int]:
        """The statuses of requests sent at the same instant, after which the worker has done its part."""
        answers = await asyncio.gather(*acts, self.house.drain())
        statuses = [answer.status_code for answer in answers[:-1]]
        assert set(statuses) <= LEGAL, [answer.text for answer in answers[:-1]]
        await self.house.drain()
        return statuses

    async def check(self, *deals: Any) -> list[Any]:
        """The registrations as they ended: at most one holds the claim, the line is by time, each has its record."""
        now = [ok(await self.admin.get(f"{DEALS}/{deal['id']}")) for deal in deals]
        holders = [deal for deal in now if deal["status"] == "approved"]
        assert len(holders) <= 1, [(deal["status"], deal["reasons"]) for deal in now]
        waiting = sorted((deal for deal in now if deal["status"] == "waiting"), key=lambda deal: deal["submitted_at"])
        assert [deal["queue"]["place"] for deal in waiting] == list(range(1, len(waiting) + 1))
        assert holders or not waiting, "nobody waits for nothing"
        for before, deal in zip(deals, now, strict=True):
            assert deal["submitted_at"] == before["submitted_at"], "a place in line is kept"
            record = ok(await self.admin.get(f"{DEALS}/{deal['id']}/decision"))
            assert record["reasons"] == deal["reasons"] or deal["status"] in ("released", "withdrawn", "expired")
        await self._claims_agree(now)
        return now

    async def _claims_agree(self, deals: list[Any]) -> None:
        owner = await asyncpg.connect(self.house.settings.database_url)
        try:
            running = await owner.fetchval(
                "select count(*) from protections where vendor_id = $1 and ended_how is null and upper(period) > $2 "
                "and deal_id = any($3)",
                self.vendor.id, self.house.clock(), [decode("deal", deal["id"]) for deal in deals],
            )  # fmt: skip
        finally:
            await owner.close()
        assert running == sum(deal["status"] == "approved" for deal in deals)


async def a_ring(house: House) -> Ring:
    vendor, admin = await house.vendor()
    await a_product(admin)
    abroad = (await a_partner(house, vendor, "Abroad", territories=["FR"]))[1]
    others = [(await a_partner(house, vendor, name))[1] for name in ("Holder", "Waiting")]
    return Ring(house, vendor, admin, await house.client(vendor, "manager"), [abroad, *others])


async def a_contest(ring: Ring, customer: str) -> tuple[Any, Any, Any, Any]:
    """A rejection under appeal, a later holder who has been heard, and one who waits."""
    abroad, holder, other = ring.partners
    rejected = await a_submission(abroad, customer)
    rejected = ok(await ring.admin.act(f"{DEALS}/{rejected['id']}/reject", REJECT))
    ring.house.clock.move(seconds=1)
    held = await a_submission(holder, customer)
    ring.house.clock.move(seconds=1)
    waiting = await a_submission(other, customer)
    assert (held["status"], waiting["status"]) == ("approved", "waiting")
    case = await appealed(abroad, rejected)
    ok(await holder.post(f"{DISPUTES}/{case['id']}/evidence", ALL_SAID))
    return case, rejected, held, waiting


async def test_a_ruling_races_release_withdrawal_and_expiry(house: House) -> None:
    ring = await a_ring(house)
    _, holder, other = ring.partners
    for number in range(ROUNDS):
        case, *deals = await a_contest(ring, f"Customer {number} SE")
        _, held, waiting = deals
        rule = ring.judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN)
        if number % 3 == 0:
            await ring.at_once(rule, holder.act(f"{DEALS}/{held['id']}/release"))
        elif number % 3 == 1:
            await ring.at_once(rule, other.act(f"{DEALS}/{waiting['id']}/withdraw"))
        else:
            house.clock.move(days=90)
            await ring.at_once(rule)
        await ring.check(*deals)
        if ok(await ring.judge.get(f"{DISPUTES}/{case['id']}"))["status"] == "open":
            # Who waited got the claim first; it is heard, and then gives way like any other that came later.
            ok(await other.post(f"{DISPUTES}/{case['id']}/evidence", ALL_SAID))
            await ring.at_once(ring.judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN))
            await ring.check(*deals)
        assert ok(await ring.judge.get(f"{DISPUTES}/{case['id']}"))["effect"] == "approved"


async def test_two_rulings_at_once_are_one(house: House) -> None:
    ring = await a_ring(house)
    second = await house.client(ring.vendor, "admin")
    for number in range(ROUNDS):
        case, *deals = await a_contest(ring, f"Customer {number} SE")
        path = f"{DISPUTES}/{case['id']}"
        upheld = {"outcome": "upheld", "reason": "rules_followed", "note": "It is a duplicate."}
        statuses = await ring.at_once(
            ring.judge.act(f"{path}/decide", OVERTURN),
            second.act(f"{path}/decide", upheld),
            ring.partners[0].act(f"{path}/withdraw"),
        )
        assert statuses.count(200) == 1, statuses
        now = await ring.check(*deals)
        ruled = ok(await ring.judge.get(path))
        assert (now[0]["status"] == "approved") == (ruled["outcome"] == "overturned")


async def test_the_vendors_seller_races_the_end_of_the_claim(house: House) -> None:
    ring = await a_ring(house)
    _, holder, other = ring.partners
    for number in range(ROUNDS):
        customer = {"name": f"Customer {number} SE", "country": "DE"}
        held = await a_submission(holder, customer["name"])
        house.clock.move(seconds=1)
        waiting = await a_submission(other, customer["name"])
        told = {
            "external_id": {"system": "crm", "id": f"opp-{number}"}, "customer": customer, "title": "Bypass",
            "products": ["EDR-100"], "stage": "proposal", "opened_on": "2026-01-31",
        }  # fmt: skip
        await ring.at_once(
            ring.admin.post("/v1/vendor-opportunities", told),
            ring.admin.post("/v1/vendor-opportunities", told),
            holder.act(f"{DEALS}/{held['id']}/release"),
        )
        ok(await ring.admin.post("/v1/vendor-opportunities", told))
        await ring.check(held, waiting)
        (found,) = ok(await ring.admin.get(f"/v1/vendor-opportunities?external_system=crm&external_id=opp-{number}"))[
            "data"
        ]
        hit = [ok(await ring.admin.get(f"/v1/conflicts/{one['id']}")) for one in found["conflicts"]]
        assert len(hit) <= 2
        assert {one["deal_registration_id"] for one in hit} <= {held["id"], waiting["id"]}
        record = ok(await ring.admin.get(f"/v1/decisions/{found['decision_id']}"))
        assert len(record["staff"]["evidence"]["claims"]) <= len(hit)
