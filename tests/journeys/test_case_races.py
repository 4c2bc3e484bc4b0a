"""Races of cases: rulings, the vendor's sellers, silence and the end of time. One holder at most, no place in line
lost, each decision recorded, each case ended once.
"""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Coroutine
from datetime import datetime
from typing import Any

import asyncpg
import pytest
from tests.journeys.contest import until_answered
from tests.makers import Api, House, a_book_with, a_partner, a_product, a_submission, ok, refused
from tests.provider import Provider, a_provider
from tests.rooms.courts import ALL_SAID, DEALS, DISPUTES, OVERTURN, REJECT, appealed
from tests.rooms.desk import person, trust

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
    await a_book_with(admin, parameters={"capacity": 100_000})
    house.clock.move(seconds=1)
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


BOOK = {"review_clock": "wall", "review_hours": 10, "on_silence": "approve", "extension_window_days": 90}
MORE = {"days": 30, "reason": "procurement", "evidence": [{"kind": "email", "statement": "Purchasing signs in June."}]}
LARGER = {"changes": {"amount": {"amount": "96000.00", "currency": "EUR"}}, "reason": "A second site joins."}
KINDS = {
    "extension-requests": (MORE, "reject", ("approved", "rejected")),
    "amendments": (LARGER, "refuse", ("applied", "refused")),
}


@pytest.fixture
async def idp() -> AsyncIterator[Provider]:
    async with a_provider() as found:
        yield found


async def until_just_before(house: House, instant: str) -> None:
    """Move the clock to a moment before an instant, so that what is asked now meets it."""
    left = datetime.fromisoformat(instant) - house.clock()
    house.clock.move(seconds=left.total_seconds() - 0.3)


async def a_little_later(act: Coroutine[Any, Any, Any]) -> Any:
    await asyncio.sleep(random.uniform(0, 0.6))
    return await act


async def work_for_a_second(house: House) -> None:
    for _ in range(20):
        await house.drain()
        await asyncio.sleep(0.05)


async def ending_of(ring: Ring, subject: Any) -> str:
    """How the case about a subject ended; it did so once."""
    (case,) = ok(await ring.admin.get("/v1/reviews", params={"subject_id": subject["id"]}))["data"]
    history = ok(await ring.admin.get(f"/v1/reviews/{case['id']}"))["history"]
    assert [step["type"] for step in history].count("review.closed") == 1
    return str(case["closed_how"])


async def test_a_ruling_races_the_silence_that_approves_a_rival(house: House) -> None:
    ring = await a_ring(house)
    await a_book_with(ring.admin, parameters=BOOK)
    house.clock.move(seconds=1)
    abroad = ring.partners[0]
    rival = (await a_partner(house, ring.vendor, "Abroad too", territories=["FR"]))[1]
    for number in range(ROUNDS):
        rejected = await a_submission(abroad, f"Customer {number} SE")
        rejected = ok(await ring.admin.act(f"{DEALS}/{rejected['id']}/reject", REJECT))
        case = await appealed(abroad, rejected)
        house.clock.move(seconds=1)
        silent = await a_submission(rival, f"Customer {number} SE")
        assert silent["review"]["on_silence"] == "approve"
        await until_just_before(house, silent["review"]["due_at"])
        rule = a_little_later(ring.judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN))
        answer, _ = await asyncio.gather(rule, work_for_a_second(house))
        await house.drain()
        first, second = await ring.check(rejected, silent)
        if answer.status_code == 200:
            assert (first["status"], second["status"]) == ("approved", "waiting")
            assert await ending_of(ring, case) == "overturned"
        else:
            assert refused(answer, 409)["code"] in ("sides_not_heard", "holder_not_heard")
            assert (first["status"], second["status"]) == ("rejected", "approved")
        assert await ending_of(ring, silent) in ("queued", "lapsed")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_no_races_the_silence_that_grants(house: House, kind: str) -> None:
    ring = await a_ring(house)
    await a_book_with(ring.admin, parameters=BOOK)
    house.clock.move(seconds=1)
    body, no, (granted, refusal) = KINDS[kind]
    holder = ring.partners[1]
    deals = [await a_submission(holder, f"Customer {number} SE") for number in range(ROUNDS)]
    asked = [ok(await holder.act(f"{DEALS}/{deal['id']}/{kind}", body), 201) for deal in deals]
    await until_just_before(house, asked[0]["review"]["due_at"])
    verdict = {"reason": "other", "remedy": "Ask again."}

    async def say(one: Any) -> Any:
        return await until_answered(lambda: ring.admin.act(f"/v1/{kind}/{one['id']}/{no}", verdict))

    said = [a_little_later(say(one)) for one in asked]
    *answers, _ = await asyncio.gather(*said, work_for_a_second(house))
    house.clock.move(seconds=30)
    await house.drain()
    for deal, one, answer in zip(deals, asked, answers, strict=True):
        now = ok(await holder.get(f"/v1/{kind}/{one['id']}"))
        expected = {200: (refusal, "rejected"), 409: (granted, "lapsed")}[answer.status_code]
        assert (now["status"], await ending_of(ring, one)) == expected
        after = ok(await holder.get(f"{DEALS}/{deal['id']}"))
        is_changed = (after["amount"], after["protection"]["ends_at"]) != (
            deal["amount"],
            deal["protection"]["ends_at"],
        )
        assert is_changed == (now["status"] == granted)
        record = ok(await ring.admin.get(f"/v1/decisions/{now['decision_id']}"))
        assert record["outcome"] == ("approve" if is_changed else "reject")


async def test_a_second_signature_races_the_end_of_the_claim_that_it_would_make_larger(
    house: House, idp: Provider
) -> None:
    ring = await a_ring(house)
    four_eyes = [{"amount": "10000.00", "currency": "EUR"}]
    await a_book_with(ring.admin, parameters={**BOOK, "review_hours": 2000, "four_eyes_above": four_eyes})
    house.clock.move(seconds=1)
    issuer = await trust(ring.admin, idp)
    holder, small = ring.partners[1], {"amount": "9000.00", "currency": "EUR"}
    for number in range(ROUNDS):
        deal = await a_submission(holder, f"Customer {number} SE", amount=small)
        ends_at = deal["protection"]["ends_at"]
        house.clock.move(days=89, hours=23, minutes=50)
        ada, ben = [(await person(house, issuer, idp, name))[0] for name in ("ada", "ben")]
        made = ok(await holder.act(f"{DEALS}/{deal['id']}/amendments", LARGER), 201)
        path = f"/v1/amendments/{made['id']}/accept"
        first = ok(await ada.act(path, {"reason": "meets_policy"}))
        assert (first["status"], first["staff"]["review"]["approvals_given"]) == ("in_review", 1)
        await until_just_before(house, ends_at)
        second = a_little_later(ben.act(path, {"reason": "meets_policy"}))
        answer, _ = await asyncio.gather(second, work_for_a_second(house))
        await house.drain()
        now, after = [ok(await holder.get(where)) for where in (path[:-7], f"{DEALS}/{deal['id']}")]
        assert after["status"] == "expired"
        if answer.status_code == 200:
            assert (now["status"], await ending_of(ring, made)) == ("applied", "approved")
            assert after["amount"] == LARGER["changes"]["amount"]  # type: ignore[index]  # a body
        else:
            assert refused(answer, 409)["code"] in ("not_amendable", "illegal_move")
            assert (now["status"], await ending_of(ring, made)) == ("lapsed", "void")
            assert after["amount"] == small
        await ring.check(deal)
