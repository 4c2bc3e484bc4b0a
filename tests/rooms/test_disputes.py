"""Appeals and disputes: contested in time, heard from both sides, ruled on by another, told to their sides alone."""

from collections.abc import AsyncIterator
from datetime import datetime

import pytest
from tests.makers import a_book_with, a_draft, a_submission, ok, refused
from tests.provider import Provider, a_provider
from tests.rooms.courts import (
    ALL_SAID,
    DEALS,
    DISPUTES,
    OVERTURN,
    REJECT,
    Office,
    appeal,
    appealed,
    news,
    read,
    review_at,
)
from tests.rooms.desk import REVIEWS, person, trust


@pytest.fixture
async def idp() -> AsyncIterator[Provider]:
    async with a_provider() as found:
        yield found


async def test_who_decided_does_not_rule(office: Office, idp: Provider) -> None:
    issuer = await trust(office.admin, idp)
    (decider, decider_id), (judge, judge_id) = [
        await person(office.house, issuer, idp, name) for name in ("decider", "judge")
    ]
    api = await office.partner("One", territories=["FR"])
    deal = await a_submission(api)
    ok(await decider.act(f"{DEALS}/{deal['id']}/reject", REJECT))
    case = await appealed(api, deal)
    path, review = f"{DISPUTES}/{case['id']}", await review_at(office.admin, case)
    for answer in (
        await decider.act(f"{review}/take"), await office.admin.act(f"{review}/assign", {"member_id": decider_id}),
        await decider.act(f"{path}/decide", OVERTURN),
    ):  # fmt: skip
        assert refused(answer, 409, "reviewer_decided")["reviewer"] == decider_id
    ok(await judge.act(f"{review}/take"))
    assert ok(await office.admin.get(path))["staff"]["review"]["assigned_to"] == judge_id
    refused(await office.judge.act(f"{path}/decide", OVERTURN), 409, "reviewer_differs")
    refused(await api.act(f"{path}/decide", OVERTURN), 403, "forbidden")
    refused(await judge.post(f"{path}/decide", OVERTURN), 428, "precondition_required")
    ok(await api.post(f"{path}/evidence", {"statement": "The order is signed."}))
    refused(await judge.act(f"{path}/decide", OVERTURN, if_match='"v1"'), 412, "stale_version")
    ruled = ok(await judge.act(f"{path}/decide", OVERTURN, if_match=(await judge.get(path)).headers["etag"]))
    assert (ruled["staff"]["decided_by"], ruled["review"]) == (judge_id, None)
    assert ok(await office.admin.get(review))["closed_how"] == "overturned"


async def test_who_decides_by_another_way_while_it_holds_the_case_does_not_rule_either(
    office: Office, idp: Provider
) -> None:
    judge, judge_id = await person(office.house, await trust(office.admin, idp), idp, "judge")
    api = await office.partner("One", territories=["FR"])
    deal = await office.rejected(api)
    case = await appealed(api, deal)
    review = await review_at(office.admin, case)
    ok(await judge.act(f"{review}/take"))
    ok(await api.act(f"{DEALS}/{deal['id']}/submit"))
    ok(await judge.act(f"{DEALS}/{deal['id']}/reject", REJECT))
    problem = refused(await judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN), 409, "reviewer_decided")
    assert problem["reviewer"] == judge_id
    ok(await office.admin.act(f"{review}/assign", {"member_id": None}))
    assert ok(await office.judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN))["effect"] == "approved"
    assert (await read(api, deal))["submitted_at"] == deal["submitted_at"], "the place of the decision it contested"


async def test_the_window_closes(office: Office) -> None:
    api = await office.partner("One", territories=["FR"])
    deal = await office.rejected(api)
    office.house.clock.move(days=30)
    problem = refused(await api.post(DISPUTES, appeal(deal)), 409, "dispute_window_over")
    assert problem["until"].endswith("Z")
    assert datetime.fromisoformat(problem["until"]) <= office.house.clock()


async def test_a_decision_is_contested_once(office: Office) -> None:
    api = await office.partner("One", territories=["FR"])
    deal = await office.rejected(api)
    case = await appealed(api, deal)
    twice = refused(await api.post(DISPUTES, appeal(deal)), 409, "already_contested")
    assert twice["dispute_id"] == case["id"]
    withdrawn = ok(await api.act(f"{DISPUTES}/{case['id']}/withdraw"))
    assert (withdrawn["status"], withdrawn["allowed_actions"]) == ("withdrawn", [])
    again = ok(await api.post(DISPUTES, appeal(deal, deal_registration_id=None, decision_id=deal["decision_id"])), 201)
    upheld = await office.rule(again, {"outcome": "upheld", "reason": "rules_followed", "note": "It is a duplicate."})
    assert upheld["effect"] == "none"
    now = await read(api, deal)
    assert (now["status"], now["decision_id"], now["version"]) == ("rejected", deal["decision_id"], deal["version"])
    assert refused(await api.post(DISPUTES, appeal(deal)), 409, "already_contested")["dispute_id"] == again["id"]


