"""What was due before somebody asks is done before: nobody wins because the worker was late."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from tests.makers import Api, House, a_book_with, a_draft, a_partner, a_product, ok

DEALS = "/v1/deal-registrations"
YES = {"reason": "meets_policy"}
NO = {"reason": "not_qualified", "remedy": "Ask again."}
CHOICE = {"evidence": [{"kind": "customer_statement", "statement": "They chose us."}], "remedy": "Ask the customer."}
# Not quite one, so that nothing that was counted in hours ends just when something happens.
HOUR = 61 * 60
SILENT = {"on_silence": "approve", "review_hours": 10, "review_clock": "wall", "protection_anchor": "submission"}
# A person decides about what expands, and the rules about what is new.
FOR_A_PERSON, BY_RULES = "expansion", "new_business"
Became = list[tuple[str, bool, int | None]]


class World:
    """A vendor whose book lets silence approve after ten hours, and three partners.

    Shape: the worker comes after whatever happens and every third hour, or not before the end.
    """

    def __init__(self, house: House, admin: Api, partners: list[Api], *, is_there: bool) -> None:
        self.house, self.admin, self.partners, self.is_there = house, admin, partners, is_there

    async def work(self) -> None:
        if self.is_there:
            await self.house.drain()

    async def wait(self, hours: int) -> None:
        for begun in range(0, hours, 3):
            self.house.clock.move(seconds=min(3, hours - begun) * HOUR)
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
        """A person decides about a registration, or its partner acts on it; the status of the answer."""
        api, deal_id = self.deals[number]
        is_persons = body is not None and verb in ("approve", "reject", "override")
        return await self.say(f"{DEALS}/{deal_id}/{verb}", body, self.world.admin if is_persons else api)

    async def say(self, path: str, body: Any, api: Api | None = None) -> int:
        """Somebody, or a person of the vendor, says something; the status of the answer."""
        answer = await (api or self.world.admin).act(path, body)
        assert answer.status_code in (200, 201, 409), answer.text
        await self.world.work()
        return answer.status_code

    async def amend(self, number: int, *skus: str) -> Any:
        """Propose other products."""
        api, deal_id = self.deals[number]
        body = {"changes": {"products": [{"sku": sku, "quantity": 1} for sku in skus]}, "reason": "A second site."}
        made = ok(await api.act(f"{DEALS}/{deal_id}/amendments", body), 201)
        await self.world.work()
        return made

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


async def by_chance(story: Story, chance: random.Random) -> None:
    """Somebody does something."""
    verb = chance.choice(("release", "withdraw", "approve", "reject"))
    if chance.random() < 0.6 or not story.deals:
        skus = chance.choice((("EDR-100",), ("EDR-100",), ("XDR-200",), ("EDR-100", "XDR-200")))
        await story.register(chance.randrange(3), chance.choice((FOR_A_PERSON, BY_RULES)), skus)
    else:
        await story.act(chance.randrange(len(story.deals)), verb, {"approve": YES, "reject": NO}.get(verb))


async def told(house: House, seed: int, *, is_there: bool, **book: Any) -> list[Became]:
    """Some stories by chance, one a customer, and what became of everybody."""
    world = await a_world(house, is_there=is_there, **book)
    stories = [Story(world, f"Customer {number} SE") for number in range(4)]
    chances = [random.Random(f"{seed} {number}") for number in range(4)]
    time = random.Random(seed)
    for _ in range(6):
        for story, chance in zip(stories, chances, strict=True):
            await by_chance(story, chance)
        await world.wait(time.choice((0, 1, 4, 11)))
    world.is_there = True
    await world.work()
    for _ in range(4):
        house.clock.move(seconds=11 * HOUR)
        await world.work()
    return [await story.became() for story in stories]


ENDS = {"protection_days": 2, "expiring_notice_days": 1}
BOOKS = {
    "with a rule on claims": ENDS,
    "without a rule on claims": {**ENDS, "waits": False},
}


@pytest.mark.parametrize("book", BOOKS)
async def test_what_becomes_of_everybody_does_not_depend_on_when_the_worker_comes(house: House, book: str) -> None:
    late = await told(house, 5, is_there=False, **BOOKS[book])
    assert late == await told(house, 5, is_there=True, **BOOKS[book])


async def silence_then_the_rules(story: Story) -> None:
    await story.register(0, FOR_A_PERSON)
    await story.world.wait(11)
    await story.register(1)


async def silence_then_a_person(story: Story) -> None:
    await story.register(0, FOR_A_PERSON)
    await story.world.wait(5)
    other = await story.register(1, FOR_A_PERSON)
    await story.world.wait(6)
    assert await story.act(other, "approve", YES) == 409


async def silence_then_the_customers_choice(story: Story) -> None:
    await story.register(0, FOR_A_PERSON)
    await story.world.wait(5)
    other = await story.register(1, FOR_A_PERSON)
    await story.world.wait(6)
    assert await story.act(other, "override", CHOICE) == 200


async def silence_then_an_amendment(story: Story) -> None:
    holder = await story.register(1, skus=("XDR-200",))
    await story.register(0, FOR_A_PERSON)
    await story.world.wait(5)
    proposed = await story.amend(holder, "EDR-100", "XDR-200")
    await story.world.wait(6)
    assert await story.say(f"/v1/amendments/{proposed['id']}/accept", YES) == 409


async def an_amendment_in_silence_then_the_rules(story: Story) -> None:
    holder = await story.register(0)
    await story.amend(holder, "EDR-100", "XDR-200")
    await story.world.wait(11)
    await story.register(1, skus=("XDR-200",))


async def more_time_in_silence_then_the_rules(story: Story) -> None:
    holder = await story.register(0)
    await story.world.wait(40)
    body = {"days": 5, "reason": "procurement", "evidence": [{"kind": "email", "statement": "They sign in June."}]}
    assert await story.act(holder, "extension-requests", body) == 201
    await story.world.wait(9)
    await story.register(1)


async def an_end_then_a_third(story: Story) -> None:
    await story.register(0)
    await story.world.wait(5)
    await story.register(1)
    await story.world.wait(44)
    await story.register(2)


async def an_end_then_a_person_and_no_rule_on_claims(story: Story) -> None:
    holder = await story.register(0)
    await story.world.wait(1)
    await story.register(1)
    await story.world.wait(14)
    third = await story.register(2, FOR_A_PERSON)
    await story.world.wait(5)
    assert await story.act(holder, "release") == 200
    assert await story.act(third, "approve", YES) == 409


async def an_end_then_the_sale(story: Story) -> None:
    holder = await story.register(0)
    await story.world.wait(5)
    await story.register(1)
    await story.world.wait(44)
    assert await story.act(holder, "close-won", {}) == 409


async def progress_after_the_noticed_time(story: Story) -> None:
    holder = await story.register(0)
    await story.register(1)
    await story.world.wait(30)
    await story.world.house.drain()  # notice is given in time
    await story.world.wait(20)
    await story.act(holder, "move-stage", {"stage": "qualified"})
    await story.act(holder, "notes", {"body": "We met them.", "kind": "meeting"})


HOLDS, OVER = True, False
STORIES: list[tuple[Callable[[Story], Awaitable[None]], dict[str, Any], Became]] = [
    (silence_then_the_rules, {}, [("approved", HOLDS, None), ("waiting", OVER, 1)]),
    (silence_then_a_person, {}, [("approved", HOLDS, None), ("waiting", OVER, 1)]),
    (silence_then_the_customers_choice, {}, [("superseded", OVER, None), ("approved", HOLDS, None)]),
    (silence_then_an_amendment, {}, [("approved", HOLDS, None), ("approved", HOLDS, None)]),
    (an_amendment_in_silence_then_the_rules, {}, [("approved", HOLDS, None), ("waiting", OVER, 1)]),
    (more_time_in_silence_then_the_rules, ENDS, [("approved", HOLDS, None), ("waiting", OVER, 1)]),
    (an_end_then_a_third, ENDS, [("expired", OVER, None), ("approved", HOLDS, None), ("waiting", OVER, 1)]),
    (
        an_end_then_a_person_and_no_rule_on_claims, {"waits": False},
        [("released", OVER, None), ("approved", HOLDS, None), ("in_review", OVER, None)],
    ),
    (an_end_then_the_sale, ENDS, [("expired", OVER, None), ("approved", HOLDS, None)]),
    (
        progress_after_the_noticed_time, {"idle_days": 2, "idle_notice_days": 1},
        [("released", OVER, None), ("approved", HOLDS, None)],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("tell", "book", "expected"), STORIES, ids=[one[0].__name__ for one in STORIES])
async def test_nobody_wins_because_the_worker_was_late(
    house: House, tell: Callable[[Story], Awaitable[None]], book: dict[str, Any], expected: Became
) -> None:
    for is_there in (True, False):
        story = Story(await a_world(house, is_there=is_there, **book))
        await tell(story)
        await house.drain()
        assert await story.became() == expected, "with the worker" if is_there else "without"


async def test_what_a_request_does_for_the_worker_is_told_once_and_as_the_systems(house: House) -> None:
    world = await a_world(house, is_there=False)
    stories = [Story(world, f"Customer {number} SE") for number in range(4)]
    for story in stories:
        await story.register(0, FOR_A_PERSON)
    await world.wait(11)
    # The worker comes just then.
    await asyncio.gather(house.drain(), *(story.register(1) for story in stories))
    await house.drain()
    for story in stories:
        assert await story.became() == [("approved", HOLDS, None), ("waiting", OVER, 1)]
        review = ok(await world.admin.get("/v1/reviews", params={"subject_id": story.deals[0][1]}))["data"][0]
        for subject_id, once in ((story.deals[0][1], "deal_registration.approved"), (review["id"], "review.lapsed")):
            told = ok(await world.admin.get("/v1/events", params={"subject_id": subject_id, "limit": 200}))["data"]
            assert [one["type"] for one in told].count(once) == 1
            (found,) = [one for one in told if one["type"] == once]
            assert (found["actor"]["type"], found["request_id"]) == ("system", None)
