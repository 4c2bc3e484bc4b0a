"""Similar names: found, explained to the vendor's side, and left to a person."""

from typing import Any

from tests.makers import House, a_partner, a_product, a_submission, ok, refused

MATCH = "/v1/accounts/match"
NORTHWIND = {"name": "Northwind Robotics", "country": "DE"}


def outcomes(answer: Any) -> list[tuple[str, str]]:
    return [(match["name"], match["outcome"]) for match in ok(answer)["matches"]]


async def test_a_registration_for_a_customer_called_alike_waits_for_a_person(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    assert (await a_submission(one, customer="Northwind Robotics"))["status"] == "approved"
    deal = await a_submission(two, customer="Northwind Robotic")
    assert deal["status"] == "in_review"
    decision = ok(await admin.get(f"/v1/deal-registrations/{deal['id']}/decision"))
    candidate = decision["staff"]["evidence"]["possible_customers"][0]
    assert candidate["outcome"] == "possible"
    assert "alike" in candidate["because"][0]


async def test_staff_read_candidates_with_score_and_evidence_and_nothing_is_created(house: House) -> None:
    _, admin = await house.vendor()
    made = ok(await admin.post("/v1/accounts", NORTHWIND), 201)["account"]
    for name in ("Bakery Sweet", "Contoso Robotics", "Zenith Marine"):
        ok(await admin.post("/v1/accounts", {"name": name, "country": "DE"}), 201)
    found = ok(await admin.post(MATCH, {"name": "Nortwind Robotic GmbH", "country": "DE"}))["matches"]
    assert [(match["account_id"], match["outcome"]) for match in found] == [(made["id"], "possible")]
    assert 30 <= found[0]["staff"]["score"] <= 59
    assert found[0]["staff"]["evidence"][0]["kind"] == "similar_name"
    assert outcomes(await admin.post(MATCH, NORTHWIND)) == [("Northwind Robotics", "same")]
    assert outcomes(await admin.post(MATCH, {"name": "Globex", "country": "DE"})) == []
    assert len(ok(await admin.get("/v1/accounts"))["data"]) == 4


async def test_a_new_name_and_new_aliases_are_found_and_former_ones_no_longer(house: House) -> None:
    _, admin = await house.vendor()
    made = ok(await admin.post("/v1/accounts", NORTHWIND), 201)["account"]
    path = f"/v1/accounts/{made['id']}"
    ok(await admin.patch(path, {"name": "Fabrikam", "aliases": ["Contoso Instruments"]}))
    assert outcomes(await admin.post(MATCH, {"name": "Contoso Instrument", "country": "DE"})) == [
        ("Fabrikam", "possible")
    ]
    assert outcomes(await admin.post(MATCH, {"name": "Fabrikamm", "country": "DE"})) == [("Fabrikam", "possible")]
    assert outcomes(await admin.post(MATCH, {"name": "Northwind Robotic", "country": "DE"})) == []
    ok(await admin.patch(path, {"aliases": []}))
    assert outcomes(await admin.post(MATCH, {"name": "Contoso Instrument", "country": "DE"})) == []


async def test_a_partner_finds_its_own_accounts_alone_and_reads_the_outcome_alone(house: House) -> None:
    vendor, admin = await house.vendor()
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    mine = ok(await one.post("/v1/accounts", NORTHWIND), 201)["account"]
    alike = {"name": "Northwind Robotic", "country": "DE"}
    found = {"account_id": mine["id"], "name": "Northwind Robotics", "outcome": "possible", "staff": None}
    assert ok(await one.post(MATCH, alike)) == {"matches": [found]}
    assert ok(await two.post(MATCH, alike)) == {"matches": []}
    assert ok(await two.post(MATCH, NORTHWIND)) == {"matches": []}
    ok(await admin.patch(f"/v1/accounts/{mine['id']}", {"aliases": ["Contoso Instruments"]}))
    assert ok(await one.post(MATCH, {"name": "Contoso Instruments", "country": "DE"})) == {"matches": []}
    problem = refused(await one.post(MATCH, {**alike, "staff": {"aliases": ["Fabrikam"]}}), 403)
    assert problem["permission"] == "accounts:manage"


async def test_another_vendors_accounts_are_no_candidates(house: House) -> None:
    _, admin = await house.vendor()
    _, stranger = await house.vendor("Other Vendor")
    ok(await admin.post("/v1/accounts", NORTHWIND), 201)
    assert ok(await stranger.post(MATCH, NORTHWIND)) == {"matches": []}
    assert ok(await stranger.post(MATCH, {"name": "Northwind Robotic", "country": "DE"})) == {"matches": []}


async def test_a_partner_is_answered_alike_whether_others_know_the_customer(house: House) -> None:
    vendor, admin = await house.vendor()
    _, partner = await a_partner(house, vendor, "One")
    ok(await admin.post("/v1/accounts", NORTHWIND), 201)
    known = ok(await partner.post("/v1/accounts", NORTHWIND), 201)
    unknown = ok(await partner.post("/v1/accounts", {"name": "Globex", "country": "DE"}), 201)
    for answer in (known, unknown):
        assert (answer["is_new"], answer["matches"], answer["account"]["version"]) == (True, [], 1)
    again = ok(await partner.post("/v1/accounts", NORTHWIND), 200)
    assert (again["is_new"], [match["outcome"] for match in again["matches"]]) == (False, ["same"])
    assert len(ok(await admin.get("/v1/accounts"))["data"]) == 2


async def test_a_partner_cannot_ask_which_domain_or_number_another_wrote_into_an_account(house: House) -> None:
    vendor, admin = await house.vendor()
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    number = {"kind": "duns", "value": "150483782"}
    full = {**NORTHWIND, "domains": ["northwind.example"], "legal_ids": [number]}
    mine = ok(await one.post("/v1/accounts", full), 201)["account"]
    assert ok(await two.post("/v1/accounts", NORTHWIND), 201)["account"]["id"] == mine["id"]
    elsewhere = {"name": "Zenith Marine", "country": "DE"}
    for api, seen in ((one, [mine["id"]]), (two, []), (admin, [mine["id"]])):
        listed = ok(await api.get("/v1/accounts?domain=northwind.example"))["data"]
        assert [row["id"] for row in listed] == seen
        for probe in ({"domains": ["northwind.example"]}, {"legal_ids": [number]}):
            matches = ok(await api.post(MATCH, {**elsewhere, **probe}))["matches"]
            assert [match["account_id"] for match in matches] == seen, probe
    # What it sees anyway, it still recognises; and what the two hide from each other changes nothing in that.
    assert outcomes(await two.post(MATCH, {**NORTHWIND, "domains": ["other.example"]})) == [
        ("Northwind Robotics", "same")
    ]


async def test_a_vendor_says_how_sure_a_match_must_be(house: House) -> None:
    vendor, admin = await house.vendor()
    _, stranger = await house.vendor("Other Vendor")
    _, partner = await a_partner(house, vendor, "One")
    path = "/v1/account-matching"
    assert ok(await admin.get(path)) == {"review_floor": 0.75, "auto_link_score": 80, "version": 1}
    for api in (admin, stranger):
        ok(await api.post("/v1/accounts", {**NORTHWIND, "domains": ["northwind.example"]}), 201)
    alike, by_domain = {"name": "Northwind Robotic", "country": "DE"}, {"domains": ["northwind.example"]}
    changed = ok(await admin.patch(path, {"auto_link_score": 85, "review_floor": 1}, if_match='"v1"'))
    assert changed == {"review_floor": 1.0, "auto_link_score": 85, "version": 2}
    assert ok(await admin.get(path)) == changed
    # By name and country alone nothing is linked any more, nor is a similar name a question.
    assert outcomes(await admin.post(MATCH, NORTHWIND)) == [("Northwind Robotics", "possible")]
    assert ok(await admin.post("/v1/accounts", NORTHWIND), 201)["is_new"]
    assert ("Northwind Robotics", "same") in outcomes(await admin.post(MATCH, {**NORTHWIND, **by_domain}))
    assert outcomes(await admin.post(MATCH, alike)) == []
    assert outcomes(await stranger.post(MATCH, NORTHWIND)) == [("Northwind Robotics", "same")]
    assert outcomes(await stranger.post(MATCH, alike)) == [("Northwind Robotics", "possible")]
    refused(await admin.patch(path, {"review_floor": 0.9}, if_match='"v1"'), 412)
    for wrong in ({"auto_link_score": 79}, {"review_floor": "0.8"}, {"review_floor": None}, {"auto_link_score": 101}):
        problem = refused(await admin.patch(path, wrong), 422)
        assert problem["errors"][0]["pointer"] == f"/{next(iter(wrong))}"
    assert refused(await partner.get(path), 403)["permission"] == "accounts:manage"
    assert refused(await partner.patch(path, {"review_floor": 0.9}), 403)["permission"] == "accounts:merge"
    await house.drain()
    told = ok(await admin.get("/v1/events?type=account_matching.updated"))["data"]
    assert [event["data"] for event in told] == [{"review_floor": 1.0, "auto_link_score": 85}]
