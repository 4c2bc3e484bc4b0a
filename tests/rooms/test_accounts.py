"""Accounts: the same customer is recognised, with evidence, and never merged silently."""

import asyncio
from typing import Any

from tests.makers import Api, House, a_partner, ok, refused

ACME = {"name": "Acme Industries GmbH", "country": "DE", "domains": ["www.acme-industries.example.com"]}
DUNS = {"kind": "duns", "value": "15-048-3782"}


async def resolve(api: Api, body: dict[str, Any], status: int) -> Any:
    return ok(await api.post("/v1/accounts", body), status)


async def test_a_customer_is_created_once_and_found_by_domain_number_or_name(house: House) -> None:
    _, admin = await house.vendor()
    made = await resolve(admin, {**ACME, "legal_ids": [DUNS]}, 201)
    account = made["account"]
    assert made["is_new"]
    assert account["domains"] == ["example.com"]
    assert account["legal_ids"] == [{"kind": "duns", "value": "150483782"}]
    for described in (
        {"name": "Completely Different", "country": "DE", "domains": ["mail.example.com"]},
        {"name": "Something Else", "country": "DE", "legal_ids": [DUNS]},
        {"name": "ACME industries", "country": "DE"},
    ):
        found = await resolve(admin, described, 200)
        assert found["account"]["id"] == account["id"]
        assert found["matches"][0]["outcome"] == "same"
        assert found["matches"][0]["evidence"]
        assert found["account"]["name"] == "Acme Industries GmbH"


async def test_a_doubtful_match_makes_a_new_account_and_says_so(house: House) -> None:
    _, admin = await house.vendor()
    first = await resolve(admin, ACME, 201)
    second = await resolve(admin, {"name": "Acme Industries", "country": "FR"}, 201)
    assert second["account"]["id"] != first["account"]["id"]
    assert [match["outcome"] for match in second["matches"]] == ["possible"]


async def test_a_company_of_a_group_is_added_beside_the_one_whose_domain_it_shares(house: House) -> None:
    vendor, admin = await house.vendor()
    _, partner = await a_partner(house, vendor, "One")
    first = await resolve(admin, ACME, 201)
    french = {"name": "Acme Industries France SAS", "country": "FR", "domains": ["fr.example.com"]}
    second = await resolve(partner, french, 201)
    assert second["account"]["id"] != first["account"]["id"]
    seen = await resolve(admin, {**french, "domains": []}, 200)
    assert seen["account"]["id"] == second["account"]["id"]
    assert seen["account"]["domains"] == []


async def test_an_identifier_names_one_account(house: House) -> None:
    _, admin = await house.vendor()
    first = await resolve(admin, ACME, 201)
    second = await resolve(admin, {"name": "Globex", "country": "DE"}, 201)
    path = f"/v1/accounts/{second['account']['id']}"
    refused(await admin.patch(path, {"domains": ["example.com"]}), 409, "identifier_taken")
    refused(await admin.patch(path, {"parent_id": second["account"]["id"]}), 409, "account_cycle")
    child = ok(await admin.patch(path, {"parent_id": first["account"]["id"], "aliases": ["Globex Corp", "GLX"]}))
    assert child["staff"]["parent_id"] == first["account"]["id"]
    top = f"/v1/accounts/{first['account']['id']}"
    refused(await admin.patch(top, {"parent_id": second["account"]["id"]}), 409, "account_cycle")
    assert (await resolve(admin, {"name": "GLX", "country": "DE"}, 200))["account"]["id"] == second["account"]["id"]


async def test_a_shared_mail_host_identifies_nobody(house: House) -> None:
    _, admin = await house.vendor()
    problem = refused(await admin.post("/v1/accounts", {**ACME, "domains": ["sales@gmail.com"]}), 422)
    assert "gmail.com" in problem["errors"][0]["detail"]
    wrong = {**ACME, "legal_ids": [{"kind": "lei", "value": "529900T8BM49AURSDO56"}]}
    refused(await admin.post("/v1/accounts", wrong), 422)


