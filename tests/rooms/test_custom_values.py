"""Values of custom fields: in partners, accounts and registrations, for either side."""

import json
from typing import Any

from tests.makers import Api, House, a_draft, a_partner, a_product, a_submission, deal_body, ok, refused

DEALS, PARTNERS, ACCOUNTS = "/v1/deal-registrations", "/v1/partners", "/v1/accounts"
CSV = {"Content-Type": "text/csv"}


async def define(admin: Api, resource: str, key: str, kind: str = "integer", **more: Any) -> Any:
    """A field that partners fill in, unless it says otherwise."""
    body = {"resource": resource, "key": key, "label": key.title(), "type": kind, "partner_access": "write", **more}
    return ok(await admin.post("/v1/custom-fields", body), 201)


def faults(problem: Any) -> list[tuple[str, str]]:
    return [(error["pointer"], error["code"]) for error in problem["errors"]]


async def test_values_are_written_read_changed_and_cleared_on_every_resource(house: House) -> None:
    vendor, admin = await house.vendor()
    partner, elm = await a_partner(house, vendor, "Elm")
    await a_product(admin)
    for resource in ("deal_registration", "partner", "account"):
        await define(admin, resource, "seats")
        await define(admin, resource, "segment", "choice", choices=["public", "private"])
    draft = await a_draft(elm, custom_fields={"seats": 80})
    account = ok(await admin.post(ACCOUNTS, {"name": "Birch", "country": "DE", "custom_fields": {"seats": 80}}), 201)
    ok(await admin.patch(f"{PARTNERS}/{partner['id']}", {"custom_fields": {"seats": 80}}))
    for path in (f"{DEALS}/{draft['id']}", f"{PARTNERS}/{partner['id']}", f"{ACCOUNTS}/{account['account']['id']}"):
        assert ok(await admin.get(path))["custom_fields"] == {"seats": 80}
        both = ok(await admin.patch(path, {"custom_fields": {"segment": "public"}}))
        assert both["custom_fields"] == {"seats": 80, "segment": "public"}
        same = ok(await admin.patch(path, {"custom_fields": {"seats": 80}}))
        assert same["version"] == both["version"], "what is so already changes nothing"
        cleared = ok(await admin.patch(path, {"custom_fields": {"seats": None}}))
        assert cleared["custom_fields"] == {"segment": "public"}
        refused(await admin.patch(path, {"custom_fields": None}), 422)
        found = ok(await admin.get(f"{path.rsplit('/', 1)[0]}?fields=custom_fields"))["data"]
        assert {"segment": "public"} in [one["custom_fields"] for one in found]
    await house.drain()
    told = ok(await admin.get("/v1/events?limit=200"))["data"]
    assert "seats" not in json.dumps([one["data"] for one in told if not one["type"].startswith("custom_field.")])
    assert next(one["data"]["changed"] for one in told if one["type"] == "partner.updated") == ["/custom_fields"]


async def test_what_a_field_does_not_take_is_refused_in_its_place_and_nothing_is_lost(house: House) -> None:
    vendor, admin = await house.vendor()
    _, elm = await a_partner(house, vendor, "Elm")
    await a_product(admin)
    await define(admin, "deal_registration", "seats", maximum="100")
    old = await define(admin, "deal_registration", "old")
    ok(await admin.act(f"/v1/custom-fields/{old['id']}/archive"))
    draft = await a_draft(elm, custom_fields={"seats": 80})
    sent = {"seats": "80", "seatz": 1, "old": 1, "a/b": 1}
    problem = refused(await elm.patch(f"{DEALS}/{draft['id']}", {"custom_fields": sent}), 422, "invalid_request")
    assert faults(problem) == [
        ("/custom_fields/seats", "wrong_type"),
        ("/custom_fields/seatz", "unknown_custom_field"),
        ("/custom_fields/old", "archived_field"),
        ("/custom_fields/a~1b", "unknown_custom_field"),
    ]
    assert "there are: seats" in problem["errors"][1]["detail"]
    problem = refused(await elm.post(DEALS, deal_body(custom_fields={"seats": 101})), 422)
    assert faults(problem) == [("/custom_fields/seats", "out_of_bounds")]
    body = deal_body("Birch SE")
    body["customer"]["custom_fields"] = {"size": 3}
    assert faults(refused(await elm.post(DEALS, body), 422)) == [
        ("/customer/custom_fields/size", "unknown_custom_field")
    ]
    refused(await elm.post(DEALS, deal_body(custom_fields=["seats"])), 422)
    assert ok(await elm.get(f"{DEALS}/{draft['id']}"))["custom_fields"] == {"seats": 80}


