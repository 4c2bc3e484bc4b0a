"""Requests for more time: judged by the book, decided by a person, and never lost by an answer that comes late."""

from datetime import datetime
from typing import Any

import pytest
from tests.makers import Api, House, a_book_with, a_partner, a_product, a_submission, ok, refused

DEALS, REQUESTS = "/v1/deal-registrations", "/v1/extension-requests"
SHOWN = {"kind": "email", "statement": "Purchasing signs in June."}
MORE = {"days": 30, "reason": "procurement", "evidence": [SHOWN]}
NO = {"reason": "no_progress", "remedy": "Begin the pilot, then ask again."}


def path(deal: Any, verb: str = "") -> str:
    return f"{DEALS}/{deal['id']}" + (f"/{verb}" if verb else "")


def at(request: Any, verb: str = "") -> str:
    return f"{REQUESTS}/{request['id']}" + (f"/{verb}" if verb else "")


async def the_house(house: House) -> tuple[Api, Api, Api]:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    return admin, one, two


async def a_protected_deal(house: House, api: Api, *, stage: str = "qualified", days: int = 70) -> Any:
    """A registration whose protection of 90 days began some days ago."""
    deal = await a_submission(api)
    if stage != "prospect":
        ok(await api.act(path(deal, "move-stage"), {"stage": stage}))
    house.clock.move(days=days)
    await house.drain()
    return ok(await api.get(path(deal)))


async def ask(api: Api, deal: Any, **changes: Any) -> Any:
    return ok(await api.post(path(deal, "extension-requests"), {**MORE, **changes}), 201)


async def status(api: Api, deal: Any) -> str:
    return str(ok(await api.get(path(deal)))["status"])


def days_kept(request: Any) -> int:
    """How many days past its end the protection runs on while the request is undecided."""
    until, end = (datetime.fromisoformat(request[name]) for name in ("kept_until", "protected_until"))
    return (until - end).days


async def test_an_extension_within_the_limits_is_granted_at_once_and_moves_the_end(house: House) -> None:
    _, one, two = await the_house(house)
    deal = await a_protected_deal(house, one)
    made = await one.post(path(deal, "extension-requests"), MORE)
    request = ok(made, 201)
    assert made.headers["location"] == at(request)
    assert made.headers["etag"] == '"v1"'
    assert (request["status"], request["reasons"], request["granted_days"]) == ("approved", ["extension_clear"], 30)
    assert (request["asked_by"], request["allowed_actions"]) == ("partner", [])
    longer = ok(await one.get(path(deal)))
    assert longer["protection"]["ends_at"] == request["new_protected_until"] > deal["protection"]["ends_at"]
    assert (longer["protection"]["extensions"], longer["protection"]["extended_days"]) == (1, 30)
    assert longer["decision_id"] == deal["decision_id"], "the approval stands"
    decision = ok(await one.get(f"/v1/decisions/{request['decision_id']}"))
    assert (decision["action"], decision["kind"], decision["outcome"]) == (
        "deal_registration.extend", "automatic", "approve",
    )  # fmt: skip
    assert decision["facts"]["request"]["evidence"] == ["email"]
    assert decision["facts"]["protection"] == {"days_left": 19, "extensions": 0, "extended_days": 0}
    assert ok(await one.post(f"/v1/decisions/{decision['id']}/verify"))["holds"]
    await house.drain()
    told = ok(await one.get(f"/v1/events?subject_id={request['id']}"))["data"]
    assert [news["type"] for news in told] == ["extension_request.created", "extension_request.approved"]
    assert SHOWN["statement"] not in str(told)
    assert ok(await two.get(f"/v1/events?subject_id={request['id']}"))["data"] == []
    assert ok(await one.get(f"{REQUESTS}?status=approved"))["data"] == [request]
    assert ok(await one.get(path(deal, "extension-requests")))["data"] == [request]


