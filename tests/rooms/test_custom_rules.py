"""Custom fields in rules: from the definition to a decision that is explained, tried, and proved for ever."""

import json
from datetime import timedelta
from typing import Any

from tests.makers import Api, House, a_draft, a_lead, a_partner, a_product, a_submission, deal_body, ok, refused
from tests.rooms.test_custom_values import DEALS, define

LARGE = {
    "key": "large", "statement": "Large deals are looked at by a person.", "on": ["deal_registration.submit"],
    "when": "deal.custom.seats > 50", "outcome": "review", "reason": "large_deal", "remedy": "",
}  # fmt: skip


async def draft_with(admin: Api, *rules: dict[str, Any], **more: Any) -> str:
    """A draft of the book in force with further rules, as its path."""
    book = ok(await admin.post("/v1/rule-books", {}), 201)
    path = f"/v1/rule-books/{book['id']}"
    ok(await admin.patch(path, {"rules": [*rules, *book["rules"]], **more}))
    return path


async def published(admin: Api, *rules: dict[str, Any], **more: Any) -> Any:
    path = await draft_with(admin, *rules, **more)
    return ok(await admin.act(f"{path}/publish", {"reason": "A test needs it."}))


async def test_a_vendor_defines_a_field_writes_a_rule_on_it_and_it_decides_explains_and_verifies(house: House) -> None:
    vendor, admin = await house.vendor()
    _, elm = await a_partner(house, vendor, "Elm")
    await a_product(admin)
    field = await define(admin, "deal_registration", "seats")
    before = ok(await admin.get("/v1/rules-of-engagement"))
    case = {"name": "eighty seats", "action": "deal_registration.submit", "outcome": "review",
            "facts": {"deal": {"custom": {"seats": 80}}}, "reasons": ["large_deal", "clear_path"]}  # fmt: skip
    book = await published(admin, LARGE, cases=[case])
    assert book["custom_fields"] == [{"group": "deal", "key": "seats", "type": "integer"}]
    assert ok(await elm.get("/v1/rules-of-engagement"))["custom_fields"] == book["custom_fields"]
    assert before["custom_fields"] == []

    question = {"customer": {"name": "Birch SE", "country": "DE"}, "products": [{"sku": "EDR-100"}]}
    asked = {**question, "amount": {"amount": "1.00", "currency": "EUR"}, "expected_close_on": "2099-01-01"}
    for seats, outcome in ((80, "review"), (50, "approve")):
        checked = ok(await elm.post("/v1/rules-of-engagement/check", {**asked, "custom_fields": {"seats": seats}}))
        assert checked["outcome"] == outcome
    refused(await elm.post("/v1/rules-of-engagement/check", {**asked, "custom_fields": {"seats": "80"}}), 422)

    small = await a_submission(elm, "Small AG", custom_fields={"seats": 50})
    none = await a_submission(elm, "None AG")
    assert (small["status"], none["status"]) == ("approved", "approved"), "without a value it reads as 0"
    deal = await a_submission(elm, "Large AG", custom_fields={"seats": 80})
    assert (deal["status"], deal["reasons"]) == ("in_review", ["large_deal", "clear_path"])
    decision = ok(await elm.get(f"/v1/decisions/{deal['decision_id']}"))
    assert decision["facts"]["deal"]["custom"] == {"seats": 80}
    assert next(one for one in decision["results"] if one["key"] == "large")["matched"]
    verify = f"/v1/decisions/{deal['decision_id']}/verify"
    assert ok(await elm.post(verify))["holds"]

    archive = f"/v1/custom-fields/{field['id']}/archive"
    assert refused(await admin.act(archive), 409, "custom_field_in_use")["needed_by"] == [book["id"]]
    await published_without(admin, "large")
    ok(await admin.act(archive))
    assert ok(await admin.post(verify))["holds"], "the book says what it read, the snapshot what stood there"
    assert ok(await elm.get(f"{DEALS}/{deal['id']}"))["custom_fields"] == {}
    assert "custom" not in ok(await elm.get(f"/v1/decisions/{deal['decision_id']}"))["facts"]["deal"]


