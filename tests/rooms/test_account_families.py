"""Dated names and dated families: given by a person, or proposed, confirmed and refused."""

from itertools import pairwise
from typing import Any

from tests.makers import Api, House, a_book_with, a_partner, a_product, a_submission, ok, refused

from ecosystem_api.market.accounts.domain import MOST_LEVELS

MATCH, ALIASES, RELATIONS = "/v1/accounts/match", "/v1/account-aliases", "/v1/account-relations"


async def make(api: Api, name: str, **fields: Any) -> Any:
    return ok(await api.post("/v1/accounts", {"name": name, "country": "DE", **fields}), 201)["account"]


async def belong(api: Api, child: Any, parent: Any, **span: Any) -> Any:
    return ok(await api.post(RELATIONS, {"account_id": child["id"], "parent_id": parent["id"], **span}), 201)


async def outcomes(api: Api, name: str, as_of: str = "") -> list[tuple[str, str]]:
    asked = f"?as_of={as_of}" if as_of else ""
    found = ok(await api.post(MATCH + asked, {"name": name, "country": "DE"}))["matches"]
    return [(match["name"], match["outcome"]) for match in found]


async def family(api: Api, account: Any, as_of: str = "") -> list[tuple[str, int]]:
    asked = f"?as_of={as_of}" if as_of else ""
    read = ok(await api.get(f"/v1/accounts/{account['id']}/family{asked}"))
    assert read["members"][0]["account_id"] == read["root_id"]
    return [(member["name"], member["level"]) for member in read["members"]]


async def waiting(api: Api, path: str) -> list[Any]:
    return list(ok(await api.get(f"{path}?standing=proposed"))["data"])


async def test_a_name_counts_on_the_days_on_which_it_holds(house: House) -> None:
    _, admin = await house.vendor()
    account = await make(admin, "Fabrikam")
    span = {"from_on": "2020-01-01", "until_on": "2024-01-01"}
    answer = await admin.post(ALIASES, {"account_id": account["id"], "name": "Northwind Traders", **span})
    alias = ok(answer, 201)
    assert answer.headers["location"] == f"{ALIASES}/{alias['id']}"
    assert (alias["source"], alias["standing"], alias["decided_by_type"]) == ("given", "confirmed", "client")
    same = [("Fabrikam", "same")]
    assert await outcomes(admin, "Northwind Traders", "2019-12-31") == []
    assert await outcomes(admin, "Northwind Traders", "2020-01-01") == same
    assert await outcomes(admin, "Northwind Traders", "2024-01-01") == await outcomes(admin, "Northwind Traders") == []
    path = f"/v1/accounts/{account['id']}"
    assert ok(await admin.get(path))["staff"]["aliases"] == []
    later = ok(await admin.patch(f"{ALIASES}/{alias['id']}", {"until_on": None}, if_match='"v1"'))
    assert (later["until_on"], later["version"]) == (None, 2)
    assert await outcomes(admin, "Northwind Traders") == same
    assert ok(await admin.get(path))["staff"]["aliases"] == ["Northwind Traders"]
    refused(await admin.patch(f"{ALIASES}/{alias['id']}", {"until_on": "2019-01-01"}), 422, "span_empty")
    refused(await admin.patch(f"{ALIASES}/{alias['id']}", {}, if_match='"v1"'), 412, "stale_version")
    again = refused(
        await admin.post(ALIASES, {"account_id": account["id"], "name": "NORTHWIND traders"}), 409, "alias_known"
    )
    assert again["errors"][0]["pointer"] == "/name"
    refused(await admin.post(ALIASES, {"account_id": account["id"], "name": "Fabrikam GmbH"}), 409, "alias_known")


