"""Appeals against refused time and refused amendments: what was refused is given, and nothing taken from anybody."""

from datetime import datetime, timedelta
from typing import Any

from tests.makers import a_book_with, a_product, a_submission, ok, refused
from tests.rooms.courts import DEALS, DISPUTES, OVERTURN, Office, news, read

MORE = {"days": 30, "reason": "procurement", "evidence": [{"kind": "email", "statement": "Purchasing signs in June."}]}
LARGER = {"changes": {"amount": {"amount": "96000.00", "currency": "EUR"}}, "reason": "A second site joins."}
NO = {"reason": "other", "remedy": "Ask again."}
SAID = {"kind": "appeal", "grounds": "facts_wrong", "statement": "The pilot has begun."}


async def a_refusal(office: Office, api: Any, *, days: int = 70) -> tuple[Any, Any]:
    """A protected registration and its request for more time, which the admin has refused."""
    deal = await a_submission(api)
    assert deal["status"] == "approved"
    office.house.clock.move(days=days)
    await office.house.drain()
    asked = ok(await api.post(f"{DEALS}/{deal['id']}/extension-requests", MORE), 201)
    assert asked["status"] == "in_review"
    no = {"reason": "no_progress", "remedy": "Begin the pilot."}
    return deal, ok(await office.admin.act(f"/v1/extension-requests/{asked['id']}/reject", no))


async def test_refused_time_is_given_while_the_protection_runs(office: Office) -> None:
    api = await office.partner("One")
    deal, asked = await a_refusal(office, api)
    case = ok(await api.post(DISPUTES, {**SAID, "extension_request_id": asked["id"]}), 201)
    assert (case["extension_request_id"], case["deal_registration_id"]) == (asked["id"], deal["id"])
    assert (case["status"], case["review"]["status"]) == ("open", "open")
    twice = {**SAID, "decision_id": asked["decision_id"]}
    assert refused(await api.post(DISPUTES, twice), 409, "already_contested")["dispute_id"] == case["id"]
    refused(await office.admin.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN), 409, "reviewer_decided")
    assert (await office.rule(case))["effect"] == "extended"
    now = ok(await api.get(f"/v1/extension-requests/{asked['id']}"))
    assert (now["status"], now["granted_days"], now["reasons"]) == ("approved", 30, ["appeal_overturned"])
    after = await read(api, deal)
    ends = datetime.fromisoformat(deal["protection"]["ends_at"]) + timedelta(days=30)
    assert datetime.fromisoformat(after["protection"]["ends_at"]) == ends
    assert after["protection"]["extensions"] == 1
    record = ok(await office.admin.get(f"/v1/decisions/{now['decision_id']}"))
    assert (record["action"], record["supersedes_id"]) == ("deal_registration.extend", asked["decision_id"])
    assert record["staff"]["evidence"]["case"] == case["id"]
    await office.house.drain()
    assert [one["effect"] for one in await news(api, "dispute.decided")] == ["extended"]


async def test_a_protection_that_ended_meanwhile_runs_again_until_the_refused_days_would_have_ended(
    office: Office,
) -> None:
    api = await office.partner("One")
    deal, asked = await a_refusal(office, api)
    case = ok(await api.post(DISPUTES, {**SAID, "extension_request_id": asked["id"]}), 201)
    office.house.clock.move(days=25)
    await office.house.drain()
    assert (await read(api, deal))["status"] == "expired"
    assert (await office.rule(case))["effect"] == "extended"
    after = await read(api, deal)
    assert after["status"] == "approved"
    ends = datetime.fromisoformat(asked["protected_until"]) + timedelta(days=30)
    assert datetime.fromisoformat(after["protection"]["ends_at"]) == ends
    other = await office.partner("Two")
    assert (await a_submission(other))["status"] == "waiting", "the claim is exclusive again"
    office.house.clock.move(days=30)
    await office.house.drain()
    assert (await read(api, deal))["status"] == "expired"


async def test_nothing_is_taken_from_whoever_came_since_and_nothing_given_that_is_over(office: Office) -> None:
    api, other = await office.partner("One"), await office.partner("Two")
    deal, asked = await a_refusal(office, api)
    case = ok(await api.post(DISPUTES, {**SAID, "decision_id": asked["decision_id"]}), 201)
    office.house.clock.move(days=25)
    await office.house.drain()
    held = await a_submission(other)
    assert held["status"] == "approved"
    await office.house.drain()
    refused(await other.get(f"{DISPUTES}/{case['id']}"), 404)
    assert (await office.rule(case))["effect"] == "none"
    assert ((await read(api, deal))["status"], (await read(other, held))["status"]) == ("expired", "approved")
    assert ok(await api.get(f"/v1/extension-requests/{asked['id']}"))["status"] == "rejected"


