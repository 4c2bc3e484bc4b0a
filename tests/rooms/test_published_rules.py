"""What partners read of a published book: what changed, in words, and what can be done where no rule speaks."""

from typing import Any

from tests.makers import Api, House, a_partner, a_product, a_submission, ok

BOOKS, RULES = "/v1/rule-books", "/v1/rules-of-engagement"


def at(book: Any, verb: str) -> str:
    return f"{BOOKS}/{book['id']}/{verb}"


async def a_book(admin: Api, **changes: Any) -> Any:
    book = ok(await admin.post(BOOKS, {}), 201)
    return ok(await admin.patch(f"{BOOKS}/{book['id']}", changes))


async def test_what_changed_is_told_from_what_to_what_in_every_form(house: House) -> None:
    vendor, admin = await house.vendor()
    _, partner = await a_partner(house, vendor, "One")
    book = await a_book(admin, parameters={"capacity": 1, "protection_overrides": [{"days": 120, "persona": "msp"}]})
    ok(await admin.act(at(book, "publish"), {}))
    house.clock.move(seconds=1)
    told = [
        "How many registrations a partner may have open at a time: 25 before, 1 now.",
        "Protection windows for some registrations; the first that applies decides: none before, 120 days for persona "
        "msp now.",
    ]
    assert [change["sentence"] for change in ok(await partner.get(RULES))["changes"]] == told
    text = (await partner.get(RULES, headers={"Accept": "text/markdown"})).text
    assert "## What changed\n\n" + "".join(f"- {one}\n" for one in told) in text
    page = (await partner.get(RULES, headers={"Accept": "text/html"})).text
    assert "".join(f"<li>{one}</li>" for one in told) in page


async def test_golden_cases_stand_in_no_published_text(house: House) -> None:
    vendor, admin = await house.vendor()
    _, partner = await a_partner(house, vendor, "One")
    about = {"action": "deal_registration.submit", "facts": {"claims": {"held_by_other": True}}, "outcome": "wait"}
    book = await a_book(admin, cases=[{"name": "as with the Adatum deal", **about}])
    assert "Adatum" in str(ok(await admin.get(at(book, "diff"))))
    ok(await admin.act(at(book, "publish"), {}))
    house.clock.move(seconds=1)
    for form in ("application/json", "text/markdown", "text/html", "application/jose"):
        answer = await partner.get(RULES, headers={"Accept": form})
        assert "Adatum" not in answer.text
        assert (answer.headers["content-type"].partition(";")[0], answer.headers["vary"]) == (form, "Accept")
    assert ok(await partner.get(RULES))["changes"] == []


async def test_what_a_default_refuses_says_what_can_be_done(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    book = await a_book(admin, default_outcome="reject", rules=[], cases=[])
    ok(await admin.act(at(book, "publish"), {"reason": "Nothing is registered."}))
    house.clock.move(seconds=1)
    deal = await a_submission(partner)
    assert (deal["status"], deal["reasons"], len(deal["remedies"])) == ("rejected", ["no_rule_matched"], 1)
    decision = ok(await partner.get(f"/v1/deal-registrations/{deal['id']}/decision"))
    assert decision["remedies"] == deal["remedies"]
    assert ok(await partner.post(f"/v1/decisions/{decision['id']}/verify"))["holds"]
