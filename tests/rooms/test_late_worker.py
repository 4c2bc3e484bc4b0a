"""A worker that was away makes up for what it missed, and nobody loses by that."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest
from tests.makers import Api, House, a_book_with, a_partner, a_product, a_submission, ok

DEALS, REQUESTS = "/v1/deal-registrations", "/v1/extension-requests"

SILENT = {"review_clock": "wall", "review_hours": 20 * 24, "on_silence": "approve", "extension_grace_days": 0}
HELD = {"research_hold": {"most": 1, "days": 30}, "extension_grace_days": 1}


async def nothing(admin: Api, request: Any) -> None:
    return


async def hold(admin: Api, request: Any) -> None:
    (review,) = ok(await admin.get("/v1/reviews", params={"subject_id": request["id"]}))["data"]
    ok(await admin.act(f"/v1/reviews/{review['id']}/hold", {"reason": "customer_research"}))


STORIES: dict[str, tuple[dict[str, Any], int, Callable[[Api, Any], Awaitable[None]]]] = {
    "nobody answers": ({}, 40, nothing),
    "silence approves": (SILENT, 30, nothing),
    "a hold moves the answer": (HELD, 5, hold),
}


async def ask(api: Api, deal: Any, days: int) -> Any:
    shown = [{"kind": "email", "statement": "Purchasing signs in June."}]
    body = {"days": days, "reason": "procurement", "evidence": shown}
    return ok(await api.post(f"{DEALS}/{deal['id']}/extension-requests", body), 201)


def lasted(protection: Any) -> float:
    ends, starts = (datetime.fromisoformat(protection[name]) for name in ("ends_at", "starts_at"))
    return round((ends - starts).total_seconds() / 3600)


async def what_became(house: House, story: str, looks: int) -> dict[str, Any]:
    """More time was asked for and 200 days have passed, in which the worker was there so many times."""
    parameters, days, act = STORIES[story]
    vendor, admin = await house.vendor(f"{story} {looks}")
    await a_product(admin)
    await a_book_with(admin, parameters=parameters)
    house.clock.move(seconds=1)
    one, two = [(await a_partner(house, vendor, name))[1] for name in ("One", "Two")]
    held, behind = await a_submission(one), await a_submission(two)
    house.clock.move(days=80)
    await house.drain()
    request = await ask(one, held, days)
    await act(admin, request)
    for _ in range(looks):
        house.clock.move(days=200 / looks)
        await house.drain()
    request = ok(await admin.get(f"{REQUESTS}/{request['id']}"))
    held, behind = [ok(await admin.get(f"{DEALS}/{deal['id']}")) for deal in (held, behind)]
    return {
        "request": (request["status"], request["reasons"], request["granted_days"]),
        "held": (held["status"], lasted(held["protection"]), held["protection"]["extended_days"]),
        "behind": behind["protection"] is not None,
    }


@pytest.mark.parametrize("story", STORIES)
async def test_what_becomes_of_a_request_for_more_time_does_not_depend_on_when_the_worker_comes(
    house: House, story: str
) -> None:
    assert await what_became(house, story, looks=1) == await what_became(house, story, looks=25)


async def test_a_rival_who_comes_while_the_worker_is_away_waits_as_if_it_were_there(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    one, two = [(await a_partner(house, vendor, name))[1] for name in ("One", "Two")]
    held = await a_submission(one)
    house.clock.move(days=80)
    await house.drain()
    await ask(one, held, 40)
    house.clock.move(days=10 + 39)
    assert (await a_submission(two))["status"] == "waiting"
    assert ok(await admin.get(f"{DEALS}/{held['id']}"))["status"] == "approved"
