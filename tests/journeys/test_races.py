"""Races: whatever happens at the same instant, one holder, and everybody else knows their place."""

import asyncio
import os
from typing import Any

from tests.makers import Api, House, a_partner, a_product, a_submission, ok, refused

from ecosystem_api.runtime.database import Database

# The full number is 200; the suite runs fewer, because one round is twenty approvals and as many judgements.
ROUNDS = int(os.environ.get("ECOSYSTEM_RACE_ROUNDS", "12"))
CLIENTS = 20
DEALS = "/v1/deal-registrations"


async def twenty_in_review(house: House, vendor: Any) -> list[tuple[Api, Any]]:
    """Twenty partners outside their territory ask for the same customer and product: a person decides each."""
    found = []
    for number in range(CLIENTS):
        _, api = await a_partner(house, vendor, f"Partner {number}", territories=["FR"])
        found.append((api, await a_submission(api)))
    assert {deal["status"] for _, deal in found} == {"in_review"}
    return found


async def test_twenty_approvals_at_once_leave_one_holder_and_an_honest_queue(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    # Twenty requests at once need as many connections; waiting for one is another test's matter. What works behind the
    # requests keeps the pool it began with.
    narrow = house.machinery.database
    house.machinery.database = Database(
        house.settings.url_for("ecosystem_app"), pool_size=CLIENTS + 4, pool_wait_seconds=20, clock=house.clock
    )
    crowd = await twenty_in_review(house, vendor)
    try:
        for _ in range(ROUNDS):
            crowd = await one_round(house, admin, crowd)
    finally:
        await house.machinery.database.close()
        house.machinery.database = narrow


async def one_round(house: House, admin: Api, crowd: list[tuple[Api, Any]]) -> list[tuple[Api, Any]]:
    house.clock.move(seconds=1)
    answers = await asyncio.gather(*(approve_until_answered(admin, deal) for _, deal in crowd))
    won = [place for place, answer in enumerate(answers) if answer.status_code == 200]
    assert len(won) == 1, [answer.text for answer in answers]
    losers = [
        (deal, answer) for place, ((_, deal), answer) in enumerate(zip(crowd, answers, strict=True)) if place != won[0]
    ]
    told = {deal["id"]: refused(answer, 409, "claim_held")["queue_place"] for deal, answer in losers}
    by_submission = sorted((deal for deal, _ in losers), key=lambda deal: (deal["submitted_at"], deal["id"]))
    assert [told[deal["id"]] for deal in by_submission] == list(range(1, CLIENTS))
    running = ok(await admin.get(f"{DEALS}?status=approved"))["data"]
    assert [deal["id"] for deal in running] == [crowd[won[0]][1]["id"]]
    return await next_crowd(house, crowd, won[0])


async def approve_until_answered(admin: Api, deal: Any) -> Any:
    """As a client does: 503 with `Retry-After` (a lock not had in time, on a busy machine) is repeated as it was."""
    while True:
        match = {"If-Match": f'"v{deal["version"]}"'}
        answer = await admin.post(f"{DEALS}/{deal['id']}/approve", {"reason": "meets_policy"}, headers=match)
        if answer.status_code != 503:
            return answer
        await asyncio.sleep(int(answer.headers["retry-after"]))


async def next_crowd(house: House, crowd: list[tuple[Api, Any]], won: int) -> list[tuple[Api, Any]]:
    """The holder gives up and asks anew; the queue is served, so that all twenty are undecided again."""
    api, deal = crowd[won]
    ok(await api.act(f"{DEALS}/{deal['id']}/release"))
    await house.drain()
    fresh = await a_submission(api)
    again = [(other, fresh if place == won else d) for place, (other, d) in enumerate(crowd)]
    read = [(other, ok(await other.get(f"{DEALS}/{d['id']}"))) for other, d in again]
    assert {d["status"] for _, d in read} == {"in_review"}
    return read


async def test_submissions_at_once_leave_one_holder_and_a_queue_by_time(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    partners = [(await a_partner(house, vendor, f"Partner {n}"))[1] for n in range(8)]
    drafts = [ok(await api.post(DEALS, {**_body(), "title": f"Deal {n}"}), 201) for n, api in enumerate(partners)]
    answers = await asyncio.gather(
        *(api.act(f"{DEALS}/{draft['id']}/submit") for api, draft in zip(partners, drafts, strict=True))
    )
    deals = [ok(answer) for answer in answers]
    assert sorted(deal["status"] for deal in deals) == ["approved"] + ["waiting"] * 7
    queue = ok(await admin.get(f"{DEALS}?status=waiting&sort=submitted_at"))["data"]
    assert [deal["queue"]["place"] for deal in queue] == list(range(1, 8))


async def test_a_hundred_repeats_of_one_key_at_once_have_one_effect(house: House) -> None:
    _, admin = await house.vendor()
    await a_product(admin)
    key = {"Idempotency-Key": "one effect"}
    body = {"sku": "XDR-200", "name": "XDR"}
    answers = await asyncio.gather(*(admin.post("/v1/products", body, headers=key) for _ in range(100)))
    codes = {answer.status_code for answer in answers}
    assert codes <= {201, 409}
    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert len(made) == 1
    assert all(answer.json()["code"] == "idempotency_in_progress" for answer in answers if answer.status_code == 409)
    assert len(ok(await admin.get("/v1/products"))["data"]) == 2


def _body() -> dict[str, Any]:
    return {
        "customer": {"name": "Acme Industries GmbH", "country": "DE"},
        "products": [{"sku": "EDR-100"}],
        "amount": {"amount": "48000.00", "currency": "EUR"},
        "expected_close_on": "2099-12-31",
    }
