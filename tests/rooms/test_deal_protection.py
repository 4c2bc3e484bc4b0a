"""The protection as an object: how long it runs, how it is given more time, what happened to it."""

from typing import Any

from tests.makers import House, a_partner, a_product, a_submission, ok, refused

DEALS = "/v1/deal-registrations"
SHOWN = {"kind": "customer_statement", "statement": "Purchasing signs in June.", "occurred_on": "2026-01-05"}
MORE = {"days": 30, "reason": "procurement", "evidence": [SHOWN]}


def path(deal: Any, verb: str = "") -> str:
    return f"{DEALS}/{deal['id']}" + (f"/{verb}" if verb else "")


async def test_a_protection_is_given_more_time_with_evidence_and_tells_its_story(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    held, second = await a_submission(one), await a_submission(two)
    approval = held["decision_id"]
    refused(await one.act(path(held, "extend"), MORE), 403)
    refused(await admin.act(path(held, "extend"), {**MORE, "evidence": []}), 422)
    refused(await admin.post(path(held, "extend"), MORE), 428)
    house.clock.move(days=80)
    await house.drain()
    longer = ok(await admin.act(path(held, "extend"), MORE))
    assert longer["protection"]["basis"] == "90 days from approval, 30 days more"
    assert longer["protection"]["starts_at"] == held["protection"]["starts_at"]
    assert longer["decision_id"] == approval
    assert "extend" in longer["allowed_actions"]
    house.clock.move(days=20)
    await house.drain()
    assert ok(await one.get(path(held)))["status"] == "approved"
    assert ok(await two.get(path(second)))["status"] == "waiting"
    house.clock.move(days=21)
    await house.drain()
    assert ok(await one.get(path(held)))["status"] == "expired"
    assert ok(await two.get(path(second)))["status"] == "approved"
    story = ok(await one.get(path(held, "protection")))
    assert [step["type"].rpartition(".")[2] for step in story["history"]] == [
        "approved",
        "protection_extended",
        "expired",
    ]
    assert story["history"][1]["ends_at"] == longer["protection"]["ends_at"] == story["ends_at"]
    refused(await two.get(path(held, "protection")), 404)
    refused(await admin.act(path(held, "extend"), MORE), 409, "illegal_move")


async def test_an_extension_is_a_decision_of_its_own_beside_the_approval(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    held = await a_submission(one)
    ok(await admin.act(path(held, "extend"), MORE))
    extension, approval = ok(await admin.get(f"/v1/decisions?subject_id={held['id']}"))["data"]
    assert (extension["action"], extension["kind"], extension["reasons"]) == (
        "deal_registration.extend",
        "human",
        ["procurement"],
    )
    assert extension["supersedes_id"] is None
    assert extension["staff"]["evidence"]["extension"] == {"days": 30}
    assert extension["staff"]["given"] == [{**SHOWN, "url": None}]
    assert ok(await one.get(f"/v1/decisions/{extension['id']}"))["staff"] is None
    assert ok(await one.get(path(held, "decision")))["id"] == approval["id"]
    assert ok(await one.post(f"/v1/decisions/{extension['id']}/verify"))["holds"]


async def test_a_protection_that_is_over_gets_no_more_time_though_the_worker_is_away(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    held = await a_submission(one)
    house.clock.move(days=91)
    refused(await admin.act(path(held, "extend"), MORE), 409, "protection_over")


async def test_a_registration_that_was_never_protected_has_no_protection(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One", territories=["FR"])
    refused(await one.get(path(await a_submission(one), "protection")), 404)


async def test_an_extension_is_told_to_the_partner_whose_protection_it_is(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    held = await a_submission(one)
    longer = ok(await admin.act(path(held, "extend"), MORE))
    await house.drain()
    feed = f"/v1/events?subject_id={held['id']}&type=deal_registration.protection_extended"
    (told,) = ok(await one.get(feed))["data"]
    assert told["data"]["protected_until"] == longer["protection"]["ends_at"] > held["protection"]["ends_at"]
    assert SHOWN["statement"] not in str(told)
    assert ok(await two.get(feed))["data"] == []


async def test_a_repeated_extension_adds_its_days_once(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    held = await a_submission(one)
    once = {"Idempotency-Key": "extend-1", "If-Match": f'"v{held["version"]}"'}
    first = ok(await admin.post(path(held, "extend"), MORE, headers=once))
    assert ok(await admin.post(path(held, "extend"), MORE, headers=once)) == first
    assert first["protection"]["basis"].count("more") == 1
    # Without the key it is another request, by somebody who has not seen the first.
    refused(await admin.post(path(held, "extend"), MORE, headers={"If-Match": once["If-Match"]}), 412)
    refused(await admin.act(path(held, "extend"), {**MORE, "days": 0}), 422)
    refused(await admin.act(path(held, "extend"), {**MORE, "reason": "because"}), 422)
    assert ok(await one.get(path(held)))["protection"] == first["protection"]


async def test_every_product_of_a_registration_is_given_the_same_time(house: House) -> None:
    vendor, admin = await house.vendor()
    for sku in ("EDR-100", "XDR-200"):
        await a_product(admin, sku)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    held = await a_submission(one, products=[{"sku": "EDR-100"}, {"sku": "XDR-200"}])
    ok(await admin.act(path(held, "extend"), MORE))
    house.clock.move(days=100)
    await house.drain()
    for sku in ("EDR-100", "XDR-200"):
        assert (await a_submission(two, products=[{"sku": sku}], title=sku))["status"] == "waiting"


async def test_evidence_of_another_shape_is_refused_by_its_place(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    held = await a_submission(one)
    faulty: list[tuple[str, Any]] = [
        ("/evidence", "Purchasing signs in June."),
        ("/evidence", [SHOWN] * 21),
        ("/evidence/0/kind", [{**SHOWN, "kind": "An e-mail"}]),
        ("/evidence/1/statement", [SHOWN, {"kind": "email"}]),
        ("/evidence/0/url", [{**SHOWN, "url": "http://files.example/letter.pdf"}]),
        ("/evidence/0/url", [{**SHOWN, "url": "https://me:word@files.example/"}]),
        ("/evidence/0/occurred_on", [{**SHOWN, "occurred_on": "yesterday"}]),
    ]
    for pointer, evidence in faulty:
        problem = refused(await admin.act(path(held, "extend"), {**MORE, "evidence": evidence}), 422)
        assert [fault["pointer"] for fault in problem["errors"]] == [pointer]
    linked = {**SHOWN, "url": "https://files.example:8443/letter.pdf?signed=yes#page=2"}
    ok(await admin.act(path(held, "extend"), {**MORE, "evidence": [linked]}))
    (extension, _) = ok(await admin.get(f"/v1/decisions?subject_id={held['id']}"))["data"]
    assert extension["staff"]["given"] == [linked]
