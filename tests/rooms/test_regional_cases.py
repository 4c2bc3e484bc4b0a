"""Claims by region where more than two partners meet: merges, appeals, leads, the vendor's own sellers, imports."""

from typing import Any

from tests.makers import a_lead, ok, refused
from tests.rooms.courts import ALL_SAID, DISPUTES, OVERTURN, REJECT, appealed
from tests.rooms.markets import DEALS, Market, overlapping

OPPORTUNITIES, CONFLICTS = "/v1/vendor-opportunities", "/v1/conflicts"
ABROAD = {"territories": ["FR"]}


async def two_accounts(market: Market) -> tuple[Any, Any]:
    """Two companies, each with a claim of its own partner."""
    names = ("Acme Industries", "Globex Works")
    return tuple(  # type: ignore[return-value]  # there are two names
        [ok(await market.admin.post("/v1/accounts", {"name": name, "country": "DE"}), 201)["account"] for name in names]
    )


async def at(market: Market, name: str, account: Any, region: str | None) -> Any:
    return await market.asks(name, region, customer=account["name"])


async def merged(market: Market, source: Any, target: Any, **fields: Any) -> Any:
    body = {"into_id": target["id"], "reason": "duplicate", **fields}
    return await market.admin.act(f"/v1/accounts/{source['id']}/merge", body)


async def test_holders_in_two_regions_do_not_keep_two_accounts_apart(regional: Market) -> None:
    old, new = await two_accounts(regional)
    dach, nordics = await at(regional, "One", old, "dach"), await at(regional, "Two", new, "nordics")
    ok(await merged(regional, old, new))
    assert await regional.stand(dach, nordics) == ["approved", "approved"]
    one, two, everywhere = [
        await at(regional, name, new, region)
        for name, region in (("Three", "DACH"), ("Four", "nordics"), ("Five", None))
    ]
    assert {deal["status"] for deal in (one, two, everywhere)} == {"waiting"}
    await regional.release(dach)
    assert await regional.stand(one, two, everywhere) == ["approved", "waiting", "waiting"]
    parted = {"reason": "two_companies", "restore_id": old["id"]}
    ok(await regional.admin.act(f"/v1/accounts/{new['id']}/split", parted))
    assert await overlapping(regional.house) == 0


async def test_holders_in_one_region_keep_two_accounts_apart(regional: Market) -> None:
    old, new = await two_accounts(regional)
    first, second = await at(regional, "One", old, "dach"), await at(regional, "Two", new, "Dach")
    problem = refused(await merged(regional, old, new), 409, "account_merge_conflicts")
    (conflict,) = problem["conflicts"]
    assert set(conflict["ids"]) == {first["id"], second["id"]}


async def test_a_merge_judges_only_those_again_whose_region_is_held_now(regional: Market) -> None:
    old, new = await two_accounts(regional)
    await at(regional, "One", old, "dach")
    for name in ("Two", "Three"):
        await regional.partner(name, **ABROAD)
    same, other = await at(regional, "Two", new, "dach"), await at(regional, "Three", new, "nordics")
    assert await regional.stand(same, other) == ["in_review", "in_review"]
    ok(await merged(regional, old, new))
    assert await regional.stand(same, other) == ["waiting", "in_review"]
    assert (await regional.read(other))["decision_id"] == other["decision_id"]


async def test_a_ruling_takes_the_claim_of_its_region_alone(regional: Market) -> None:
    await regional.partner("First", **ABROAD)
    first = await regional.asks("First", "dach")
    await regional.act(first, "reject", REJECT)
    dach, nordics = await regional.asks("One", "dach"), await regional.asks("Two", "nordics")
    judge = await regional.house.client(regional.vendor, "manager")
    case = await appealed(regional.partners["First"], first)
    sides = ok(await judge.get(f"{DISPUTES}/{case['id']}"))["staff"]["parties"]
    assert {side["deal_registration_id"] for side in sides} == {first["id"], dach["id"]}, "nordics is not contested"
    ok(await regional.partners["One"].post(f"{DISPUTES}/{case['id']}/evidence", ALL_SAID))
    ok(await judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN))
    assert await regional.stand(first, dach, nordics) == ["approved", "waiting", "approved"]
    assert await overlapping(regional.house) == 0


async def test_a_place_does_not_go_along_to_another_region(regional: Market) -> None:
    await regional.partner("First", **ABROAD)
    first = await regional.asks("First", "dach")
    await regional.act(first, "reject", REJECT)
    case = await appealed(regional.partners["First"], first)
    api = regional.partners["First"]
    ok(await api.patch(f"{DEALS}/{first['id']}", {"region": "nordics"}))
    judge = await regional.house.client(regional.vendor, "manager")
    refused(await judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN), 409, "claim_changed")
    ok(await api.patch(f"{DEALS}/{first['id']}", {"region": " DACH"}))
    ok(await judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN))
    assert (await regional.read(first))["protection"]["region"] == "dach"


async def test_refused_time_is_given_back_for_the_region_that_was_held(regional: Market) -> None:
    deal = await regional.asks("One", "dach")
    await regional.book(overlap_by_region=False)
    house, api = regional.house, regional.partners["One"]
    house.clock.move(days=70)
    await house.drain()
    shown = [{"kind": "email", "statement": "Purchasing signs in June."}]
    more = {"days": 30, "reason": "procurement", "evidence": shown}
    asked = ok(await api.post(f"{DEALS}/{deal['id']}/extension-requests", more), 201)
    no = {"reason": "no_progress", "remedy": "Begin the pilot."}
    ok(await regional.admin.act(f"/v1/extension-requests/{asked['id']}/reject", no))
    said = {"kind": "appeal", "grounds": "facts_wrong", "statement": "The pilot has begun."}
    case = ok(await api.post(DISPUTES, {**said, "extension_request_id": asked["id"]}), 201)
    house.clock.move(days=25)
    await house.drain()
    assert await regional.stand(deal) == ["expired"]
    judge = await house.client(regional.vendor, "manager")
    ok(await judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN))
    now = await regional.read(deal)
    assert (now["status"], now["protection"]["region"]) == ("approved", "dach"), "as it was granted"