async def test_a_partner_sorts_accounts_by_what_it_calls_them_itself(house: House) -> None:
    vendor, admin = await house.vendor()
    for name in ("Aardvark Holding", "Zulu Works"):
        body = {"name": name, "country": "DE", "domains": [f"{name.split()[0].lower()}.example"]}
        ok(await admin.post("/v1/accounts", body), 201)
    _, partner = await a_partner(house, vendor, "One")
    for name, domain in (("Zebra", "aardvark.example"), ("Mint", "mint.example"), ("Ant", "zulu.example")):
        ok(await partner.post("/v1/accounts", {"name": name, "country": "DE", "domains": [domain]}))
    for sort, expected in (("name", ["Ant", "Mint", "Zebra"]), ("-name", ["Zebra", "Mint", "Ant"])):
        seen, path = [], f"/v1/accounts?limit=1&sort={sort}"
        while path:
            page = ok(await partner.get(path))
            seen += [one["name"] for one in page["data"]]
            path = page["next_cursor"] and f"/v1/accounts?limit=1&sort={sort}&cursor={page['next_cursor']}"
        assert seen == expected
    found = ok(await admin.get("/v1/accounts?sort=name"))["data"]
    assert [one["name"] for one in found] == ["Aardvark Holding", "Mint", "Zulu Works"]


async def test_a_partner_sees_the_customers_it_named_and_nothing_of_the_vendors_side(house: House) -> None:
    vendor, admin = await house.vendor()
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    mine = await resolve(one, ACME, 201)
    other = await resolve(admin, {"name": "Acme Industries", "country": "FR"}, 201)
    assert mine["account"]["staff"] is None
    assert mine["matches"] == []
    assert [row["id"] for row in ok(await one.get("/v1/accounts"))["data"]] == [mine["account"]["id"]]
    refused(await two.get(f"/v1/accounts/{mine['account']['id']}"), 404)
    refused(await one.get(f"/v1/accounts/{other['account']['id']}"), 404)
    house.clock.move(hours=1)
    found = await resolve(two, {**ACME, "name": "ACME INDUSTRIES"}, 201)
    assert found["account"]["id"] == mine["account"]["id"]
    # What it called it, and nothing of what the first partner wrote or when.
    assert (found["account"]["name"], found["account"]["domains"]) == ("ACME INDUSTRIES", [])
    assert found["account"]["created_at"] > mine["account"]["created_at"]
    assert ok(await one.get(f"/v1/accounts/{mine['account']['id']}"))["domains"] == ["example.com"]
    assert len(ok(await admin.get(f"/v1/accounts/{mine['account']['id']}"))["staff"]["partner_ids"]) == 2
    problem = refused(await one.post("/v1/accounts", {**ACME, "staff": {"is_customer": True}}), 403)
    assert problem["permission"] == "accounts:manage"
    refused(await one.patch(f"/v1/accounts/{mine['account']['id']}", {"name": "Mine"}), 403)


async def test_one_name_described_by_twenty_at_once_is_one_account(house: House) -> None:
    _, admin = await house.vendor()
    answers = await asyncio.gather(*(admin.post("/v1/accounts", ACME) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.json()["account"]["id"] for answer in answers}) == 1


async def test_a_list_goes_on_behind_the_longest_name_of_any_script(house: House) -> None:
    _, admin = await house.vendor()
    names = [letter * 200 for letter in "甲乙丙"]
    for name in names:
        await resolve(admin, {"name": name, "country": "CN"}, 201)
    first = ok(await admin.get("/v1/accounts?limit=2"))
    rest = ok(await admin.get("/v1/accounts", params={"limit": 2, "cursor": first["next_cursor"]}))
    assert {row["name"] for row in (*first["data"], *rest["data"])} == set(names)


async def test_a_partner_that_knows_a_domain_does_not_learn_whose_it_is(house: House) -> None:
    vendor, admin = await house.vendor()
    globex = {"name": "Globex", "country": "DE", "domains": ["globex.example"]}
    known = ok(await admin.post("/v1/accounts", globex), 201)
    _, partner = await a_partner(house, vendor, "One")
    guess = {"name": "Whose Is It", "country": "DE", "domains": ["globex.example"]}
    told = ok(await partner.post("/v1/accounts", guess), 201)
    assert (told["account"]["id"], told["account"]["name"], told["matches"]) == (
        known["account"]["id"], "Whose Is It", [],
    )  # fmt: skip
    path = f"/v1/accounts/{told['account']['id']}"
    answers = [await partner.get(path), await partner.get("/v1/accounts"), await partner.post("/v1/accounts", guess)]
    answers.append(await partner.post("/v1/accounts/match", {"name": "Globex", "country": "DE"}))
    for answer in answers[:3]:
        assert "Whose Is It" in answer.text
        assert "Globex" not in answer.text
    assert "Globex" not in answers[3].text
    assert ok(await admin.get(path))["name"] == "Globex"
