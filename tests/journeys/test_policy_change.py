"""A vendor changes its policy: drafted, tried on the past, announced, in force, and told apart from the old one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.makers import Api, House, a_partner, a_product, a_submission, ok, refused

BOOKS, DEALS, RULES = "/v1/rule-books", "/v1/deal-registrations", "/v1/rules-of-engagement"
LARGE = {
    "key": "large", "on": ["deal_registration.submit"], "outcome": "review", "reason": "large",
    "when": "deal.amount_minor >= 10000000",
    "statement": "A large deal is decided by a person.", "remedy": "Nothing to do.",
}  # fmt: skip
IS_LARGE = {"name": "a large deal is reviewed", "action": "deal_registration.submit", "outcome": "review",
            "facts": {"deal": {"amount_minor": 10_000_000}}}  # fmt: skip


def euros(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


async def simulate(house: House, admin: Api, path: str) -> tuple[Any, list[Any]]:
    """The simulation of a draft when it has ended, and what it would have decided otherwise."""
    where = (await admin.post(f"{path}/simulations", {})).headers["location"]
    await house.drain()
    done = ok(await admin.get(where))
    assert done["status"] == "completed"
    return done, ok(await admin.get(f"{where}/flips"))["data"]


async def reach(house: House, admin: Api, instant: str) -> None:
    now = datetime.fromisoformat(ok(await admin.get("/v1/sandbox/clock"))["now"])
    seconds = int((datetime.fromisoformat(instant) - now).total_seconds()) + 1
    ok(await admin.post("/v1/sandbox/clock", {"advance_seconds": seconds}))
    await house.drain()


@dataclass
class World:
    """A vendor whose partners were decided about by its first book."""

    admin: Api
    boutique: Api
    integrator: Api
    giant: str
    large: Any
    decisions: list[str]
    first: Any


async def begin(house: House) -> World:
    vendor, admin = await house.vendor(is_sandbox=True)
    await a_product(admin)
    _, boutique = await a_partner(house, vendor, "Two People and a Dog SL", size_band="small")
    giant, integrator = await a_partner(house, vendor, "Worldwide Integration plc", size_band="global")
    deals = [await a_submission(boutique, f"Customer {number} AG", amount=euros("9000.00")) for number in range(3)]
    large = await a_submission(integrator, "Municipal Utilities Holding AG", amount=euros("400000.00"))
    assert [deal["status"] for deal in (*deals, large)] == ["approved"] * 4
    decisions = [await decision_of(admin, deal) for deal in (*deals, large)]
    first = ok(await boutique.get(RULES))
    assert {one["book_hash"] for one in decisions} == {first["content_hash"]}
    return World(admin, boutique, integrator, giant["id"], large, [one["id"] for one in decisions], first)


async def decision_of(api: Api, deal: Any) -> Any:
    return ok(await api.get(f"{DEALS}/{deal['id']}/decision"))


async def write(house: House, world: World) -> str:
    """The draft, by its path: its author tries it, sees whom it would have met, and tries again."""
    admin = world.admin
    draft = ok(await admin.post(BOOKS, {"name": "Rules with a second look"}), 201)
    path = f"{BOOKS}/{draft['id']}"
    too_low = {**LARGE, "when": "deal.amount_minor >= 100000"}
    clear = next(place for place, rule in enumerate(draft["rules"]) if rule["key"] == "clear_path")
    rules, rest = draft["rules"][:clear], draft["rules"][clear:]
    ok(await admin.patch(path, {"rules": [*rules, too_low, *rest]}))
    done, _ = await simulate(house, admin, path)
    assert (done["total"], done["flips"], done["partners_affected"]) == (4, 4, 2)
    ok(await admin.patch(path, {"rules": [*rules, LARGE, *rest]}))
    done, flips = await simulate(house, admin, path)
    assert (done["flips"], done["partners_affected"]) == (1, 1)
    assert done["value"] == [{**euros("400000.00"), "count": 1}]
    assert [(flip["decision_id"], flip["partner_id"], flip["before"], flip["after"]) for flip in flips] == [
        (world.decisions[-1], world.giant, "approve", "review")
    ]
    sizes = {group["value"]: (group["judged"], group["flips"]) for group in done["groups"] if group["by"] == "size"}
    assert sizes == {"small": (3, 0), "global": (1, 1)}
    return path


async def publish(admin: Api, path: str) -> Any:
    """A case that comes out otherwise blocks, and so does a change as large as this without a reason."""
    given = ok(await admin.get(path))["cases"]
    ok(await admin.patch(path, {"cases": [*given, {**IS_LARGE, "outcome": "approve"}]}))
    assert refused(await admin.act(f"{path}/publish", {}), 409, "golden_cases_fail")["cases"][0]["outcome"] == "review"
    ok(await admin.patch(path, {"cases": [*given, IS_LARGE]}))
    assert refused(await admin.act(f"{path}/publish", {}), 409, "flips_need_reason")["flips"] == 1
    now = datetime.fromisoformat(ok(await admin.get("/v1/sandbox/clock"))["now"])
    said = {"effective_from": (now + timedelta(days=30)).isoformat(), "reason": "Two large deals went wrong."}
    published = ok(await admin.act(f"{path}/publish", said))
    assert published["publication"] == {
        "cases": len(given) + 1, "replayed": 4, "not_judgeable": 0, "flips": 1, "reason": said["reason"],
        "warnings": [],
    }  # fmt: skip
    return published


async def test_a_policy_is_changed_in_the_open(house: House) -> None:
    world = await begin(house)
    admin, boutique, integrator, first = world.admin, world.boutique, world.integrator, world.first
    path = await write(house, world)
    published = await publish(admin, path)
    begins = published["effective_from"]

    # Partners are told and read what is coming, told apart from the book in force, by which they are judged until then.
    await house.drain()
    news = ok(await integrator.get("/v1/events", params={"type": "rule_book.published"}))["data"][-1]["data"]
    assert (news["content_hash"], news["number"]) == (published["content_hash"], published["number"])
    assert datetime.fromisoformat(news["effective_from"]) == datetime.fromisoformat(begins)
    assert ok(await boutique.get(RULES))["content_hash"] == first["content_hash"]
    coming = ok(await boutique.get(RULES, params={"as_of": begins}))
    assert (coming["content_hash"], coming["previous_number"]) == (published["content_hash"], first["number"])
    assert {change["place"]: change["kind"] for change in coming["changes"]} == {
        "name": "changed", "rules/large": "added",
    }  # fmt: skip
    diff = ok(await admin.get(f"{path}/diff", params={"against": first["id"]}))
    *told, of_case = diff["changes"]
    assert told == coming["changes"], "what partners read, and the author's own trial besides"
    assert of_case["place"] == f"cases/{IS_LARGE['name']}"
    early = await a_submission(integrator, "Harbour Works GmbH", amount=euros("400000.00"))
    assert early["status"] == "approved"

    # From its first instant on it decides, and nothing that was decided before becomes untrue.
    await reach(house, admin, begins)
    late = await a_submission(integrator, "Northern Rail AG", amount=euros("400000.00"))
    small = await a_submission(boutique, "Quayside Bakers GmbH", amount=euros("9000.00"))
    assert (late["status"], late["reasons"], small["status"]) == ("in_review", ["large", "clear_path"], "approved")
    assert (await decision_of(admin, early))["book_hash"] == first["content_hash"]
    newest = await decision_of(integrator, late)
    assert newest["book_hash"] == published["content_hash"]
    for decision in (*world.decisions, newest["id"]):
        assert ok(await admin.post(f"/v1/decisions/{decision}/verify"))["holds"]
    assert ok(await integrator.post(f"/v1/decisions/{world.decisions[-1]}/verify"))["holds"]
    assert ok(await integrator.get(f"{DEALS}/{world.large['id']}"))["status"] == "approved"
    then = ok(await boutique.get(RULES, params={"as_of": first["effective_from"]}))
    assert then["content_hash"] == first["content_hash"]
