"""Golden cases: what a vendor holds to be right keeps a book that decides otherwise from being published."""

from tests.makers import House, ok, refused
from tests.rooms.test_rule_books import a_book, at

from ecosystem_api.rules import DEFAULT_BOOK


async def test_a_failing_golden_case_blocks_publication(house: House) -> None:
    _, admin = await house.vendor()
    case = {
        "name": "a second partner waits",
        "action": "deal_registration.submit",
        "facts": {"claims": {"held_by_other": True}},
        "outcome": "wait",
        "reasons": ["protected_claim"],
    }
    book = await a_book(admin, cases=[case])
    assert ok(await admin.post(at(book, "validate")))["cases"][0]["is_passed"]
    await admin.patch(at(book), {"cases": [case, {**case, "name": "it is refused", "outcome": "reject"}]})
    problem = refused(await admin.act(at(book, "publish"), {}), 409, "golden_cases_fail")
    failing = problem["cases"]
    assert problem["detail"] == (
        'Golden cases fail. "it is refused" expects reject because of protected_claim; '
        "the book says wait because of protected_claim."
    )
    assert [(one["name"], one["expected_outcome"], one["outcome"]) for one in failing] == [
        ("it is refused", "reject", "wait")
    ]
    ok(await admin.patch(at(book), {"cases": [case]}))
    published = ok(await admin.act(at(book, "publish"), {}))
    assert published["publication"]["cases"] == 1
    wrong = await a_book(admin, cases=[{**case, "name": "x", "facts": {"claims": {"held_by_otter": True}}}])
    faults = ok(await admin.post(at(wrong, "validate")))["faults"]
    assert faults[0]["pointer"] == "/cases/0/facts/claims/held_by_otter"


async def test_a_new_vendors_book_is_held_to_golden_cases_from_its_first_day(house: House) -> None:
    _, admin = await house.vendor()
    book = await a_book(admin)
    assert [case["name"] for case in book["cases"]] == [case.name for case in DEFAULT_BOOK.cases]
    lost = [rule for rule in book["rules"] if rule["key"] not in ("partner_suspended", "protected_claim", "duplicate")]
    ok(await admin.patch(at(book), {"rules": lost}))
    problem = refused(await admin.act(at(book, "publish"), {}), 409, "golden_cases_fail")
    assert problem["detail"] == (
        'Golden cases fail. "A suspended partner is refused." expects reject; the book says review because of '
        'no_rule_matched. "What another partner holds is waited for." expects wait; the book says require because of '
        'incomplete. "A partner does not register twice." expects reject; the book says review because of '
        "no_rule_matched. So do 1 more."
    )
    assert len(problem["cases"]) == 4
    ok(await admin.patch(at(book), {"rules": book["rules"], "parameters": {"capacity": 0, "protection_days": 30}}))
    assert ok(await admin.act(at(book, "publish"), {}))["publication"]["cases"] == len(book["cases"])