async def published_without(admin: Api, key: str) -> Any:
    """The book in force without one of its rules, and without golden cases."""
    book = ok(await admin.post("/v1/rule-books", {}), 201)
    path = f"/v1/rule-books/{book['id']}"
    ok(await admin.patch(path, {"rules": [rule for rule in book["rules"] if rule["key"] != key], "cases": []}))
    return ok(await admin.act(f"{path}/publish", {"reason": "A test needs it."}))


async def test_a_draft_is_held_against_the_fields_in_use_with_line_and_column(house: House) -> None:
    _, admin = await house.vendor()
    field = await define(admin, "deal_registration", "seats")
    await define(admin, "partner", "level", "choice", choices=["one", "two"])
    path = await draft_with(admin, {**LARGE, "when": "deal.custom.seats > 50 &&\n partner.custom.level == 'three'"})
    found = ok(await admin.post(f"{path}/validate"))
    (fault,) = found["faults"]
    assert (fault["line"], fault["column"], fault["pointer"]) == (2, 26, "/rules/0/when")
    assert "there are: one, two" in fault["message"]
    refused(await admin.act(f"{path}/publish", {}), 422, "rule_book_invalid")
    refused(await admin.post(f"{path}/simulations", {}), 422, "rule_book_invalid")
    rules = ok(await admin.get(path))["rules"]
    ok(await admin.patch(path, {"rules": [{**rules[0], "when": "deal.custom.seats > 50"}, *rules[1:]]}))
    assert ok(await admin.post(f"{path}/validate"))["is_valid"]
    markdown = await admin.get(path, headers={"Accept": "text/markdown"})
    assert "deal.custom.seats: a whole number" in markdown.text
    ok(await admin.act(f"/v1/custom-fields/{field['id']}/archive"))
    (fault,) = ok(await admin.post(f"{path}/validate"))["faults"]
    assert fault["message"] == "there are no custom fields of deal"
    refused(await admin.act(f"{path}/publish", {}), 422, "rule_book_invalid")


async def test_fields_of_partners_and_accounts_decide_too_and_hidden_ones_stay_hidden(house: House) -> None:
    vendor, admin = await house.vendor()
    _, elm = await a_partner(house, vendor, "Elm")
    await a_product(admin)
    await define(admin, "partner", "risk", partner_access="none")
    await define(admin, "account", "segment", "choice", choices=["public", "private"])
    await define(admin, "deal_registration", "margin", "number", partner_access="none")
    when = "partner.custom.risk > 3 || account.custom.segment == 'public' || deal.custom.margin > 12.5"
    await published(admin, {**LARGE, "when": when})
    assert (await a_submission(elm, "Plain AG"))["status"] == "approved"
    public = {"name": "Town of Birch", "country": "DE", "custom_fields": {"segment": "public"}}
    town = ok(await elm.post(DEALS, {**deal_body(), "customer": public}), 201)
    assert ok(await elm.act(f"{DEALS}/{town['id']}/submit"))["status"] == "in_review"
    question = {"customer": {**public, "name": "Town of Yew"}, "products": [{"sku": "EDR-100"}]}
    more = {"amount": {"amount": "1.00", "currency": "EUR"}, "expected_close_on": "2099-01-01"}
    assert ok(await elm.post("/v1/rules-of-engagement/check", {**question, **more}))["outcome"] == "review"
    deal = await a_draft(elm, "Rich AG")
    ok(await admin.patch(f"{DEALS}/{deal['id']}", {"custom_fields": {"margin": "12.51"}}))
    rich = ok(await elm.act(f"{DEALS}/{deal['id']}/submit"))
    assert rich["status"] == "in_review"
    seen, whole = [ok(await who.get(f"/v1/decisions/{rich['decision_id']}")) for who in (elm, admin)]
    assert whole["facts"]["deal"]["custom"] == {"margin": "12.51"}
    assert whole["facts"]["partner"]["custom"] == {"risk": None}
    assert "custom" not in json.dumps(seen["facts"])
    assert all("custom" not in json.dumps(one["facts"]) for one in ok(await elm.get("/v1/decisions"))["data"])
    assert ok(await elm.post(f"/v1/decisions/{rich['decision_id']}/verify"))["holds"]


