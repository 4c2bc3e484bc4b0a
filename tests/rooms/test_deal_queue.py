"""Who holds a claim and who is next, whatever the order in which requests, workers and evidence arrive."""

import asyncio
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from tests.makers import Api, House, a_book_with, a_draft, a_partner, a_product, a_submission, deal_body, ok, refused

from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.selling.deals import service
from ecosystem_api.selling.deals.schemas import DealRead

DEALS = "/v1/deal-registrations"
APPROVE = {"reason": "meets_policy"}


def path(deal: Any, verb: str = "") -> str:
    return f"{DEALS}/{deal['id']}" + (f"/{verb}" if verb else "")


async def three_partners(house: House, **fields: Any) -> tuple[UUID, Api, list[tuple[Any, Api]]]:
    vendor, admin = await house.vendor()
    await a_product(admin)
    return vendor.id, admin, [await a_partner(house, vendor, name, **fields) for name in ("One", "Two", "Three")]


async def submit_as_of(house: House, vendor_id: UUID, partner: Any, deal: Any, began_at: datetime) -> str:
    """Submit in a transaction that began at another instant than it got the customer's lock; answer the status."""
    own = decode("par", partner["id"])
    who = Caller(vendor_id, "client", "a test", Role.PARTNER_ADMIN, own, frozenset({"deals:write"}))
    async with house.machinery.database.transaction(vendor_id, own, now=began_at) as tx:
        return (await service.submit(tx, who, decode("deal", deal["id"]), "*")).read(DealRead).status


async def status(api: Api, deal: Any) -> str:
    return str(ok(await api.get(path(deal)))["status"])


async def two_customers(admin: Api) -> tuple[Any, Any]:
    """Two accounts; the second has the name that registrations have by default."""
    older = ok(await admin.post("/v1/accounts", {"name": "Globex", "country": "DE"}), 201)["account"]
    newer = ok(await admin.post("/v1/accounts", {"name": "Acme Industries GmbH", "country": "DE"}), 201)["account"]
    return older, newer


async def turn_out_to_be_one(admin: Api, older: Any) -> None:
    ok(await admin.patch(f"/v1/accounts/{older['id']}", {"aliases": ["Acme Industries"]}))


async def test_who_began_first_and_got_the_lock_second_waits(house: House) -> None:
    vendor_id, _, ((_, one), (partner, two), _) = await three_partners(house)
    first, second = await a_draft(one), await a_draft(two)
    began_at = house.clock()
    house.clock.move(seconds=1)
    ok(await one.act(path(first, "submit")))
    assert await submit_as_of(house, vendor_id, partner, second, began_at) == "waiting"


async def test_who_began_before_a_release_and_got_the_lock_after_it_is_approved(house: House) -> None:
    vendor_id, _, ((_, one), (partner, two), _) = await three_partners(house)
    held, second = await a_submission(one), await a_draft(two)
    began_at = house.clock()
    house.clock.move(seconds=1)
    released = ok(await one.act(path(held, "release")))
    await house.drain()
    assert await submit_as_of(house, vendor_id, partner, second, began_at) == "approved"
    ended_at = released["protection"]["ends_at"]
    assert ok(await two.get(path(second)))["protection"]["starts_at"] == ended_at


async def test_a_newcomer_does_not_overtake_the_queue_while_the_worker_is_away(house: House) -> None:
    _, admin, ((_, one), (_, two), (_, three)) = await three_partners(house)
    held, second = await a_submission(one), await a_submission(two)
    body = {name: value for name, value in deal_body().items() if name != "title"}
    ok(await one.act(path(held, "release")))
    assert ok(await three.post("/v1/rules-of-engagement/check", body))["outcome"] == "wait"
    third = await a_submission(three)
    assert third["queue"] == {"place": 2, "length": 2, "region": None}
    await house.drain()
    assert (await status(two, second), await status(three, third)) == ("approved", "waiting")
    house.clock.move(days=90)
    fourth = await a_submission(one)
    await house.drain()
    assert [await status(*each) for each in ((two, second), (three, third), (one, fourth))] == [
        "expired",
        "approved",
        "waiting",
    ]
    assert len(ok(await admin.get(DEALS + "?status=approved"))["data"]) == 1


@pytest.mark.parametrize("verb", ["withdraw", "reject"])
async def test_who_stands_behind_one_that_waits_for_something_else_is_served_when_that_one_goes(
    house: House, verb: str
) -> None:
    _, admin, ((_, one), (_, two), _) = await three_partners(house)
    (book,) = ok(await admin.get("/v1/rule-books"))["data"]
    rules = ok(await admin.get(f"/v1/rule-books/{book['id']}"))["rules"]
    rule = {
        "key": "next_year", "on": ["deal_registration.submit"], "when": "deal.type == 'expansion'", "outcome": "wait",
        "reason": "next_year", "remedy": "You are told when the year begins.", "statement": "What expands waits.",
    }  # fmt: skip
    await a_book_with(admin, rules=[*rules, rule], cases=[])
    house.clock.move(seconds=1)
    first, second = await a_submission(one, deal_type="expansion"), await a_submission(two)
    assert (first["status"], second["status"]) == ("waiting", "waiting")
    if verb == "withdraw":
        ok(await one.act(path(first, verb)))
    else:
        ok(await admin.act(path(first, verb), {"reason": "not_qualified", "remedy": "Ask next year."}))
    await house.drain()
    assert await status(two, second) == "approved"


