"""What was due before somebody asks is done before: nobody wins because the worker was late."""

import random
from typing import Any

import pytest
from tests.makers import Api, House, a_book_with, a_draft, a_partner, a_product, ok

DEALS = "/v1/deal-registrations"
YES = {"reason": "meets_policy"}
NO = {"reason": "not_qualified", "remedy": "Ask again."}
CHOICE = {"evidence": [{"kind": "customer_letter", "statement": "They chose us."}], "remedy": "Ask the customer."}
# Not quite one, so that nothing that was counted in hours ends just when something happens.
HOUR = 61 * 60
SILENT = {"on_silence": "approve", "review_hours": 10, "review_clock": "wall", "protection_anchor": "submission"}
# A person decides about what expands, and the rules about what is new.
FOR_A_PERSON, BY_RULES = "expansion", "new_business"
Became = list[tuple[str, bool, int | None]]


class World:
    """A vendor whose book lets silence approve after ten hours, and three partners.

    Shape: the worker comes after whatever happens and every hour, or not before the end.
    """

    def __init__(self, house: House, admin: Api, partners: list[Api], *, is_there: bool) -> None:
        self.house, self.admin, self.partners, self.is_there = house, admin, partners, is_there

    async def work(self) -> None:
        if self.is_there:
            await self.house.drain()

    async def wait(self, hours: int) -> None:
        for _ in range(hours):
            self.house.clock.move(seconds=HOUR)
            await self.work()


class Story:
    """What is registered of one customer in a world, in order."""

    def __init__(self, world: World, customer: str = "Acme Industries GmbH") -> None:
        self.world, self.customer = world, customer
        self.deals: list[tuple[Api, str]] = []

    async def register(self, partner: int, kind: str = BY_RULES, skus: tuple[str, ...] = ("EDR-100",)) -> int:
        """Submit a registration; answer its number in the story."""
        api = self.world.partners[partner]
        products = [{"sku": sku, "quantity": 1} for sku in skus]
        deal = await a_draft(api, self.customer, deal_type=kind, products=products)
        self.deals.append((api, deal["id"]))
        ok(await api.act(f"{DEALS}/{deal['id']}/submit"))
        await self.world.work()
        return len(self.deals) - 1

    async def act(self, number: int, verb: str, body: Any = None) -> int:
        """A person, with a body, or else the partner says something of a registration; the status of the answer."""
        api, deal_id = self.deals[number]
        answer = await (self.world.admin if body else api).act(f"{DEALS}/{deal_id}/{verb}", body)
        assert answer.status_code in (200, 201, 409), answer.text
        await self.world.work()
        return answer.status_code

    async def became(self) -> Became:
        """Of each its status, whether it is protected, and its place in the queue."""
        found = []
        for _, deal_id in self.deals:
            deal = ok(await self.world.admin.get(f"{DEALS}/{deal_id}"))
            protection, queue = deal["protection"], deal["queue"]
            held = protection is not None and protection["ended_how"] is None
            found.append((deal["status"], held, queue and queue["place"]))
        return found


async def a_world(house: House, *, is_there: bool, waits: bool = True, **parameters: Any) -> World:
    """A vendor by itself. Shape: `waits` says whether its book has a rule on claims."""
    vendor, admin = await house.vendor(f"Vendor {is_there}")
    for sku in ("EDR-100", "XDR-200"):
        await a_product(admin, sku)
    book = ok(await admin.get("/v1/rule-books"))["data"][0]
    rules = ok(await admin.get(f"/v1/rule-books/{book['id']}"))["rules"]
    kept = [rule for rule in rules if waits or rule["key"] not in ("protected_claim", "duplicate")]
    await a_book_with(admin, parameters={**SILENT, **parameters}, rules=kept, cases=[])
    house.clock.move(seconds=1)
    partners = [(await a_partner(house, vendor, one))[1] for one in ("One", "Two", "Three")]
    return World(house, admin, partners, is_there=is_there)


async def by_chance(story: Story, chance: random.Random, kinds: tuple[str, ...]) -> None:
    """Somebody does something."""
    verb = chance.choice(("release", "withdraw", "approve", "reject"))
    if chance.random() < 0.6 or not story.deals:
        skus = chance.choice((("EDR-100",), ("EDR-100",), ("XDR-200",), ("EDR-100", "XDR-200")))
        await story.register(chance.randrange(3), chance.choice(kinds), skus)
    else:
        await story.act(chance.randrange(len(story.deals)), verb, {"approve": YES, "reject": NO}.get(verb))


async def told(house: House, seed: int, kinds: tuple[str, ...], *, is_there: bool, **book: Any) -> list[Became]:
    """Some stories by chance, one a customer, and what became of everybody."""
    world = await a_world(house, is_there=is_there, **book)
    stories = [Story(world, f"Customer {number} SE") for number in range(8)]
    chances = [random.Random(f"{seed} {number}") for number in range(8)]
    time = random.Random(seed)
    for _ in range(7):
        for story, chance in zip(stories, chances, strict=True):
            await by_chance(story, chance, kinds)
        await world.wait(time.choice((0, 1, 4, 11)))
    world.is_there = True
    await world.work()
    for _ in range(4):
        house.clock.move(seconds=11 * HOUR)
        await world.work()
    return [await story.became() for story in stories]


BOOKS: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "silence approves": ((FOR_A_PERSON, BY_RULES), {}),
    "silence approves, and no rule is on claims": ((FOR_A_PERSON, BY_RULES), {"waits": False}),
    "protections end": ((BY_RULES,), {"protection_days": 2, "expiring_notice_days": 1}),
    "protections end, and no rule is on claims": (
        (BY_RULES,), {"protection_days": 2, "expiring_notice_days": 1, "waits": False},
    ),
}  # fmt: skip


@pytest.mark.parametrize("book", BOOKS)
async def test_what_becomes_of_everybody_does_not_depend_on_when_the_worker_comes(house: House, book: str) -> None:
    kinds, parameters = BOOKS[book]
    for seed in range(1):
        late = await told(house, seed, kinds, is_there=False, **parameters)
        assert late == await told(house, seed, kinds, is_there=True, **parameters)