async def test_a_remedy_names_the_value_of_a_field_that_partners_read(house: House) -> None:
    vendor, admin = await house.vendor()
    _, elm = await a_partner(house, vendor, "Elm")
    await a_product(admin)
    await define(admin, "deal_registration", "seat_count")
    await define(admin, "deal_registration", "margin", "number", partner_access="none")
    rule = {**LARGE, "when": "deal.amount_minor > 1", "outcome": "require"}
    told = {**rule, "remedy": "You said {deal.custom.seat_count} seats: show the plan for them."}
    hidden = await draft_with(admin, {**rule, "remedy": "The margin is {deal.custom.margin}."})
    (fault,) = ok(await admin.post(f"{hidden}/validate"))["faults"]
    assert (fault["pointer"], "deal.custom.seat_count" in fault["message"]) == ("/rules/0/remedy", True)
    book = await published(admin, told, cases=[])
    assert [one["key"] for one in book["custom_fields"]] == ["seat_count"], "what only a remedy names is kept, too"
    house.clock.move(seconds=1)
    text = (await elm.get("/v1/rules-of-engagement", headers={"Accept": "text/markdown"})).text
    assert "You said seat count seats: show the plan for them." in text
    deal = await a_submission(elm, "Large AG", custom_fields={"seat_count": 80})
    assert "You said 80 seats: show the plan for them." in deal["remedies"]
    without = await a_submission(elm, "None AG")
    assert "You said none seats: show the plan for them." in without["remedies"]
    for one in (deal, without):
        assert ok(await admin.post(f"/v1/decisions/{one['decision_id']}/verify"))["holds"]


async def test_what_a_published_book_tells_partners_is_not_hidden_from_them(house: House) -> None:
    vendor, admin = await house.vendor()
    _, elm = await a_partner(house, vendor, "Elm")
    await a_product(admin)
    field, other = await define(admin, "deal_registration", "seats"), await define(admin, "partner", "grade")
    rule = {**LARGE, "when": "deal.custom.seats > 50 || partner.custom.grade > 9", "outcome": "require"}
    told = {**rule, "remedy": "You said {deal.custom.seats} seats: show the plan for them."}
    silent = {**rule, "remedy": "Show the plan for all seats."}
    telling = await published(admin, told, cases=[])
    house.clock.move(seconds=1)
    path, hide = f"/v1/custom-fields/{field['id']}", {"partner_access": "none"}
    problem = refused(await admin.patch(path, hide), 409, "custom_field_told")
    assert problem["needed_by"] == [telling["id"]]
    assert ok(await admin.get(path))["partner_access"] == "write", "a refusal changes nothing"
    assert ok(await admin.patch(path, {"partner_access": "read", "label": "Seats in all"}))["label"] == "Seats in all"
    ok(await admin.patch(f"/v1/custom-fields/{other['id']}", hide))  # its rules read it, and tell nobody its value

    book = ok(await admin.post("/v1/rule-books", {}), 201)
    draft = f"/v1/rule-books/{book['id']}"
    ok(await admin.patch(draft, {"rules": [silent, *book["rules"][1:]]}))
    in_a_day = {"reason": "A test needs it.", "effective_from": (house.clock() + timedelta(days=1)).isoformat()}
    ok(await admin.act(f"{draft}/publish", in_a_day))
    refused(await admin.patch(path, hide), 409, "custom_field_told")
    house.clock.move(days=1, seconds=1)
    hash_before = ok(await admin.get("/v1/rules-of-engagement"))["content_hash"]
    ok(await admin.patch(path, hide))
    assert ok(await elm.get("/v1/rules-of-engagement"))["content_hash"] == hash_before
    (fault,) = ok(await admin.post(f"{await draft_with(admin, {**told, 'key': 'again'})}/validate"))["faults"]
    assert fault["pointer"] == "/rules/0/remedy", "what is hidden by now no new book tells"


