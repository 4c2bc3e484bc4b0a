"""Bulk import of what selling offers: accounts and registrations, each line through the room's own service."""

from typing import Any

from tests.makers import Api, House, a_product, ok

PARTNERS = "external_id,display_name,country,status\nP-1,Import Reseller,DE,active\n"
ACCOUNTS = """external_id,name,country,domains,duns,lei
C-1,Tailspin Toys AG,CH,tailspin.example,,
C-2,Wingtip GmbH,DE,gmail.com,,
C-3,Proseware,US,,123,
C-4,Tailspin Toys,CH,www.tailspin.example,,
"""
DEALS = """external_id,partner_external_id,account_external_id,title,products,amount,currency,expected_close_on
D-1,P-1,C-1,Toys secured,EDR-100,1000.00,CHF,2099-01-31
D-2,P-1,C-9,Nowhere,EDR-100,1000.00,CHF,2099-01-31
D-3,P-1,C-4,Toys again,EDR-100,1000,CHF,2099-01-31
D-4,P-1,C-1,Bad money,EDR-100,10.001,CHF,2099-01-31
D-5,P-1,C-1,No currency,EDR-100,10.00,,2099-01-31
"""


async def imported(house: House, admin: Api, kind: str, text: str) -> tuple[dict[str, int], list[tuple[int, str]]]:
    """Counts of an import, and the row and place of each problem."""
    headers = {"Content-Type": "text/csv"}
    started = ok(await admin.call("POST", f"/v1/imports?kind={kind}", content=text.encode(), headers=headers), 202)
    await house.drain()
    path = f"/v1/imports/{started['id']}"
    done: dict[str, Any] = ok(await admin.get(path))
    assert done["status"] == "completed"
    problems = ok(await admin.get(path + "/problems"))["data"]
    counts = {name: done[name] for name in ("created", "updated", "unchanged", "failed")}
    return counts, [(problem["row_number"], problem["pointer"]) for problem in problems]


async def test_accounts_and_registrations_are_imported_line_by_line_and_only_once(house: House) -> None:
    _, admin = await house.vendor()
    await a_product(admin)
    await imported(house, admin, "partners", PARTNERS)
    counts, problems = await imported(house, admin, "accounts", ACCOUNTS)
    # The fourth line is the first line's company: it gets a second external id, not a second account.
    assert counts == {"created": 1, "updated": 1, "unchanged": 0, "failed": 2}
    assert problems == [(2, "/domains"), (3, "/duns")]
    counts, problems = await imported(house, admin, "deal_registrations", DEALS)
    assert counts == {"created": 2, "updated": 0, "unchanged": 0, "failed": 3}
    assert problems == [(2, "/account_external_id"), (4, "/amount"), (5, "/amount")]
    again, _ = await imported(house, admin, "deal_registrations", DEALS)
    assert again == {"created": 0, "updated": 0, "unchanged": 2, "failed": 3}
    deals = ok(await admin.get("/v1/deal-registrations?sort=submitted_at"))["data"]
    assert [(deal["title"], deal["status"], deal["reasons"][0]) for deal in deals] == [
        ("Toys secured", "approved", "clear_path"),
        ("Toys again", "rejected", "duplicate"),
    ]
    found = ok(await admin.get("/v1/deal-registrations?external_system=import&external_id=D-1"))["data"]
    assert [deal["id"] for deal in found] == [deals[0]["id"]]
