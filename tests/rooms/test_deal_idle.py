"""A protected deal with which nothing happens: notice, then what the book says."""

from typing import Any

from tests.makers import Api, House, a_book_with, a_partner, a_product, a_submission, ok

DEALS = "/v1/deal-registrations"
IDLE = {"idle_days": 30, "idle_notice_days": 10, "idle_overrides": [{"days": 60, "tier": "gold"}]}


def path(deal: Any, verb: str = "") -> str:
    return f"{DEALS}/{deal['id']}" + (f"/{verb}" if verb else "")


async def the_house(house: House, **changes: Any) -> tuple[Any, Api, Api, Api]:
    vendor, admin = await house.vendor()
    await a_product(admin)
    await a_book_with(admin, parameters=IDLE, **changes)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    return vendor, admin, one, two


async def later(house: House, days: int) -> None:
    house.clock.move(days=days)
    await house.drain()


async def news_of(api: Api, deal: Any) -> list[str]:
    told = ok(await api.get(f"/v1/events?subject_id={deal['id']}&limit=200"))["data"]
    return [one["type"].rpartition(".")[2] for one in told]


async def test_an_idle_protection_is_released_after_notice_and_the_queue_is_served(house: House) -> None:
    _, _, one, two = await the_house(house)
    held, second = await a_submission(one), await a_submission(two)
    assert held["protection"]["idle_at"] > held["protection"]["starts_at"]
    await later(house, 19)
    assert "idle_announced" not in await news_of(one, held)
    await later(house, 1)
    (notice,) = ok(await one.get(f"/v1/events?subject_id={held['id']}&type=deal_registration.idle_announced"))["data"]
    assert notice["data"]["idle_at"] == held["protection"]["idle_at"]
    await later(house, 9)
    assert ok(await one.get(path(held)))["status"] == "approved"
    await later(house, 1)
    ended = ok(await one.get(path(held)))
    assert (ended["status"], ended["reasons"]) == ("released", ["no_progress"])
    assert ended["remedies"] == ["Register the deal again once it moves."]
    assert (ended["protection"]["ended_how"], ended["protection"]["idle_at"]) == ("idle", None)
    assert ok(await two.get(path(second)))["status"] == "approved"
    decision = ok(await one.get(path(held, "decision")))
    assert (decision["action"], decision["kind"], decision["outcome"]) == (
        "deal_registration.idle",
        "automatic",
        "reject",
    )
    assert decision["facts"]["progress"]["idle_days"] == 30
    assert ok(await one.post(f"/v1/decisions/{decision['id']}/verify"))["holds"]
    assert (await news_of(one, held)).count("idle_released") == 1


async def test_whatever_happens_with_the_deal_begins_the_time_anew(house: House) -> None:
    _, _, one, _ = await the_house(house)
    held = await a_submission(one)
    await later(house, 25)
    ok(await one.post(path(held, "notes"), {"body": "Met them.", "kind": "meeting"}), 201)
    noted = ok(await one.get(path(held)))["protection"]["idle_at"]
    assert noted > held["protection"]["idle_at"]
    await later(house, 10)
    ok(await one.act(path(held, "move-stage"), {"stage": "qualified"}))
    await later(house, 19)
    assert ok(await one.get(path(held)))["status"] == "approved"
    assert (await news_of(one, held)).count("idle_announced") == 1
    await later(house, 1)
    await later(house, 10)
    assert ok(await one.get(path(held)))["status"] == "released"
    assert (await news_of(one, held)).count("idle_announced") == 2


async def test_a_book_may_leave_an_idle_deal_to_a_person_and_give_some_more_time(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    book = ok(await admin.get("/v1/rules-of-engagement"))
    rules = [rule for rule in book["rules"] if rule["key"] != "idle"]
    await a_book_with(admin, parameters=IDLE, rules=rules, cases=[])
    _, one = await a_partner(house, vendor, "One")
    _, gold = await a_partner(house, vendor, "Gold", tier="gold")
    held, longer = await a_submission(one), await a_submission(gold, "Globex SE")
    await later(house, 20)
    await later(house, 10)
    assert ok(await one.get(path(held)))["status"] == "approved"
    assert ok(await one.get(path(held)))["decision_id"] == held["decision_id"], "the approval stands"
    assert (await news_of(one, held)).count("idle_review_started") == 1
    found = ok(await admin.get(f"/v1/decisions?subject_id={held['id']}&outcome=review"))["data"]
    assert [one["action"] for one in found] == ["deal_registration.idle"]
    assert "idle_review_started" not in await news_of(gold, longer)
    revoke = {"reason": "no_progress", "remedy": "Register it again once it moves."}
    assert ok(await admin.act(path(held, "revoke"), revoke))["status"] == "revoked"
    await later(house, 20)
    await later(house, 10)
    assert (await news_of(gold, longer)).count("idle_review_started") == 1


async def test_what_was_granted_before_a_book_asked_for_progress_keeps_its_terms(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    held = await a_submission(one)
    assert held["protection"]["idle_at"] is None
    await a_book_with(admin, parameters=IDLE)
    await later(house, 45)
    assert ok(await one.get(path(held)))["status"] == "approved"


async def test_nobody_is_released_without_notice_though_the_worker_was_away(house: House) -> None:
    _, _, one, two = await the_house(house)
    held, second = await a_submission(one), await a_submission(two)
    await later(house, 45)
    (notice,) = ok(await one.get(f"/v1/events?subject_id={held['id']}&type=deal_registration.idle_announced"))["data"]
    assert notice["data"]["idle_at"] > held["protection"]["idle_at"]
    await later(house, 9)
    assert ok(await one.get(path(held)))["status"] == "approved"
    await later(house, 1)
    assert ok(await one.get(path(held)))["status"] == "released"
    assert ok(await two.get(path(second)))["status"] == "approved"