async def test_a_request_that_nobody_answered_is_appealed_as_if_it_were_refused(office: Office) -> None:
    await a_book_with(office.admin, parameters={"extension_grace_days": 0, "dispute_days": 14})
    office.house.clock.move(seconds=1)
    api = await office.partner("One")
    deal = await a_submission(api)
    office.house.clock.move(days=70)
    asked = ok(await api.post(f"{DEALS}/{deal['id']}/extension-requests", MORE), 201)
    said = {**SAID, "extension_request_id": asked["id"]}
    refused(await api.post(DISPUTES, said), 409, "not_appealable")
    office.house.clock.move(days=20)
    await office.house.drain()
    lapsed = ok(await api.get(f"/v1/extension-requests/{asked['id']}"))
    assert (lapsed["status"], lapsed["reasons"]) == ("lapsed", ["unanswered"])
    assert "appeal" in lapsed["remedies"][0]
    office.house.clock.move(days=13)
    case = ok(await api.post(DISPUTES, said), 201)
    assert (await office.rule(case))["effect"] == "extended"
    after = await read(api, deal)
    ends = datetime.fromisoformat(asked["protected_until"]) + timedelta(days=30)
    assert (after["status"], datetime.fromisoformat(after["protection"]["ends_at"])) == ("approved", ends)
    assert ok(await api.get(f"/v1/extension-requests/{asked['id']}"))["status"] == "approved"


async def test_an_amendment_that_nobody_answered_is_appealed_and_applies_where_the_protection_runs_again(
    office: Office,
) -> None:
    await a_book_with(office.admin, parameters={"extension_grace_days": 0, "dispute_days": 14})
    office.house.clock.move(seconds=1)
    api = await office.partner("One")
    deal = await a_submission(api)
    office.house.clock.move(days=70)
    asked = ok(await api.post(f"{DEALS}/{deal['id']}/extension-requests", MORE), 201)
    made = ok(await api.act(f"{DEALS}/{deal['id']}/amendments", LARGER), 201)
    refused(await api.post(DISPUTES, {**SAID, "amendment_id": made["id"]}), 409, "not_appealable")
    office.house.clock.move(days=20)
    await office.house.drain()
    lapsed = ok(await api.get(f"/v1/amendments/{made['id']}"))
    assert (lapsed["status"], lapsed["reasons"]) == ("lapsed", ["unanswered"])
    assert "appeal" in lapsed["remedies"][0]
    office.house.clock.move(days=13)
    change = ok(await api.post(DISPUTES, {**SAID, "decision_id": made["decision_id"]}), 201)
    assert change["amendment_id"] == made["id"]
    time = ok(await api.post(DISPUTES, {**SAID, "extension_request_id": asked["id"]}), 201)
    assert (await office.rule(time))["effect"] == "extended"
    second = await office.house.client(office.vendor, "manager")  # who ruled on the time has decided in the matter
    assert ok(await second.act(f"{DISPUTES}/{change['id']}/decide", OVERTURN))["effect"] == "amended"
    after = await read(api, deal)
    assert (after["status"], after["amount"]["amount"]) == ("approved", "96000.00")
    now = ok(await api.get(f"/v1/amendments/{made['id']}"))
    assert (now["status"], now["reasons"]) == ("applied", ["appeal_overturned"])


async def test_an_unanswered_amendment_changes_nothing_that_is_over_and_one_that_ended_otherwise_is_not_appealed(
    office: Office,
) -> None:
    api = await office.partner("One")
    over, given_up = await a_submission(api), await a_submission(api, "Globex SE")
    made = [ok(await api.act(f"{DEALS}/{deal['id']}/amendments", LARGER), 201) for deal in (over, given_up)]
    ok(await api.act(f"{DEALS}/{given_up['id']}/release"))
    office.house.clock.move(days=91)
    await office.house.drain()
    seen = [ok(await api.get(f"/v1/amendments/{one['id']}")) for one in made]
    assert [one["status"] for one in seen] == ["lapsed", "lapsed"]
    assert [one["reasons"] == ["unanswered"] for one in seen] == [True, False]
    problem = refused(await api.post(DISPUTES, {**SAID, "amendment_id": made[1]["id"]}), 409, "not_appealable")
    assert problem["status_now"] == "lapsed"
    case = ok(await api.post(DISPUTES, {**SAID, "amendment_id": made[0]["id"]}), 201)
    assert (await office.rule(case))["effect"] == "none"
    assert (await read(api, over))["status"] == "expired"
    assert ok(await api.get(f"/v1/amendments/{made[0]['id']}"))["status"] == "lapsed"
    office.house.clock.move(days=40)
    late = {**SAID, "kind": "dispute", "amendment_id": made[0]["id"]}
    refused(await api.post(DISPUTES, late), 409, "nothing_to_dispute")


