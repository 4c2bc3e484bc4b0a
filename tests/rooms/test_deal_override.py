"""The customer's written choice: one registration takes the claim of another, and both sides read what that means."""

from typing import Any

from tests.makers import Api, House, a_draft, a_partner, a_product, a_submission, ok, refused

DEALS = "/v1/deal-registrations"
CHOICE = {"kind": "customer_statement", "statement": "We buy from Two.", "url": "https://files.example/choice.pdf"}
OVERRIDE = {"evidence": [CHOICE], "remedy": "Agree with us on your part.", "note": "Congratulations."}


def path(deal: Any, verb: str = "") -> str:
    return f"{DEALS}/{deal['id']}" + (f"/{verb}" if verb else "")


async def the_house(house: House, *names: str) -> tuple[Api, list[Api]]:
    vendor, admin = await house.vendor()
    for sku in ("EDR-100", "XDR-200"):
        await a_product(admin, sku)
    return admin, [(await a_partner(house, vendor, name))[1] for name in names]


async def read(api: Api, deal: Any) -> Any:
    return ok(await api.get(path(deal)))


async def test_the_customers_written_choice_moves_the_claim_and_names_the_runner_ups_share(house: House) -> None:
    admin, (one, two) = await the_house(house, "One", "Two")
    held, second = await a_submission(one), await a_submission(two)
    assert second["status"] == "waiting"
    assert "override" in (await read(admin, second))["allowed_actions"]
    won = ok(await admin.act(path(second, "override"), OVERRIDE))
    assert (won["status"], won["reasons"]) == ("approved", ["customer_choice"])
    lost = await read(one, held)
    assert (lost["status"], lost["reasons"]) == ("superseded", ["customer_choice"])
    assert lost["remedies"] == [OVERRIDE["remedy"]]
    assert lost["protection"]["ended_how"] == "superseded"
    assert lost["protection"]["ends_at"] <= won["protection"]["starts_at"]
    for api, deal, outcome in ((one, held, "reject"), (two, second, "approve")):
        decision = ok(await api.get(path(deal, "decision")))
        assert (decision["kind"], decision["outcome"], decision["runner_up_percent"]) == ("human", outcome, 10)
        assert decision["supersedes_id"] == deal["decision_id"]
        assert ok(await api.post(f"/v1/decisions/{decision['id']}/verify"))["holds"]
    assert won["id"] not in str(ok(await one.get(path(held, "decision"))))
    assert ok(await one.get(path(held, "decision")))["note"] is None
    assert ok(await admin.get(path(held, "decision")))["staff"]["given"] == [{**CHOICE, "occurred_on": None}]
    await house.drain()
    (news,) = ok(await one.get(f"/v1/events?subject_id={held['id']}&type=deal_registration.superseded"))["data"]
    assert news["data"]["status"] == "superseded"
    assert won["id"] not in str(news)
    story = ok(await one.get(path(held, "protection")))["history"]
    assert [step["type"].rpartition(".")[2] for step in story] == ["approved", "superseded"]


async def test_without_the_customers_own_statement_nothing_is_overridden(house: House) -> None:
    admin, (one, two) = await the_house(house, "One", "Two")
    held, second = await a_submission(one), await a_submission(two)
    hearsay = {**OVERRIDE, "evidence": [{**CHOICE, "kind": "email"}]}
    problem = refused(await admin.act(path(second, "override"), hearsay), 422)
    assert [fault["pointer"] for fault in problem["errors"]] == ["/evidence"]
    refused(await admin.act(path(second, "override"), {"evidence": [CHOICE]}), 422)
    refused(await admin.post(path(second, "override"), OVERRIDE), 428)
    refused(await two.act(path(second, "override"), OVERRIDE), 403)
    refused(await one.act(path(second, "override"), OVERRIDE), 403)
    refused(await admin.act(path(held, "override"), OVERRIDE), 409, "illegal_move")
    assert (await read(one, held))["status"] == "approved"
    assert (await read(two, second))["status"] == "waiting"


async def test_where_nobody_else_holds_a_claim_there_is_nothing_to_override(house: House) -> None:
    admin, (one, two) = await the_house(house, "One", "Two")
    rejected = await a_submission(two, deal_type="rfp")
    assert rejected["status"] == "rejected"
    refused(await admin.act(path(rejected, "override"), OVERRIDE), 409, "nothing_to_override")
    held = await a_submission(one)
    assert ok(await admin.act(path(rejected, "override"), OVERRIDE))["status"] == "approved"
    assert (await read(one, held))["status"] == "superseded"
    again = await a_submission(two, title="Again")
    assert again["status"] == "rejected", "a duplicate of its own"
    refused(await admin.act(path(again, "override"), OVERRIDE), 409, "nothing_to_override")
    refused(await admin.act(path(await a_draft(two), "override"), OVERRIDE), 409, "illegal_move")


async def test_what_the_winner_does_not_claim_is_free_for_whoever_waits_for_it(house: House) -> None:
    admin, (one, two, three) = await the_house(house, "One", "Two", "Three")
    held = await a_submission(one, products=[{"sku": "EDR-100"}, {"sku": "XDR-200"}])
    third = await a_submission(three, products=[{"sku": "XDR-200"}])
    second = await a_submission(two, products=[{"sku": "EDR-100"}])
    behind = await a_submission(three, products=[{"sku": "EDR-100"}], title="Behind")
    ok(await admin.act(path(second, "override"), OVERRIDE))
    await house.drain()
    assert (await read(one, held))["status"] == "superseded"
    assert (await read(three, third))["status"] == "approved"
    assert (await read(three, behind))["queue"] == {"place": 1, "length": 1, "region": None}
    ok(await two.act(path(second, "release")))
    await house.drain()
    assert (await read(three, behind))["status"] == "approved"
