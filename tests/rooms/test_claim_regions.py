"""Claims by region, where the book says so: different partners hold one customer and product side by side."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from tests.makers import House, a_submission, ok, refused
from tests.rooms.markets import DEALS, REGIONAL, Market, overlapping

from ecosystem_api.selling.claims.domain import Coverage, extent_of

VENDOR, *ACCOUNTS = (UUID(int=number) for number in range(3))
PRODUCTS = [UUID(int=number) for number in (7, 8)]
CHECK = "/v1/rules-of-engagement/check"
MEETS = {"reason": "meets_policy"}
OVERRIDE = {
    "evidence": [{"kind": "customer_statement", "statement": "We buy from Three."}],
    "remedy": "Agree with us on your part.",
}


async def test_regions_are_held_side_by_side_and_everywhere_waits_for_all_of_them(regional: Market) -> None:
    one, two = await regional.asks("One", "DACH "), await regional.asks("Two", "nordics")
    assert (one["status"], two["status"]) == ("approved", "approved")
    assert [deal["protection"]["region"] for deal in (one, two)] == ["dach", "nordics"]
    assert one["region"] == "DACH", "what was registered is told as it was written"
    three, four, five = [
        await regional.asks(name, region) for name, region in (("Three", "dach"), ("Four", None), ("Five", "Nordics"))
    ]
    assert {deal["status"] for deal in (three, four, five)} == {"waiting"}
    assert await regional.places(three, four, five) == [1, 2, 2], "in line with what overlaps"
    assert [deal["queue"]["region"] for deal in (three, four, five)] == ["dach", None, "nordics"]
    assert (await regional.asks("Six", "iberia"))["status"] == "approved", "nobody holds it, nobody is next to get it"
    told = ok(await regional.partners["One"].get(f"{DEALS}/{one['id']}/protection"))
    assert told["region"] == "dach"
    refused(await regional.admin.act(f"{DEALS}/{three['id']}/approve", MEETS), 409, "claim_held")


async def test_whoever_waits_is_served_when_nothing_that_overlaps_is_held(regional: Market) -> None:
    one, two = await regional.asks("One", "dach"), await regional.asks("Two", "nordics")
    everywhere, three = await regional.asks("Three"), await regional.asks("Four", "dach")
    await regional.release(one)
    assert await regional.stand(everywhere, three) == ["waiting", "approved"], "nordics is held: dach alone is free"
    await regional.release(two)
    assert await regional.stand(everywhere) == ["waiting"], "dach is held by now"
    await regional.release(three)
    assert await regional.stand(everywhere) == ["approved"]
    assert (await regional.read(everywhere))["protection"]["region"] is None
    assert (await regional.asks("Five", "iberia"))["status"] == "waiting"


async def test_without_the_parameter_a_region_changes_nothing(market: Market) -> None:
    one, two, three = [
        await market.asks(name, region) for name, region in (("One", "dach"), ("Two", "nordics"), ("Three", None))
    ]
    assert (one["status"], two["status"], three["status"]) == ("approved", "waiting", "waiting")
    assert one["protection"]["region"] is None
    assert await market.places(two, three) == [1, 2]
    rules = ok(await market.admin.get("/v1/rules-of-engagement"))
    assert rules["parameters"]["overlap_by_region"] is False


async def test_what_ended_the_instant_it_began_is_in_nobodys_way(market: Market) -> None:
    one, two = await market.partner("One"), await market.partner("Two")
    given_up = await a_submission(one, region="dach")
    ok(await one.act(f"{DEALS}/{given_up['id']}/release"))
    assert (await a_submission(two, region="dach"))["status"] == "approved"


async def test_a_partner_has_one_claim_for_each_region(regional: Market) -> None:
    first, second = await regional.asks("One", "dach"), await regional.asks("One", "nordics")
    again = await regional.asks("One", "nordics")
    assert (first["status"], second["status"]) == ("approved", "approved")
    assert (again["status"], again["reasons"][0]) == ("rejected", "duplicate")


async def test_what_was_granted_stays_when_the_book_changes(market: Market) -> None:
    whole = await market.asks("One", "dach")
    assert whole["protection"]["region"] is None
    await market.book(**REGIONAL)
    nordics, dach = await market.asks("Two", "nordics"), await market.asks("Three", "dach")
    assert await market.stand(nordics, dach) == ["waiting", "waiting"], "the promise was for everywhere"
    await market.release(whole)
    assert await market.stand(nordics, dach) == ["approved", "approved"]
    await market.book(overlap_by_region=False)
    for name, region in (("Four", "iberia"), ("Five", "nordics")):
        assert (await market.asks(name, region))["status"] == "waiting", "claims count everywhere again"
    assert [(await market.read(deal))["protection"]["region"] for deal in (nordics, dach)] == ["nordics", "dach"]


async def test_a_book_that_parts_regions_serves_those_before_whom_nothing_stands_any_more(market: Market) -> None:
    await market.book(**REGIONAL)
    held = await market.asks("One", "dach")
    await market.book(overlap_by_region=False)
    waiting, behind = await market.asks("Two", "nordics"), await market.asks("Three", "dach")
    assert await market.places(waiting, behind) == [1, 2]
    draft = ok(await market.admin.post("/v1/rule-books", {}), 201)
    ok(await market.admin.patch(f"/v1/rule-books/{draft['id']}", {"parameters": {"capacity": 100, **REGIONAL}}))
    later = (market.house.clock() + timedelta(hours=1)).isoformat()
    body = {"reason": "Regions are parted from next hour on.", "effective_from": later}
    ok(await market.admin.act(f"/v1/rule-books/{draft['id']}/publish", body))
    await market.house.drain()
    assert await market.stand(held, waiting, behind) == ["approved", "waiting", "waiting"], "it is not in force yet"
    market.house.clock.move(hours=1, seconds=1)
    await market.house.drain()
    assert await market.stand(held, waiting, behind) == ["approved", "approved", "waiting"]


async def test_a_question_beforehand_knows_the_region(regional: Market) -> None:
    await regional.asks("One", "dach")
    two = await regional.partner("Two")
    body: dict[str, Any] = {
        "customer": {"name": "Acme Industries GmbH", "country": "DE"},
        "products": [{"sku": "EDR-100"}],
        "amount": {"amount": "48000.00", "currency": "EUR"},
        "expected_close_on": "2099-12-31",
    }
    checked = [
        ok(await two.post(CHECK, {**body, **more}))
        for more in ({"region": "dach"}, {"region": "Nordics"}, {}, {"customer": {**body["customer"], "region": "uk"}})
    ]
    assert [one["outcome"] for one in checked] == ["wait", "approve", "wait", "approve"]
    assert [one["region"] for one in checked] == ["dach", "nordics", None, "uk"]
    registered = [await regional.asks(name, region) for name, region in (("Two", "dach"), ("Three", "Nordics"))]
    assert [deal["status"] for deal in registered] == ["waiting", "approved"]


async def test_an_amendment_moves_a_claim_to_another_region_if_that_is_free(regional: Market) -> None:
    one, two = await regional.asks("One", "dach"), await regional.asks("Two", "nordics")
    behind = await regional.asks("Three", "dach")
    api, way = regional.partners["One"], f"{DEALS}/{one['id']}/amendments"
    body = {"changes": {"region": "nordics"}, "reason": "The project moved."}
    held = ok(await api.act(way, body), 201)
    assert (held["status"], held["is_material"]) == ("refused", True), "another region is another claim"
    assert (await regional.read(one))["protection"]["region"] == "dach", "an amendment never risks the claim"

    moved = ok(await api.act(way, {**body, "changes": {"region": "Iberia"}}), 201)
    ok(await regional.admin.act(f"/v1/amendments/{moved['id']}/accept", MEETS))
    await regional.house.drain()
    now = await regional.read(one)
    assert (now["status"], now["region"], now["protection"]["region"]) == ("approved", "Iberia", "iberia")
    assert now["protection"]["ends_at"] == one["protection"]["ends_at"], "an amendment is no extension"
    assert await regional.stand(two, behind) == ["approved", "approved"], "dach was free for who waited"

    for deal in (two, behind):
        await regional.release(deal)
    wide = ok(await api.act(way, {**body, "changes": {"region": None}}), 201)
    late = await regional.asks("Four", "dach")
    refused(await regional.admin.act(f"/v1/amendments/{wide['id']}/accept", MEETS), 409, "claim_held")
    await regional.release(late)
    ok(await regional.admin.act(f"/v1/amendments/{wide['id']}/accept", MEETS))
    assert (await regional.read(one))["protection"]["region"] is None, "from a region to everywhere"
    assert await overlapping(regional.house) == 0


async def test_a_claim_that_was_granted_everywhere_stays_everywhere_when_amended(market: Market) -> None:
    one = await market.asks("One", "dach")
    await market.book(**REGIONAL)
    way = f"{DEALS}/{one['id']}/amendments"
    changes = {"region": "nordics", "products": [{"sku": "EDR-100"}, {"sku": "XDR-200"}]}
    asked = ok(await market.partners["One"].act(way, {"changes": changes, "reason": "Both sites."}), 201)
    ok(await market.admin.act(f"/v1/amendments/{asked['id']}/accept", MEETS))
    assert (await market.read(one))["protection"]["region"] is None
    edr, xdr = [{"sku": "EDR-100"}], [{"sku": "XDR-200"}]
    assert (await market.asks("Two", "dach", products=edr))["status"] == "waiting"
    assert (await market.asks("Three", "dach", products=xdr))["status"] == "waiting", "what came later is of one claim"


async def test_one_that_waits_keeps_its_place_unless_it_claims_another_region(regional: Market) -> None:
    await regional.asks("One", "dach")
    everywhere, dach = await regional.asks("Two"), await regional.asks("Three", "dach")
    assert await regional.places(everywhere, dach) == [1, 2]
    regional.house.clock.move(seconds=1)
    way = "amendments"
    less = {"changes": {"region": "dach"}, "reason": "One site only."}
    narrowed = ok(await regional.partners["Two"].act(f"{DEALS}/{everywhere['id']}/{way}", less), 201)
    ok(await regional.admin.act(f"/v1/amendments/{narrowed['id']}/accept", MEETS))
    assert await regional.places(everywhere, dach) == [1, 2], "a part of what it claimed"
    regional.house.clock.move(seconds=1)
    more = {"changes": {"region": None}, "reason": "All sites."}
    widened = ok(await regional.partners["Two"].act(f"{DEALS}/{everywhere['id']}/{way}", more), 201)
    ok(await regional.admin.act(f"/v1/amendments/{widened['id']}/accept", MEETS))
    assert await regional.places(everywhere, dach) == [2, 1], "more is claimed as of now"


async def test_one_that_was_returned_keeps_its_place_unless_it_names_another_region(regional: Market) -> None:
    returned = await regional.asks("Two", "dach", expected_close_on=None)
    assert returned["status"] == "action_required"
    path, api = f"{DEALS}/{returned['id']}", regional.partners["Two"]
    regional.house.clock.move(seconds=1)
    same = ok(await api.patch(path, {"region": " Dach", "expected_close_on": "2099-12-31"}))
    assert same["submitted_at"] == returned["submitted_at"]
    other = ok(await api.patch(path, {"region": "nordics"}))
    assert other["submitted_at"] > returned["submitted_at"]


async def test_the_customers_choice_ends_only_the_claims_that_overlap(regional: Market) -> None:
    dach, nordics = await regional.asks("One", "dach"), await regional.asks("Two", "nordics")
    chosen = await regional.asks("Three", "dach")
    await regional.act(chosen, "override", OVERRIDE)
    assert await regional.stand(dach, nordics, chosen) == ["superseded", "approved", "approved"]
    everywhere = await regional.asks("Four")
    await regional.act(everywhere, "override", OVERRIDE)
    assert await regional.stand(nordics, chosen, everywhere) == ["superseded", "superseded", "approved"]


async def test_an_approval_judges_only_rivals_of_its_region_again(regional: Market) -> None:
    for name in ("One", "Two", "Three"):
        await regional.partner(name, territories=["FR"])
    one, two, three = [
        await regional.asks(name, region) for name, region in (("One", "dach"), ("Two", "nordics"), ("Three", "dach"))
    ]
    assert await regional.stand(one, two, three) == ["in_review"] * 3
    await regional.act(one, "approve", MEETS)
    assert await regional.stand(one, two, three) == ["approved", "in_review", "waiting"]
    assert (await regional.read(two))["decision_id"] == two["decision_id"], "nothing has changed for it"
    await regional.act(two, "approve", MEETS)
    assert await regional.stand(one, two) == ["approved", "approved"]


async def test_the_constraint_of_the_database_says_what_the_law_says(house: House) -> None:
    began = datetime(2026, 1, 1, tzinfo=UTC)
    words = [None, "dach", "nordics", "süd", "high seas", "ein langer name " * 8]
    owner = await asyncpg.connect(house.settings.database_url)
    held: list[tuple[Any, Coverage, int, int]] = []
    outcomes = Counter[bool]()
    try:
        # The table's own constraint, without what else a row needs to stand there.
        await owner.execute("create temporary table tried (like protections including indexes)")
        for column in ("partner_id", "deal_id", "basis", "created_at", "extensions", "extended_days"):
            await owner.execute(f"alter table tried alter {column} drop not null")
        for _ in range(400):
            account, product = random.choice(ACCOUNTS), random.choice(PRODUCTS)
            wanted = Coverage(frozenset((product,)), extent_of(random.choice(words)))
            start = random.randint(0, 40)
            end = start + random.randint(0, 20)
            is_free = not any(
                other == account and wanted.overlaps(what) and start < until and since < end and start < end
                for other, what, since, until in held
                if since < until
            )
            status = await owner.execute(
                "insert into tried (vendor_id, id, account_id, product_id, region, period) values"
                " ($1, gen_random_uuid(), $2, $3, $4, tstzrange($5, $6)) on conflict do nothing",
                *(VENDOR, account, product, wanted.extent.region),
                *(began + timedelta(days=day) for day in (start, end)),
            )
            assert (status == "INSERT 0 1") == is_free, (wanted, start, end)
            outcomes[is_free] += 1
            if is_free:
                held.append((account, wanted, start, end))
    finally:
        await owner.close()
    assert min(outcomes.values()) > 20, outcomes