async def test_only_a_refused_request_is_appealed_and_only_in_time(office: Office) -> None:
    api, two = await office.partner("One"), await office.partner("Two")
    _, asked = await a_refusal(office, api, days=89)
    said = {**SAID, "extension_request_id": asked["id"]}
    refused(await api.post(DISPUTES, {**said, "kind": "dispute"}), 409, "nothing_to_dispute")
    refused(await api.post(DISPUTES, {**said, "decision_id": asked["decision_id"]}), 422)
    theirs = refused(await two.post(DISPUTES, said), 422)
    assert [fault["pointer"] for fault in theirs["errors"]] == ["/extension_request_id"]
    office.house.clock.move(days=30)
    await office.house.drain()
    refused(await api.post(DISPUTES, said), 409, "dispute_window_over")
    office.house.clock.move(days=1)
    deal = await a_submission(api, "Globex SE")
    made = ok(await api.act(f"{DEALS}/{deal['id']}/amendments", LARGER), 201)
    refused(await api.post(DISPUTES, {**SAID, "amendment_id": made["id"]}), 409, "not_appealable")
    ok(await office.admin.act(f"/v1/amendments/{made['id']}/refuse", NO))
    ok(await api.act(f"{DEALS}/{deal['id']}/release"))
    late = refused(await api.post(DISPUTES, {**SAID, "amendment_id": made["id"]}), 409, "not_appealable")
    assert late["status_now"] == "released"


async def test_a_refused_amendment_applies_as_of_the_ruling(office: Office) -> None:
    api = await office.partner("One")
    deal = await a_submission(api)
    made = ok(await api.act(f"{DEALS}/{deal['id']}/amendments", LARGER), 201)
    made = ok(await office.admin.act(f"/v1/amendments/{made['id']}/refuse", NO))
    case = ok(await api.post(DISPUTES, {**SAID, "amendment_id": made["id"]}), 201)
    ruled = await office.rule(case)
    assert (ruled["effect"], ruled["amendment_id"]) == ("amended", made["id"])
    now = ok(await api.get(f"/v1/amendments/{made['id']}"))
    assert (now["status"], now["reasons"]) == ("applied", ["appeal_overturned"])
    after = await read(api, deal)
    assert (after["amount"]["amount"], after["status"]) == ("96000.00", "approved")
    assert after["reasons"] == ["appeal_overturned"], "a material change has it judged again"
    assert after["protection"]["ends_at"] == deal["protection"]["ends_at"]


async def test_a_stale_amendment_and_a_product_that_another_holds_are_not_given_by_a_ruling(office: Office) -> None:
    await a_book_with(office.admin, parameters={"material_fields": ["amount", "products"]})
    office.house.clock.move(seconds=1)
    await a_product(office.admin, "XDR-200")
    api, two = await office.partner("One"), await office.partner("Two")
    deal = await a_submission(api)
    both = {"changes": {"products": [{"sku": "EDR-100"}, {"sku": "XDR-200"}]}, "reason": "They want both."}
    made = ok(await api.act(f"{DEALS}/{deal['id']}/amendments", both), 201)
    ok(await office.admin.act(f"/v1/amendments/{made['id']}/refuse", NO))
    case = ok(await api.post(DISPUTES, {**SAID, "amendment_id": made["id"]}), 201)
    held = await a_submission(two, products=[{"sku": "XDR-200"}])
    assert held["status"] == "approved"
    refused(await office.judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN), 409, "claim_held")
    assert (await read(two, held))["status"] == "approved"
    ok(await two.act(f"{DEALS}/{held['id']}/release"))
    quantities = {"changes": {"products": [{"sku": "EDR-100", "quantity": 7}]}, "reason": "More of one."}
    other = ok(await api.act(f"{DEALS}/{deal['id']}/amendments", quantities), 201)
    ok(await office.admin.act(f"/v1/amendments/{other['id']}/accept", {"reason": "meets_policy"}))
    refused(await office.judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN), 409, "amendment_stale")
    upheld = {"outcome": "upheld", "reason": "other", "note": "It has changed: propose it anew."}
    assert (await office.rule(case, upheld))["effect"] == "none"