async def test_until_a_day_counts_from_the_present_end(house: House) -> None:
    _, one, _ = await the_house(house)
    deal = await a_protected_deal(house, one)
    ends_on = deal["protection"]["ends_at"][:10]
    body = {"reason": "procurement", "evidence": [SHOWN]}
    early = refused(await one.post(path(deal, "extension-requests"), {**body, "until": ends_on}), 422)
    assert [fault["pointer"] for fault in early["errors"]] == ["/until"]
    refused(await one.post(path(deal, "extension-requests"), body), 422)
    refused(await one.post(path(deal, "extension-requests"), {**MORE, "until": "2099-01-01"}), 422)
    month, day = int(ends_on[5:7]) % 12 + 1, ends_on[8:]
    year = int(ends_on[:4]) + (month == 1)
    until = f"{year}-{month:02d}-{min(int(day), 28):02d}"
    request = ok(await one.post(path(deal, "extension-requests"), {**body, "until": until}), 201)
    assert request["new_protected_until"][:10] == until


@pytest.mark.parametrize(
    ("days", "changes", "parameters", "outcome", "reason"),
    [
        (50, {}, {}, "rejected", "extension_too_early"),
        (70, {"days": 181}, {}, "rejected", "extension_too_long"),
        (70, {}, {"extension_limit": 0}, "rejected", "extension_limit"),
        (70, {}, {"extension_evidence": ["purchase_order"]}, "returned", "evidence_missing"),
    ],
)
async def test_what_the_book_limits_is_refused_with_its_reason_and_a_remedy(
    house: House, days: int, changes: dict[str, Any], parameters: dict[str, Any], outcome: str, reason: str
) -> None:
    admin, one, _ = await the_house(house)
    if parameters:
        await a_book_with(admin, parameters=parameters)
    deal = await a_protected_deal(house, one, days=days)
    request = await ask(one, deal, **changes)
    assert (request["status"], request["reasons"][0]) == (outcome, reason)
    assert request["remedies"]
    assert request["decided_at"]
    assert ok(await one.get(path(deal)))["protection"] == deal["protection"]
    await house.drain()
    told = ok(await one.get(f"/v1/events?subject_id={request['id']}"))["data"]
    assert told[-1]["type"] == f"extension_request.{outcome}"
    # It is decided, so the partner may ask again at once.
    assert (await ask(one, deal, **changes))["status"] == outcome


async def test_the_third_extension_is_refused(house: House) -> None:
    _, one, _ = await the_house(house)
    deal = await a_protected_deal(house, one)
    for _ in range(2):
        assert (await ask(one, deal))["status"] == "approved"
        house.clock.move(days=30)
        await house.drain()
    third = await ask(one, deal)
    assert (third["status"], third["reasons"][0]) == ("rejected", "extension_limit")
    assert third["remedies"] == ["Close the deal while it is protected, or register it anew afterwards."]


async def test_who_asked_in_time_keeps_the_protection_until_a_person_has_decided(house: House) -> None:
    admin, one, two = await the_house(house)
    deal = await a_protected_deal(house, one, stage="prospect")
    behind = await a_submission(two)
    request = await ask(one, deal)
    assert (request["status"], request["allowed_actions"]) == ("in_review", ["withdraw"])
    kept = ok(await one.get(path(deal)))["protection"]
    assert kept["granted_until"] == deal["protection"]["ends_at"] == request["protected_until"]
    assert kept["ends_at"] == request["kept_until"] > kept["granted_until"]
    refused(await one.post(path(deal, "extension-requests"), MORE), 409, "extension_pending")
    house.clock.move(days=25)
    await house.drain()
    assert await status(one, deal) == "approved"
    assert await status(two, behind) == "waiting"
    refused(await one.act(at(request, "approve"), {"reason": "meets_policy"}), 403)
    refused(await two.get(at(request)), 404)
    refused(await admin.post(at(request, "approve"), {"reason": "meets_policy"}), 428)
    granted = ok(await admin.act(at(request, "approve"), {"reason": "exception_granted", "days": 20}))
    assert (granted["status"], granted["granted_days"], granted["kept_until"]) == ("approved", 20, None)
    assert (granted["reasons"], granted["version"]) == (["exception_granted"], 2)
    longer = ok(await one.get(path(deal)))["protection"]
    assert longer["ends_at"] == granted["new_protected_until"]
    assert (longer["granted_until"], longer["extended_days"]) == (None, 20)
    first = ok(await one.get(f"/v1/decisions/{request['decision_id']}"))
    decision = ok(await one.get(f"/v1/decisions/{granted['decision_id']}"))
    assert (first["kind"], decision["kind"], decision["supersedes_id"]) == ("automatic", "human", first["id"])
    refused(await admin.act(at(request, "approve"), {"reason": "meets_policy"}), 409, "illegal_move")
    house.clock.move(days=15)
    await house.drain()
    assert await status(one, deal) == "expired"
    assert await status(two, behind) == "approved"


