"""What an author is told of a draft besides its faults, and how parameters are given and taken away."""

from typing import Any

from sqlalchemy import text
from tests.makers import Api, House, a_partner, ok

from ecosystem_api.kernel.ids import decode

BOOKS, RULES = "/v1/rule-books", "/v1/rules-of-engagement"


def at(book: Any, verb: str = "") -> str:
    return f"{BOOKS}/{book['id']}" + (f"/{verb}" if verb else "")


async def a_book(admin: Api, **changes: Any) -> Any:
    book = ok(await admin.post(BOOKS, {}), 201)
    return ok(await admin.patch(at(book), changes))


async def test_what_a_book_says_without_effect_is_told_and_published_all_the_same(house: House) -> None:
    vendor, admin = await house.vendor()
    _, partner = await a_partner(house, vendor, "Reseller One")
    of_before = ok(await admin.get(RULES))
    limit = "How often a protection may be extended at the partner's request"
    assert limit in (await partner.get(RULES, headers={"Accept": "text/markdown"})).text
    rules = [rule for rule in of_before["rules"] if rule["key"] not in ("extension_limit", "vendor_clear")]
    rules = [rule for rule in rules if rule["key"] != "partner_protected"]
    book = await a_book(admin, rules=rules, cases=[])
    told = ok(await admin.post(at(book, "validate")))
    assert (told["is_valid"], told["faults"]) == (True, [])
    assert [one["pointer"] for one in told["warnings"]] == ["/parameters/extension_limit", "/rules"]
    assert "vendor_opportunity.open" in told["warnings"][1]["message"]
    published = ok(await admin.act(at(book, "publish"), {}))
    assert published["publication"]["warnings"] == told["warnings"]
    assert ok(await admin.get(at(book)))["publication"]["warnings"] == told["warnings"]
    house.clock.move(seconds=1)
    assert limit not in (await partner.get(RULES, headers={"Accept": "text/markdown"})).text
    read = ok(await partner.get(RULES))
    assert read["parameters"] == of_before["parameters"], "what is hashed and signed says all of them"
    assert "warnings" not in str(read)
    broken = await a_book(admin, rules=[{**rules[0], "when": "partner.teir == 'gold'"}])
    assert ok(await admin.post(at(broken, "validate")))["warnings"] == []


async def test_null_takes_a_limit_away_and_gives_any_other_parameter_its_default(house: House) -> None:
    _, admin = await house.vendor()
    book = await a_book(admin, parameters={"capacity": 3, "protection_days": 40, "extension_limit": 1})
    asked = {"capacity": None, "protection_days": None, "extension_limit": None}
    changed = ok(await admin.patch(at(book), {"parameters": asked}))["parameters"]
    assert {name: changed[name] for name in asked} == {"capacity": None, "protection_days": 90, "extension_limit": None}


async def test_a_publication_from_before_there_were_warnings_is_read(house: House) -> None:
    vendor, admin = await house.vendor()
    book = await a_book(admin, parameters={"capacity": 7})
    ok(await admin.act(at(book, "publish"), {}))
    async with house.machinery.database.transaction(vendor.id) as tx:
        older = "update rule_books set publication = publication - 'warnings' where id = :id"
        await tx.session.execute(text(older), {"id": decode("rb", book["id"])})
    assert ok(await admin.get(at(book)))["publication"]["warnings"] == []
