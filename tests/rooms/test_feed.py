"""The feed as each caller sees it, and deliveries in the hands of an operator."""

from typing import Any
from uuid import UUID

from pydantic import Field
from tests.makers import Api, House, a_partner, ok, refused

from ecosystem_api.kernel.ids import decode, encode, new_uuid
from ecosystem_api.runtime.area import Area, Handler
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Event, Heard, plan, record, staff_only


class SiteOpened(Event):
    """A test's news, meant for one partner."""

    type = "site.opened"
    audience = "partner"
    city: str = Field(description="Where.", examples=["Graz"])
    rent: int = Field(description="For staff only.", examples=[7], json_schema_extra=staff_only())


class SiteCounted(Event):
    """A test's news, meant for staff."""

    type = "site.counted"
    audience = "staff"


class SiteRulesChanged(Event):
    """A test's news, meant for everyone."""

    type = "site_rules.changed"
    audience = "everyone"


def with_test_news(house: House) -> None:
    house.offer(Area("test/sites", events=(SiteOpened, SiteCounted, SiteRulesChanged)))


async def tell(house: House, vendor_id: UUID, event: Event, partner_id: UUID | None = None, **who: Any) -> str:
    caller = Caller(vendor_id, "client", who.get("actor_id", "cli_else"), Role.ADMIN, None, frozenset(), "req_else0001")
    async with house.machinery.database.transaction(vendor_id) as tx:
        await record(tx, caller, event, subject_id=who.get("subject_id", "site_1"), partner_id=partner_id)
    await house.drain()
    return "site_1"


async def feed(api: Api, query: str = "") -> list[dict[str, Any]]:
    """The whole feed of a caller, page by page."""
    seen, after = [], 0
    while True:
        page = ok(await api.get(f"/v1/events?limit=3&after={after}{query}"))
        seen += page["data"]
        after = page["next_after"]
        if not page["has_more"]:
            return seen


async def test_the_feed_gives_every_event_once_and_in_order(house: House) -> None:
    _, admin = await house.vendor()
    for number in range(7):
        ok(await admin.post("/v1/clients", {"name": f"c{number}", "role": "analyst"}), 201)
    await house.drain()
    seen = await feed(admin)
    assert [event["position"] for event in seen] == list(range(1, len(seen) + 1))
    assert seen[0]["type"] == "vendor.created"
    assert [event["type"] for event in seen[-7:]] == ["client.created"] * 7
    assert len({event["id"] for event in seen}) == len(seen)
    at_the_end = ok(await admin.get(f"/v1/events?after={len(seen)}"))
    assert at_the_end == {"data": [], "next_after": len(seen), "has_more": False}
    last = seen[-1]
    assert ok(await admin.get(f"/v1/events/{last['id']}")) == last
    assert last["actor"] == {"type": "client", "id": ok(await admin.get("/v1/me"))["actor_id"]}
    assert last["subject_id"] == last["data"]["client_id"]
    assert last["request_id"]


async def test_news_is_in_the_feed_only_when_it_has_its_position(house: House) -> None:
    _, admin = await house.vendor()
    assert ok(await admin.get("/v1/events"))["data"] == []
    await house.drain()
    assert ok(await admin.get("/v1/events"))["data"][0]["type"] == "vendor.created"


async def test_types_are_chosen_by_name_or_by_resource(house: House) -> None:
    _, admin = await house.vendor()
    body = {"email": "sam@vendor.example", "display_name": "Sam", "role": "manager"}
    member = ok(await admin.post("/v1/members", body), 201)
    ok(await admin.post(f"/v1/members/{member['id']}/deactivate"))
    await house.drain()
    assert {event["type"] for event in await feed(admin, "&type=member.*")} == {"member.added", "member.deactivated"}
    both = await feed(admin, "&type=member.added&type=vendor.created")
    assert [event["type"] for event in both] == ["vendor.created", "member.added"]
    only = await feed(admin, f"&subject_id={member['id']}")
    assert [event["type"] for event in only] == ["member.added", "member.deactivated"]
    for wrong in ("member", "mem.*", "member.*ed", "*", "vendor.create%"):
        problem = refused(await admin.get("/v1/events", params={"type": wrong}), 422, "unknown_event_type")
        assert problem["errors"][0]["pointer"] == "type"
    beyond = refused(await admin.get("/v1/events?after=12"), 422, "position_beyond_feed")
    assert beyond["errors"][0]["pointer"] == "after"
    refused(await admin.get("/v1/events?after=999999&wait=60"), 422, "position_beyond_feed")
    refused(await admin.get("/v1/events?after=-1"), 422)
    refused(await admin.get(f"/v1/events?after={2**63}"), 422)
    refused(await admin.get("/v1/events?limit=201"), 422)


