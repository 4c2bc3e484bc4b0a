"""Leads that somebody passes by hand, answers in business hours, and accepted leads that nobody registers."""

from datetime import datetime, timedelta
from typing import Any

from tests.makers import Api, House, a_lead, a_partner, a_product, a_submission, ok, refused

LEADS, OFFERS, POLICIES = "/v1/leads", "/v1/lead-offers", "/v1/routing-policies"
KNOWN = {"reason": "existing_relationship", "note": "They run the customer's SOC."}


async def a_program(house: House, **terms: Any) -> tuple[Any, Api, tuple[Any, Api], tuple[Any, Api]]:
    """A vendor with a policy of these terms, the partner that fits best, and one that fits less."""
    vendor, admin = await house.vendor()
    await a_product(admin)
    if terms:
        await a_policy(admin, **terms)
        house.clock.move(seconds=1)
    best = await a_partner(house, vendor, "Best", verticals=["healthcare"], skills=["siem"])
    less = await a_partner(house, vendor, "Less", country="FR")
    return vendor, admin, best, less


async def a_policy(admin: Api, **terms: Any) -> Any:
    draft = ok(await admin.post(POLICIES, terms), 201)
    return ok(await admin.act(f"{POLICIES}/{draft['id']}/publish"))


async def the_offer(partner: Api) -> Any:
    (found,) = ok(await partner.get(f"{OFFERS}?status=open"))["data"]
    return found


async def types(api: Api, lead: Any) -> list[str]:
    return [one["type"] for one in ok(await api.get(f"/v1/events?subject_id={lead['id']}"))["data"]]


async def test_a_lead_is_passed_by_hand_and_the_ranking_stands_beside_the_choice(house: House) -> None:
    _, admin, (best, one), (less, two) = await a_program(house)
    lead = await a_lead(admin)
    path = f"{LEADS}/{lead['id']}/pass"
    assert "pass" in lead["allowed_actions"]
    body = {**KNOWN, "partner_id": less["id"]}
    refused(await two.act(path, body), 403)
    refused(await admin.post(path, body), 428)
    refused(await admin.act(path, {"partner_id": less["id"], "reason": "other"}), 422)
    unknown = refused(await admin.act(path, {**body, "partner_id": "par_01h455vb4pex5vsknk084sn02q"}), 422)
    assert (unknown["code"], unknown["errors"][0]["pointer"]) == ("no_such_partner", "/partner_id")
    answer = ok(await admin.act(path, body))
    assert (answer["lead_status"], answer["round"]) == ("offered", 1)
    assert [entry["partner_id"] for entry in answer["eligible"]] == [best["id"], less["id"]]
    assert ok(await one.get(OFFERS))["data"] == []
    offer = await the_offer(two)
    assert (offer["points"], offer["staff"]) == (answer["eligible"][1]["points"], None)
    assert offer["criteria"] == answer["eligible"][1]["criteria"]
    staff = ok(await admin.get(f"{OFFERS}/{offer['id']}"))["staff"]
    assert staff == {"round": 1, "lead_routing_id": answer["id"], "is_by_hand": True}
    record = ok(await admin.get(f"/v1/decisions/{offer['decision_id']}"))
    assert (record["action"], record["kind"], record["outcome"]) == ("lead.pass", "human", "approve")
    assert (record["reasons"], record["note"]) == (["existing_relationship"], KNOWN["note"])
    assert record["staff"]["evidence"]["passed_by_hand"] == {"lead_routing_id": answer["id"]}
    assert ok(await admin.post(f"/v1/lead-routings/{answer['id']}/verify"))["holds"]
    refused(await admin.act(path, body), 409, "illegal_move")
    ok(await two.act(f"{OFFERS}/{offer['id']}/decline", {"reason": "no_capacity"}))
    await house.drain()
    next_one = await the_offer(one)
    assert ok(await admin.get(f"{OFFERS}/{next_one['id']}"))["staff"]["is_by_hand"] is False, "the policy goes on"


