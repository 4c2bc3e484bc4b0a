"""A small boutique against a global integrator: one book, one clock for each, and the first in time is served first."""

from datetime import datetime
from typing import Any

from tests.makers import Api, House, a_partner, a_product, a_submission, ok

DEALS = "/v1/deal-registrations"
CUSTOMER = "Municipal Utilities Holding AG"
LOOKED_AT = {
    "key": "looked_at", "on": ["deal_registration.submit"], "outcome": "review", "reason": "looked_at",
    "when": "deal.type == 'new_business' && !claims.held_by_other",
    "statement": "New business is looked at by a person.",
}  # fmt: skip
OFFICE = {
    "key": "office", "name": "Office", "time_zone": "Europe/Madrid", "is_default": True,
    "hours": [{"day": day, "opens": "09:00", "closes": "17:00"}
              for day in ("monday", "tuesday", "wednesday", "thursday", "friday")],
}  # fmt: skip


async def publish(admin: Api) -> Any:
    book = ok(await admin.post("/v1/rule-books", {}), 201)
    path = f"/v1/rule-books/{book['id']}"
    rules = [rule for rule in book["rules"] if rule["key"] != "clear_path"]
    parameters = {"review_hours": 16, "on_silence": "approve", "protection_days": 30}
    ok(await admin.patch(path, {"rules": [*rules, LOOKED_AT], "parameters": parameters, "cases": []}))
    return ok(await admin.act(f"{path}/publish", {"reason": "A person looks at new business."}))


async def read(api: Api, deal: Any) -> Any:
    return ok(await api.get(f"{DEALS}/{deal['id']}"))


async def decision_of(api: Api, deal: Any) -> Any:
    return ok(await api.get(f"{DEALS}/{deal['id']}/decision"))


async def reach(house: House, admin: Api, instant: str) -> None:
    now = ok(await admin.get("/v1/sandbox/clock"))["now"]
    seconds = (datetime.fromisoformat(instant) - datetime.fromisoformat(now)).total_seconds()
    ok(await admin.post("/v1/sandbox/clock", {"advance_seconds": int(seconds) + 1}))
    await house.drain()


async def test_the_smaller_one_first_in_time_wins_by_the_same_book(house: House) -> None:
    vendor, admin = await house.vendor(is_sandbox=True)
    await a_product(admin)
    office = ok(await admin.post("/v1/calendars", OFFICE), 201)
    book = await publish(admin)
    _, boutique = await a_partner(house, vendor, "Two People and a Dog SL", personas=[{"persona": "referral"}])
    giant = {"personas": [{"persona": "gsi"}], "tier": "platinum", "certifications": ["EDR-PRO"]}
    _, integrator = await a_partner(house, vendor, "Worldwide Integration plc", **giant)

    small = await a_submission(boutique, CUSTOMER, amount={"amount": "20000.00", "currency": "EUR"})
    await reach(house, admin, ok(await admin.get(f"/v1/calendars/{office['id']}/due?hours=1"))["due_at"])
    large = await a_submission(integrator, CUSTOMER, amount={"amount": "9000000.00", "currency": "EUR"})

    # Both are judged by the same book, by every rule of it, and both are told by when a person decides.
    judged = [await decision_of(boutique, small), await decision_of(integrator, large)]
    assert {one["book_hash"] for one in judged} == {book["content_hash"]}
    assert [one["reasons"] for one in judged] == [["looked_at"]] * 2
    assert len({tuple(rule["key"] for rule in one["results"]) for one in judged}) == 1
    for deal in (small, large):
        asked = {"hours": 16, "from_at": deal["submitted_at"]}
        told = ok(await admin.get(f"/v1/calendars/{office['id']}/due", params=asked))
        assert deal["review"]["due_at"] == told["due_at"]
    assert small["review"]["due_at"] < large["review"]["due_at"]
    assert "Worldwide" not in str(small)
    assert small["id"] not in str(large)

    # Nobody decides. The clock of the one who came first ends first, and the claim is exclusive.
    await reach(house, admin, small["review"]["due_at"])
    won, waits = await read(boutique, small), await read(integrator, large)
    assert (won["status"], won["reasons"][0]) == ("approved", "silence_approves")
    assert (waits["status"], waits["queue"], waits["review"]) == (
        "waiting",
        {"place": 1, "length": 1, "region": None},
        None,
    )
    await reach(house, admin, large["review"]["due_at"])
    assert (await read(integrator, large))["status"] == "waiting", "a clock that is over gives no claim"

    # The boutique's protection ends; the integrator is next, is judged anew and gets a clock of its own.
    await reach(house, admin, won["protection"]["ends_at"])
    assert (await read(boutique, small))["status"] == "expired"
    next_one = await read(integrator, large)
    assert (next_one["status"], next_one["review"]["status"]) == ("in_review", "open")
    assert next_one["review"]["due_at"] > large["review"]["due_at"]
    assert next_one["submitted_at"] == large["submitted_at"], "it kept its place in time"