async def test_a_spelling_that_was_seen_is_evidence_until_a_person_confirms_it(house: House) -> None:
    vendor, admin = await house.vendor()
    _, partner = await a_partner(house, vendor, "One")
    account = await make(admin, "Fabrikam", domains=["fabrikam.example"])
    seen = {"name": "Litware Optics", "country": "DE", "domains": ["fabrikam.example"]}
    ok(await partner.post("/v1/accounts", seen), 201)
    ok(await partner.post("/v1/accounts", seen), 200)
    (alias,) = await waiting(admin, ALIASES)
    assert (alias["name"], alias["source"], alias["account_id"]) == ("Litware Optics", "observed", account["id"])
    assert (alias["decided_by_id"], alias["decided_at"]) == (None, None)
    assert ok(await admin.get(f"/v1/accounts/{account['id']}"))["staff"]["aliases"] == []
    found = ok(await admin.post(MATCH, {"name": "Litware Optics", "country": "DE"}))["matches"]
    assert [match["outcome"] for match in found] == ["possible"]
    assert "nobody has confirmed" in found[0]["staff"]["evidence"][-1]["sentence"]
    confirmed = ok(await admin.act(f"{ALIASES}/{alias['id']}/confirm", {}))
    assert (confirmed["standing"], confirmed["version"]) == ("confirmed", 2)
    assert await outcomes(admin, "Litware Optics") == [("Fabrikam", "same")]
    refused(await admin.act(f"{ALIASES}/{alias['id']}/confirm", {}), 409, "already_decided")
    ok(await admin.act(f"{ALIASES}/{alias['id']}/refuse", {}))
    assert await outcomes(admin, "Litware Optics") == []
    ok(await partner.post("/v1/accounts", seen), 200)
    assert await waiting(admin, ALIASES) == [], "what was refused is not proposed again"
    await house.drain()
    asked = "&".join(f"type=account_alias.{verb}" for verb in ("proposed", "confirmed", "refused"))
    told = ok(await admin.get(f"/v1/events?{asked}"))["data"]
    assert [one["type"].partition(".")[2] for one in told] == ["proposed", "confirmed", "refused"]
    assert "Litware" not in str(told)


async def test_the_list_of_aliases_is_replaced_and_dated_ones_stay(house: House) -> None:
    _, admin = await house.vendor()
    account = await make(admin, "Fabrikam", staff={"aliases": ["Litware", "Contoso"]})
    past = {"name": "Northwind", "from_on": "2001-01-01", "until_on": "2002-01-01"}
    ok(await admin.post(ALIASES, {"account_id": account["id"], **past}), 201)
    path = f"/v1/accounts/{account['id']}"
    changed = ok(await admin.patch(path, {"aliases": ["Contoso", "Tailspin"]}))
    assert sorted(changed["staff"]["aliases"]) == ["Contoso", "Tailspin"]
    rows = ok(await admin.get(f"{ALIASES}?account_id={account['id']}"))["data"]
    assert {row["name"] for row in rows} == {"Contoso", "Tailspin", "Northwind"}
    named = ok(await admin.patch(path, {"aliases": ["Northwind"]}))
    assert named["staff"]["aliases"] == ["Northwind"], "who names it without dates means today"


async def test_a_family_is_read_as_of_a_day(house: House) -> None:
    _, admin = await house.vendor()
    top, middle, leaf, buyer = [await make(admin, name) for name in ("Contoso", "Fabrikam", "Litware", "Northwind")]
    await belong(admin, middle, top, until_on="2024-01-01")
    sold = await belong(admin, middle, buyer, from_on="2024-01-01")
    await belong(admin, leaf, middle)
    before = [("Contoso", 0), ("Fabrikam", 1), ("Litware", 2)]
    assert await family(admin, leaf, "2023-12-31") == await family(admin, top, "2023-12-31") == before
    assert await family(admin, leaf) == [("Northwind", 0), ("Fabrikam", 1), ("Litware", 2)]
    assert await family(admin, top) == [("Contoso", 0)]
    assert ok(await admin.get(f"/v1/accounts/{middle['id']}"))["staff"]["parent_id"] == buyer["id"]
    listed = ok(await admin.get(f"{RELATIONS}?account_id={middle['id']}&standing=confirmed"))["data"]
    assert len(listed) == 3
    ok(await admin.act(f"{RELATIONS}/{sold['id']}/refuse", {}))
    assert await family(admin, leaf) == [("Fabrikam", 0), ("Litware", 1)]
    refused(await admin.get(f"/v1/accounts/{leaf['id']}/family?as_of=soon"), 422, "invalid_request")


