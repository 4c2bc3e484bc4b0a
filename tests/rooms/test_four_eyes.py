"""Four eyes beyond approvals: an override, a ruling that gives back a claim, an amendment of a protected one."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from tests.makers import Api, House, a_book_with, a_partner, a_product, a_submission, ok, refused
from tests.provider import Provider, a_provider
from tests.rooms.courts import ALL_SAID, DEALS, DISPUTES, OVERTURN, REJECT, appealed, read, review_at
from tests.rooms.desk import REVIEWS, person, trust

ABOVE = [{"amount": "10000.00", "currency": "EUR"}]
YES = {"reason": "meets_policy"}
CHOICE = {"kind": "customer_statement", "statement": "We buy from Two."}
OVERRIDE = {"evidence": [CHOICE], "remedy": "Agree with us on your part."}
LARGER = {"changes": {"amount": {"amount": "96000.00", "currency": "EUR"}}, "reason": "A second site joins."}


@pytest.fixture
async def idp() -> AsyncIterator[Provider]:
    async with a_provider() as found:
        yield found


class Bench:
    """A vendor whose book wants two people above an amount, and two people of it, with their ids."""

    def __init__(self, house: House, vendor: Any, admin: Api, people: list[tuple[Api, str]]) -> None:
        self.house, self.vendor, self.admin = house, vendor, admin
        (self.ada, self.ada_id), (self.ben, self.ben_id) = people

    async def partner(self, name: str, **fields: Any) -> Api:
        return (await a_partner(self.house, self.vendor, name, **fields))[1]


@pytest.fixture
async def bench(house: House, idp: Provider) -> Bench:
    vendor, admin = await house.vendor()
    await a_product(admin)
    await a_book_with(admin, parameters={"four_eyes_above": ABOVE, "on_silence": "approve"})
    house.clock.move(seconds=1)
    issuer = await trust(admin, idp)
    return Bench(house, vendor, admin, [await person(house, issuer, idp, name) for name in ("ada", "ben")])


async def signed(admin: Api, subject_type: str) -> Any:
    (case,) = ok(await admin.get(REVIEWS, params={"subject_type": subject_type, "status": "open"}))["data"]
    return ok(await admin.get(f"{REVIEWS}/{case['id']}"))


async def test_two_people_let_a_customers_choice_take_a_claim(bench: Bench) -> None:
    one, two = await bench.partner("One"), await bench.partner("Two")
    held, second = await a_submission(one), await a_submission(two)
    path = f"{DEALS}/{second['id']}/override"
    refused(await bench.admin.act(path, OVERRIDE), 403, "person_needed")
    assert ok(await bench.admin.get(REVIEWS))["data"] == [], "a refusal opens nothing"
    first = ok(await bench.ada.act(path, {**OVERRIDE, "note": "Their letter is clear."}))
    assert (first["status"], first["staff"]["review"]) == ("waiting", None)
    assert (first["staff"]["override"]["approvals_given"], first["staff"]["override"]["approvals_needed"]) == (1, 2)
    assert ((await read(one, held))["status"], (await read(two, second))["staff"]) == ("approved", None)
    case = await signed(bench.admin, "customer_override")
    assert (case["subject_id"], case["reasons"], case["on_silence"]) == (second["id"], ["customer_choice"], "nothing")
    assert [(one["member_id"], one["note"]) for one in case["approvals"]] == [(bench.ada_id, "Their letter is clear.")]
    refused(await bench.ada.act(path, OVERRIDE), 409, "signed_already")
    won = ok(await bench.ben.act(path, OVERRIDE))
    assert (won["status"], won["reasons"], won["staff"]["override"]) == ("approved", ["customer_choice"], None)
    assert (await read(one, held))["status"] == "superseded"
    assert ok(await bench.admin.get(f"{REVIEWS}/{case['id']}"))["closed_how"] == "approved"
    assert ok(await bench.admin.get(f"{DEALS}/{held['id']}/decision"))["staff"]["decided_by"] == bench.ben_id


async def test_a_signed_override_is_void_when_the_claim_comes_by_itself(bench: Bench) -> None:
    one, two = await bench.partner("One"), await bench.partner("Two")
    held, second = await a_submission(one), await a_submission(two)
    ok(await bench.ada.act(f"{DEALS}/{second['id']}/override", OVERRIDE))
    case = await signed(bench.admin, "customer_override")
    ok(await one.act(f"{DEALS}/{held['id']}/release"))
    await bench.house.drain()
    assert (await read(bench.admin, second))["staff"]["override"] is None
    assert (await read(two, second))["status"] == "approved"
    assert ok(await bench.admin.get(f"{REVIEWS}/{case['id']}"))["closed_how"] == "void"
    refused(await bench.ben.act(f"{DEALS}/{second['id']}/override", OVERRIDE), 409, "illegal_move")


async def test_an_override_in_review_takes_its_own_signatures(bench: Bench) -> None:
    one, abroad = await bench.partner("One"), await bench.partner("Abroad", territories=["FR"])
    second = await a_submission(abroad)
    assert second["status"] == "in_review"
    ok(await bench.ada.act(f"{DEALS}/{second['id']}/approve", YES))
    refused(await bench.ben.act(f"{DEALS}/{second['id']}/override", OVERRIDE), 409, "nothing_to_override")
    held = await a_submission(one)
    assert held["status"] == "approved"
    after = await read(bench.admin, second)
    assert after["status"] == "waiting", "another holds the claim now"
    ok(await bench.ada.act(f"{DEALS}/{second['id']}/override", OVERRIDE))
    assert (await read(bench.admin, second))["staff"]["override"]["approvals_given"] == 1


async def test_two_people_give_a_claim_back_and_one_is_enough_to_uphold(bench: Bench) -> None:
    api, late = await bench.partner("Early", territories=["FR"]), await bench.partner("Late")
    deal = await a_submission(api)
    ok(await bench.admin.act(f"{DEALS}/{deal['id']}/reject", REJECT))
    held = await a_submission(late)
    case = await appealed(api, deal)
    path, review = f"{DISPUTES}/{case['id']}", await review_at(bench.admin, case)
    ok(await late.post(f"{path}/evidence", ALL_SAID))
    ok(await bench.ada.act(f"{review}/take"))
    first = ok(await bench.ada.act(f"{path}/decide", OVERTURN))
    assert (first["status"], first["staff"]["review"]["approvals_given"]) == ("open", 1)
    assert (await read(late, held))["status"] == "approved"
    refused(await bench.ada.act(f"{path}/decide", OVERTURN), 409, "signed_already")
    upheld = {"outcome": "upheld", "reason": "rules_followed", "note": "It is a duplicate."}
    refused(await bench.ben.act(f"{path}/decide", upheld), 409, "reviewer_differs")
    ok(await late.post(f"{path}/evidence", {"statement": "The pilot has begun."}))
    seen = ok(await bench.ben.get(path))
    assert seen["staff"]["review"]["approvals_given"] == 0, "what was signed has changed"
    refused(await bench.ben.act(f"{path}/decide", OVERTURN), 409, "reviewer_differs")
    ok(await bench.ada.act(f"{path}/decide", OVERTURN))
    ruled = ok(await bench.ben.act(f"{path}/decide", OVERTURN))
    assert (ruled["effect"], ruled["staff"]["decided_by"]) == ("approved", bench.ben_id)
    assert (await read(late, held))["status"] == "waiting"
    assert ok(await bench.admin.get(review))["closed_how"] == "overturned"
    other = await a_submission(api, "Globex SE")
    ok(await bench.admin.act(f"{DEALS}/{other['id']}/reject", REJECT))
    second = await appealed(api, other)
    assert ok(await bench.ada.act(f"{DISPUTES}/{second['id']}/decide", upheld))["outcome"] == "upheld"


async def test_two_people_accept_a_larger_amount_of_a_protected_registration(bench: Bench) -> None:
    api = await bench.partner("One")
    deal = await a_submission(api, amount={"amount": "9000.00", "currency": "EUR"})
    assert deal["status"] == "approved"
    made = ok(await api.act(f"{DEALS}/{deal['id']}/amendments", LARGER), 201)
    assert (made["status"], made["review"]["on_silence"]) == ("in_review", "nothing"), "what needs two waits for them"
    path = f"/v1/amendments/{made['id']}"
    refused(await bench.admin.act(f"{path}/accept", YES), 403, "person_needed")
    first = ok(await bench.ada.act(f"{path}/accept", YES))
    assert (first["status"], first["staff"]["review"]["approvals_given"]) == ("in_review", 1)
    assert (await read(api, deal))["amount"]["amount"] == "9000.00"
    refused(await bench.ada.act(f"{path}/accept", YES), 409, "signed_already")
    assert ok(await bench.ben.act(f"{path}/accept", YES))["status"] == "applied"
    assert (await read(api, deal))["amount"] == LARGER["changes"]["amount"]  # type: ignore[index]  # a body
    less = {"changes": {"amount": {"amount": "5000.00", "currency": "EUR"}}, "reason": "One site leaves."}
    small = ok(await api.act(f"{DEALS}/{deal['id']}/amendments", less), 201)
    assert ok(await bench.admin.act(f"/v1/amendments/{small['id']}/accept", YES))["status"] == "applied"
    again = ok(await api.act(f"{DEALS}/{deal['id']}/amendments", LARGER), 201)
    no = {"reason": "other", "remedy": "Ask again."}
    assert ok(await bench.admin.act(f"/v1/amendments/{again['id']}/refuse", no))["status"] == "refused"


async def test_two_people_rule_that_a_refused_amendment_applies(bench: Bench) -> None:
    api = await bench.partner("One")
    deal = await a_submission(api, amount={"amount": "9000.00", "currency": "EUR"})
    made = ok(await api.act(f"{DEALS}/{deal['id']}/amendments", LARGER), 201)
    ok(await bench.admin.act(f"/v1/amendments/{made['id']}/refuse", {"reason": "other", "remedy": "Ask again."}))
    said = {"kind": "appeal", "amendment_id": made["id"], "grounds": "new_evidence", "statement": "The order is here."}
    case = ok(await api.post(DISPUTES, said), 201)
    path = f"{DISPUTES}/{case['id']}"
    machine = await bench.house.client(bench.vendor, "manager")
    refused(await machine.act(f"{path}/decide", OVERTURN), 403, "person_needed")
    first = ok(await bench.ada.act(f"{path}/decide", OVERTURN))
    assert (first["status"], first["effect"]) == ("open", None)
    desk = first["staff"]["review"]
    assert (desk["approvals_given"], desk["approvals_needed"]) == (1, 2), "by the amount that it would then have"
    assert (await read(api, deal))["amount"]["amount"] == "9000.00"
    refused(await bench.ada.act(f"{path}/decide", OVERTURN), 409, "signed_already")
    ruled = ok(await bench.ben.act(f"{path}/decide", OVERTURN))
    assert (ruled["status"], ruled["effect"]) == ("decided", "amended")
    assert (await read(api, deal))["amount"] == LARGER["changes"]["amount"]  # type: ignore[index]  # a body


async def test_what_has_waited_since_before_there_were_cases_gets_one_for_its_signatures(bench: Bench) -> None:
    api = await bench.partner("One")
    deal = await a_submission(api, amount={"amount": "9000.00", "currency": "EUR"})
    made = ok(await api.act(f"{DEALS}/{deal['id']}/amendments", LARGER), 201)
    other = await a_submission(api, "Globex SE", deal_type="expansion")
    ok(await bench.admin.act(f"{DEALS}/{other['id']}/reject", REJECT))
    case = await appealed(api, other)
    # As an older release left them: undecided, and no case beside them.
    owner = await asyncpg.connect(bench.house.settings.database_url)
    try:
        await owner.execute("alter table reviews disable row level security")
        await owner.execute(
            "update reviews set status = 'closed', running_since = null where subject_id = any($1::text[])",
            [made["id"], case["id"]],
        )
        await owner.execute("alter table reviews enable row level security")
    finally:
        await owner.close()
    accept, decide = f"/v1/amendments/{made['id']}/accept", f"{DISPUTES}/{case['id']}/decide"
    first = ok(await bench.ada.act(accept, YES))
    assert (first["status"], first["staff"]["review"]["approvals_given"]) == ("in_review", 1)
    assert ok(await bench.ben.act(accept, YES))["status"] == "applied"
    first = ok(await bench.ada.act(decide, OVERTURN))
    assert (first["status"], first["staff"]["review"]["approvals_given"]) == ("open", 1)
    assert ok(await bench.ben.act(decide, OVERTURN))["effect"] == "approved"
