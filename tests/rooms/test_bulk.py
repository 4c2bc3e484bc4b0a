"""Many records in one request: judged one by one, kept together or not at all."""

from typing import Any

from tests.makers import Api, House, a_partner, a_product, deal_body, ok, refused

from ecosystem_api.areas import catalog

PARTNERS, DEALS, ACCOUNTS, CONTACTS = (
    f"/v1/{name}/bulk" for name in ("partners", "deal-registrations", "accounts", "contacts")
)


def partner(name: str, **fields: Any) -> dict[str, Any]:
    return {"display_name": name, "country": "DE", **fields}


def outcomes(read: Any) -> list[tuple[str, int]]:
    return [(one["outcome"], one["status"]) for one in read["results"]]


async def names(admin: Api) -> set[str]:
    return {one["display_name"] for one in ok(await admin.get("/v1/partners"))["data"]}


async def test_every_item_is_answered_in_its_place_and_what_fails_stops_no_other(house: House) -> None:
    _, admin = await house.vendor()
    items = [
        partner("Alpha", external_ids={"crm": "1"}),
        {"display_name": "Beta", "country": "XX", "colour": "red"},
        partner("Gamma", external_ids={"crm": "1"}),
        partner("Delta", personas=[{"persona": "nobody"}]),
        "Epsilon",
        partner("Zeta"),
    ]
    read = ok(await admin.post(PARTNERS, {"items": items}), 200)
    failed, made = ("failed", 422), ("created", 201)
    assert outcomes(read) == [made, failed, ("failed", 409), failed, failed, made]
    assert [one["index"] for one in read["results"]] == list(range(6))
    assert {name: read[name] for name in ("created", "updated", "unchanged", "failed")} == {
        "created": 2, "updated": 0, "unchanged": 0, "failed": 4,
    }  # fmt: skip
    faults = {fault["pointer"] for fault in read["results"][1]["problem"]["errors"]}
    assert faults == {"/items/1/country", "/items/1/colour"}
    assert read["results"][2]["problem"]["code"] == "partner_external_id_taken"
    assert read["results"][2]["problem"]["errors"][0]["pointer"] == "/items/2/external_ids/crm"
    assert read["results"][3]["problem"]["errors"][0]["pointer"] == "/items/3/personas"
    assert read["results"][4]["problem"]["errors"][0]["pointer"] == "/items/4"
    assert await names(admin) == {"Alpha", "Zeta"}
    assert ok(await admin.get(f"/v1/partners/{read['results'][0]['id']}"))["display_name"] == "Alpha"
    await house.drain()
    assert len(ok(await admin.get("/v1/events?type=partner.created"))["data"]) == 2


async def test_all_or_nothing_says_what_was_wrong_with_each_and_keeps_nothing(house: House) -> None:
    _, admin = await house.vendor()
    items = [partner("Alpha"), partner("Beta", country="XX"), partner("Gamma", personas=[{"persona": "nobody"}])]
    body = {"items": items, "atomic": True}
    problem = refused(await admin.post(PARTNERS, body), 422, "bulk_refused")
    assert [fault["pointer"] for fault in problem["errors"]] == ["/items/1/country", "/items/2/personas"]
    assert [(one["index"], one["status"]) for one in problem["results"]] == [(1, 422), (2, 422)]
    assert await names(admin) == set()
    assert ok(await admin.post(PARTNERS, {"items": items[:1], "atomic": True}))["created"] == 1
    await house.drain()
    assert len(ok(await admin.get("/v1/events?type=partner.created"))["data"]) == 1


async def test_a_dry_run_judges_as_the_real_one_and_leaves_nothing(house: House) -> None:
    _, admin = await house.vendor()
    items = [partner("Alpha", external_ids={"crm": "1"}), partner("Beta", external_ids={"crm": "1"}), partner("G")]
    tried = ok(await admin.post(PARTNERS, {"items": items, "dry_run": True}))
    assert await names(admin) == set()
    assert [one["id"] for one in tried["results"]] == [None] * 3
    done = ok(await admin.post(PARTNERS, {"items": items}))
    assert outcomes(tried) == outcomes(done) == [("created", 201), ("failed", 409), ("created", 201)]
    assert (tried["dry_run"], done["dry_run"]) == (True, False)
    refused(await admin.post(PARTNERS, {"items": items, "dry_run": True, "atomic": True}), 422, "bulk_refused")
    await house.drain()
    assert len(ok(await admin.get("/v1/events?type=partner.created"))["data"]) == 2