@pytest.mark.parametrize("verb", ["reject", "withdraw"])
async def test_a_protection_that_ran_on_only_for_the_request_ends_with_it(house: House, verb: str) -> None:
    admin, one, two = await the_house(house)
    deal = await a_protected_deal(house, one, stage="prospect")
    behind = await a_submission(two)
    request = await ask(one, deal)
    house.clock.move(days=25)
    await house.drain()
    who, body = (admin, NO) if verb == "reject" else (one, None)
    ended = ok(await who.act(at(request, verb), body))
    assert ended["status"] == {"reject": "rejected", "withdraw": "withdrawn"}[verb]
    assert ended["kept_until"] is None
    if verb == "reject":
        assert (ended["reasons"], ended["remedies"]) == (["no_progress"], [NO["remedy"]])
    assert await status(one, deal) == "expired"
    await house.drain()
    assert await status(two, behind) == "approved"


async def test_a_refusal_before_the_end_gives_the_end_back(house: House) -> None:
    admin, one, _ = await the_house(house)
    deal = await a_protected_deal(house, one, stage="prospect")
    request = await ask(one, deal)
    ok(await admin.act(at(request, "reject"), NO))
    assert ok(await one.get(path(deal)))["protection"] == deal["protection"]
    house.clock.move(days=20)
    await house.drain()
    assert await status(one, deal) == "expired"


async def test_a_request_that_nobody_decides_keeps_the_claim_as_long_as_a_yes_would_have(house: House) -> None:
    _, one, two = await the_house(house)
    deal = await a_protected_deal(house, one, stage="prospect")
    behind = await a_submission(two)
    request = await ask(one, deal, days=40)
    assert days_kept(request) == 40
    assert ok(await one.get(path(deal)))["protection"]["ends_at"] == request["kept_until"]
    house.clock.move(days=5)
    await house.drain()
    overdue = ok(await one.get(at(request)))
    assert overdue["review"]["is_overdue"]
    assert overdue["kept_until"] == request["kept_until"]
    house.clock.move(days=15 + 39)
    await house.drain()
    assert (await status(one, deal), await status(two, behind)) == ("approved", "waiting")
    house.clock.move(days=2)
    await house.drain()
    assert await status(one, deal) == "expired"
    lapsed = ok(await one.get(at(request)))
    assert (lapsed["status"], lapsed["reasons"], len(lapsed["remedies"])) == ("lapsed", ["unanswered"], 1)
    assert await status(two, behind) == "approved"
    told = ok(await one.get(f"/v1/events?subject_id={request['id']}"))["data"]
    assert told[-1]["type"] == "extension_request.lapsed"
    refused(await one.act(at(request, "withdraw")), 409, "illegal_move")


