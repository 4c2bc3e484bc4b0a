"""One customer that everybody wants, and all that can happen to its claim: what the races of pairs are made of."""

import asyncio
import random
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from tests.makers import Api, House, a_book_with, a_draft, a_partner, a_product, a_submission, ok
from tests.rooms.courts import ALL_SAID, DEALS, DISPUTES, OVERTURN, REJECT, appealed

EDR, XDR = {"sku": "EDR-100"}, {"sku": "XDR-200"}
SHOWN = [{"kind": "customer_statement", "statement": "We want them."}]
MEETS = {"reason": "meets_policy"}
LEGAL = {200, 201, 308, 409, 412}
CHOSEN = {"next": {"override"}, "other": {"approve", "merge"}}
"""Who may have been preferred to who came first: by a person, or as two customers became one after it was decided."""


async def until_answered(ask: Callable[[], Awaitable[httpx.Response]]) -> httpx.Response:
    """As a client does: what could not be had in time on a busy machine (503, 429) is asked again when it says so."""
    while True:
        answer = await ask()
        if answer.status_code not in (503, 429):
            return answer
        await asyncio.sleep(int(answer.headers["retry-after"]))


@dataclass
class Stage:
    """A vendor whose protection lasts a day, its partners, and two people who decide."""

    house: House
    vendor: Any
    admin: Api
    judge: Api
    partners: dict[str, Api]
    by_region: bool = False


async def a_stage(house: House, *, by_region: bool = False) -> Stage:
    vendor, admin = await house.vendor()
    for sku in ("EDR-100", "XDR-200"):
        await a_product(admin, sku)
    limits = {"capacity": 100_000, "protection_days": 1, "expiring_notice_days": 0, "overlap_by_region": by_region}
    await a_book_with(admin, parameters=limits)
    house.clock.move(seconds=1)
    homes = {"first": ["FR"], "holder": ["DE"], "next": ["DE"], "abroad": ["FR"], "late": ["DE"], "other": ["FR"]}
    partners = {
        name: (await a_partner(house, vendor, name.title(), territories=where))[1] for name, where in homes.items()
    }
    return Stage(house, vendor, admin, await house.client(vendor, "manager"), partners, by_region)


@dataclass
class Scene:
    """One customer as it stands before two things happen to it at once.

    Shape: `first` was rejected and appeals; `holder` holds one product and would like the other; `next` waits behind
    it; `abroad` asks for the other product, and a person decides; `late` has not asked yet for both; `other` asks for
    the first product at an account that turns out to be the same customer. `regions` are those for which they ask:
    where the book parts them, `first` and `next` stand in one line with `holder`, and the others anywhere.
    """

    stage: Stage
    deals: dict[str, Any]
    case: Any
    amendment: Any
    customer: str
    regions: dict[str, str | None]

    def path(self, name: str) -> str:
        return f"{DEALS}/{self.deals[name]['id']}"

    async def settle(self) -> None:
        """Let the worker end what was begun, and what it puts off because somebody stood in its way."""
        for _ in range(2):
            await self.stage.house.drain()
            self.stage.house.clock.move(seconds=100)
        await self.stage.house.drain()


async def a_scene(stage: Stage) -> Scene:
    partners, clock, customer = stage.partners, stage.house.clock, f"{secrets.token_hex(6)} works"
    regions: dict[str, str | None] = dict.fromkeys(("first", "next"), random.choice(("dach", None))) | {
        "holder": "dach",
        **{name: random.choice(("dach", "nordics", None)) for name in ("abroad", "late", "other", "us")},
    }
    deals = {"first": await a_submission(partners["first"], customer, region=regions["first"])}
    deals["first"] = ok(await stage.admin.act(f"{DEALS}/{deals['first']['id']}/reject", REJECT))
    for name, where, products in (
        ("holder", customer, [EDR]),
        ("next", customer, [EDR]),
        ("abroad", customer, [XDR]),
        ("other", f"{secrets.token_hex(6)} limited", [EDR]),
    ):
        clock.move(seconds=1)
        deals[name] = await a_submission(partners[name], where, products=products, region=regions[name])
    clock.move(seconds=1)
    deals["late"] = await a_draft(partners["late"], customer, products=[EDR, XDR], region=regions["late"])
    stands = {name: deal["status"] for name, deal in deals.items()}
    assert stands == {
        "first": "rejected", "holder": "approved", "next": "waiting", "abroad": "in_review", "other": "in_review",
        "late": "draft",
    }  # fmt: skip
    case = await appealed(partners["first"], deals["first"])
    ok(await partners["holder"].post(f"{DISPUTES}/{case['id']}/evidence", ALL_SAID))
    path = f"{DEALS}/{deals['holder']['id']}"
    ok(await partners["holder"].act(f"{path}/move-stage", {"stage": "qualified"}))
    moved: dict[str, Any] = {"region": random.choice(("nordics", None))} if stage.by_region else {}
    both: dict[str, Any] = {"products": [EDR, XDR]}
    changes = random.choice((both, {**both, **moved}, moved or both))
    asked = {"changes": changes, "reason": "They want more."}
    amendment = ok(await partners["holder"].act(f"{path}/amendments", asked), 201)
    return Scene(stage, deals, case, amendment, customer, regions)


