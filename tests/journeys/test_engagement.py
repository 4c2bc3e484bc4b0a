"""What partners live through with a program: the queue on day 91, the cap of 25, the customer who chooses another."""

from typing import Any

from tests.makers import Api, House, a_partner, a_product, a_submission, ok

DEALS, CLOCK = "/v1/deal-registrations", "/v1/sandbox/clock"
DAY = 86_400
SHOWN = [{"kind": "customer_statement", "statement": "We buy from Two."}]


def path(deal: Any, verb: str = "") -> str:
    return f"{DEALS}/{deal['id']}" + (f"/{verb}" if verb else "")


async def a_sandbox(house: House, *names: str) -> tuple[Api, list[Api]]:
    vendor, admin = await house.vendor(is_sandbox=True)
    await a_product(admin)
    return admin, [(await a_partner(house, vendor, name))[1] for name in names]


async def days_pass(house: House, admin: Api, days: int) -> None:
    ok(await admin.post(CLOCK, {"advance_seconds": days * DAY}))
    await house.drain()


async def states(*deals: tuple[Api, Any]) -> list[str]:
    return [ok(await api.get(path(deal)))["status"] for api, deal in deals]


async def test_on_day_91_the_first_in_the_queue_is_promoted_and_the_second_moves_up(house: House) -> None:
    admin, (one, two, three) = await a_sandbox(house, "One", "Two", "Three")
    held, second, third = [await a_submission(api) for api in (one, two, three)]
    await days_pass(house, admin, 90)
    assert await states((one, held), (two, second), (three, third)) == ["expired", "approved", "waiting"]
    assert ok(await three.get(path(third)))["queue"] == {"place": 1, "length": 1, "region": None}
    mine = ok(await two.get(f"/v1/events?subject_id={second['id']}"))["data"]
    told = [news["type"].rpartition(".")[2] for news in mine if news["type"].startswith("deal_registration.")]
    assert told == ["created", "submitted", "queued", "promoted", "approved"]
    protection = ok(await two.get(path(second)))["protection"]
    assert protection["starts_at"] >= ok(await one.get(path(held)))["protection"]["ends_at"]
    await days_pass(house, admin, 91)
    assert await states((one, held), (two, second), (three, third)) == ["expired", "expired", "approved"]


async def test_a_partner_has_25_registrations_open_and_the_26th_keeps_its_place(house: House) -> None:
    _, (one, two) = await a_sandbox(house, "One", "Two")
    deals = [await a_submission(one, f"{name} AG") for name in CUSTOMERS]
    assert {deal["status"] for deal in deals} == {"approved"}
    late = await a_submission(one, "Zenith Foods AG")
    assert (late["status"], late["reasons"]) == ("action_required", ["capacity_reached", "clear_path"])
    assert late["remedies"] == [
        "Release or close a registration you no longer pursue; this one keeps its place meanwhile."
    ]
    assert (await a_submission(two, "Oberon Gas AG"))["status"] == "approved", "another partner has its own 25"
    ok(await one.act(path(deals[0], "release")))
    again = ok(await one.act(path(late, "submit")))
    assert (again["status"], again["submitted_at"]) == ("approved", late["submitted_at"])


async def test_the_customer_chooses_in_writing_and_everybody_reads_what_that_means(house: House) -> None:
    admin, (one, two, three) = await a_sandbox(house, "One", "Two", "Three")
    held, second, third = [await a_submission(api) for api in (one, two, three)]
    await days_pass(house, admin, 30)
    body = {"evidence": SHOWN, "remedy": "Agree with us on the part you have in this deal."}
    won = ok(await admin.act(path(second, "override"), body))
    await house.drain()
    assert await states((one, held), (two, second), (three, third)) == ["superseded", "approved", "waiting"]
    lost = ok(await one.get(path(held)))
    assert lost["remedies"] == [body["remedy"]]
    shares = [ok(await api.get(path(deal, "decision")))["runner_up_percent"] for api, deal in ((one, held), (two, won))]
    assert shares == [10, 10], "both read the share of the runner-up"
    everything = str([ok(await one.get(way)) for way in (path(held), path(held, "decision"), "/v1/events?limit=200")])
    assert won["id"] not in everything
    assert won["partner_id"] not in everything
    # The new claim runs for its own time, and then the queue goes on.
    await days_pass(house, admin, 89)
    assert await states((two, second), (three, third)) == ["approved", "waiting"]
    await days_pass(house, admin, 1)
    assert await states((two, second), (three, third)) == ["expired", "approved"]


CUSTOMERS = (
    "Amber Mining", "Boreal Paper", "Cobalt Shipping", "Dorado Insurance", "Ember Steel",
    "Fjord Energy", "Granite Bank", "Harbour Tools", "Indigo Textiles", "Jasper Water",
    "Krypton Optics", "Lagoon Hotels", "Marble Bricks", "Nimbus Air", "Onyx Chemicals",
    "Pampas Beef", "Quartz Clocks", "Ruby Cosmetics", "Sahara Solar", "Tundra Logistics",
    "Umber Paints", "Velvet Fashion", "Willow Timber", "Xylem Pumps", "Yarrow Pharma",
)  # fmt: skip