async def test_partners_write_what_they_may_read_what_is_shown_and_know_nothing_of_the_rest(house: House) -> None:
    vendor, admin = await house.vendor()
    partner, elm = await a_partner(house, vendor, "Elm")
    await a_product(admin)
    for resource in ("deal_registration", "partner", "account"):
        await define(admin, resource, "seats")
        await define(admin, resource, "grade", partner_access="read")
        await define(admin, resource, "risk", partner_access="none")
    draft = await a_draft(elm)
    values = {"seats": 1, "grade": 2, "risk": 3}
    account = f"{ACCOUNTS}/{draft['account_id']}"
    for path in (f"{DEALS}/{draft['id']}", f"{PARTNERS}/{partner['id']}", account):
        assert ok(await admin.patch(path, {"custom_fields": values}))["custom_fields"] == values
        assert ok(await elm.get(path))["custom_fields"] == {"seats": 1, "grade": 2}
    for path in (f"{DEALS}/{draft['id']}", f"{PARTNERS}/{partner['id']}"):
        assert ok(await elm.patch(path, {"custom_fields": {"seats": 9}}))["custom_fields"] == {"seats": 9, "grade": 2}
        problem = refused(await elm.patch(path, {"custom_fields": {"grade": 9}}), 403, "custom_field_not_writable")
        assert faults(problem) == [("/custom_fields/grade", "custom_field_not_writable")]
        problem = refused(await elm.patch(path, {"custom_fields": {"risk": 9}}), 422)
        assert faults(problem) == [("/custom_fields/risk", "unknown_custom_field")]
        assert "risk" not in problem["errors"][0]["detail"]
        assert ok(await admin.get(path))["custom_fields"] == {"seats": 9, "grade": 2, "risk": 3}
    expanded = ok(await elm.get(f"{DEALS}/{draft['id']}?expand=partner,account"))
    assert "risk" not in json.dumps(expanded)
    _, yew = await a_partner(house, vendor, "Yew")
    theirs = await a_draft(yew)
    assert theirs["account_id"] == draft["account_id"]
    assert ok(await yew.get(account))["custom_fields"] == {}, "who did not bring the customer reads its name"


async def test_a_required_field_is_missing_until_it_is_filled_in_and_the_rules_say_so(house: House) -> None:
    vendor, admin = await house.vendor()
    _, elm = await a_partner(house, vendor, "Elm")
    await a_product(admin)
    await define(admin, "deal_registration", "seats", required=True)
    draft = await a_draft(elm, amount=None)
    assert draft["missing"] == ["amount", "custom_fields.seats"]
    checked = ok(await elm.post("/v1/rules-of-engagement/check", {"customer": {"name": "Fir AG", "country": "DE"}}))
    assert checked["missing"][-1] == "custom_fields.seats"
    whole = {"amount": {"amount": "48000.00", "currency": "EUR"}}
    ok(await elm.patch(f"{DEALS}/{draft['id']}", whole))
    returned = ok(await elm.act(f"{DEALS}/{draft['id']}/submit"))
    assert (returned["status"], returned["missing"]) == ("action_required", ["custom_fields.seats"])
    assert "custom_fields.seats" in " ".join(returned["remedies"])
    ok(await elm.patch(f"{DEALS}/{draft['id']}", {"custom_fields": {"seats": 80}}))
    assert ok(await elm.act(f"{DEALS}/{draft['id']}/submit"))["status"] == "approved"
    await define(admin, "deal_registration", "later", required=True)
    assert ok(await elm.get(f"{DEALS}/{draft['id']}"))["missing"] == [], "what was submitted lacks nothing new"


async def test_a_required_field_of_partners_is_needed_from_the_first_day_and_never_cleared(house: House) -> None:
    _, admin = await house.vendor()
    early = ok(await admin.post(PARTNERS, {"display_name": "Elm", "country": "DE"}), 201)
    await define(admin, "partner", "score", required=True)
    body = {"display_name": "Yew", "country": "DE"}
    assert faults(refused(await admin.post(PARTNERS, body), 422)) == [("/custom_fields/score", "required")]
    made = ok(await admin.post(PARTNERS, {**body, "custom_fields": {"score": 7}}), 201)
    clear = {"custom_fields": {"score": None}}
    assert faults(refused(await admin.patch(f"{PARTNERS}/{made['id']}", clear), 422))[0][1] == "required"
    assert ok(await admin.patch(f"{PARTNERS}/{early['id']}", {"tier": "gold"}))["custom_fields"] == {}