async def test_the_policy_keeps_nobody_from_a_choice_and_the_rules_do(house: House) -> None:
    _, admin, (_, one), (less, _) = await a_program(house, tiers=["gold"])
    lead = await a_lead(admin)
    tried = ok(await admin.post(f"{LEADS}/{lead['id']}/route", {"dry_run": True}))
    assert {tuple(entry["reasons"]) for entry in tried["not_eligible"]} == {("tier_not_wanted",)}
    ok(await admin.act(f"{LEADS}/{lead['id']}/pass", {**KNOWN, "partner_id": less["id"]}))
    held = await a_submission(one, "Globex SE")
    assert held["status"] == "approved"
    other = await a_lead(admin, "Globex SE", external_id=None)
    problem = refused(
        await admin.act(f"{LEADS}/{other['id']}/pass", {**KNOWN, "partner_id": less["id"]}), 409, "partner_excluded"
    )
    assert problem["reasons"] == ["protected_claim"]
    assert ok(await admin.get(f"{LEADS}/{other['id']}"))["status"] == "new"


async def test_the_time_to_answer_is_counted_in_the_hours_of_the_policys_calendar(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    unknown = refused(await admin.post(POLICIES, {"answer_clock": "business", "answer_calendar": "emea"}), 422)
    assert unknown["code"] == "unknown_answer_calendar"
    refused(await admin.post(POLICIES, {"answer_calendar": "emea"}), 422)
    hours = [{"day": day, "opens": "09:00", "closes": "17:00"} for day in ("monday", "tuesday")]
    calendar = {"key": "emea", "name": "Europe", "time_zone": "UTC", "hours": hours}
    made = ok(await admin.post("/v1/calendars", calendar), 201)
    draft = ok(await admin.post(POLICIES, {}), 201)
    wrong = refused(await admin.patch(f"{POLICIES}/{draft['id']}", {"answer_calendar": "emea"}), 422)
    assert "answer_calendar" in wrong["errors"][0]["detail"]
    terms = {"answer_clock": "business", "answer_calendar": "emea", "answer_hours": 12}
    ok(await admin.patch(f"{POLICIES}/{draft['id']}", terms))
    ok(await admin.act(f"{POLICIES}/{draft['id']}/publish"))
    house.clock.move(seconds=1)
    _, partner = await a_partner(house, vendor, "Best")
    lead = await a_lead(admin)
    ok(await admin.act(f"{LEADS}/{lead['id']}/route", {}))
    offer = await the_offer(partner)
    due = {"hours": 12, "from_at": offer["offered_at"]}
    assert offer["expires_at"] == ok(await admin.get(f"/v1/calendars/{made['id']}/due", params=due))["due_at"]
    assert datetime.fromisoformat(offer["expires_at"]) > house.clock() + timedelta(hours=12)
    until = datetime.fromisoformat(offer["expires_at"]) - house.clock()
    house.clock.move(seconds=until.total_seconds() + 60)
    await house.drain()
    assert ok(await admin.get(f"{OFFERS}/{offer['id']}"))["status"] == "timed_out"


async def test_an_accepted_lead_that_nobody_registers_is_announced_taken_back_and_goes_to_the_next(
    house: House,
) -> None:
    _, admin, (_, one), (_, two) = await a_program(house, register_days=20, register_notice_days=5)
    lead = await a_lead(admin)
    ok(await admin.act(f"{LEADS}/{lead['id']}/route", {}))
    offer = await the_offer(one)
    ok(await one.act(f"{OFFERS}/{offer['id']}/accept"))
    accepted = ok(await one.get(f"{LEADS}/{lead['id']}"))
    by = datetime.fromisoformat(accepted["register_by"])
    assert by - datetime.fromisoformat(accepted["accepted_at"]) == timedelta(days=20)
    house.clock.move(days=15)
    await house.drain()
    assert (await types(one, lead))[-1] == "lead.idle_announced"
    assert ok(await one.get(f"{LEADS}/{lead['id']}"))["status"] == "accepted"
    house.clock.move(days=5)
    body = {"amount": {"amount": "48000.00", "currency": "EUR"}, "expected_close_on": "2099-05-31"}
    # The worker is late, which is nobody's advantage.
    refused(await one.act(f"{LEADS}/{lead['id']}/register", body), 409, "illegal_move")
    await house.drain()
    assert (await types(one, lead))[-1] == "lead.taken_back"
    refused(await one.get(f"{LEADS}/{lead['id']}"), 404)
    gone = ok(await one.get(f"{OFFERS}/{offer['id']}"))
    assert (gone["status"], gone["reason"]) == ("recalled", "not_registered")
    now = ok(await admin.get(f"{LEADS}/{lead['id']}"))
    assert (now["status"], now["partner_id"], now["register_by"]) == ("offered", None, None)
    second = await the_offer(two)
    assert "lead.rerouted" in await types(admin, lead)
    # What it was given and did nothing with counts against the record of the first.
    other = await a_lead(admin, "Globex SE", external_id=None)
    ranking = ok(await admin.post(f"{LEADS}/{other['id']}/route", {"dry_run": True}))
    found = {entry["partner_id"]: entry["criteria"] for entry in ranking["eligible"]}
    performance = next(one for one in found[offer["partner_id"]] if one["name"] == "performance")
    assert performance["found"].startswith("accepted 0/1")
    ok(await two.act(f"{OFFERS}/{second['id']}/accept"))
    house.clock.move(days=16)
    await house.drain()
    ok(await two.act(f"{LEADS}/{lead['id']}/register", body), 201)
    house.clock.move(days=10)
    await house.drain()
    assert ok(await admin.get(f"{LEADS}/{lead['id']}"))["status"] == "converted", "what is registered stays"


async def test_a_lead_is_not_taken_back_without_notice(house: House) -> None:
    _, admin, (_, one), _ = await a_program(house, register_days=20, register_notice_days=5)
    lead = await a_lead(admin)
    ok(await admin.act(f"{LEADS}/{lead['id']}/route", {}))
    ok(await one.act(f"{OFFERS}/{(await the_offer(one))['id']}/accept"))
    house.clock.move(days=30)
    await house.drain()
    assert (await types(one, lead))[-1] == "lead.idle_announced"
    now = ok(await one.get(f"{LEADS}/{lead['id']}"))
    left = datetime.fromisoformat(now["register_by"]) - house.clock()
    assert (now["status"], round(left.total_seconds() / 3600)) == ("accepted", 5 * 24)
    house.clock.move(days=5, seconds=1)
    await house.drain()
    assert (await types(one, lead))[-1] == "lead.taken_back"


async def test_a_lead_accepted_again_has_a_time_of_its_own(house: House) -> None:
    _, admin, (_, one), _ = await a_program(house, register_days=20, register_notice_days=5)
    lead = await a_lead(admin)
    for days in (16, 18):
        ok(await admin.act(f"{LEADS}/{lead['id']}/route", {"ask_again": True}))
        offer = await the_offer(one)
        ok(await one.act(f"{OFFERS}/{offer['id']}/accept"))
        house.clock.move(days=days)
        await house.drain()
        assert (await types(one, lead))[-1] == "lead.idle_announced"
        if days == 16:
            ok(await admin.act(f"{LEADS}/{lead['id']}/recall", {"reason": "facts_changed"}))
    house.clock.move(days=1)
    await house.drain()
    assert ok(await admin.get(f"{LEADS}/{lead['id']}"))["status"] == "accepted"


async def test_terms_of_a_policy_go_together_and_may_be_taken_out_again(house: House) -> None:
    _, admin = await house.vendor()
    refused(await admin.post(POLICIES, {"register_days": 5, "register_notice_days": 5}), 422)
    draft = ok(await admin.post(POLICIES, {"register_days": 30}), 201)
    refused(await admin.patch(f"{POLICIES}/{draft['id']}", {"register_days": 3}), 422)
    assert ok(await admin.patch(f"{POLICIES}/{draft['id']}", {"register_days": None}))["register_days"] is None
