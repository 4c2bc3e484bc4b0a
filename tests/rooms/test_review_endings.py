"""How a review ends: in silence that approves, by two people, or when two want to end it at the same instant."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest
from tests.makers import Api, House, a_partner, ok, refused
from tests.provider import Provider, a_provider
from tests.rooms.desk import DEALS, HOUR, REVIEWS, a_desk, in_review, pass_hours, person, publish, review_of, trust

VERDICT = {"reason": "not_qualified", "remedy": "Ask again."}
YES = {"reason": "meets_policy"}
ABOVE = [{"amount": "10000.00", "currency": "EUR"}]


@pytest.fixture
async def idp() -> AsyncIterator[Provider]:
    async with a_provider() as found:
        yield found


async def read(api: Api, deal: Any) -> Any:
    return ok(await api.get(f"{DEALS}/{deal['id']}"))


def path(deal: Any, verb: str) -> str:
    return f"{DEALS}/{deal['id']}/{verb}"


async def test_silence_approves_when_the_time_is_over_and_says_so(house: House) -> None:
    _, admin, partner = await a_desk(house, on_silence="approve")
    deal = await in_review(partner)
    assert deal["review"]["on_silence"] == "approve"
    await pass_hours(house, admin, 9.9)
    assert (await read(partner, deal))["status"] == "in_review"
    await pass_hours(house, admin, 0.2)
    approved = await read(partner, deal)
    assert (approved["status"], approved["reasons"], approved["review"]) == (
        "approved", ["silence_approves", "looked_at"], None,
    )  # fmt: skip
    assert approved["protection"]["ended_how"] is None
    decision = ok(await partner.get(path(deal, "decision")))
    assert (decision["kind"], decision["outcome"], decision["decided_by_type"]) == ("automatic", "approve", "rules")
    assert decision["supersedes_id"] == deal["decision_id"]
    assert ok(await admin.post(f"/v1/decisions/{decision['id']}/verify"))["holds"]
    review = await review_of(admin, deal)
    assert (review["closed_how"], [step["type"] for step in review["history"]]) == (
        "lapsed", ["review.opened", "review.lapsed", "review.closed"],
    )  # fmt: skip


async def test_after_the_time_nobody_says_no_any_more_even_before_the_worker_has_come(house: House) -> None:
    _, admin, partner = await a_desk(house, on_silence="approve")
    promised, welcomed = await in_review(partner), await in_review(partner, "Welcome SE")
    ok(await admin.post("/v1/sandbox/clock", {"advance_seconds": 10 * HOUR + 60}))
    for verb in ("reject", "return"):
        body = {**VERDICT, "reason": "other"}
        refused(await admin.act(path(promised, verb), body), 409, "review_lapsed")
    assert ok(await admin.act(path(welcomed, "approve"), YES))["status"] == "approved"
    await house.drain()
    assert (await read(partner, promised))["status"] == "approved"
    assert (await review_of(admin, welcomed))["closed_how"] == "approved"


async def test_silence_does_not_overrule_the_rules_nor_another_partners_claim(house: House) -> None:
    vendor, admin, partner = await a_desk(house, on_silence="approve")
    other_partner, other = await a_partner(house, vendor, "Two")
    first, second = await in_review(partner), await in_review(other)
    suspended = await in_review(other, "Suspended SE")
    await pass_hours(house, admin, 9)
    ok(await admin.act(f"/v1/partners/{other_partner['id']}/suspend", {"reason": "inactivity"}))
    ok(await admin.act(path(first, "approve"), YES))
    assert (await review_of(admin, second))["closed_how"] == "rejected", "its partner is suspended"
    await pass_hours(house, admin, 2)
    assert (await read(admin, suspended))["status"] == "rejected"
    assert (await review_of(admin, suspended))["closed_how"] == "rejected"


async def test_two_cases_of_one_claim_that_lapse_together_leave_one_winner_and_one_in_the_queue(house: House) -> None:
    vendor, admin, partner = await a_desk(house, on_silence="approve")
    _, other = await a_partner(house, vendor, "Two")
    deals = [await in_review(partner), await in_review(other)]
    await pass_hours(house, admin, 11)
    statuses = [(await read(admin, deal))["status"] for deal in deals]
    assert statuses == ["approved", "waiting"]
    assert [(await review_of(admin, deal))["closed_how"] for deal in deals] == ["lapsed", "queued"]
    assert (await read(other, deals[1]))["queue"] == {"place": 1, "length": 1, "region": None}


async def test_a_case_judged_again_keeps_its_clock_and_a_returned_one_gets_a_new_one(house: House) -> None:
    vendor, admin, partner = await a_desk(house)
    _, other = await a_partner(house, vendor, "Two")
    await publish(admin, review_hours=10)
    deal = await in_review(partner)
    opened = await review_of(admin, deal)
    await pass_hours(house, admin, 3)
    ok(await admin.act(path(deal, "return"), {"reason": "other", "remedy": "Say more."}))
    ok(await partner.patch(f"{DEALS}/{deal['id']}", {"description": "More."}))
    again = ok(await partner.act(path(deal, "submit")))
    assert again["review"]["due_at"] > opened["due_at"]
    cases = ok(await admin.get(REVIEWS, params={"subject_id": deal["id"], "sort": "opened_at"}))["data"]
    assert [case["status"] for case in cases] == ["closed", "open"]
    assert cases[0]["id"] == opened["id"]
    rival = await in_review(other)
    assert rival["status"] == "in_review"


async def test_above_the_amount_two_people_approve_and_each_signs_once(house: House, idp: Provider) -> None:
    vendor, admin, partner = await a_desk(house, four_eyes_above=ABOVE, on_silence="approve")
    issuer = await trust(admin, idp)
    ada, ada_id = await person(house, issuer, idp, "ada")
    ben, ben_id = await person(house, issuer, idp, "ben", "admin")
    machine = await house.client(vendor, "manager")
    deal = await in_review(partner)
    assert deal["review"]["on_silence"] == "nothing", "what needs two waits for them"
    refused(await machine.act(path(deal, "approve"), YES), 403, "person_needed")
    signed = ok(await ada.act(path(deal, "approve"), {**YES, "note": "Within budget."}, if_match='"v2"'))
    assert (signed["status"], signed["protection"]) == ("in_review", None)
    assert (signed["staff"]["review"]["approvals_given"], signed["staff"]["review"]["approvals_needed"]) == (1, 2)
    seen = await read(partner, deal)
    assert (seen["status"], seen["decision_id"]) == ("in_review", deal["decision_id"])
    assert ada_id not in str(seen)
    refused(await ada.act(path(deal, "approve"), YES), 409, "signed_already")
    refused(await ben.act(path(deal, "approve"), YES, if_match='"v2"'), 412)
    assert ok(await ben.act(path(deal, "approve"), {"reason": "strategic_account"}))["status"] == "approved"
    review = await review_of(admin, deal)
    assert [(one["member_id"], one["reason"], one["note"]) for one in review["approvals"]] == [
        (ada_id, "meets_policy", "Within budget."),
        (ben_id, "strategic_account", None),
    ]
    assert (review["closed_how"], review["approvals_given"]) == ("approved", 2)
    assert ok(await admin.get(path(deal, "decision")))["staff"]["decided_by"] == ben_id
    await house.drain()
    types = [one["type"] for one in ok(await partner.get(f"/v1/events?subject_id={review['id']}"))["data"]]
    assert types == ["review.opened", "review.closed"], "who signs is the vendor's affair"


async def test_one_person_is_enough_below_the_amount_and_for_a_no(house: House, idp: Provider) -> None:
    _, admin, partner = await a_desk(house, four_eyes_above=ABOVE)
    ada, _ = await person(house, await trust(admin, idp), idp, "ada")
    small = await in_review(partner, amount={"amount": "10000.00", "currency": "EUR"})
    assert ok(await admin.act(path(small, "approve"), YES))["status"] == "approved"
    for customer, amount in (("Big SE", "10000.01"), ("Foreign SE", "1")):
        currency = "EUR" if customer == "Big SE" else "JPY"
        large = await in_review(partner, customer, amount={"amount": amount, "currency": currency})
        assert ok(await ada.act(path(large, "approve"), YES))["status"] == "in_review"
        assert ok(await admin.act(path(large, "reject"), VERDICT))["status"] == "rejected"
        assert (await review_of(admin, large))["closed_how"] == "rejected"


async def test_a_stricter_book_holds_for_what_is_open(house: House, idp: Provider) -> None:
    _, admin, partner = await a_desk(house)
    ada, _ = await person(house, await trust(admin, idp), idp, "ada")
    deal = await in_review(partner)
    await publish(admin, four_eyes_above=ABOVE)
    assert ok(await ada.act(path(deal, "approve"), YES))["status"] == "in_review"
    assert (await review_of(admin, deal))["approvals_needed"] == 2


async def test_of_two_who_decide_at_the_same_instant_one_does(house: House) -> None:
    _, admin, partner = await a_desk(house)
    for place in range(6):
        deal = await in_review(partner, f"Race {place} SE")
        answers = await asyncio.gather(admin.act(path(deal, "approve"), YES), admin.act(path(deal, "reject"), VERDICT))
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        (won,) = (ok(answer)["status"] for answer in answers if answer.is_success)
        review = await review_of(admin, deal)
        assert (review["status"], review["closed_how"]) == ("closed", won)
        decisions = ok(await admin.get("/v1/decisions", params={"subject_id": deal["id"], "kind": "human"}))["data"]
        assert len(decisions) == 1


async def test_of_two_last_signatures_at_the_same_instant_both_count_once(house: House, idp: Provider) -> None:
    _, admin, partner = await a_desk(house, four_eyes_above=ABOVE)
    issuer = await trust(admin, idp)
    people = [(await person(house, issuer, idp, name))[0] for name in ("ada", "ben", "cleo")]
    for place in range(3):
        deal = await in_review(partner, f"Race {place} SE")
        ok(await people[0].act(path(deal, "approve"), YES))
        answers = await asyncio.gather(*(one.act(path(deal, "approve"), YES) for one in people))
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
        review = await review_of(admin, deal)
        assert (review["closed_how"], review["approvals_given"], len(review["approvals"])) == ("approved", 2, 2)


async def test_silence_and_a_person_at_the_same_instant_leave_one_ending(house: House) -> None:
    _, admin, partner = await a_desk(house, on_silence="approve")
    deals = [await in_review(partner, f"Race {place} SE") for place in range(6)]
    ok(await admin.post("/v1/sandbox/clock", {"advance_seconds": 10 * HOUR - 1}))

    async def say_no(deal: Any) -> int:
        await asyncio.sleep(0.9)
        return (await admin.act(path(deal, "reject"), VERDICT)).status_code

    async def work() -> None:
        for _ in range(30):
            await house.drain()
            await asyncio.sleep(0.05)

    results = await asyncio.gather(work(), *(say_no(deal) for deal in deals))
    await house.drain()
    for deal, said in zip(deals, results[1:], strict=True):
        ended = await read(partner, deal)
        review = await review_of(admin, deal)
        expected = {200: ("rejected", "rejected"), 409: ("approved", "lapsed")}[said]
        assert (ended["status"], review["closed_how"]) == expected
        assert [step["type"] for step in review["history"]].count("review.closed") == 1


async def test_a_hold_and_the_end_of_the_clock_at_the_same_instant_agree(house: House) -> None:
    _, admin, partner = await a_desk(house, on_silence="approve", research_hold={"most": 1, "days": 1})
    deals = [await in_review(partner, f"Race {place} SE") for place in range(4)]
    reviews = [await review_of(admin, deal) for deal in deals]
    ok(await admin.post("/v1/sandbox/clock", {"advance_seconds": 10 * HOUR - 1}))

    async def stop(review: Any) -> int:
        await asyncio.sleep(0.9)
        return (await admin.act(f"{REVIEWS}/{review['id']}/hold", {"reason": "other"})).status_code

    async def work() -> None:
        for _ in range(30):
            await house.drain()
            await asyncio.sleep(0.05)

    _, *said = await asyncio.gather(work(), *(stop(review) for review in reviews))
    await house.drain()
    for deal, answer in zip(deals, said, strict=True):
        now, review = await read(partner, deal), await review_of(admin, deal)
        assert (now["status"], review["status"]) == {200: ("in_review", "on_hold"), 409: ("approved", "closed")}[answer]
        if answer == 200:
            assert datetime.fromisoformat(review["due_at"]) > datetime.fromisoformat(review["hold"]["until_at"])
    await pass_hours(house, admin, 36)
    assert {(await read(partner, deal))["status"] for deal in deals} == {"approved"}


async def test_a_merged_partner_takes_its_cases_along(house: House) -> None:
    vendor, admin, partner = await a_desk(house)
    other, heir = await a_partner(house, vendor, "Two")
    deal = await in_review(partner)
    ok(await admin.act(f"/v1/partners/{deal['partner_id']}/merge", {"into_id": other["id"], "reason": "duplicate"}))
    review = await review_of(admin, deal)
    assert review["partner_id"] == other["id"]
    assert (await read(heir, deal))["review"]["due_at"] == review["due_at"]
    await pass_hours(house, admin, 11)
    assert (await read(heir, deal))["review"]["is_overdue"]


async def test_an_amendment_voids_what_was_signed_and_silence_approves_none_of_what_now_needs_two(
    house: House, idp: Provider
) -> None:
    _, admin, partner = await a_desk(house, four_eyes_above=ABOVE, on_silence="approve")
    issuer = await trust(admin, idp)
    ada, ada_id = await person(house, issuer, idp, "ada")
    ben, _ = await person(house, issuer, idp, "ben")
    small = {"amount": {"amount": "9000.00", "currency": "EUR"}}
    grown, signed = await in_review(partner, "Grown SE", **small), await in_review(partner, "Signed SE")
    assert grown["review"]["on_silence"] == "approve"
    ok(await ada.act(path(signed, "approve"), YES))
    for deal in (grown, signed):
        change = {"changes": {"amount": {"amount": "70000.00", "currency": "EUR"}}, "reason": "A second site."}
        amendment = ok(await partner.act(f"{DEALS}/{deal['id']}/amendments", change), 201)
        if amendment["status"] == "in_review":
            ok(await admin.act(f"/v1/amendments/{amendment['id']}/accept", YES))
    assert (await read(partner, grown))["review"]["on_silence"] == "nothing"
    voided = await review_of(admin, signed)
    assert (voided["approvals_given"], voided["approvals_needed"], len(voided["approvals"])) == (0, 2, 1)
    assert ok(await ada.act(path(signed, "approve"), YES))["status"] == "in_review"
    assert ok(await ben.act(path(signed, "approve"), YES))["status"] == "approved"
    assert [one["round"] for one in (await review_of(admin, signed))["approvals"]].count(1) == 1
    await pass_hours(house, admin, 11)
    late = await read(partner, grown)
    assert (late["status"], late["review"]["is_overdue"]) == ("in_review", True)
    assert ada_id not in str(late)