async def test_who_waits_for_a_product_still_held_keeps_nobody_from_another(house: House) -> None:
    _, admin, ((_, one), (_, two), (_, three)) = await three_partners(house)
    await a_product(admin, "XDR-200")
    edr = await a_submission(one)
    xdr = await a_submission(one, products=[{"sku": "XDR-200"}])
    both = await a_submission(two, products=[{"sku": "EDR-100"}, {"sku": "XDR-200"}])
    ok(await one.act(path(edr, "release")))
    await house.drain()
    assert await status(two, both) == "waiting"
    assert (await a_submission(three))["status"] == "approved"
    assert await status(one, xdr) == "approved"


async def test_a_queue_is_served_when_two_accounts_turn_out_to_be_one_customer(house: House) -> None:
    _, admin, ((_, one), (partner, two), _) = await three_partners(house)
    older, newer = await two_customers(admin)
    held = await a_submission(one)
    await turn_out_to_be_one(admin, older)
    named = {**deal_body(), "customer": None, "account_id": newer["id"], "partner_id": partner["id"]}
    second = ok(await admin.post(DEALS, named), 201)
    assert ok(await two.act(path(second, "submit")))["status"] == "waiting"
    ok(await one.act(path(held, "release")))
    await house.drain()
    assert await status(two, second) == "approved"


async def test_a_customer_under_two_accounts_is_not_promised_twice(house: House) -> None:
    _, admin, ((_, one), (_, two), _) = await three_partners(house, territories=["FR"])
    older, _ = await two_customers(admin)
    first, second = await a_submission(one), await a_submission(two, "Globex")
    await turn_out_to_be_one(admin, older)
    ok(await admin.act(path(first, "approve"), APPROVE))
    assert refused(await admin.act(path(second, "approve"), APPROVE), 409, "claim_held")["queue_place"] == 1


async def test_two_submissions_at_once_do_not_pass_the_limit_together(house: House) -> None:
    vendor_id, _, ((partner, one), *_) = await three_partners(house)
    for number in range(24):
        assert (await a_submission(one, f"Customer Number{number}x Works"))["status"] == "approved"
    drafts = [await a_draft(one, name) for name in ("Alpha Works", "Beta Works")]
    own = decode("par", partner["id"])
    who = Caller(vendor_id, "client", "a test", Role.PARTNER_ADMIN, own, frozenset({"deals:write"}))
    async with house.machinery.database.transaction(vendor_id, own) as tx:
        first = (await service.submit(tx, who, decode("deal", drafts[0]["id"]), "*")).read(DealRead)
        meanwhile = asyncio.create_task(one.act(path(drafts[1], "submit")))
        await asyncio.sleep(0.3)
    assert [first.status, ok(await meanwhile)["status"]] == ["approved", "action_required"]


async def test_registrations_returned_for_want_of_room_do_not_keep_each_other_out(house: House) -> None:
    _, _, ((_, one), *_) = await three_partners(house)
    held = [await a_submission(one, f"Customer Number{number}x Works") for number in range(25)]
    alpha, beta = await a_submission(one, "Alpha Works"), await a_submission(one, "Beta Works")
    assert alpha["reasons"][0] == beta["reasons"][0] == "capacity_reached"
    ok(await one.act(path(held[0], "release")))
    assert ok(await one.act(path(alpha, "submit")))["status"] == "approved"
    assert ok(await one.act(path(beta, "submit")))["status"] == "action_required"


async def test_a_clock_that_steps_back_postpones_the_end_and_does_not_lose_it(house: House) -> None:
    vendor_id, _, ((_, one), *_) = await three_partners(house)
    held = await a_submission(one)
    worker = Caller(vendor_id, "system", "deals.expire", Role.SYSTEM, None, frozenset())
    async with house.worker.machinery.database.transaction(vendor_id) as tx:
        await service.expire(tx, worker, decode("deal", held["id"]))
    assert await status(one, held) == "approved"
    house.clock.move(days=90)
    await house.drain()
    assert await status(one, held) == "expired"


async def test_who_polls_with_its_etag_sees_its_place_and_its_notes_move(house: House) -> None:
    _, _, ((_, one), (_, two), (_, three)) = await three_partners(house)
    await a_submission(one)
    second, third = await a_submission(two), await a_submission(three)
    seen = (await three.get(path(third))).headers["etag"]
    assert (await three.get(path(third), headers={"If-None-Match": seen})).status_code == 304
    ok(await two.act(path(second, "withdraw")))
    moved = await three.get(path(third), headers={"If-None-Match": seen})
    assert ok(moved)["queue"] == {"place": 1, "length": 1, "region": None}
    house.clock.move(seconds=1)
    ok(await three.post(path(third, "notes"), {"body": "Called the customer."}), 201)
    noted = await three.get(path(third), headers={"If-None-Match": moved.headers["etag"]})
    assert noted.status_code == 200
    # The tag of such an answer is as good for a write as a bare version.
    ok(await three.act(path(third, "withdraw"), if_match=noted.headers["etag"]))
