"""The books of the guide keep what they tell partners: who publishes one gets the limits that it speaks of."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.journeys import typed
from tests.makers import Api, House, a_book_with, a_partner, a_product, a_submission, ok

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guides" / "rules-of-engagement.md"
DEALS = "/v1/deal-registrations"


def book_of(name: str) -> Any:
    (found,) = [block.text for block in typed.blocks(GUIDE.read_text()) if block.file == name]
    return json.loads(found)


async def asked_for_more(api: Api, deal: Any) -> tuple[str, list[str]]:
    shown = {"kind": "email", "statement": "Purchasing signs soon."}
    body = {"days": 30, "reason": "procurement", "evidence": [shown]}
    request = ok(await api.post(f"{DEALS}/{deal['id']}/extension-requests", body), 201)
    return request["status"], request["reasons"]


async def test_a_security_partner_gets_two_extensions_in_their_time_and_amends_what_is_not_material(
    house: House,
) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    published = await a_book_with(admin, **book_of("security-book.json"))
    assert published["publication"]["warnings"] == []
    house.clock.move(seconds=1)
    amount = {"amount": "50000.00", "currency": "EUR"}
    day = house.clock().date()
    deal = await a_submission(partner, amount=amount, expected_close_on=str(day + timedelta(days=60)))
    assert deal["status"] == "approved"
    assert await asked_for_more(partner, deal) == ("rejected", ["extension_too_early", "extension_clear"])
    later = {"changes": {"expected_close_on": str(day + timedelta(days=110))}, "reason": "The board meets later."}
    amended = ok(await partner.act(f"{DEALS}/{deal['id']}/amendments", later), 201)
    assert (amended["status"], amended["reasons"]) == ("applied", ["amendment_minor"])
    house.clock.move(days=65)
    for _ in range(2):
        assert await asked_for_more(partner, deal) == ("approved", ["extension_clear"])
        house.clock.move(days=30)
    assert await asked_for_more(partner, deal) == ("rejected", ["extension_limit"])


async def test_a_rejected_security_registration_is_submitted_again_as_often_as_the_book_says(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    await a_book_with(admin, **book_of("security-book.json"))
    house.clock.move(seconds=1)
    deal = await a_submission(partner, amount={"amount": "100.00", "currency": "EUR"})
    told = [deal["reasons"]]
    for _ in range(3):
        told.append(ok(await partner.act(f"{DEALS}/{deal['id']}/submit"))["reasons"])
    assert ["resubmission_limit" in reasons for reasons in told] == [False, False, False, True]


async def test_the_cloud_book_has_no_limit_on_open_registrations_and_says_nothing_without_effect(house: House) -> None:
    vendor, admin = await house.vendor()
    _, partner = await a_partner(house, vendor, "One")
    published = await a_book_with(admin, **book_of("cloud-book.json"))
    assert published["publication"]["warnings"] == []
    assert published["parameters"]["capacity"] is None
    house.clock.move(seconds=1)
    text = (await partner.get("/v1/rules-of-engagement", headers={"Accept": "text/markdown"})).text
    assert "How much longer a protection may become by extensions in all: 365 days" in text
    assert "How many registrations a partner may have open" not in text.partition("## The parameters")[2]
