"""What was due before somebody asks is done before: nobody wins because the worker was late."""

import random
from typing import Any

import pytest
from tests.makers import Api, House, a_partner, a_product, a_submission, ok
from tests.rooms.desk import DEALS, publish

YES = {"reason": "meets_policy"}
NO = {"reason": "not_qualified", "remedy": "Ask again."}
HOUR = 3600
SILENT = {"on_silence": "approve", "review_hours": 10, "review_clock": "wall", "protection_anchor": "submission"}


class Stage:
    """A vendor whose book lets silence approve after ten hours, three partners, and what they registered.

    The worker comes after every hour, or only when it is called.
    """

    def __init__(self, house: House, admin: Api, partners: list[Api], *, is_there: bool) -> None:
        self.house, self.admin, self.partners, self.is_there = house, admin, partners, is_there
        self.deals: list[tuple[Api, str]] = []

    async def work(self) -> None:
        """The worker, if it is there."""
        if self.is_there:
            await self.house.drain()

    async def wait(self, hours: int) -> None:
        for _ in range(hours):
            self.house.clock.move(seconds=HOUR)
            await self.work()

    async def register(self, partner: int, *skus: str, **fields: Any) -> int:
        """Submit a registration of the one customer; answer its number in the story."""
        products = [{"sku": sku, "quantity": 1} for sku in skus or ("EDR-100",)]
        deal = await a_submission(self.partners[partner], products=products, **fields)
        self.deals.append((self.partners[partner], deal["id"]))
        await self.work()
        return len(self.deals) - 1

    async def act(self, number: int, verb: str, body: Any = None) -> int:
        """A person, or the partner, says something about a registration; answer how that was answered."""
        api, deal_id = self.deals[number]
        answer = await (self.admin if body else api).act(f"{DEALS}/{deal_id}/{verb}", body)
        assert answer.status_code in (200, 409), answer.text
        await self.work()
        return answer.status_code

    async def read(self, number: int) -> Any:
        return ok(await self.admin.get(f"{DEALS}/{self.deals[number][1]}"))

    async def became(self) -> list[tuple[str, bool, int | None]]:
        """What has become of each: its status, whether it is protected, its place in the queue."""
        await self.house.drain()
        return [_became(await self.read(number)) for number in range(len(self.deals))]


def _became(deal: Any) -> tuple[str, bool, int | None]:
    protection, queue = deal["protection"], deal["queue"]
    return deal["status"], bool(protection and protection["ended_how"] is None), queue and queue["place"]


async def a_stage(house: House, name: str, *, is_there: bool, **parameters: Any) -> Stage:
    vendor, admin = await house.vendor(name)
    for sku in ("EDR-100", "XDR-200"):
        await a_product(admin, sku)
    await publish(admin, **{**SILENT, **parameters})
    partners = [(await a_partner(house, vendor, one))[1] for one in ("One", "Two", "Three")]
    return Stage(house, admin, partners, is_there=is_there)


async def told(house: House, seed: int, *, is_there: bool) -> list[tuple[str, bool, int | None]]:
    """A small story by chance, and what became of everybody."""
    chance = random.Random(seed)
    stage = await a_stage(house, f"Story {seed} {is_there}", is_there=is_there)
    for _ in range(chance.randint(5, 9)):
        move, verb = chance.random(), chance.choice(("release", "withdraw", "approve", "reject"))
        if move < 0.5 or not stage.deals:
            skus = chance.choice((("EDR-100",), ("EDR-100",), ("XDR-200",), ("EDR-100", "XDR-200")))
            await stage.register(chance.randrange(3), *skus)
        else:
            number = chance.randrange(len(stage.deals))
            await stage.act(number, verb, {"approve": YES, "reject": NO}.get(verb))
        await stage.wait(chance.choice((0, 1, 4, 11)))
    stage.is_there = True
    await stage.work()
    await stage.wait(1)
    for _ in range(5):
        await stage.wait(1)
        stage.house.clock.move(seconds=10 * HOUR)
    return await stage.became()


@pytest.mark.parametrize("seed", range(12))
async def test_what_becomes_of_everybody_does_not_depend_on_when_the_worker_comes(house: House, seed: int) -> None:
    assert await told(house, seed, is_there=False) == await told(house, seed, is_there=True)