async def test_no_circle_on_any_day_no_second_parent_and_no_line_without_end(house: House) -> None:
    _, admin = await house.vendor()
    one, two, three = [await make(admin, name) for name in ("Contoso", "Fabrikam", "Litware")]
    tie = await belong(admin, one, two, from_on="2020-01-01", until_on="2024-01-01")
    await belong(admin, two, three, from_on="2022-01-01")
    circle = {"account_id": three["id"], "parent_id": one["id"]}
    refused(await admin.post(RELATIONS, circle), 409, "account_cycle")
    refused(await admin.post(RELATIONS, {**circle, "from_on": "2023-12-31"}), 409, "account_cycle")
    late = ok(await admin.post(RELATIONS, {**circle, "from_on": "2024-01-01"}), 201)
    path = f"{RELATIONS}/{tie['id']}"
    refused(await admin.patch(path, {"until_on": "2024-01-02"}), 409, "account_cycle")
    refused(await admin.patch(path, {"until_on": "2020-01-01"}), 422, "span_empty")
    ok(await admin.act(f"{RELATIONS}/{late['id']}/refuse", {}))
    ok(await admin.patch(path, {"until_on": "2024-01-02"}))
    refused(await admin.act(f"{RELATIONS}/{late['id']}/confirm", {}), 409, "account_cycle")
    other = {"account_id": one["id"], "parent_id": three["id"]}
    overlap = refused(await admin.post(RELATIONS, {**other, "from_on": "2023-01-01"}), 409, "parent_overlaps")
    assert overlap["errors"][0]["pointer"] == "/from_on"
    refused(await admin.post(RELATIONS, {"account_id": one["id"], "parent_id": one["id"]}), 409, "account_cycle")
    missing = {"account_id": one["id"], "parent_id": "acc_01h455vb4pex5vsknk084sn02q"}
    refused(await admin.post(RELATIONS, missing), 422, "invalid_request")
    line = [await make(admin, f"Company{chr(97 + place) * 4}") for place in range(MOST_LEVELS + 2)]
    for lower, upper in pairwise(line[:-1]):
        await belong(admin, lower, upper)
    too_long = {"account_id": line[-2]["id"], "parent_id": line[-1]["id"]}
    refused(await admin.post(RELATIONS, too_long), 409, "family_too_long")


async def test_who_resembles_a_known_company_is_proposed_as_its_family_and_a_person_decides(house: House) -> None:
    _, admin = await house.vendor()
    top = await make(admin, "Contoso", domains=["contoso.example"])
    marine = await make(admin, "Contoso Marine")
    france = await make(admin, "Tailspin", country="FR", domains=["contoso.example"])
    proposed = {row["account_id"]: row for row in await waiting(admin, RELATIONS)}
    assert {key: row["evidence"] for key, row in proposed.items()} == {
        marine["id"]: "name_begins", france["id"]: "shared_domain",
    }  # fmt: skip
    assert {row["parent_id"] for row in proposed.values()} == {top["id"]}
    assert await family(admin, top) == [("Contoso", 0)], "what is proposed counts for nothing"
    path = f"{RELATIONS}/{proposed[marine['id']]['id']}"
    refused(await admin.act(f"{path}/confirm", {}, if_match='"v7"'), 412, "stale_version")
    done = ok(await admin.act(f"{path}/confirm", {}))
    assert (done["standing"], done["source"], done["version"]) == ("confirmed", "observed", 2)
    ok(await admin.act(f"{RELATIONS}/{proposed[france['id']]['id']}/refuse", {}))
    assert await family(admin, top) == [("Contoso", 0), ("Contoso Marine", 1)]
    assert await waiting(admin, RELATIONS) == []
    assert await outcomes(admin, "Contoso Marine GmbH") == [("Contoso Marine", "same"), ("Contoso", "possible")]
    ok(await admin.patch(path, {"until_on": "2020-01-01"}))
    await house.drain()
    told = ok(await admin.get("/v1/events?" + "&".join(
        f"type=account_relation.{verb}" for verb in ("proposed", "confirmed", "refused", "updated")
    )))["data"]  # fmt: skip
    verbs = [one["type"].partition(".")[2] for one in told]
    assert verbs == ["proposed", "proposed", "confirmed", "refused", "updated"]
    assert told[-1]["data"]["changed"] == ["/until_on"]


