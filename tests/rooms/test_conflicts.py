"""The vendor's own sellers: their opportunities are matched with claims, and what they owe stays visible until met."""

from typing import Any

import pytest
from tests.makers import Api, House, a_partner, a_product, a_submission, ok, refused

DEALS, OPPORTUNITIES, CONFLICTS = "/v1/deal-registrations", "/v1/vendor-opportunities", "/v1/conflicts"
HAND_OVER = {"obligation": "hand_over", "note": "You lead, we support."}
PROOF = {"proof": [{"kind": "email", "statement": "The customer was introduced.", "url": "https://crm.example/1"}]}


class Field:
    """A vendor with a product, a partner that holds a claim, and the CRM's feed."""

    def __init__(self, house: House, vendor: Any, admin: Api, feed: Api, partner: Api, deal: Any) -> None:
        self.house, self.vendor, self.admin, self.feed = house, vendor, admin, feed
        self.partner, self.deal = partner, deal

    async def told(self, number: int = 1, **fields: Any) -> Any:
        return ok(await self.feed.post(OPPORTUNITIES, opportunity(number, **fields)))

    async def conflict(self, api: Api | None = None) -> Any:
        (found,) = ok(await (api or self.admin).get(CONFLICTS))["data"]
        return found

    async def act(self, conflict: Any, verb: str, body: Any = None, api: Api | None = None) -> Any:
        return ok(await (api or self.admin).act(f"{CONFLICTS}/{conflict['id']}/{verb}", body))


@pytest.fixture
async def field(house: House) -> Field:
    vendor, admin = await house.vendor()
    await a_product(admin)
    await a_product(admin, "XDR-200")
    _, partner = await a_partner(house, vendor, "Alpine Networks")
    deal = await a_submission(partner)
    assert deal["status"] == "approved"
    house.clock.move(hours=1)
    return Field(house, vendor, admin, await house.client(vendor, "integration"), partner, deal)