Move = Callable[[Scene], Coroutine[Any, Any, list[httpx.Response]]]


async def act_once(api: Api, path: str, body: Any = None) -> list[httpx.Response]:
    """Ask as a client does that must not ask twice."""
    return [await until_answered(lambda: api.act(path, body))]


async def approve(scene: Scene) -> list[httpx.Response]:
    admin = scene.stage.admin
    answers = await asyncio.gather(
        *(act_once(admin, f"{scene.path(name)}/approve", MEETS) for name in ("abroad", "other"))
    )
    return [answer for one in answers for answer in one]


async def expire(scene: Scene) -> list[httpx.Response]:
    house = scene.stage.house
    left = datetime.fromisoformat(scene.deals["holder"]["protection"]["ends_at"]) - house.clock()
    house.clock.move(seconds=max(left.total_seconds(), 0) + 0.1)
    await house.drain()
    return []


async def release(scene: Scene) -> list[httpx.Response]:
    return await act_once(scene.stage.partners["holder"], f"{scene.path('holder')}/release")


async def revoke(scene: Scene) -> list[httpx.Response]:
    body = {"reason": "no_progress", "remedy": "Register what is true."}
    return await act_once(scene.stage.admin, f"{scene.path('holder')}/revoke", body)


async def withdraw(scene: Scene) -> list[httpx.Response]:
    return await act_once(scene.stage.partners["next"], f"{scene.path('next')}/withdraw")


async def appeal(scene: Scene) -> list[httpx.Response]:
    return await act_once(scene.stage.judge, f"{DISPUTES}/{scene.case['id']}/decide", OVERTURN)


async def bypass(scene: Scene) -> list[httpx.Response]:
    told = {
        "external_id": {"system": "crm", "id": scene.customer},
        "customer": {"name": scene.customer, "country": "DE"},
        "title": "Our own", "products": ["EDR-100", "XDR-200"], "stage": "proposal", "opened_on": "2026-01-31",
        "region": scene.regions["us"],
    }  # fmt: skip
    return await act_once(scene.stage.admin, "/v1/vendor-opportunities", told)


async def extend(scene: Scene) -> list[httpx.Response]:
    body = {"days": 1, "reason": "procurement", "evidence": SHOWN}
    return await act_once(scene.stage.partners["holder"], f"{scene.path('holder')}/extension-requests", body)


async def amend(scene: Scene) -> list[httpx.Response]:
    return await act_once(scene.stage.admin, f"/v1/amendments/{scene.amendment['id']}/accept", MEETS)


async def merge(scene: Scene) -> list[httpx.Response]:
    body = {"into_id": scene.deals["other"]["account_id"], "reason": "duplicate"}
    return await act_once(scene.stage.admin, f"/v1/accounts/{scene.deals['holder']['account_id']}/merge", body)


async def override(scene: Scene) -> list[httpx.Response]:
    body = {"evidence": SHOWN, "remedy": "Agree with us on your part."}
    return await act_once(scene.stage.admin, f"{scene.path('next')}/override", body)


async def submit(scene: Scene) -> list[httpx.Response]:
    return await act_once(scene.stage.partners["late"], f"{scene.path('late')}/submit")


MOVES: tuple[Move, ...] = (
    approve, expire, release, revoke, withdraw, appeal, bypass, extend, amend, merge, override, submit,
)  # fmt: skip


async def at_once(scene: Scene, *moves: Move) -> dict[str, list[httpx.Response]]:
    """All of it at the same instant or a few milliseconds apart, with the worker at work beside it."""

    async def soon(move: Move) -> list[httpx.Response]:
        await asyncio.sleep(random.choice((0, random.uniform(0, 0.03))))
        return await move(scene)

    answers, _ = await asyncio.gather(asyncio.gather(*map(soon, moves)), scene.stage.house.drain())
    await scene.settle()
    given: dict[str, list[httpx.Response]] = {}
    for move, one in zip(moves, answers, strict=True):
        given.setdefault(move.__name__, []).extend(one)
    for name, found in given.items():
        assert {answer.status_code for answer in found} <= LEGAL, (name, [answer.text for answer in found])
    return given