async def test_a_parent_that_is_named_ends_the_one_before_today(house: House) -> None:
    _, admin = await house.vendor()
    child, one, two = [await make(admin, name) for name in ("Contoso", "Fabrikam", "Litware")]
    path = f"/v1/accounts/{child['id']}"
    await belong(admin, child, one, from_on="2020-01-01")
    # What was said today, however long it holds, was a mistake of today: nobody is told that it ever held.
    ok(await admin.patch(path, {"parent_id": two["id"]}))
    rows = ok(await admin.get(f"{RELATIONS}?account_id={child['id']}"))["data"]
    assert [(row["parent_id"], row["from_on"], row["until_on"]) for row in rows] == [(two["id"], "2020-01-01", None)]
    assert ok(await admin.patch(path, {"parent_id": two["id"]}))["staff"]["parent_id"] == two["id"]
    assert ok(await admin.patch(path, {"parent_id": None}))["staff"]["parent_id"] is None
    refused(await admin.patch(path, {"parent_id": child["id"]}), 409, "account_cycle")


async def test_a_partner_neither_reads_nor_decides_names_and_families(house: House) -> None:
    vendor, admin = await house.vendor()
    _, stranger = await house.vendor()
    _, partner = await a_partner(house, vendor, "One")
    mine = ok(await partner.post("/v1/accounts", {"name": "Contoso", "country": "DE"}), 201)["account"]
    parent = await make(admin, "Fabrikam")
    tie = await belong(admin, mine, parent)
    alias = ok(await admin.post(ALIASES, {"account_id": mine["id"], "name": "Litware"}), 201)
    for path in (ALIASES, RELATIONS, f"{RELATIONS}/{tie['id']}", f"/v1/accounts/{mine['id']}/family"):
        refused(await partner.get(path), 403, "forbidden")
    for path in (f"{RELATIONS}/{tie['id']}", f"{ALIASES}/{alias['id']}", f"/v1/accounts/{mine['id']}/family"):
        refused(await stranger.get(path), 404, "not_found")
    assert ok(await stranger.get(RELATIONS))["data"] == ok(await stranger.get(ALIASES))["data"] == []
    key = {"Idempotency-Key": "once"}
    body = {"account_id": mine["id"], "name": "Tailspin"}
    first, again = [await admin.post(ALIASES, body, headers=key) for _ in range(2)]
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"