def opportunity(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {
        "external_id": {"system": "crm", "id": f"opp-{number}"},
        "customer": {"name": "Acme Industries GmbH", "country": "DE"},
        "title": "Acme: endpoint renewal",
        "products": ["EDR-100"],
        "amount": {"amount": "90000.00", "currency": "EUR"},
        "stage": "proposal",
        "owner": "Sam Rivera",
        "opened_on": "2026-01-31",
        **fields,
    }


async def news(api: Api, kind: str) -> list[Any]:
    return [one["data"] for one in ok(await api.get("/v1/events", params={"type": kind}))["data"]]


async def test_the_vendors_own_seller_is_caught_and_makes_good(field: Field) -> None:
    answer = await field.feed.post(OPPORTUNITIES, opportunity())
    told = ok(answer, 201)
    assert answer.headers["location"] == f"{OPPORTUNITIES}/{told['id']}"
    decision = ok(await field.admin.get(f"/v1/decisions/{told['decision_id']}"))
    assert (decision["action"], decision["outcome"], decision["partner_id"]) == (
        "vendor_opportunity.open",
        "review",
        None,
    )
    assert decision["reasons"] == ["partner_protected"]
    assert decision["staff"]["evidence"]["claims"] == [field.deal["id"]]
    assert ok(await field.admin.post(f"/v1/decisions/{decision['id']}/verify"))["holds"]
    conflict = await field.conflict(field.partner)
    assert (conflict["status"], conflict["deal_registration_id"]) == ("open", field.deal["id"])
    assert (conflict["staff"], conflict["allowed_actions"]) == (None, [])
    assert set(conflict["opportunity"].values()) == {None}, "the book discloses nothing"
    assert told["id"] not in str(conflict)
    for secret in ("Sam Rivera", "proposal", "90000", "renewal"):
        assert secret not in (await field.partner.get(f"{CONFLICTS}/{conflict['id']}")).text
    chosen = await field.act(conflict, "choose", HAND_OVER)
    assert (chosen["status"], chosen["obligation"]) == ("owed", "hand_over")
    await field.act(conflict, "prove", PROOF)
    shown = await field.conflict(field.partner)
    assert (shown["status"], shown["allowed_actions"]) == ("proven", ["accept", "contest"])
    assert shown["proof"][0]["statement"] == "The customer was introduced."
    contested = await field.act(conflict, "contest", {"note": "Nobody called."}, field.partner)
    assert (contested["status"], contested["contested_note"]) == ("owed", "Nobody called.")
    await field.act(conflict, "prove", PROOF)
    met = await field.act(conflict, "accept", None, field.partner)
    assert (met["status"], met["ended_reason"], met["due_at"], len(met["proof"])) == ("met", "accepted", None, 2)
    await field.house.drain()
    assert len(await news(field.partner, "conflict.*")) == 6
    assert "conflict.met" in [one["type"] for one in ok(await field.admin.get("/v1/events?type=conflict.*"))["data"]]
    assert (await field.told())["version"] == told["version"], "told again, nothing happens"
    assert (await field.conflict())["status"] == "met"


async def test_what_is_owed_stays_visible_until_a_manager_says_why_not(field: Field) -> None:
    await field.told()
    conflict = await field.conflict()
    await field.act(conflict, "choose", {"obligation": "compensate"})
    await field.told(status="lost")
    assert (await field.conflict(field.partner))["status"] == "owed", "losing it does not make good"
    ok(await field.partner.act(f"{DEALS}/{field.deal['id']}/release"))
    await field.house.drain()
    assert (await field.conflict(field.partner))["status"] == "owed"
    reason = {"reason": "agreed_otherwise", "note": "Settled with the next project."}
    refused(await field.partner.act(f"{CONFLICTS}/{conflict['id']}/overrule", reason), 403, "forbidden")
    refused(await field.admin.act(f"{CONFLICTS}/{conflict['id']}/accept"), 409, "only_the_partner")
    refused(await field.admin.post(f"{CONFLICTS}/{conflict['id']}/overrule", reason), 428, "precondition_required")
    over = await field.act(conflict, "overrule", reason)
    assert (over["status"], over["staff"]["ended_by"]) == ("overruled", ok(await field.admin.get("/v1/me"))["actor_id"])
    mine = await field.conflict(field.partner)
    assert (mine["ended_reason"], mine["ended_note"]) == ("agreed_otherwise", "Settled with the next project.")
    problem = refused(await field.admin.act(f"{CONFLICTS}/{conflict['id']}/choose", HAND_OVER), 409, "illegal_move")
    assert problem["allowed_actions"] == []


async def test_the_vendor_is_reminded_twice(field: Field) -> None:
    await field.told()
    conflict = await field.conflict()
    field.house.clock.move(days=5)
    await field.house.drain()
    assert (await field.conflict())["is_overdue"]
    late = ok(await field.admin.get(f"{CONFLICTS}?overdue=true"))["data"]
    assert [one["id"] for one in late] == [conflict["id"]]
    assert not (await field.act(conflict, "choose", HAND_OVER))["is_overdue"]
    field.house.clock.move(days=30)
    await field.house.drain()
    assert (await field.conflict())["is_overdue"]
    assert [one["status"] for one in await news(field.partner, "conflict.overdue")] == ["open", "owed"]


async def test_what_the_vendor_does_too_late_was_overdue_though_the_worker_is_late_as_well(field: Field) -> None:
    await field.told()
    conflict = await field.conflict()
    field.house.clock.move(days=6)
    assert not (await field.act(conflict, "choose", HAND_OVER))["is_overdue"]
    await field.house.drain()
    assert [one["status"] for one in await news(field.partner, "conflict.overdue")] == ["open"]


async def test_who_was_there_first_goes_around_nobody(field: Field) -> None:
    today = str(field.house.clock().date())
    await field.told(customer={"name": "Globex SE", "country": "DE"}, opened_on=today)
    later = await a_submission(field.partner, "Globex SE")
    assert (later["status"], later["reasons"][0]) == ("rejected", "vendor_engaged")
    free = await field.told(2, customer={"name": "Initech SE", "country": "DE"}, opened_on="2020-01-31")
    fresh = await a_submission(field.partner, "Initech SE")
    assert fresh["status"] == "approved", "the vendor's team was not active there for long"
    field.house.clock.move(hours=1)
    await field.told(2, customer={"name": "Initech SE", "country": "DE"}, opened_on="2020-01-31", amount=None)
    assert ok(await field.admin.get(CONFLICTS))["data"] == []
    decision = ok(await field.admin.get(f"{OPPORTUNITIES}/{free['id']}"))["decision_id"]
    evidence = ok(await field.admin.get(f"/v1/decisions/{decision}"))["staff"]["evidence"]
    assert (evidence["claims"], evidence["later_claims"]) == ([], [fresh["id"]])


async def test_going_around_a_partner_does_not_engage_the_vendor(field: Field) -> None:
    await field.told(opened_on=str(field.house.clock().date()))
    account = ok(await field.admin.get(f"/v1/accounts/{field.deal['account_id']}"))
    assert account["staff"]["vendor_engaged_on"] is None


async def test_another_product_or_customer_is_no_conflict_and_a_change_is_matched_again(field: Field) -> None:
    await field.told(products=["XDR-200"])
    assert ok(await field.admin.get(CONFLICTS))["data"] == []
    await field.told(products=["EDR-100", "XDR-200"])
    conflict = await field.conflict()
    assert conflict["status"] == "open"
    await field.told(customer={"name": "Globex SE", "country": "DE"})
    await field.house.drain()
    gone = await field.conflict(field.partner)
    assert (gone["status"], gone["ended_reason"], gone["due_at"]) == ("cleared", "opportunity_changed", None)
    await field.told(products=[])
    found = ok(await field.partner.get(CONFLICTS))["data"]
    assert [one["status"] for one in found] == ["open", "cleared"], "no products stand for all of them"
    await field.told(products=[], status="lost")
    assert ok(await field.partner.get(f"{CONFLICTS}/{found[0]['id']}"))["ended_reason"] == "opportunity_lost"


async def test_a_possible_customer_is_looked_at_before_the_partner_is_told(field: Field) -> None:
    await field.told(customer={"name": "Acme Industrie", "country": "DE"})
    suspected = await field.conflict()
    assert suspected["status"] == "suspected"
    assert suspected["staff"]["because"]
    assert ok(await field.partner.get(CONFLICTS))["data"] == []
    refused(await field.partner.get(f"{CONFLICTS}/{suspected['id']}"), 404, "not_found")
    await field.house.drain()
    assert await news(field.partner, "conflict.*") == []
    assert (await field.act(suspected, "confirm", {"note": "Same company."}))["status"] == "open"
    assert (await field.conflict(field.partner))["id"] == suspected["id"]
    await field.told(2, customer={"name": "Acme Industria", "country": "DE"})
    other = next(one for one in ok(await field.admin.get(CONFLICTS))["data"] if one["id"] != suspected["id"])
    reason = {"reason": "other_customer", "note": "Another line of business."}
    assert (await field.act(other, "dismiss", reason))["status"] == "dismissed"
    await field.told(2, customer={"name": "Acme Industria", "country": "DE"}, amount=None)
    assert ok(await field.admin.get(f"{CONFLICTS}/{other['id']}"))["status"] == "dismissed", "a person has looked"
    refused(await field.admin.act(f"{CONFLICTS}/{other['id']}/confirm", {}), 409, "illegal_move")


async def test_evidence_that_comes_later_finds_the_conflict(field: Field) -> None:
    other = ok(await field.admin.post("/v1/accounts", {"name": "Globex SE", "country": "DE"}), 201)["account"]
    body = {key: value for key, value in opportunity().items() if key != "customer"}
    ok(await field.feed.post(OPPORTUNITIES, {**body, "account_id": other["id"]}), 201)
    assert ok(await field.admin.get(CONFLICTS))["data"] == []
    ok(await field.admin.patch(f"/v1/accounts/{other['id']}", {"aliases": ["Acme Industries GmbH"]}))
    await field.house.drain()
    assert (await field.conflict())["status"] == "open"


async def test_what_the_book_allows_is_no_conflict_and_what_it_discloses_is_shown(field: Field) -> None:
    book = ok(await field.admin.post("/v1/rule-books", {}), 201)
    path = f"/v1/rule-books/{book['id']}"
    ok(await field.admin.patch(path, {"parameters": {"opportunity_disclosure": ["stage", "products"]}}))
    ok(await field.admin.act(f"{path}/publish", {"reason": "Openness."}))
    field.house.clock.move(seconds=1)
    await field.told()
    shown = (await field.conflict(field.partner))["opportunity"]
    assert shown == {"products": ["EDR-100"], "stage": "proposal", "amount": None, "opened_on": None}
    await field.act(await field.conflict(), "choose", HAND_OVER)
    draft = ok(await field.admin.post("/v1/rule-books", {}), 201)
    rules = ok(await field.admin.get(f"/v1/rule-books/{draft['id']}"))["rules"]
    for rule in rules:
        if rule["key"] == "partner_protected":
            rule["outcome"] = "approve"
    ok(await field.admin.patch(f"/v1/rule-books/{draft['id']}", {"rules": rules, "cases": []}))
    ok(await field.admin.act(f"/v1/rule-books/{draft['id']}/publish", {"reason": "A new programme."}))
    field.house.clock.move(seconds=1)
    second = await field.told(2)
    assert second["conflicts"] == []
    assert (await field.conflict())["status"] == "owed"


async def test_many_at_once_are_kept_as_each_alone(field: Field) -> None:
    items = [
        opportunity(1),
        opportunity(2, customer={"name": "Globex SE", "country": "DE"}),
        opportunity(3, stage="No"),
    ]
    bulk = ok(await field.feed.post(f"{OPPORTUNITIES}/bulk", {"items": items}))
    assert [one["outcome"] for one in bulk["results"]] == ["created", "created", "failed"]
    again = ok(await field.feed.post(f"{OPPORTUNITIES}/bulk", {"items": [{**items[0], "stage": "won_soon"}, items[1]]}))
    assert [one["outcome"] for one in again["results"]] == ["updated", "unchanged"]
    assert len(ok(await field.admin.get(CONFLICTS))["data"]) == 1
    found = ok(await field.admin.get(f"{OPPORTUNITIES}?external_system=crm&external_id=opp-2"))["data"]
    assert [one["title"] for one in found] == ["Acme: endpoint renewal"]
    assert len(ok(await field.admin.get(f"{OPPORTUNITIES}?status=open"))["data"]) == 2
    refused(await field.admin.get(f"{OPPORTUNITIES}?external_id=opp-2"), 422)
    await field.house.drain()
    assert len(await news(field.admin, "vendor_opportunity.opened")) == 2


async def test_partners_see_conflicts_on_their_own_claims_alone(field: Field) -> None:
    told = await field.told()
    conflict = await field.conflict()
    _, stranger = await a_partner(field.house, field.vendor, "Stranger")
    refused(await stranger.get(f"{CONFLICTS}/{conflict['id']}"), 404, "not_found")
    assert ok(await stranger.get(CONFLICTS))["data"] == []
    for path in (OPPORTUNITIES, f"{OPPORTUNITIES}/{told['id']}"):
        refused(await field.partner.get(path), 403, "forbidden")
    refused(await field.partner.post(OPPORTUNITIES, opportunity()), 403, "forbidden")
    refused(await field.partner.act(f"{CONFLICTS}/{conflict['id']}/choose", HAND_OVER), 403, "forbidden")
    _, other = await field.house.vendor("Another")
    refused(await other.get(f"{CONFLICTS}/{conflict['id']}"), 404, "not_found")
    refused(await other.get(f"{OPPORTUNITIES}/{told['id']}"), 404, "not_found")
    me = ok(await field.partner.get("/v1/me"))["partner_id"]
    for query, count in (
        (f"partner_id={me}", 1), ("status=met", 0), ("obligation=release", 0), ("overdue=true", 0),
        (f"deal_registration_id={field.deal['id']}", 1), (f"opportunity_id={told['id']}", 1),
    ):  # fmt: skip
        assert len(ok(await field.admin.get(f"{CONFLICTS}?{query}"))["data"]) == count, query
    decisions = ok(await field.partner.get("/v1/decisions"))["data"]
    assert {one["action"] for one in decisions} == {"deal_registration.submit"}
    refused(await field.feed.post(OPPORTUNITIES, opportunity(products=["NOPE"])), 422)
    both = {**opportunity(), "account_id": field.deal["account_id"]}
    refused(await field.feed.post(OPPORTUNITIES, both), 422, "invalid_request")
    unknown = {key: value for key, value in opportunity(9).items() if key != "customer"}
    nobody = {**unknown, "account_id": "acc_01h455vb4pex5vsknk084sn02q"}
    assert refused(await field.feed.post(OPPORTUNITIES, nobody), 422)["errors"][0]["pointer"] == "/account_id"
