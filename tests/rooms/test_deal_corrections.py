"""What a returned registration may correct, and what that does to its place."""

from typing import Any

from tests.makers import Api, House, a_draft, a_partner, a_product, a_submission, ok, refused

DEALS = "/v1/deal-registrations"
RETURN = {"reason": "customer_unclear", "remedy": "Name the company that buys."}


def path(deal: Any, verb: str = "") -> str:
    return f"{DEALS}/{deal['id']}" + (f"/{verb}" if verb else "")


async def returned(house: House, **fields: Any) -> tuple[Api, Api, Any]:
    """The vendor's admin, a partner out of its territory, and its registration that came back."""
    vendor, admin = await house.vendor()
    await a_product(admin)
    await a_product(admin, "XDR-200")
    _, partner = await a_partner(house, vendor, "One", territories=["FR"])
    deal = await a_submission(partner, **fields)
    came_back = ok(await admin.act(path(deal, "return"), RETURN))
    house.clock.move(days=1)
    return admin, partner, came_back


async def test_what_may_be_changed_is_said(house: House) -> None:
    _, partner, deal = await returned(house)
    assert "update" in ok(await partner.get(path(deal)))["allowed_actions"]
    again = ok(await partner.act(path(deal, "submit")))
    assert "update" not in again["allowed_actions"]
    refused(await partner.patch(path(deal), {"title": "Other"}), 409, "not_editable")


async def test_amount_and_fewer_products_are_corrected_at_the_same_place(house: House) -> None:
    both = [{"sku": "EDR-100", "quantity": 10}, {"sku": "XDR-200", "quantity": 5}]
    _, partner, deal = await returned(house, products=both)
    changes = {"amount": {"amount": "1000.00", "currency": "EUR"}, "products": both[:1]}
    corrected = ok(await partner.patch(path(deal), changes))
    assert (corrected["amount"], corrected["products"]) == (changes["amount"], both[:1])
    assert corrected["submitted_at"] == deal["submitted_at"]
    assert ok(await partner.act(path(deal, "submit")))["submitted_at"] == deal["submitted_at"]


async def test_the_same_company_named_better_keeps_the_place(house: House) -> None:
    _, partner, deal = await returned(house)
    customer = {"name": "ACME Industries", "country": "DE"}
    corrected = ok(await partner.patch(path(deal), {"customer": customer}))
    assert (corrected["account_id"], corrected["submitted_at"]) == (deal["account_id"], deal["submitted_at"])


async def test_another_company_or_a_product_more_is_a_claim_of_now(house: House) -> None:
    _, partner, deal = await returned(house)
    other = ok(await partner.patch(path(deal), {"customer": {"name": "Globex Works", "country": "DE"}}))
    assert other["account_id"] != deal["account_id"]
    assert other["submitted_at"] > deal["submitted_at"]
    house.clock.move(days=1)
    more = ok(await partner.patch(path(deal), {"products": [{"sku": "EDR-100"}, {"sku": "XDR-200"}]}))
    assert more["submitted_at"] > other["submitted_at"]


async def test_a_corrected_customer_is_judged_as_itself(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    await a_submission(one, "Globex Works")
    deal = await a_submission(two, expected_close_on=None)
    assert deal["status"] == "action_required"
    changes = {"customer": {"name": "Globex Works", "country": "DE"}, "expected_close_on": "2099-12-31"}
    ok(await two.patch(path(deal), changes))
    assert ok(await two.act(path(deal, "submit")))["status"] == "waiting"
    # The company it named by mistake is free for others.
    assert (await a_submission(one))["status"] == "approved"


async def test_a_customer_named_twice_or_unseen_is_refused_and_nothing_is_lost(house: House) -> None:
    admin, partner, deal = await returned(house)
    hidden = ok(await admin.post("/v1/accounts", {"name": "Hidden Works", "country": "DE"}), 201)["account"]
    both = {"account_id": deal["account_id"], "customer": {"name": "X Works", "country": "DE"}}
    refused(await partner.patch(path(deal), both), 422)
    refused(await partner.patch(path(deal), {"account_id": hidden["id"]}), 422)
    refused(await partner.patch(path(deal), {"products": [{"sku": "NOPE"}]}), 422, "unknown_product")
    assert ok(await partner.get(path(deal)))["version"] == deal["version"]


async def test_a_day_of_closing_that_has_passed_is_refused_at_submission(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    today = house.clock().date().isoformat()
    draft = await a_draft(partner, expected_close_on=today)
    house.clock.move(days=1)
    problem = refused(await partner.act(path(draft, "submit")), 422, "close_date_past")
    assert problem["errors"][0]["pointer"] == "/expected_close_on"
    assert ok(await partner.get(path(draft)))["status"] == "draft"
    ok(await partner.patch(path(draft), {"expected_close_on": house.clock().date().isoformat()}))
    assert ok(await partner.act(path(draft, "submit")))["status"] == "approved"


async def test_a_registration_always_has_a_customer(house: House) -> None:
    _, partner, deal = await returned(house)
    for name in ("account_id", "customer"):
        fault = refused(await partner.patch(path(deal), {name: None}), 422)["errors"][0]
        assert (fault["pointer"], fault["code"]) == (f"/{name}", "not_nullable")
    assert ok(await partner.get(path(deal)))["version"] == deal["version"]
