"""One queue for all that a person decides: requests for more time, and amendments, beside registrations."""

from typing import Any

import pytest
from tests.makers import Api, House, ok, refused
from tests.rooms.desk import DEALS, REVIEWS, a_desk, in_review, pass_hours

YES = {"reason": "meets_policy"}
NO = {"reason": "other", "remedy": "Ask again."}
MORE = {"days": 30, "reason": "procurement", "evidence": [{"kind": "email", "statement": "Purchasing signs in June."}]}
LARGER = {"changes": {"amount": {"amount": "96000.00", "currency": "EUR"}}, "reason": "A second site joins."}
# Of each kind: its name, how it is asked for, where it is read, the words for yes and no, and what they make of it.
KINDS = {
    "extension_request": ("extension-requests", MORE, ("approve", "reject"), ("approved", "rejected")),
    "amendment": ("amendments", LARGER, ("accept", "refuse"), ("applied", "refused")),
}


async def a_desk_for_all(house: House, **parameters: Any) -> tuple[Api, Api, Any]:
    """A desk where a person decides about more time and larger amounts, and an approved registration."""
    _, admin, partner = await a_desk(house, extension_window_days=90, **parameters)
    deal = await in_review(partner)
    return admin, partner, ok(await admin.act(f"{DEALS}/{deal['id']}/approve", YES))


async def ask(api: Api, deal: Any, kind: str, **changes: Any) -> Any:
    name, body, _, _ = KINDS[kind]
    made = ok(await api.act(f"{DEALS}/{deal['id']}/{name}", {**body, **changes}), 201)
    assert made["status"] == "in_review", made
    return made


def at(kind: str, made: Any, verb: str = "") -> str:
    return f"/v1/{KINDS[kind][0]}/{made['id']}" + (f"/{verb}" if verb else "")


async def case_of(admin: Api, made: Any) -> Any:
    (found,) = ok(await admin.get(REVIEWS, params={"subject_id": made["id"]}))["data"]
    return found