async def test_only_what_stands_can_be_contested(office: Office) -> None:
    one, two = await office.partner("One"), await office.partner("Two")
    held, draft = await a_submission(one), await a_draft(one, "Globex SE")
    for deal in (held, draft):
        assert refused(await one.post(DISPUTES, appeal(deal)), 409, "not_appealable")["status_now"] == deal["status"]
        refused(await one.post(DISPUTES, appeal(deal, kind="dispute")), 409, "nothing_to_dispute")
    refused(await two.post(DISPUTES, appeal(held)), 422, "invalid_request")
    refused(await one.post(DISPUTES, appeal({"id": "deal_01h455vb4pex5vsknk084sn02q"})), 422, "invalid_request")
    unknown = appeal(held, deal_registration_id=None, decision_id="dec_01h455vb4pex5vsknk084sn02q")
    assert refused(await one.post(DISPUTES, unknown), 422)["errors"][0]["pointer"] == "/decision_id"
    refused(await one.post(DISPUTES, appeal(held, decision_id=held["decision_id"])), 422)


async def test_a_claim_is_disputed_without_learning_whose_it_is(office: Office) -> None:
    holder, waiting = await office.partner("Holder"), await office.partner("Waiting")
    held = await a_submission(holder)
    office.house.clock.move(hours=1)
    deal = await a_submission(waiting)
    case = await appealed(waiting, deal, kind="dispute", grounds="first_engagement")
    assert held["id"] not in str(case)
    assert held["partner_id"] not in str(case)
    await office.house.drain()
    for api, own in ((holder, held), (waiting, deal)):
        ids = {one["deal_registration_id"] for one in await news(api, "dispute.*")}
        assert ids == {own["id"]}
    answer = {"statement": "Our pilot runs since March.", "evidence": [{"kind": "email", "statement": "Invitation."}]}
    ok(await holder.post(f"{DISPUTES}/{case['id']}/evidence", answer))
    refused(await holder.act(f"{DISPUTES}/{case['id']}/withdraw"), 403, "not_the_claimant")
    refused(await office.judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN), 409, "sides_not_heard")
    office.house.clock.move(days=7)
    refused(await holder.post(f"{DISPUTES}/{case['id']}/evidence", ALL_SAID), 409, "evidence_closed")
    ok(await office.admin.post(f"{DISPUTES}/{case['id']}/evidence", {"statement": "CRM says otherwise."}))
    for api in (holder, waiting):
        assert "CRM" not in (await api.get(f"{DISPUTES}/{case['id']}")).text
    seen = ok(await office.judge.get(f"{DISPUTES}/{case['id']}"))
    assert [one["side"] for one in seen["evidence"]] == ["respondent", "vendor"]
    ruled = await office.rule(case)
    assert [one["effect"] for one in ruled["staff"]["parties"]] == ["approved", "revoked"]
    await office.house.drain()
    lost, won = await read(holder, held), await read(waiting, deal)
    assert (lost["status"], lost["reasons"], won["status"]) == ("revoked", ["dispute_overturned"], "approved")
    assert ok(await holder.get(f"{DEALS}/{held['id']}/decision"))["outcome"] == "reject"
    # Who lost its claim may appeal in turn; nobody who ruled before may rule on that.
    counter = await appealed(holder, lost)
    refused(await office.judge.act(f"{DISPUTES}/{counter['id']}/decide", OVERTURN), 409, "reviewer_decided")


async def test_a_late_ruling_is_told_and_its_clock_stands_in_the_one_queue(office: Office) -> None:
    api = await office.partner("One", territories=["FR"])
    case = await appealed(api, await office.rejected(api))
    (queued,) = ok(await office.judge.get(REVIEWS, params={"subject_type": "dispute", "expand": "subject"}))["data"]
    assert (queued["subject"]["id"], queued["reasons"], queued["clock"]) == (case["id"], ["facts_wrong"], "wall")
    assert queued["due_at"] == case["review"]["due_at"]
    office.house.clock.move(days=20)
    await office.house.drain()
    assert not ok(await api.get(f"{DISPUTES}/{case['id']}"))["review"]["is_overdue"]
    office.house.clock.move(days=1)
    await office.house.drain()
    late = ok(await api.get(f"{DISPUTES}/{case['id']}"))
    assert (late["status"], late["review"]["is_overdue"]) == ("open", True)
    assert [one["subject_id"] for one in await news(api, "review.overdue")] == [case["id"]]
    ok(await api.act(f"{DISPUTES}/{case['id']}/withdraw"))
    assert ok(await office.judge.get(await review_at(office.admin, case)))["closed_how"] == "withdrawn"