async def test_one_key_makes_the_whole_request_safe_to_repeat(house: House) -> None:
    _, admin = await house.vendor()
    body, key = {"items": [partner("Alpha"), partner("Beta", country="XX")]}, {"Idempotency-Key": "bulk-1"}
    first = await admin.post(PARTNERS, body, headers=key)
    again = await admin.post(PARTNERS, body, headers=key)
    assert ok(first) == ok(again)
    assert again.headers["idempotent-replayed"] == "true"
    assert await names(admin) == {"Alpha"}
    body["dry_run"] = True  # type: ignore[assignment]
    refused(await admin.post(PARTNERS, body, headers=key), 422, "idempotency_key_reused")


async def test_a_known_partner_is_refused_updated_or_kept(house: House) -> None:
    _, admin = await house.vendor()
    known = partner("Alpha", external_ids={"crm": "1", "erp": "7"}, skills=["siem"])
    made = ok(await admin.post("/v1/partners", known), 201)
    other = ok(await admin.post("/v1/partners", partner("Other", external_ids={"crm": "2"})), 201)
    changed = partner("Alpha Two", external_ids={"crm": "1", "web": "w"}, status="active")
    both = partner("Both", external_ids={"crm": "2", "erp": "7"})
    kept = ok(await admin.post(PARTNERS, {"items": [changed, both], "if_known": "keep"}))
    assert outcomes(kept) == [("unchanged", 200), ("failed", 409)]
    assert kept["results"][0]["id"] == made["id"]
    assert (await names(admin)) == {"Alpha", "Other"}
    read = ok(await admin.post(PARTNERS, {"items": [changed, changed, partner("New")], "if_known": "update"}))
    assert outcomes(read) == [("updated", 200), ("unchanged", 200), ("created", 201)]
    now = ok(await admin.get(f"/v1/partners/{made['id']}"))
    assert (now["display_name"], now["skills"], now["status"]) == ("Alpha Two", ["siem"], "prospect")
    assert now["external_ids"] == {"crm": "1", "erp": "7", "web": "w"}
    assert ok(await admin.get(f"/v1/partners/{other['id']}"))["version"] == 1


async def test_accounts_are_recognised_and_brought_up_to_date(house: House) -> None:
    _, admin = await house.vendor()
    crm = {"external_ids": [{"system": "crm", "id": "A1"}]}
    items: list[dict[str, Any]] = [
        {"name": "Acme Industries GmbH", "country": "DE", "domains": ["acme-industries.com"], "staff": crm},
        {"name": "ACME Industries", "country": "DE", "domains": ["acme-industries.com"]},
    ]
    read = ok(await admin.post(ACCOUNTS, {"items": items}))
    assert outcomes(read) == [("created", 201), ("unchanged", 200)]
    assert read["results"][0]["id"] == read["results"][1]["id"]
    account = f"/v1/accounts/{read['results'][0]['id']}"
    ok(await admin.patch(account, {"external_ids": [{"system": "crm", "id": "A1"}, {"system": "erp", "id": "E"}]}))
    items[0] |= {"region": "dach", "staff": {**crm, "is_customer": True}}
    twice = ok(await admin.post(ACCOUNTS, {"items": [items[0], items[0]], "if_known": "update"}))
    assert outcomes(twice) == [("updated", 200), ("unchanged", 200)]
    now = ok(await admin.get(account))
    assert (now["region"], now["staff"]["is_customer"], len(now["staff"]["external_ids"])) == ("dach", True, 2)