async def test_silence_that_approves_is_heard_though_the_answer_is_due_after_the_end(house: House) -> None:
    admin, one, two = await the_house(house)
    deal = await a_protected_deal(house, one, stage="prospect", days=80)
    behind = await a_submission(two)
    clock = {"on_silence": "approve", "review_clock": "wall", "review_hours": 20 * 24}
    await a_book_with(admin, parameters={**clock, "extension_grace_days": 0})
    request = await ask(one, deal)
    assert request["kept_until"] > request["review"]["due_at"] > request["protected_until"]
    house.clock.move(days=15)
    await house.drain()
    assert (await status(one, deal), await status(two, behind)) == ("approved", "waiting")
    house.clock.move(days=5, seconds=60)
    await house.drain()
    granted = ok(await one.get(at(request)))
    assert (granted["status"], granted["reasons"][0]) == ("approved", "silence_approves")
    assert ok(await one.get(path(deal)))["protection"]["ends_at"] == granted["new_protected_until"]


async def test_a_research_hold_takes_no_time_from_who_asked(house: House) -> None:
    admin, one, _ = await the_house(house)
    await a_book_with(admin, parameters={"research_hold": {"most": 1, "days": 30}, "extension_grace_days": 1})
    deal = await a_protected_deal(house, one, stage="prospect", days=80)
    request = await ask(one, deal, days=5)
    (review,) = ok(await admin.get("/v1/reviews", params={"subject_id": request["id"]}))["data"]
    held = ok(await admin.act(f"/v1/reviews/{review['id']}/hold", {"reason": "customer_research"}))
    await house.drain()
    kept = ok(await one.get(at(request)))
    assert kept["kept_until"] > held["due_at"] > request["kept_until"]
    assert ok(await one.get(path(deal)))["protection"]["ends_at"] == kept["kept_until"]


async def test_a_book_without_grace_lets_the_protection_end_while_nobody_has_answered(house: House) -> None:
    admin, one, _ = await the_house(house)
    await a_book_with(admin, parameters={"extension_grace_days": 0})
    deal = await a_protected_deal(house, one, stage="prospect", days=80)
    request = await ask(one, deal)
    assert request["kept_until"] is None
    house.clock.move(days=11)
    await house.drain()
    assert await status(one, deal) == "expired"
    assert ok(await one.get(at(request)))["reasons"] == ["unanswered"]


async def test_more_time_is_asked_for_while_the_protection_runs(house: House) -> None:
    admin, one, _ = await the_house(house)
    waiting = await a_submission(one, deal_type="rfp")
    refused(await one.post(path(waiting, "extension-requests"), MORE), 409, "illegal_move")
    deal = await a_protected_deal(house, one, days=70)
    house.clock.move(days=21)
    refused(await one.post(path(deal, "extension-requests"), MORE), 409, "protection_over")
    await house.drain()
    refused(await admin.post(path(deal, "extension-requests"), MORE), 409, "illegal_move")


async def test_a_reviewers_own_extension_leaves_the_request_to_be_decided(house: House) -> None:
    admin, one, _ = await the_house(house)
    deal = await a_protected_deal(house, one, stage="prospect")
    request = await ask(one, deal)
    longer = ok(await admin.act(path(deal, "extend"), MORE))["protection"]
    assert (longer["granted_until"], longer["extended_days"]) == (None, 30)
    again = ok(await admin.act(at(request, "approve"), {"reason": "meets_policy"}))
    both = ok(await one.get(path(deal)))["protection"]
    assert both["extended_days"] == 60
    assert both["ends_at"] == again["new_protected_until"] > longer["ends_at"]


async def test_staff_ask_for_a_partner_and_one_key_asks_once(house: House) -> None:
    admin, one, _ = await the_house(house)
    deal = await a_protected_deal(house, one, stage="prospect")
    once = {"Idempotency-Key": "more-1"}
    first = ok(await admin.post(path(deal, "extension-requests"), MORE, headers=once), 201)
    assert ok(await admin.post(path(deal, "extension-requests"), MORE, headers=once), 201) == first
    assert (first["asked_by"], first["allowed_actions"]) == ("staff", ["withdraw", "approve", "reject"])
    assert [one["id"] for one in ok(await one.get(REQUESTS))["data"]] == [first["id"]]