async def test_a_book_may_count_a_ruling_in_business_hours_and_silence_rules_on_nothing(office: Office) -> None:
    hours = {"dispute_ruling_hours": 8, "review_clock": "business", "on_silence": "approve"}
    await a_book_with(office.admin, parameters=hours)
    office.house.clock.move(seconds=1)
    holder, waiting = await office.partner("Holder"), await office.partner("Waiting")
    await a_submission(holder)
    deal = await a_submission(waiting)
    case = await appealed(waiting, deal, kind="dispute", grounds="first_engagement")
    assert case["review"]["on_silence"] == "nothing"
    seen = ok(await office.judge.get(await review_at(office.admin, case)))
    assert (seen["hours"], seen["clock"]) == (8, "business")
    (theirs,) = ok(await holder.get(DISPUTES))["data"]
    assert theirs["review"]["due_at"] == case["review"]["due_at"], "by when a ruling comes concerns each side"
    until = datetime.fromisoformat(case["review"]["due_at"]) - office.house.clock()
    office.house.clock.move(seconds=until.total_seconds() + 60)
    await office.house.drain()
    assert ok(await waiting.get(f"{DISPUTES}/{case['id']}"))["status"] == "open"


async def test_cases_are_listed_to_their_sides_alone(office: Office) -> None:
    one, two = await office.partner("One", territories=["FR"]), await office.partner("Two", territories=["FR"])
    case = await appealed(one, await office.rejected(one))
    await appealed(two, await office.rejected(two, "Globex SE"))
    assert [found["id"] for found in ok(await one.get(DISPUTES))["data"]] == [case["id"]]
    me = ok(await one.get("/v1/me"))
    for query, count in (
        ("", 2), ("?kind=dispute", 0), ("?status=open", 2), (f"?partner_id={me['partner_id']}", 1),
        (f"?deal_registration_id={case['deal_registration_id']}", 1),
    ):  # fmt: skip
        assert len(ok(await office.judge.get(DISPUTES + query))["data"]) == count, query
    refused(await two.get(f"{DISPUTES}/{case['id']}"), 404, "not_found")
    refused(await two.post(f"{DISPUTES}/{case['id']}/evidence", ALL_SAID), 404, "not_found")
    _, other = await office.house.vendor("Another")
    refused(await other.get(f"{DISPUTES}/{case['id']}"), 404, "not_found")
    refused(await one.post(f"{DISPUTES}/{case['id']}/evidence", {}), 422)
    analyst = await office.house.client(office.vendor, "analyst")
    assert ok(await analyst.get(f"{DISPUTES}/{case['id']}"))["allowed_actions"] == []
    refused(await analyst.post(DISPUTES, appeal({"id": case["deal_registration_id"]})), 403, "forbidden")


async def test_a_book_that_names_both_sides_shows_each_what_the_other_says(office: Office) -> None:
    book = ok(await office.admin.post("/v1/rule-books", {}), 201)
    parameters = {"parameters": {"disputants_named": True, "dispute_days": 1}}
    ok(await office.admin.patch(f"/v1/rule-books/{book['id']}", parameters))
    ok(await office.admin.act(f"/v1/rule-books/{book['id']}/publish", {}))
    office.house.clock.move(seconds=1)
    holder, waiting = await office.partner("Holder"), await office.partner("Waiting")
    held = await a_submission(holder)
    deal = await a_submission(waiting)
    case = await appealed(waiting, deal, kind="dispute", grounds="first_engagement")
    ok(await holder.post(f"{DISPUTES}/{case['id']}/evidence", {"statement": "We met them first."}))
    mine, theirs = [ok(await api.get(f"{DISPUTES}/{case['id']}")) for api in (waiting, holder)]
    assert (mine["other_sides"], theirs["other_sides"]) == ([held["partner_id"]], [deal["partner_id"]])
    assert [one["statement"] for one in mine["evidence"]] == ["We met them first."]
    assert theirs["statement"] == "The customer is a new one."
    assert mine["staff"] is None
    ok(await waiting.act(f"{DISPUTES}/{case['id']}/withdraw"))
    office.house.clock.move(days=1)
    refused(await waiting.post(DISPUTES, appeal(deal, kind="dispute")), 409, "dispute_window_over")