async def test_after_submission_what_partners_write_is_amended_and_the_rest_is_kept_at_any_time(house: House) -> None:
    vendor, admin = await house.vendor()
    _, elm = await a_partner(house, vendor, "Elm")
    await a_product(admin)
    await define(admin, "deal_registration", "seats")
    await define(admin, "deal_registration", "risk", partner_access="none")
    deal = await a_submission(elm, custom_fields={"seats": 80})
    path = f"{DEALS}/{deal['id']}"
    refused(await elm.patch(path, {"custom_fields": {"seats": 90}}), 409, "not_editable")
    refused(await admin.patch(path, {"custom_fields": {"seats": 90, "risk": 1}}), 409, "not_editable")
    assert ok(await admin.patch(path, {"custom_fields": {"risk": 1}}))["custom_fields"] == {"seats": 80, "risk": 1}
    asked = {"changes": {"custom_fields": {"seats": 90}}, "reason": "They hired."}
    amended = ok(await elm.act(f"{path}/amendments", asked), 201)
    assert amended["changes"] == [{"path": "/custom_fields/seats", "before": 80, "after": 90}]
    assert amended["status"] == "applied"
    assert ok(await elm.get(path))["custom_fields"] == {"seats": 90}
    assert ok(await admin.get(path))["custom_fields"] == {"seats": 90, "risk": 1}
    facts = ok(await admin.get(f"/v1/decisions/{amended['decision_id']}"))["facts"]
    assert facts["request"]["fields"] == ["custom_fields.seats"]
    asked["changes"] = {"custom_fields": {"risk": 2}}
    problem = refused(await admin.act(f"{path}/amendments", asked), 422)
    assert faults(problem) == [("/changes/custom_fields/risk", "kept_by_vendor")]


async def test_a_field_may_go_while_its_amendment_is_undecided(house: House) -> None:
    vendor, admin = await house.vendor()
    _, elm = await a_partner(house, vendor, "Elm")
    await a_product(admin)
    field = await define(admin, "deal_registration", "seats")
    deal = await a_submission(elm, custom_fields={"seats": 80})
    asked = {"changes": {"country": "AT", "custom_fields": {"seats": 90}}, "reason": "They hired."}
    amendment = ok(await elm.act(f"{DEALS}/{deal['id']}/amendments", asked), 201)
    assert amendment["status"] == "in_review"
    ok(await admin.act(f"/v1/custom-fields/{field['id']}/archive"))
    ok(await admin.act(f"/v1/amendments/{amendment['id']}/accept", {"reason": "meets_policy"}))
    ok(await admin.act(f"/v1/custom-fields/{field['id']}/restore"))
    assert ok(await elm.get(f"{DEALS}/{deal['id']}"))["custom_fields"] == {"seats": 90}


async def test_a_partner_reads_no_change_of_a_field_that_was_hidden_later(house: House) -> None:
    vendor, admin = await house.vendor()
    _, elm = await a_partner(house, vendor, "Elm")
    await a_product(admin)
    field = await define(admin, "deal_registration", "seats")
    deal = await a_submission(elm, custom_fields={"seats": 80})
    asked = {"changes": {"country": "AT", "custom_fields": {"seats": 90}}, "reason": "They hired."}
    amendment = ok(await elm.act(f"{DEALS}/{deal['id']}/amendments", asked), 201)
    both = [one["path"] for one in amendment["changes"]]
    assert both == ["/country", "/custom_fields/seats"]
    ok(await admin.patch(f"/v1/custom-fields/{field['id']}", {"partner_access": "none"}))
    (listed,) = ok(await elm.get("/v1/amendments"))["data"]
    for seen in (listed, ok(await elm.get(f"/v1/amendments/{amendment['id']}"))):
        assert seen["changes"] == [{"path": "/country", "before": "DE", "after": "AT"}]
    assert [one["path"] for one in ok(await admin.get(f"/v1/amendments/{amendment['id']}"))["changes"]] == both
    facts = ok(await elm.get(f"/v1/decisions/{amendment['decision_id']}"))["facts"]
    assert (facts["request"]["fields"], "custom" in facts["deal"] and facts["deal"]["custom"]) == (["country"], False)
    whole = ok(await admin.get(f"/v1/decisions/{amendment['decision_id']}"))["facts"]
    assert whole["request"]["fields"] == ["country", "custom_fields.seats"]
    assert "seats" not in (await elm.get(f"{DEALS}/{deal['id']}")).text