@pytest.mark.parametrize("kind", KINDS)
async def test_what_a_person_decides_stands_in_the_one_queue_with_its_clock(house: House, kind: str) -> None:
    hold = {"most": 1, "days": 5}
    admin, partner, deal = await a_desk_for_all(house, research_hold=hold, review_hours=10)
    made = await ask(partner, deal, kind)
    case = await case_of(admin, made)
    assert (case["subject_type"], case["partner_id"], case["hours"]) == (kind, made["partner_id"], 10)
    assert (case["reasons"], case["decision_id"]) == (made["reasons"], made["decision_id"])
    assert made["review"] == {
        "status": "open", "due_at": case["due_at"], "on_silence": "nothing", "is_overdue": False,
        "hold_reason": None, "hold_until": None, "version": 1,
    }  # fmt: skip
    assert made["staff"] is None
    desk = ok(await admin.get(at(kind, made)))["staff"]["review"]
    assert desk == {"id": case["id"], "assigned_to": None, "approvals_needed": 1, "approvals_given": 0}
    queue = ok(await admin.get(REVIEWS, params={"subject_type": kind, "expand": "subject", "status": "open"}))["data"]
    assert [one["subject"] for one in queue] == [ok(await admin.get(at(kind, made)))]
    member = {"email": "mo@vendor.example", "display_name": "Mo", "role": "manager"}
    mo = ok(await admin.post("/v1/members", member), 201)["id"]
    ok(await admin.act(f"{REVIEWS}/{case['id']}/assign", {"member_id": mo}))
    before = (await partner.get(at(kind, made))).headers["etag"]
    ok(await admin.act(f"{REVIEWS}/{case['id']}/hold", {"reason": "customer_research"}))
    held = await partner.get(at(kind, made))
    assert held.headers["etag"] != before
    assert (held.json()["review"]["status"], held.json()["version"]) == ("on_hold", made["version"])
    (_, _, (yes, _), (granted, _)) = KINDS[kind]
    decided = ok(await admin.act(at(kind, made, yes), YES, if_match=held.headers["etag"]))
    assert (decided["status"], decided["review"], decided["staff"]) == (granted, None, {"review": None})
    assert (await case_of(admin, made))["closed_how"] == "approved"
    await house.drain()
    told = ok(await partner.get("/v1/events", params={"subject_id": case["id"]}))["data"]
    assert [one["type"] for one in told] == ["review.opened", "review.held", "review.closed"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_case_ends_with_its_subject_whichever_way_that_ends(house: House, kind: str) -> None:
    admin, partner, deal = await a_desk_for_all(house)
    _, _, (_, no), (_, refusal) = KINDS[kind]
    made = await ask(partner, deal, kind)
    assert ok(await admin.act(at(kind, made, no), NO))["status"] == refusal
    assert (await case_of(admin, made))["closed_how"] == "rejected"
    made = await ask(partner, deal, kind)
    ok(await partner.act(at(kind, made, "withdraw")))
    assert (await case_of(admin, made))["closed_how"] == "withdrawn"
    if kind == "amendment":
        made = await ask(partner, deal, kind)
        later = await ask(partner, deal, kind, reason="A third site joins.", changes={
            "amount": {"amount": "99000.00", "currency": "EUR"}
        })  # fmt: skip
        assert (await case_of(admin, made))["closed_how"] == "superseded"
        made = later
    else:
        made = await ask(partner, deal, kind)
    ok(await partner.act(f"{DEALS}/{deal['id']}/release"))
    await house.drain()
    assert ok(await partner.get(at(kind, made)))["status"] == "lapsed"
    assert (await case_of(admin, made))["closed_how"] == "void"


@pytest.mark.parametrize("kind", KINDS)
async def test_silence_grants_what_the_book_says_it_grants_and_nobody_says_no_afterwards(
    house: House, kind: str
) -> None:
    admin, partner, deal = await a_desk_for_all(house, on_silence="approve")
    _, _, (_, no), (granted, _) = KINDS[kind]
    made = await ask(partner, deal, kind)
    assert made["review"]["on_silence"] == "approve"
    ok(await admin.post("/v1/sandbox/clock", {"advance_seconds": 10 * 3600 + 60}))
    refused(await admin.act(at(kind, made, no), NO), 409, "review_lapsed")
    await house.drain()
    now = ok(await partner.get(at(kind, made)))
    assert (now["status"], now["reasons"][0], now["review"]) == (granted, "silence_approves", None)
    record = ok(await partner.get(f"/v1/decisions/{now['decision_id']}"))
    assert (record["kind"], record["outcome"]) == ("automatic", "approve")
    assert ok(await admin.post(f"/v1/decisions/{record['id']}/verify"))["holds"]
    after = ok(await partner.get(f"{DEALS}/{deal['id']}"))
    if kind == "amendment":
        assert after["amount"] == LARGER["changes"]["amount"]  # type: ignore[index]  # a table of bodies
    else:
        assert after["protection"]["ends_at"] == now["new_protected_until"] > deal["protection"]["ends_at"]
    assert (await case_of(admin, made))["closed_how"] == "lapsed"


@pytest.mark.parametrize("kind", KINDS)
async def test_silence_decides_nothing_where_the_book_does_not_say_so(house: House, kind: str) -> None:
    admin, partner, deal = await a_desk_for_all(house)
    made = await ask(partner, deal, kind)
    await pass_hours(house, admin, 11)
    now = ok(await partner.get(at(kind, made)))
    assert (now["status"], now["review"]["is_overdue"]) == ("in_review", True)
    late = ok(await admin.get(REVIEWS, params={"overdue": "true"}))["data"]
    assert [one["subject_id"] for one in late] == [made["id"]]
    _, _, (yes, _), (granted, _) = KINDS[kind]
    assert ok(await admin.act(at(kind, made, yes), YES))["status"] == granted


async def test_silence_applies_no_amendment_of_what_has_changed_since(house: House) -> None:
    _, admin, partner = await a_desk(house, on_silence="approve")
    deal = await in_review(partner)
    made = await ask(partner, deal, "amendment")
    # Returned, corrected and submitted again before the worker has looked.
    ok(await admin.act(f"{DEALS}/{deal['id']}/return", NO))
    ok(await partner.patch(f"{DEALS}/{deal['id']}", {"amount": {"amount": "70000.00", "currency": "EUR"}}))
    assert ok(await partner.act(f"{DEALS}/{deal['id']}/submit"))["status"] == "in_review"
    await pass_hours(house, admin, 11)
    assert ok(await partner.get(at("amendment", made)))["status"] == "lapsed"
    assert (await case_of(admin, made))["closed_how"] == "void"
    assert ok(await partner.get(f"{DEALS}/{deal['id']}"))["amount"]["amount"] == "70000.00"
