"""Rule books: written from the one in force, validated, published at an instant, compared, signed, retired."""

import json
import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import KeySet
from sqlalchemy import text
from tests.makers import Api, House, a_partner, a_product, a_submission, ok, refused

from ecosystem_api.kernel.ids import decode
from ecosystem_api.rules import DEFAULT_BOOK

BOOKS = "/v1/rule-books"
RULES = "/v1/rules-of-engagement"


def at(book: Any, verb: str = "") -> str:
    return f"{BOOKS}/{book['id']}" + (f"/{verb}" if verb else "")


async def a_book(admin: Api, **changes: Any) -> Any:
    book = ok(await admin.post(BOOKS, {}), 201)
    return ok(await admin.patch(at(book), changes)) if changes else book


def instant(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


async def test_a_draft_begins_as_the_book_in_force_and_decides_nothing(house: House) -> None:
    _, admin = await house.vendor()
    made = await admin.post(BOOKS, {"name": "Rules 2027"})
    book = ok(made, 201)
    assert made.headers["location"] == at(book)
    in_force = ok(await admin.get(RULES))
    assert (book["status"], book["number"], book["is_in_force"]) == ("draft", None, False)
    assert book["name"] == "Rules 2027"
    assert [rule["key"] for rule in book["rules"]] == [rule["key"] for rule in in_force["rules"]]
    assert book["parameters"] == in_force["parameters"]
    assert book["based_on"] == in_force["id"]
    assert book["allowed_actions"] == ["update", "publish", "retire"]
    changed = ok(await admin.patch(at(book), {"parameters": {"capacity": 1}}, if_match='"v1"'))
    assert changed["parameters"] == {**book["parameters"], "capacity": 1}
    assert changed["content_hash"] != book["content_hash"]
    assert ok(await admin.get(RULES))["parameters"]["capacity"] == 25
    refused(await admin.patch(at(book), {"name": "Late"}, if_match='"v1"'), 412, "stale_version")
    refused(await admin.patch(at(book), {"name": "None"}, if_match=None), 428, "precondition_required")


async def test_a_published_book_decides_from_its_instant_on_and_never_changes(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    await a_product(admin, "XDR-200")
    _, partner = await a_partner(house, vendor, "Reseller One")
    assert (await a_submission(partner))["status"] == "approved"
    book = await a_book(admin, parameters={"capacity": 1})
    in_a_week = house.clock() + timedelta(days=7)
    published = ok(await admin.act(at(book, "publish"), {"effective_from": instant(in_a_week)}))
    assert (published["status"], published["number"], published["is_in_force"]) == ("published", 2, False)
    assert published["allowed_actions"] == ["retire"]
    assert ok(await admin.get(RULES))["number"] == 1
    assert ok(await admin.get(RULES, params={"as_of": instant(in_a_week)}))["number"] == 2
    assert (await a_submission(partner, "Beta AG"))["status"] == "approved"
    house.clock.move(days=7)
    rules = ok(await partner.get(RULES))
    assert (rules["number"], rules["previous_number"]) == (2, 1)
    assert [change["place"] for change in rules["changes"]] == ["parameters/capacity"]
    assert (await a_submission(partner, "Gamma AG"))["reasons"][0] == "capacity_reached"
    refused(await admin.patch(at(book), {"name": "Other"}), 409, "rule_book_not_editable")
    refused(await admin.act(at(book, "publish"), {}), 409, "rule_book_not_editable")
    refused(await admin.act(at(book, "retire")), 409, "rule_book_in_force")
    first = ok(await admin.get(BOOKS, params={"status": "retired"}))["data"]
    assert [one["number"] for one in first] == [1]
    await house.drain()
    news = ok(await partner.get("/v1/events", params={"type": "rule_book.published"}))["data"]
    assert [event["data"]["number"] for event in news] == [1, 2]


async def test_a_fault_is_told_with_its_line_and_column_and_keeps_the_book_from_being_published(house: House) -> None:
    _, admin = await house.vendor()
    rule = {
        "key": "big_deal",
        "statement": "A large deal is reviewed.",
        "on": ["deal_registration.submit"],
        "when": "deal.type == 'new_business' &&\n  deal.amount > 5",
        "outcome": "review",
        "reason": "big_deal",
    }
    book = await a_book(admin, rules=[rule])
    found = ok(await admin.post(at(book, "validate")))
    assert not found["is_valid"]
    assert [(one["rule_key"], one["field"], one["line"], one["pointer"]) for one in found["faults"]] == [
        ("big_deal", "when", 2, "/rules/0/when")
    ]
    assert found["faults"][0]["column"] > 1
    problem = refused(await admin.act(at(book, "publish"), {}), 422, "rule_book_invalid")
    assert problem["errors"][0]["pointer"] == "/rules/0/when"
    refused(await admin.post(at(book, "simulations"), {}), 422, "rule_book_invalid")
    rule["when"] = "deal.amount_minor > 5"
    mended = ok(await admin.patch(at(book), {"rules": [rule], "cases": []}))
    assert ok(await admin.post(at(mended, "validate")))["is_valid"]
    refused(await admin.patch(at(book), {"parameters": {"capacty": 3}}), 422, "rule_book_invalid")
    refused(await admin.patch(at(book), {"rules": [{**rule, "when": 3}]}), 422)


async def test_a_book_that_changes_much_of_the_past_needs_a_reason(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "Reseller One")
    for customer in ("Alpha AG", "Beta AG", "Gamma AG"):
        await a_submission(partner, customer)
    book = await a_book(admin, parameters={"capacity": 1})
    problem = refused(await admin.act(at(book, "publish"), {}), 409, "flips_need_reason")
    assert (problem["flips"], problem["judged"], problem["flip_limit_percent"]) == (2, 3, 5)
    published = ok(await admin.act(at(book, "publish"), {"reason": "Fewer, better registrations."}))
    assert published["publication"] == {
        "cases": len(DEFAULT_BOOK.cases),
        "replayed": 3,
        "not_judgeable": 0,
        "flips": 2,
        "reason": "Fewer, better registrations.",
        "warnings": [],
    }


async def test_a_book_is_in_force_at_any_instant_whatever_is_published_or_retired(house: House) -> None:
    _, admin = await house.vendor()
    now = house.clock()
    later, latest = now + timedelta(days=10), now + timedelta(days=20)
    second, third = await a_book(admin, parameters={"capacity": 2}), await a_book(admin, parameters={"capacity": 3})
    ok(await admin.act(at(third, "publish"), {"effective_from": instant(latest)}))
    ok(await admin.act(at(second, "publish"), {"effective_from": instant(later)}))

    async def capacities() -> list[int]:
        moments = (now, later - timedelta(seconds=1), later, latest - timedelta(seconds=1), latest)
        books = [ok(await admin.get(RULES, params={"as_of": instant(moment)})) for moment in moments]
        return [book["parameters"]["capacity"] for book in books]

    assert await capacities() == [25, 25, 2, 2, 3]
    taken = await a_book(admin)
    refused(await admin.act(at(taken, "publish"), {"effective_from": instant(later)}), 409, "instant_taken")
    past = {"effective_from": instant(now - timedelta(seconds=1))}
    assert (
        refused(await admin.act(at(taken, "publish"), past), 422, "effective_in_past")["errors"][0]["pointer"]
        == "/effective_from"
    )
    retired = ok(await admin.act(at(second, "retire")))
    assert (retired["status"], retired["effective_from"]) == ("retired", None)
    assert await capacities() == [25, 25, 25, 25, 3]
    refused(await admin.act(at(second, "retire")), 409, "illegal_move")
    assert ok(await admin.act(at(taken, "retire")))["status"] == "retired"


async def test_the_difference_between_two_books_is_told_rule_by_rule(house: House) -> None:
    _, admin = await house.vendor()
    book = await a_book(admin)
    rules = book["rules"]
    rules[0]["remedy"] = "Ask."
    added = {**rules[-1], "key": "again", "statement": "Once more."}
    gone = rules.pop(3)
    changed = ok(await admin.patch(at(book), {"rules": [*rules, added], "default_outcome": "reject"}))
    diff = ok(await admin.get(at(changed, "diff")))
    told = {change["place"]: change["kind"] for change in diff["changes"]}
    assert told == {
        "default_outcome": "changed",
        f"rules/{gone['key']}": "removed",
        f"rules/{rules[0]['key']}/remedy": "changed",
        "rules/again": "added",
    }
    assert ok(await admin.get(at(changed, "diff"), params={"against": changed["id"]}))["changes"] == []


async def test_the_rules_are_signed_so_that_anybody_can_verify_them(house: House) -> None:
    _, admin = await house.vendor()
    signed = await admin.get(RULES, headers={"Accept": "application/jose"})
    assert signed.headers["content-type"] == "application/jose"
    keys = KeySet.import_key_set(ok(await house.http.get("/.well-known/jwks.json")))
    opened = jws.deserialize_compact(signed.text, keys, algorithms=["ES256"])
    assert opened.headers()["typ"] == "rules-of-engagement+jws"
    payload = json.loads(opened.payload)
    assert payload["rules_of_engagement"] == ok(await admin.get(RULES))
    assert payload["iss"] == house.settings.public_url
    refused(await house.http.get("/v1/partners", headers={"Authorization": f"Bearer {signed.text}"}), 401)
    header, body, signature = signed.text.split(".")
    with pytest.raises(Exception, match="bad_signature"):
        jws.deserialize_compact(".".join((header, body[:-2] + "AA", signature)), keys, algorithms=["ES256"])


async def test_a_partner_reads_the_book_in_force_and_no_draft(house: House) -> None:
    vendor, admin = await house.vendor()
    _, partner = await a_partner(house, vendor, "Reseller One")
    book = await a_book(admin, name="Secret plans")
    for call in (partner.get(at(book)), partner.get(BOOKS), partner.post(BOOKS, {}), partner.get(at(book, "diff"))):
        refused(await call, 403, "forbidden")
    _, stranger = await house.vendor("Other")
    for path in (at(book), at(book, "diff"), at(book, "simulations")):
        refused(await stranger.get(path), 404, "not_found")
    manager, analyst = await house.client(vendor, "manager"), await house.client(vendor, "analyst")
    refused(await analyst.patch(at(book), {"name": "Mine"}), 403)
    ok(await manager.patch(at(book), {"name": "Ours"}))
    assert refused(await manager.act(at(book, "publish"), {}), 403)["permission"] == "rule-books:publish"
    partner_id = decode("par", ok(await partner.get("/v1/partners"))["data"][0]["id"])
    async with house.machinery.database.transaction(vendor.id, partner_id) as tx:
        seen = list(await tx.session.scalars(text("select status from rule_books")))
        assert seen == ["published"], "the database shows a partner no draft either"


async def test_a_draft_is_read_as_partners_would_read_it(house: House) -> None:
    _, admin = await house.vendor()
    book = await a_book(admin, name="Rules 2027")
    text = await admin.get(at(book), headers={"Accept": "text/markdown"})
    assert text.text.startswith("# Rules 2027\n")
    assert "not in force yet" in text.text
    assert book["content_hash"] in text.text
    page = await admin.get(at(book), headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")


async def test_a_simulation_finds_what_brute_force_finds(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, small = await a_partner(house, vendor, "Small", size_band="small", tier="silver")
    _, large = await a_partner(house, vendor, "Large", size_band="global", tier="gold")
    for number in range(4):
        await a_submission(small, f"Customer {number} AG")
        await a_submission(large, f"Municipal Works {number} AG")
    await a_submission(large, "Customer 0 AG")
    book = await a_book(admin, parameters={"capacity": 2})
    asked = await admin.post(at(book, "simulations"), {})
    simulation = ok(asked, 202)
    where = asked.headers["location"]
    assert (simulation["status"], simulation["total"], simulation["done"]) == ("queued", 9, 0)
    ok(await admin.patch(at(book), {"parameters": {"capacity": 0}}))
    await house.drain()
    done = ok(await admin.get(where))
    assert (done["status"], done["done"], done["not_judgeable"]) == ("completed", 9, 0)
    flips = ok(await admin.get(where + "/flips"))["data"]
    decisions = ok(await admin.get("/v1/decisions"))["data"]
    expected = {
        one["id"]
        for one in decisions
        if one["staff"]["facts"]["partner"]["open_registrations"] >= 2 and one["outcome"] == "approve"
    }
    assert {flip["decision_id"] for flip in flips} == expected
    assert done["flips"] == len(expected) == 4
    assert done["flip_ratio"] == 4 / 9
    assert done["partners_affected"] == 2
    groups = {(group["by"], group["value"]): (group["judged"], group["flips"]) for group in done["groups"]}
    assert groups[("size", "small")] == (4, 2)
    assert groups[("tier", "gold")] == (5, 2)
    assert groups[("change", "approve to require")] == (9, 4)
    assert done["value"] == [{"currency": "EUR", "amount": "192000.00", "count": 4}]
    assert done["coverage"]["fired"]["capacity"] == 5
    assert "amount_not_comparable" in done["coverage"]["cannot_fire"]
    assert "incomplete" in done["coverage"]["never_fired"]
    assert "incomplete" not in done["coverage"]["cannot_fire"]
    assert ["protected_claim", "clear_path"] in done["coverage"]["never_together"]
    refused(await admin.post(where + "/cancel"), 409, "illegal_move")
    news = ok(await admin.get("/v1/events", params={"type": "simulation.completed"}))["data"]
    assert news[0]["data"]["flips"] == 4


async def test_a_simulation_is_cancelled_and_goes_no_further(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    await a_submission(partner)
    book = await a_book(admin)
    where = (await admin.post(at(book, "simulations"), {})).headers["location"]
    cancelled = ok(await admin.post(where + "/cancel"))
    assert (cancelled["status"], cancelled["allowed_actions"]) == ("cancelled", [])
    await house.drain()
    assert ok(await admin.get(where))["done"] == 0
    listed = ok(await admin.get(at(book, "simulations")))["data"]
    assert [one["status"] for one in listed] == ["cancelled"]


async def test_preflight_says_what_is_decided_afterwards_in_any_world(house: House) -> None:
    vendor, admin = await house.vendor()
    for sku in ("EDR-100", "XDR-200"):
        await a_product(admin, sku)
    makers = [
        {"territories": ["DE"]},
        {"territories": [], "status": "onboarding"},
        {"territories": ["FR", "DE"], "tier": "gold"},
        {"territories": []},
    ]
    partners = [await a_partner(house, vendor, f"Reseller {n}", **fields) for n, fields in enumerate(makers)]
    ok(await admin.act(f"/v1/partners/{partners[2][0]['id']}/suspend", {"reason": "other", "note": "Late."}))
    await a_book_in_force(admin, {"capacity": 6, "minimum_amount": {"amount": "500.00", "currency": "USD"}})
    chance, outcomes = random.Random(20_261_122), set()
    for _ in range(40):
        _, api = partners[chance.choice((0, 0, 0, 3, 3, 3, 1, 2))]
        world = {
            "customer": {"name": f"Customer {chance.randrange(4)} SE", "country": often(chance, "DE", "FR")},
            "products": [{"sku": often(chance, "EDR-100", "XDR-200")}],
            "deal_type": often(chance, "new_business", "expansion"),
            "amount": {"amount": often(chance, "4800.00", "99.00"), "currency": often(chance, "USD", "EUR")},
            "expected_close_on": often(chance, "2027-03-31", None),
        }
        foreseen = ok(await api.post(RULES + "/check", world))
        deal = ok(await api.post("/v1/deal-registrations", {"title": "A deal", **world}), 201)
        ok(await api.act(f"/v1/deal-registrations/{deal['id']}/submit"))
        decided = ok(await api.get(f"/v1/deal-registrations/{deal['id']}/decision"))
        assert (foreseen["outcome"], foreseen["remedies"]) == (decided["outcome"], decided["remedies"]), world
        outcomes.add(decided["outcome"])
    assert outcomes == {"approve", "review", "require", "wait", "reject"}, "every outcome was met"


def often(chance: random.Random, usual: Any, other: Any) -> Any:
    return other if chance.random() < 0.15 else usual


async def a_book_in_force(admin: Api, parameters: dict[str, Any]) -> Any:
    book = await a_book(admin, parameters=parameters)
    return ok(await admin.act(at(book, "publish"), {"reason": "For this test."}))


async def test_a_book_names_only_a_calendar_that_is_there(house: House) -> None:
    _, admin = await house.vendor()
    book = ok(await admin.post("/v1/rule-books", {}), 201)
    path = f"/v1/rule-books/{book['id']}"
    ok(await admin.patch(path, {"parameters": {"review_calendar": "emea"}}))
    told = ok(await admin.post(f"{path}/validate"))
    assert (told["is_valid"], [one["pointer"] for one in told["faults"]]) == (False, ["/parameters/review_calendar"])
    problem = refused(await admin.act(f"{path}/publish", {}), 422, "rule_book_invalid")
    assert "no calendar has the key emea" in problem["detail"]
    hours = [{"day": "monday", "opens": "09:00", "closes": "17:00"}]
    ok(await admin.post("/v1/calendars", {"key": "emea", "name": "EMEA", "time_zone": "UTC", "hours": hours}), 201)
    assert ok(await admin.post(f"{path}/validate"))["is_valid"]
    assert ok(await admin.act(f"{path}/publish", {}))["parameters"]["review_calendar"] == "emea"


async def test_a_simulation_that_keeps_failing_ends_as_failed_and_says_why(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    await a_submission(partner)
    book = ok(await admin.post("/v1/rule-books", {}), 201)
    failing, waiting = [
        ok(await admin.post(f"/v1/rule-books/{book['id']}/simulations", {}), 202)["id"] for _ in range(2)
    ]
    async with house.machinery.database.transaction(vendor.id) as tx:
        broken = "update simulations set content = content - 'rules' where id = :id"
        await tx.session.execute(text(broken), {"id": decode("sim", failing)})
    for _ in range(6):
        await house.drain()
        house.clock.move(minutes=4)
    await house.drain()
    failed = ok(await admin.get(f"/v1/simulations/{failing}"))
    assert (failed["status"], failed["allowed_actions"]) == ("failed", [])
    assert failed["failed_because"].startswith("RuleBookInvalid")
    assert failed["finished_at"]
    done = ok(await admin.get(f"/v1/simulations/{waiting}"))
    assert (done["status"], done["failed_because"]) == ("completed", None)
    news = ok(await admin.get("/v1/events?type=simulation.failed"))["data"]
    assert [(one["subject_id"], one["data"]["reason"]) for one in news] == [(failing, failed["failed_because"])]
    house.clock.move(days=2)
    await house.drain()
    assert ok(await admin.get(f"/v1/simulations/{failing}")) == failed