async def test_imports_and_bulk_requests_bring_values_and_tell_what_is_wrong_with_them(house: House) -> None:
    _, admin = await house.vendor()
    for resource in ("partner", "account"):
        await define(admin, resource, "seats")
    rows = (
        "external_id,display_name,country,custom_fields",
        'P-1,Elm,DE,"{""seats"": 80}"',
        'P-2,Yew,DE,"{""seats"": 8.5}"',
    )
    lines = "\n".join(rows)
    job = ok(await admin.post("/v1/imports?kind=partners", content=lines.encode(), headers=CSV), 202)
    await house.drain()
    done = ok(await admin.get(f"/v1/imports/{job['id']}"))
    assert (done["created"], done["failed"]) == (1, 1)
    problems = ok(await admin.get(f"/v1/imports/{job['id']}/problems"))["data"]
    assert "/custom_fields/seats" in json.dumps(problems)
    assert [one["custom_fields"] for one in ok(await admin.get(PARTNERS))["data"]] == [{"seats": 80}]
    item = {"name": "Birch SE", "country": "DE", "staff": {"external_ids": [{"system": "crm", "id": "B"}]}}
    items = [{**item, "custom_fields": {"seats": 80}}]
    for wanted in ("created", "unchanged"):
        body = {"items": items, "if_known": "update"}
        assert [one["outcome"] for one in ok(await admin.post(f"{ACCOUNTS}/bulk", body))["results"]] == [wanted]


async def test_merged_records_carry_the_values_of_both_and_parted_ones_give_them_back(house: House) -> None:
    _, admin = await house.vendor()
    for resource in ("partner", "account"):
        await define(admin, resource, "seats")
        await define(admin, resource, "floor")
    pairs = {}
    for path in (PARTNERS, ACCOUNTS):
        ids = []
        for name, values in (("Elm Holding", {"seats": 1, "floor": 2}), ("Quercus Works", {"seats": 9})):
            named = {"display_name" if path == PARTNERS else "name": name, "country": "DE", "custom_fields": values}
            made = ok(await admin.post(path, named), 201)
            ids.append(made.get("id") or made["account"]["id"])
        pairs[path] = ids
        body = {"into_id": ids[1], "reason": "duplicate"}
        ok(await admin.act(f"{path}/{ids[0]}/merge", body))
        assert ok(await admin.get(f"{path}/{ids[1]}"))["custom_fields"] == {"seats": 9, "floor": 2}
    source, target = pairs[ACCOUNTS]
    ok(await admin.act(f"{ACCOUNTS}/{target}/split", {"restore_id": source, "reason": "mistaken_merge"}))
    assert ok(await admin.get(f"{ACCOUNTS}/{target}"))["custom_fields"] == {"seats": 9}
    assert ok(await admin.get(f"{ACCOUNTS}/{source}"))["custom_fields"] == {"seats": 1, "floor": 2}


async def test_an_archived_field_is_neither_shown_nor_taken_and_comes_back_with_its_values(house: House) -> None:
    _, admin = await house.vendor()
    field = await define(admin, "partner", "seats", required=True)
    body = {"display_name": "Elm", "country": "DE", "custom_fields": {"seats": 80}}
    path = f"{PARTNERS}/{ok(await admin.post(PARTNERS, body), 201)['id']}"
    ok(await admin.act(f"/v1/custom-fields/{field['id']}/archive"))
    assert ok(await admin.get(path))["custom_fields"] == {}
    refused(await admin.patch(path, {"custom_fields": {"seats": 1}}), 422)
    ok(await admin.post(PARTNERS, {"display_name": "Yew", "country": "DE"}), 201)
    ok(await admin.act(f"/v1/custom-fields/{field['id']}/restore"))
    assert ok(await admin.get(path))["custom_fields"] == {"seats": 80}


async def test_the_values_of_one_record_have_a_size(house: House) -> None:
    _, admin = await house.vendor()
    for number in range(25):
        await define(admin, "partner", f"text_{number}", "text")
    values = {f"text_{number}": "x" * 900 for number in range(25)}
    body = {"display_name": "Elm", "country": "DE", "custom_fields": values}
    assert faults(refused(await admin.post(PARTNERS, body), 422)) == [("/custom_fields", "values_too_long")]