async def test_a_partner_reads_its_own_news_and_that_for_everyone_without_what_staff_know(house: House) -> None:
    with_test_news(house)
    vendor, admin = await house.vendor()
    partner, reader = await a_partner(house, vendor, "One")
    mine, theirs = decode("par", partner["id"]), new_uuid()
    own_id = ok(await reader.get("/v1/me"))["actor_id"]
    await tell(house, vendor.id, SiteOpened(city="Graz", rent=900), mine)
    await tell(house, vendor.id, SiteOpened(city="Linz", rent=800), theirs)
    await tell(house, vendor.id, SiteCounted(), mine)
    await tell(house, vendor.id, SiteRulesChanged(), theirs)
    await tell(house, vendor.id, SiteOpened(city="Wien", rent=700), mine, actor_id=own_id)

    seen = [event for event in await feed(reader) if event["type"].startswith("site")]
    assert [(event["type"], event["data"]) for event in seen] == [
        ("site.opened", {"city": "Graz"}),
        ("site_rules.changed", {}),
        ("site.opened", {"city": "Wien"}),
    ]
    assert seen[0]["actor"] == {"type": "client", "id": None}
    assert seen[0]["request_id"] is None
    assert seen[0]["partner_id"] == encode("par", mine)
    assert seen[1]["partner_id"] is None, "whom else it concerns is not told"
    assert seen[2]["actor"]["id"] == own_id
    assert "rent" not in str(seen)

    told = await feed(admin, "&type=site.*")
    assert [event["data"] for event in told] == [
        {"city": "Graz", "rent": 900},
        {"city": "Linz", "rent": 800},
        {},
        {"city": "Wien", "rent": 700},
    ]
    refused(await reader.get(f"/v1/events/{told[1]['id']}"), 404)
    refused(await reader.get(f"/v1/events/{told[2]['id']}"), 404)
    assert ok(await reader.get(f"/v1/events/{told[0]['id']}")) == seen[0]


async def test_another_vendors_news_is_not_found(house: House) -> None:
    _, admin = await house.vendor()
    _, stranger = await house.vendor("Contoso")
    await house.drain()
    event = ok(await admin.get("/v1/events"))["data"][0]
    refused(await stranger.get(f"/v1/events/{event['id']}"), 404)
    assert event["id"] not in [other["id"] for other in await feed(stranger)]


class Trouble:
    """A handler that fails until it is mended."""

    def __init__(self) -> None:
        self.is_mended = False
        self.runs = 0

    async def run(self, tx: Tx, who: Caller, heard: Heard) -> None:
        self.runs += 1
        if not self.is_mended:
            raise RuntimeError("a secret of the handler")


async def test_a_delivery_given_up_is_tried_again_by_an_operator(house: House) -> None:
    trouble = Trouble()
    house.offer(Area("test/trouble", handlers=(Handler("test.trouble", trouble.run),)))
    vendor, admin = await house.vendor()
    async with house.machinery.database.transaction(vendor.id) as tx:
        await plan(tx, "test.trouble", subject_id="site_1", due_at=tx.now)
    await house.drain()
    waiting = ok(await admin.get("/v1/deliveries?state=pending&handler=test.trouble"))["data"][0]
    assert (waiting["attempts"], waiting["last_error"], waiting["event_id"]) == (1, "RuntimeError", None)
    refused(await admin.post(f"/v1/deliveries/{waiting['id']}/retry"), 409, "illegal_move")
    house.clock.move(hours=25)
    await house.drain()
    await admin.login()
    dead = ok(await admin.get("/v1/deliveries?state=dead"))["data"][0]
    assert (dead["id"], dead["attempts"]) == (waiting["id"], 2)
    assert dead["finished_at"]

    trouble.is_mended = True
    revived = ok(await admin.post(f"/v1/deliveries/{dead['id']}/retry"))
    assert (revived["state"], revived["attempts"], revived["finished_at"]) == ("pending", 0, None)
    await house.drain()
    assert ok(await admin.get("/v1/deliveries?state=done&handler=test.trouble"))["data"][0]["id"] == dead["id"]
    assert trouble.runs == 3
    told = await feed(admin, "&type=delivery.retried")
    assert [event["data"] for event in told] == [{"delivery_id": dead["id"], "handler": "test.trouble"}]


async def test_a_dead_reminder_gives_way_to_the_newer_one(house: House) -> None:
    trouble = Trouble()
    house.offer(Area("test/trouble", handlers=(Handler("test.trouble", trouble.run),)))
    vendor, admin = await house.vendor()
    for hours in (0, 25):
        house.clock.move(hours=hours)
        if not hours:
            async with house.machinery.database.transaction(vendor.id) as tx:
                await plan(tx, "test.trouble", subject_id="site_1", due_at=tx.now)
        await house.drain()
    async with house.machinery.database.transaction(vendor.id) as tx:
        await plan(tx, "test.trouble", subject_id="site_1", due_at=tx.now)
    await admin.login()
    dead = ok(await admin.get("/v1/deliveries?state=dead"))["data"][0]
    refused(await admin.post(f"/v1/deliveries/{dead['id']}/retry"), 409, "delivery_superseded")
    assert ok(await admin.get("/v1/deliveries?state=dead"))["data"][0]["id"] == dead["id"]


async def test_only_admins_tend_deliveries_and_only_their_own_vendors(house: House) -> None:
    trouble = Trouble()
    house.offer(Area("test/trouble", handlers=(Handler("test.trouble", trouble.run),)))
    vendor, admin = await house.vendor()
    _, stranger = await house.vendor("Contoso")
    async with house.machinery.database.transaction(vendor.id) as tx:
        await plan(tx, "test.trouble", subject_id="site_1", due_at=tx.now)
    await house.drain()
    found = ok(await admin.get("/v1/deliveries?handler=test.trouble"))["data"][0]
    assert ok(await stranger.get("/v1/deliveries?handler=test.trouble"))["data"] == []
    refused(await stranger.post(f"/v1/deliveries/{found['id']}/retry"), 404)
    manager = await house.client(vendor, "manager")
    assert refused(await manager.get("/v1/deliveries"), 403)["permission"] == "deliveries:read"
    denied = refused(await manager.post(f"/v1/deliveries/{found['id']}/retry"), 403)
    assert denied["permission"] == "deliveries:retry"