async def test_a_rule_may_ask_whether_a_relative_holds_a_claim(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    rules = ok(await admin.get("/v1/rules-of-engagement"))["rules"]
    kin = {
        "key": "family", "statement": "A company whose family is claimed is decided by a person.",
        "on": ["deal_registration.submit"], "when": "claims.held_by_relative", "outcome": "review", "reason": "family",
        "remedy": "Say why the two buy apart.",
    }  # fmt: skip
    await a_book_with(admin, rules=[*rules, kin])
    held = await a_submission(one, customer="Contoso")
    assert held["status"] == "approved"
    child = await make(admin, "Fabrikam")
    tie = await belong(admin, child, {"id": held["account_id"]})
    deal = await a_submission(two, customer="Fabrikam")
    assert deal["status"] == "in_review"
    decision = ok(await admin.get(f"/v1/deal-registrations/{deal['id']}/decision"))
    assert decision["staff"]["facts"]["claims"]["held_by_relative"]
    assert decision["staff"]["evidence"]["family_claims"] == [held["id"]]
    assert ok(await admin.post(f"/v1/decisions/{decision['id']}/verify"))["holds"]
    assert "family" not in ok(await two.get(f"/v1/deal-registrations/{deal['id']}/decision"))["facts"]
    own = await a_submission(one, customer="Fabrikam")
    assert own["status"] == "approved", "its own claim at a relative stands in nobody's way"
    ok(await admin.act(f"{RELATIONS}/{tie['id']}/refuse", {}))
    _, three = await a_partner(house, vendor, "Three")
    ok(await admin.act(f"/v1/deal-registrations/{own['id']}/release"))
    last = await a_submission(three, customer="Fabrikam")
    facts = ok(await admin.get(f"/v1/deal-registrations/{last['id']}/decision"))["staff"]["facts"]
    assert not facts["claims"]["held_by_relative"]


async def test_who_merges_stands_for_the_names_of_both_until_they_are_parted_again(house: House) -> None:
    _, admin = await house.vendor()
    account = await make(admin, "Fabrikam", domains=["fabrikam.example"])
    for name in ("Litware Optics", "Proseware"):
        ok(await admin.post("/v1/accounts", {"name": name, "country": "DE", "domains": ["fabrikam.example"]}), 200)
    refusal, proposal = await waiting(admin, ALIASES)
    assert (refusal["name"], proposal["name"]) == ("Proseware", "Litware Optics")
    ok(await admin.act(f"{ALIASES}/{refusal['id']}/refuse", {}))
    other = await make(admin, "Litware Optics", on_match="create", staff={"aliases": ["Proseware"]})
    merged = {"into_id": account["id"], "reason": "duplicate"}
    ok(await admin.act(f"/v1/accounts/{other['id']}/merge", merged))
    for name in ("Litware Optics", "Proseware"):
        assert await outcomes(admin, name) == [("Fabrikam", "same")], name
    await house.drain()
    told = ok(await admin.get("/v1/events?type=account_alias.confirmed"))["data"]
    assert {one["subject_id"] for one in told} == {refusal["id"], proposal["id"]}
    ok(await admin.act(f"/v1/accounts/{account['id']}/split", {"restore_id": other["id"], "reason": "mistaken_merge"}))
    standings = {
        one["name"]: one["standing"] for one in ok(await admin.get(f"{ALIASES}?account_id={account['id']}"))["data"]
    }
    assert standings == {"Litware Optics": "proposed", "Proseware": "refused"}
    assert ("Litware Optics", "same") in await outcomes(admin, "Litware Optics")


async def test_a_claim_of_a_company_that_was_merged_into_a_relative_is_still_in_the_family(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    rule = {
        "key": "family", "statement": "A claim at a company of the family is looked at.", "remedy": "Nothing to do.",
        "on": ["deal_registration.submit"], "when": "claims.held_by_relative", "outcome": "review", "reason": "family",
    }  # fmt: skip
    book = ok(await admin.post("/v1/rule-books", {}), 201)
    await a_book_with(admin, rules=[rule, *book["rules"]])
    house.clock.move(seconds=1)
    top, child = await make(admin, "Contoso Holding"), await make(admin, "Adventure Works")
    await belong(admin, child, top)
    held = await a_submission(one, "Nightfall Systems")
    ok(await admin.act(f"/v1/accounts/{held['account_id']}/merge", {"into_id": top["id"], "reason": "acquired"}))
    await house.drain()
    assert (await a_submission(two, "Adventure Works"))["reasons"][0] == "family"
