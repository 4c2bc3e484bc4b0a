"""Every rival is judged: whoever another's approval, a won deal or new evidence concerns gets a decision of its own."""

from typing import Any

from tests.makers import Api, House, a_draft, a_partner, a_product, a_submission, ok

DEALS = "/v1/deal-registrations"
APPROVE = {"reason": "meets_policy"}


def path(deal: Any, verb: str = "") -> str:
    return f"{DEALS}/{deal['id']}" + (f"/{verb}" if verb else "")


async def partners(house: House, count: int, **fields: Any) -> tuple[Api, list[Api]]:
    vendor, admin = await house.vendor()
    await a_product(admin)
    return admin, [(await a_partner(house, vendor, f"Partner {number}", **fields))[1] for number in range(count)]


async def status(api: Api, deal: Any) -> str:
    return str(ok(await api.get(path(deal)))["status"])


async def test_a_rival_moved_to_the_queue_reads_the_decision_that_moved_it(house: House) -> None:
    admin, (one, two) = await partners(house, 2, territories=["FR"])
    first, second = await a_submission(one), await a_submission(two)
    earlier = ok(await one.get(path(first, "decision")))
    assert earlier["outcome"] == "review"
    ok(await admin.act(path(second, "approve"), APPROVE))
    waiting, decision = ok(await one.get(path(first))), ok(await one.get(path(first, "decision")))
    assert (waiting["status"], waiting["queue"]) == ("waiting", {"place": 1, "length": 1, "region": None})
    assert waiting["decision_id"] == decision["id"] != earlier["id"]
    assert (decision["outcome"], decision["kind"], decision["supersedes_id"]) == ("wait", "automatic", earlier["id"])
    assert waiting["reasons"][0] == "protected_claim"
    assert second["id"] not in str(decision)
    assert ok(await one.post(f"/v1/decisions/{decision['id']}/verify"))["holds"]
    await house.drain()
    news = ok(await one.get(f"/v1/events?subject_id={first['id']}"))["data"]
    assert [event["type"] for event in news][-2:] == ["decision.made", "deal_registration.queued"]
    assert news[-1]["data"]["queue_place"] == 1


async def test_a_partners_second_registration_is_a_duplicate_once_its_first_is_approved(house: House) -> None:
    admin, (one,) = await partners(house, 1, territories=["FR"])
    first, second = await a_submission(one), await a_submission(one)
    ok(await admin.act(path(first, "approve"), APPROVE))
    rejected = ok(await one.get(path(second)))
    assert (rejected["status"], rejected["reasons"][0]) == ("rejected", "duplicate")
    assert ok(await one.get(path(second, "decision")))["reasons"][0] == "duplicate"


async def test_a_returned_rival_waits_at_its_old_place(house: House) -> None:
    admin, (one, two, three) = await partners(house, 3, territories=["FR"])
    first = await a_submission(one)
    ok(await admin.act(path(first, "return"), {"reason": "incomplete", "remedy": "Say more."}))
    house.clock.move(seconds=1)
    second, third = await a_submission(two), await a_submission(three)
    ok(await admin.act(path(third, "approve"), APPROVE))
    assert ok(await one.get(path(first)))["queue"] == {"place": 1, "length": 2, "region": None}
    assert ok(await two.get(path(second)))["queue"] == {"place": 2, "length": 2, "region": None}


async def test_after_a_won_deal_whoever_waited_is_looked_at_by_a_person(house: House) -> None:
    admin, (one, two, three) = await partners(house, 3)
    held, second, third = await a_submission(one), await a_submission(two), await a_submission(three)
    ok(await one.act(path(held, "close-won"), {}))
    account = ok(await admin.get(f"/v1/accounts/{held['account_id']}"))
    assert account["staff"]["is_customer"]
    await house.drain()
    for api, deal in ((two, second), (three, third)):
        left = ok(await api.get(path(deal)))
        assert (left["status"], left["reasons"][0], left["protection"]) == ("in_review", "existing_customer", None)
    ok(await admin.act(path(third, "approve"), APPROVE))
    assert await status(two, second) == "waiting"


async def test_a_lost_deal_hands_the_claim_on(house: House) -> None:
    _, (one, two) = await partners(house, 2)
    held, second = await a_submission(one), await a_submission(two)
    ok(await one.act(path(held, "close-lost"), {"reason": "no_budget"}))
    await house.drain()
    assert await status(two, second) == "approved"


async def test_a_queue_is_served_when_its_customer_is_no_longer_the_holders(house: House) -> None:
    admin, (one, two) = await partners(house, 2)
    number = [{"kind": "duns", "value": "15-048-3782"}]
    older = ok(await admin.post("/v1/accounts", {"name": "Globex", "country": "DE", "legal_ids": number}), 201)
    held = await a_submission(one, "Globex")
    assert held["account_id"] == older["account"]["id"]
    newer = await a_draft(two)
    alias = {"aliases": ["Acme Industries"]}
    ok(await admin.patch(f"/v1/accounts/{older['account']['id']}", alias))
    assert ok(await two.act(path(newer, "submit")))["status"] == "waiting"
    ok(await admin.patch(f"/v1/accounts/{older['account']['id']}", {"aliases": []}))
    await house.drain()
    assert await status(two, newer) == "approved"
    assert await status(one, held) == "approved"