async def test_contacts_are_known_by_their_address_within_their_partner(house: House) -> None:
    vendor, admin = await house.vendor()
    one, own = await a_partner(house, vendor, "One")
    two, _ = await a_partner(house, vendor, "Two")
    items = [
        {"name": "Robin", "email": "robin@reseller.example", "is_primary": True},
        {"name": "Robin", "email": "robin@reseller.example", "partner_id": two["id"]},
        {"name": "Kim", "email": "ROBIN@reseller.example"},
    ]
    read = ok(await own.post(CONTACTS, {"items": items}))
    assert outcomes(read) == [("created", 201), ("failed", 422), ("failed", 409)]
    assert read["results"][1]["problem"]["code"] == "unknown_partner"
    items[2]["phone"] = "+49 30 1234567"
    assert outcomes(ok(await own.post(CONTACTS, {"items": items[2:], "if_known": "update"}))) == [("updated", 200)]
    robin = ok(await own.get(f"/v1/contacts/{read['results'][0]['id']}"))
    assert (robin["name"], robin["phone"], robin["is_primary"]) == ("Kim", "+49 30 1234567", True)
    unnamed = ok(await admin.post(CONTACTS, {"items": items[:2]}))
    assert outcomes(unnamed) == [("failed", 422), ("created", 201)]
    assert unnamed["results"][0]["problem"]["errors"][0]["pointer"] == "/items/0/partner_id"
    assert len(ok(await own.get(f"/v1/partners/{one['id']}/contacts"))["data"]) == 1


async def test_a_partner_registers_and_submits_many_deals_for_itself(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, own = await a_partner(house, vendor, "One")
    rival, rivals = await a_partner(house, vendor, "Two")
    ok(await rivals.post(DEALS, {"items": [deal_body("Held SE", submit=True)]}))
    known = {"system": "crm", "id": "D1"}
    items = [
        deal_body("Free SE", submit=True, external_id=known),
        deal_body("Held SE", submit=True),
        deal_body("Draft SE"),
        deal_body("Other SE", partner_id=rival["id"]),
        deal_body("Odd SE", products=[{"sku": "NONE"}]),
    ]
    read = ok(await own.post(DEALS, {"items": items}))
    assert [one["status"] for one in read["results"]] == [201, 201, 201, 403, 422]
    paths = [f"/v1/deal-registrations/{one['id']}" for one in read["results"][:3]]
    assert [ok(await own.get(path))["status"] for path in paths] == ["approved", "waiting", "draft"]
    again = ok(await own.post(DEALS, {"items": items[:1], "if_known": "update"}))
    assert outcomes(again) == [("unchanged", 200)]
    assert again["results"][0]["id"] == read["results"][0]["id"]
    items[0] = deal_body("Free SE", title="Another", external_id=known)
    late = ok(await own.post(DEALS, {"items": items[:1], "if_known": "update"}))
    assert late["results"][0]["problem"]["code"] == "not_editable"
    assert len(ok(await own.get("/v1/deal-registrations"))["data"]) == 3, "what failed took no number and no row"


async def test_a_bulk_request_is_bounded_and_asks_the_permission_of_the_room(house: House) -> None:
    vendor, admin = await house.vendor()
    _, own = await a_partner(house, vendor, "One")
    analyst = await house.client(vendor, "analyst")
    refused(await admin.post(PARTNERS, {"items": []}), 422)
    refused(await admin.post(PARTNERS, {"items": [partner("A")] * 101}), 422)
    refused(await admin.post(DEALS, {"items": [deal_body()] * 26}), 422)
    refused(await admin.post(PARTNERS, {"items": [partner("A")], "if_known": "skip"}), 422)
    for api, path in ((own, PARTNERS), (analyst, PARTNERS), (analyst, ACCOUNTS), (analyst, CONTACTS), (analyst, DEALS)):
        refused(await api.post(path, {"items": [partner("A")]}), 403, "forbidden")
    hidden = {"name": "Acme", "country": "DE", "staff": {"is_customer": True}}
    read = ok(await own.post(ACCOUNTS, {"items": [hidden, {"name": "Acme", "country": "DE"}]}))
    assert [one["status"] for one in read["results"]] == [403, 201]


def test_four_rooms_offer_a_bulk_operation() -> None:
    assert set(catalog().bulks) >= {"accounts", "contacts", "deal_registrations", "partners"}
