"""Reviews: the queue of the desk, clocks that are told and kept, holds, escalation, and what silence means."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.makers import Api, House, a_partner, ok, refused
from tests.provider import Provider, a_provider
from tests.rooms.desk import DEALS, REVIEWS, a_desk, in_review, pass_hours, person, publish, review_of, trust

VERDICT = {"reason": "not_qualified", "remedy": "Ask again."}


@pytest.fixture
async def idp() -> AsyncIterator[Provider]:
    async with a_provider() as found:
        yield found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def news_of(api: Api, review: Any) -> list[Any]:
    events: list[Any] = ok(await api.get(f"/v1/events?subject_id={review['id']}&limit=200"))["data"]
    return events


async def types_of(api: Api, review: Any) -> list[str]:
    return [one["type"].removeprefix("review.") for one in await news_of(api, review)]


async def test_a_partner_reads_when_its_answer_is_due_and_never_who_decides(house: House) -> None:
    _, admin, partner = await a_desk(house)
    deal = await in_review(partner)
    brief = deal["review"]
    assert {name: brief[name] for name in ("status", "on_silence", "is_overdue", "hold_reason", "hold_until")} == {
        "status": "open", "on_silence": "nothing", "is_overdue": False, "hold_reason": None, "hold_until": None,
    }  # fmt: skip
    assert at(brief["due_at"]) - at(deal["submitted_at"]) == timedelta(hours=10)
    assert deal["staff"] is None
    refused(await partner.get(REVIEWS), 403)
    review = await review_of(admin, deal)
    assert (review["status"], review["reasons"], review["hours"], review["clock"]) == (
        "open", ["looked_at"], 10, "wall",
    )  # fmt: skip
    assert review["decision"]["outcome"] == "review"
    assert review["decision"]["staff"]["evidence"].keys() >= {"claims", "possible_customers"}
    staff = ok(await admin.get(f"{DEALS}/{deal['id']}"))["staff"]["review"]
    assert staff == {"id": review["id"], "assigned_to": None, "approvals_needed": 1, "approvals_given": 0}
    ok(await admin.act(f"{DEALS}/{deal['id']}/reject", VERDICT))
    await house.drain()
    assert ok(await partner.get(f"{DEALS}/{deal['id']}"))["review"] is None
    closed = await review_of(admin, deal)
    assert (closed["status"], closed["closed_how"], closed["allowed_actions"]) == ("closed", "rejected", [])
    assert [step["type"] for step in closed["history"]] == ["review.opened", "review.closed"]
    assert await types_of(partner, review) == ["opened", "closed"]
    seen = str(ok(await partner.get("/v1/events?limit=200")))
    assert admin.client is not None
    assert admin.client.client_id not in seen


async def test_business_hours_are_those_of_the_calendar_that_the_book_names(house: House) -> None:
    _, admin, partner = await a_desk(house)
    hours = [{"day": day, "opens": "10:00", "closes": "12:00"} for day in ("monday", "wednesday")]
    calendar = {"key": "slow", "name": "Slow", "time_zone": "Europe/Berlin", "hours": hours}
    made = ok(await admin.post("/v1/calendars", calendar), 201)
    overrides = [{"hours": 3, "tier": "gold"}]
    await publish(admin, review_clock="business", review_calendar="slow", review_overrides=overrides)
    deal = await in_review(partner)
    asked = {"hours": 10, "from_at": deal["submitted_at"]}
    due = ok(await admin.get(f"/v1/calendars/{made['id']}/due", params=asked))["due_at"]
    assert deal["review"]["due_at"] == due
    review = await review_of(admin, deal)
    assert (review["calendar_id"], review["clock"]) == (made["id"], "business")
    partner_id = deal["partner_id"]
    ok(await admin.patch(f"/v1/partners/{partner_id}", {"tier": "gold"}))
    assert (await review_of(admin, await in_review(partner, "Gold SE")))["hours"] == 3


async def test_a_changed_calendar_moves_a_clock_only_when_it_is_asked_to(house: House) -> None:
    _, admin, partner = await a_desk(house)
    every = [{"day": day, "opens": "00:00", "closes": "24:00"} for day in
             ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")]  # fmt: skip
    body = {"key": "all", "name": "All", "time_zone": "UTC", "hours": every}
    made = ok(await admin.post("/v1/calendars", body), 201)
    await publish(admin, review_clock="business", review_calendar="all")
    deal = await in_review(partner)
    told = deal["review"]["due_at"]
    path = f"/v1/calendars/{made['id']}"
    narrow = {"hours": [{**one, "closes": "01:00"} for one in every]}
    ok(await admin.patch(path, narrow))
    await house.drain()
    assert ok(await partner.get(f"{DEALS}/{deal['id']}"))["review"]["due_at"] == told
    later = await in_review(partner, "Later SE")
    assert at(later["review"]["due_at"]) - at(told) > timedelta(days=5)
    ok(await admin.patch(path, {"moves_clocks": True}))
    await house.drain()
    moved = ok(await partner.get(f"{DEALS}/{deal['id']}"))["review"]["due_at"]
    assert timedelta(days=8) < at(moved) - at(told) < timedelta(days=10)
    (event,) = (one for one in await news_of(partner, await review_of(admin, deal)) if one["type"].endswith("moved"))
    assert (event["data"]["was_due_at"], event["data"]["due_at"]) == (told, moved)
    # Once more without a change: nothing is told where nothing moves.
    ok(await admin.patch(path, {"moves_clocks": True}))
    await house.drain()
    assert (await types_of(partner, await review_of(admin, deal))).count("due_moved") == 1


async def test_a_hold_stops_the_clock_as_often_and_as_long_as_the_book_allows(house: House) -> None:
    _, admin, partner = await a_desk(house, research_hold={"most": 1, "days": 5})
    deal = await in_review(partner)
    await pass_hours(house, admin, 4)
    review = await review_of(admin, deal)
    path = f"{REVIEWS}/{review['id']}"
    too_late = (at(review["opened_at"]) + timedelta(days=6)).isoformat()
    refused(await admin.act(path + "/hold", {"reason": "legal", "until_at": too_late}), 422, "hold_too_long")
    refused(await admin.act(path + "/hold", {"reason": "legal", "until_at": review["opened_at"]}), 422, "hold_too_long")
    refused(await admin.act(path + "/resume"), 409, "illegal_move")
    body = {"reason": "customer_research", "note": "Two of them in the registry."}
    held = ok(await admin.act(path + "/hold", body, if_match=f'"v{review["version"]}"'))
    refused(await admin.act(path + "/hold", body), 409, "illegal_move")
    assert (held["status"], held["holds_left"], held["allowed_actions"]) == (
        "on_hold", 0, ["take", "assign", "escalate", "resume"],
    )  # fmt: skip
    brief = ok(await partner.get(f"{DEALS}/{deal['id']}"))["review"]
    assert (brief["status"], brief["hold_reason"]) == ("on_hold", "customer_research")
    assert "registry" not in str(brief)
    assert at(brief["due_at"]) - at(brief["hold_until"]) == at(review["due_at"]) - at(held["hold"]["since_at"])
    await pass_hours(house, admin, 24)
    resumed = ok(await admin.act(path + "/resume"))
    left = at(resumed["due_at"]) - at(resumed["updated_at"])
    assert left == at(review["due_at"]) - at(held["hold"]["since_at"]), "what was left before is left now"
    refused(await admin.act(path + "/hold", body), 409, "hold_not_allowed")
    await pass_hours(house, admin, 5)
    assert (await review_of(admin, deal))["overdue_at"] is None
    await pass_hours(house, admin, 2)
    assert (await review_of(admin, deal))["overdue_at"] == resumed["due_at"]
    assert await types_of(partner, review) == ["opened", "held", "resumed", "overdue"]


async def test_a_hold_ends_by_itself_when_it_was_said_to_and_a_long_pause_of_the_worker_changes_nothing(
    house: House,
) -> None:
    _, admin, partner = await a_desk(house, research_hold={"most": 2, "days": 1})
    one, other = await in_review(partner), await in_review(partner, "Other SE")
    for deal in (one, other):
        held = ok(await admin.act(f"{REVIEWS}/{(await review_of(admin, deal))['id']}/hold", {"reason": "other"}))
        assert at(held["due_at"]) - at(held["hold"]["until_at"]) <= timedelta(hours=10)
    await pass_hours(house, admin, 24.1)
    running = await review_of(admin, one)
    assert (running["status"], running["hold"], running["due_at"]) == ("open", None, running["due_at"])
    assert running["due_at"] == ok(await partner.get(f"{DEALS}/{one['id']}"))["review"]["due_at"]
    refused(await admin.act(f"{REVIEWS}/{running['id']}/resume"), 409)
    ok(await admin.act(f"{REVIEWS}/{running['id']}/hold", {"reason": "other"}))
    # The worker sleeps through the end of the hold and of the clock: both are told as of when they were due.
    await pass_hours(house, admin, 100)
    late = await review_of(admin, one)
    assert at(late["overdue_at"]) == at(late["due_at"]) < at(late["updated_at"])
    assert await types_of(partner, late) == ["opened", "held", "resumed", "held", "resumed", "overdue"]


async def test_without_a_word_of_the_book_nothing_is_held(house: House) -> None:
    _, admin, partner = await a_desk(house)
    review = await review_of(admin, await in_review(partner))
    assert "hold" not in review["allowed_actions"]
    refused(await admin.act(f"{REVIEWS}/{review['id']}/hold", {"reason": "legal"}), 409, "hold_not_allowed")
    await pass_hours(house, admin, 11)
    assert "overdue" in await types_of(partner, review)


async def test_shares_of_the_clock_are_told_to_roles_and_not_to_partners(house: House) -> None:
    steps = [{"after_percent": 50, "to_role": "manager"}, {"after_percent": 90, "to_role": "admin"}]
    _, admin, partner = await a_desk(house, escalation=steps, research_hold={"most": 1, "days": 2})
    deal, decided = await in_review(partner), await in_review(partner, "Decided SE")
    review = await review_of(admin, deal)
    await pass_hours(house, admin, 4.9)
    ok(await admin.act(f"{DEALS}/{decided['id']}/reject", VERDICT))
    assert (await review_of(admin, deal))["escalated_to"] is None
    ok(await admin.act(f"{REVIEWS}/{review['id']}/hold", {"reason": "legal"}))
    await pass_hours(house, admin, 20)
    ok(await admin.act(f"{REVIEWS}/{review['id']}/resume"))
    await pass_hours(house, admin, 0.2)
    first = await review_of(admin, deal)
    assert first["escalated_to"] == "manager"
    await pass_hours(house, admin, 4.5)
    assert (await review_of(admin, deal))["escalated_to"] == "admin"
    told = [one["data"] for one in await news_of(admin, review) if one["type"] == "review.escalated"]
    assert [(one["to_role"], one["after_percent"]) for one in told] == [("manager", 50), ("admin", 90)]
    assert "escalated" not in await types_of(partner, review)
    assert "escalated" not in await types_of(admin, await review_of(admin, decided))
    asked = ok(await admin.act(f"{REVIEWS}/{review['id']}/escalate", {"to_role": "manager", "reason": "own_case"}))
    assert asked["escalated_to"] == "manager"
    listed = ok(await admin.get(REVIEWS, params={"escalated_to": "manager"}))["data"]
    assert [one["id"] for one in listed] == [review["id"]]


async def test_the_queue_is_filtered_ordered_and_paged(house: House) -> None:
    vendor, admin, partner = await a_desk(house)
    two, other = await a_partner(house, vendor, "Two")
    deals = [await in_review(partner, f"Customer {place} SE") for place in range(3)]
    await pass_hours(house, admin, 1)
    deals.append(await in_review(other, "Customer 3 SE"))

    async def listed(**params: Any) -> list[str]:
        rows = ok(await admin.get(REVIEWS, params=params))["data"]
        return [row["subject_id"] for row in rows]

    ids = [deal["id"] for deal in deals]
    assert await listed() == await listed(status="open") == ids
    assert await listed(sort="-due_at") == await listed(sort="-opened_at") == ids[::-1]
    assert await listed(partner_id=two["id"]) == ids[3:]
    assert await listed(due_before=deals[3]["review"]["due_at"]) == ids[:3]
    assert await listed(subject_type="deal_registration", unassigned="true") == ids
    assert await listed(unassigned="false") == await listed(overdue="true") == await listed(status="closed") == []
    refused(await admin.get(REVIEWS, params={"subject_type": "weather"}), 422, "unknown_subject_type")
    refused(await admin.get(REVIEWS, params={"expand": "moon"}), 422)
    page = ok(await admin.get(REVIEWS, params={"limit": 3, "expand": "subject"}))
    assert [row["subject"]["title"] for row in page["data"]] == [deal["title"] for deal in deals[:3]]
    rest = ok(await admin.get(REVIEWS, params={"limit": 3, "expand": "subject", "cursor": page["next_cursor"]}))
    assert [row["subject_id"] for row in rest["data"]] == ids[3:]
    ok(await partner.act(f"{DEALS}/{ids[0]}/withdraw"))
    ok(await admin.act(f"{DEALS}/{ids[1]}/return", {"reason": "incomplete", "remedy": "Say more."}))
    await pass_hours(house, admin, 9.5)
    assert await listed(status=["open", "on_hold"]) == ids[2:]
    assert await listed(overdue="true") == [ids[2]]
    assert await listed(overdue="false", status="open") == [ids[3]]
    hows = {row["subject_id"]: row["closed_how"] for row in ok(await admin.get(REVIEWS))["data"]}
    assert (hows[ids[0]], hows[ids[1]]) == ("withdrawn", "returned")
    expanded = ok(await admin.get(f"{REVIEWS}/{page['data'][2]['id']}?expand=subject"))
    assert expanded["subject"] == ok(await admin.get(f"{DEALS}/{ids[2]}"))


async def test_whoever_may_decide_takes_a_case_and_leaves_it_when_they_no_longer_may(
    house: House, idp: Provider
) -> None:
    _, admin, partner = await a_desk(house)
    issuer = await trust(admin, idp)
    ada, ada_id = await person(house, issuer, idp, "ada")
    _, ben_id = await person(house, issuer, idp, "ben")
    _, ann_id = await person(house, issuer, idp, "ann", "analyst")
    review = await review_of(admin, await in_review(partner))
    path = f"{REVIEWS}/{review['id']}"
    refused(await admin.act(path + "/take"), 403, "person_needed")
    refused(await ada.post(path + "/take"), 428)
    taken = ok(await ada.act(path + "/take", if_match='"v1"'))
    assert taken["assigned_to"] == ada_id
    refused(await admin.act(path + "/assign", {"member_id": ben_id}, if_match='"v1"'), 412)
    for nobody in (ann_id, "mem_01h455vb4pex5vsknk084sn02q"):
        refused(await admin.act(path + "/assign", {"member_id": nobody}), 422, "may_not_decide")
    mine = ok(await ada.get(REVIEWS, params={"assigned_to": ada_id}))["data"]
    assert [one["id"] for one in mine] == [review["id"]]
    assert ok(await admin.act(path + "/assign", {"member_id": ben_id}))["assigned_to"] == ben_id
    ok(await admin.patch(f"/v1/members/{ben_id}", {"display_name": "Benjamin"}))
    await house.drain()
    assert ok(await admin.get(path))["assigned_to"] == ben_id, "a new name changes nothing"
    ok(await admin.post(f"/v1/members/{ben_id}/deactivate"))
    await house.drain()
    assert ok(await admin.get(path))["assigned_to"] is None
    assigned = [one["data"]["member_id"] for one in await news_of(admin, review) if one["type"] == "review.assigned"]
    assert assigned == [ada_id, ben_id, None]
    assert "assigned" not in await types_of(partner, review)


async def test_a_stranger_finds_no_review_and_an_analyst_only_reads(house: House) -> None:
    vendor, admin, partner = await a_desk(house)
    _, stranger = await house.vendor("Contoso")
    review = await review_of(admin, await in_review(partner))
    path = f"{REVIEWS}/{review['id']}"
    refused(await stranger.get(path), 404)
    refused(await stranger.act(path + "/escalate", {"to_role": "admin", "reason": "other"}), 404)
    assert ok(await stranger.get(REVIEWS))["data"] == []
    analyst = await house.client(vendor, "analyst")
    assert ok(await analyst.get(path))["allowed_actions"] == []
    assert refused(await analyst.act(path + "/resume"), 403)["permission"] == "reviews:write"