async def test_a_change_of_a_field_may_be_material(house: House) -> None:
    vendor, admin = await house.vendor()
    _, elm = await a_partner(house, vendor, "Elm")
    await a_product(admin)
    await define(admin, "deal_registration", "seats")
    await define(admin, "deal_registration", "memo", "text")
    path = await draft_with(admin, parameters={"material_fields": ["amount", "custom_fields.seatz"]})
    (fault,) = ok(await admin.post(f"{path}/validate"))["faults"]
    assert fault["field"] == "parameters/material_fields"
    ok(await admin.patch(path, {"parameters": {"material_fields": ["amount", "custom_fields.seats"]}}))
    book = ok(await admin.act(f"{path}/publish", {"reason": "A test needs it."}))
    assert [one["key"] for one in book["custom_fields"]] == ["seats"]
    deal = await a_submission(elm, custom_fields={"seats": 80})
    for values, is_material in (({"memo": "A word."}, False), ({"seats": 90}, True)):
        asked = {"changes": {"custom_fields": values}, "reason": "So it is."}
        amended = ok(await elm.act(f"{DEALS}/{deal['id']}/amendments", asked), 201)
        assert amended["is_material"] is is_material


async def test_a_simulation_judges_what_was_known_of_a_field_and_counts_the_rest_apart(house: House) -> None:
    vendor, admin = await house.vendor()
    _, elm = await a_partner(house, vendor, "Elm")
    await a_product(admin)
    await a_submission(elm, "Early AG")
    await define(admin, "deal_registration", "seats")
    for name, values in (("Large AG", {"seats": 80}), ("None AG", {})):
        await a_submission(elm, name, custom_fields=values)
    path = await draft_with(admin, LARGE)
    started = ok(await admin.post(f"{path}/simulations", {}), 202)
    await house.drain()
    done = ok(await admin.get(f"/v1/simulations/{started['id']}"))
    assert (done["total"], done["not_judgeable"], done["flips"]) == (3, 1, 1)
    assert done["coverage"]["fired"]["large"] == 1


async def test_leads_and_the_vendors_own_opportunities_are_judged_by_fields_too(house: House) -> None:
    vendor, admin = await house.vendor()
    body = {"verticals": ["healthcare"], "skills": ["siem"]}
    elm, _ = await a_partner(house, vendor, "Elm", **body)
    await a_product(admin)
    await define(admin, "partner", "risk", partner_access="none")
    await define(admin, "account", "locked", "boolean", partner_access="none")
    ok(await admin.patch(f"/v1/partners/{elm['id']}", {"custom_fields": {"risk": 9}}))
    rules = [
        {**LARGE, "on": ["lead.pass"], "when": "partner.custom.risk > 3", "outcome": "reject", "remedy": "None."},
        {**LARGE, "key": "locked", "on": ["vendor_opportunity.open"], "when": "account.custom.locked"},
    ]
    await published(admin, *rules)
    lead = await a_lead(admin)
    ranked = ok(await admin.act(f"/v1/leads/{lead['id']}/route", {"dry_run": True}))
    assert [one["reasons"] for one in ranked["not_eligible"]] == [["large_deal", "lead_clear"]]
    account = {"name": "Birch SE", "country": "DE", "custom_fields": {"locked": True}}
    made = ok(await admin.post("/v1/accounts", account), 201)["account"]
    told = {"external_id": {"system": "crm", "id": "1"}, "account_id": made["id"], "title": "New", "stage": "proposal",
            "opened_on": "2026-01-31"}  # fmt: skip
    opened = ok(await admin.post("/v1/vendor-opportunities", told), 201)
    (decision,) = ok(await admin.get(f"/v1/decisions?subject_id={opened['id']}"))["data"]
    assert (decision["outcome"], decision["facts"]["account"]["custom"]) == ("review", {"locked": True})
    assert ok(await admin.post(f"/v1/decisions/{decision['id']}/verify"))["holds"]