def opportunity(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "external_id": {"system": "crm", "id": f"opp-{number}"},
        "customer": {"name": "Acme Industries GmbH", "country": "DE"},
        "title": "Acme: endpoint renewal",
        "products": ["EDR-100"],
        "stage": "proposal",
        "opened_on": "2026-01-31",
        **fields,
    }


async def test_an_opportunity_in_another_region_goes_around_nobody(regional: Market) -> None:
    feed = await regional.house.client(regional.vendor, "integration")
    dach = await regional.asks("One", "dach")
    regional.house.clock.move(hours=1)
    told = ok(await feed.post(OPPORTUNITIES, opportunity(region="Nordics")))
    assert (told["region"], told["conflicts"]) == ("Nordics", [])
    moved = ok(await feed.post(OPPORTUNITIES, opportunity(region="DACH")))
    assert [one["status"] for one in moved["conflicts"]] == ["open"]
    assert moved["known_since"] > told["known_since"], "in this region it is new"
    (conflict,) = ok(await regional.admin.get(CONFLICTS))["data"]
    assert conflict["deal_registration_id"] == dach["id"]
    assert (conflict["region"], moved["conflicts"][0]["region"]) == ("dach", "dach")
    assert ok(await regional.partners["One"].get(f"{CONFLICTS}/{conflict['id']}"))["region"] == "dach"
    await regional.house.drain()
    news = ok(await regional.partners["One"].get("/v1/events?type=conflict.opened"))["data"]
    assert [one["data"]["region"] for one in news] == ["dach"]
    away = ok(await feed.post(OPPORTUNITIES, opportunity(region="nordics")))
    assert [one["status"] for one in away["conflicts"]] == ["cleared"]
    assert ok(await feed.post(OPPORTUNITIES, opportunity(2)))["conflicts"] != [], "without a region it is everywhere"


async def test_an_opportunity_has_the_region_of_its_customer_unless_it_names_one(regional: Market) -> None:
    named = {"name": "Globex Works", "country": "DE", "region": "nordics"}
    account = ok(await regional.admin.post("/v1/accounts", named), 201)["account"]
    feed = await regional.house.client(regional.vendor, "integration")
    await at(regional, "One", account, "dach")
    regional.house.clock.move(hours=1)
    there = {"account_id": account["id"], "customer": None}
    told = ok(await feed.post(OPPORTUNITIES, opportunity(**there)))
    assert (told["region"], told["conflicts"]) == (None, [])
    regional.house.clock.move(hours=1)
    spelled = ok(await feed.post(OPPORTUNITIES, opportunity(region=" Nordics", **there)))
    assert spelled["known_since"] == told["known_since"], "the same region in other letters"
    assert ok(await feed.post(OPPORTUNITIES, opportunity(2, region="dach", **there)))["conflicts"] != []


async def test_under_a_book_without_regions_an_opportunity_anywhere_is_on_the_claim(market: Market) -> None:
    feed = await market.house.client(market.vendor, "integration")
    await market.asks("One", "dach")
    market.house.clock.move(hours=1)
    told = ok(await feed.post(OPPORTUNITIES, opportunity(region="nordics")))
    assert [(one["status"], one["region"]) for one in told["conflicts"]] == [("open", None)]


async def test_a_lead_passes_by_only_who_would_wait_there(regional: Market) -> None:
    for name in ("One", "Two"):
        await regional.partner(name)
    await regional.asks("One", "dach")
    approved = []
    for region in ("nordics", " Dach", None):
        lead = await a_lead(regional.admin, region=region, products=[{"sku": "EDR-100"}])
        routed = ok(await regional.admin.act(f"/v1/leads/{lead['id']}/route", {"dry_run": True}))
        approved.append(len(routed["eligible"]))
    assert approved == [2, 1, 1], "only the holder may register in its region, and everywhere"


async def test_imported_registrations_name_their_region(regional: Market) -> None:
    named = {"display_name": "Import Reseller", "country": "DE", "status": "active"}
    known = {"external_ids": {"import": "P-1"}}
    ok(await regional.admin.post("/v1/partners", {**named, **known}), 201)
    staff = {"external_ids": [{"system": "import", "id": "C-1"}]}
    customer = {"name": "Acme Industries GmbH", "country": "DE", "region": "uk", "staff": staff}
    ok(await regional.admin.post("/v1/accounts", customer), 201)
    lines = [
        "external_id,partner_external_id,account_external_id,title,products,amount,currency,expected_close_on,region",
        *(
            f"D-{number},P-1,C-1,Toys,EDR-100,1000.00,EUR,2099-01-31,{region}"
            for number, region in enumerate(("DACH", ""))
        ),
    ]
    headers = {"Content-Type": "text/csv"}
    content = "\n".join(lines).encode()
    ok(await regional.admin.call("POST", "/v1/imports?kind=deal_registrations", content=content, headers=headers), 202)
    await regional.house.drain()
    deals = ok(await regional.admin.get(f"{DEALS}?sort=submitted_at"))["data"]
    assert [(deal["status"], deal["protection"]["region"]) for deal in deals] == [
        ("approved", "dach"),
        ("approved", "uk"),
    ]
