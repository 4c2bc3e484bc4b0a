"""Amendments: a submitted registration changes by proposals with a reason; a material one is judged again."""

from typing import Any

import pytest
from tests.makers import Api, House, a_book_with, a_draft, a_partner, a_product, a_submission, ok, refused

DEALS, AMENDMENTS = "/v1/deal-registrations", "/v1/amendments"
WHY = "The customer has added a second site."
BIGGER = {"amount": {"amount": "80000.00", "currency": "EUR"}}
YES, NO = {"reason": "meets_policy"}, {"reason": "evidence_insufficient", "remedy": "Show the customer's order."}
BOTH = [{"sku": "EDR-100", "quantity": 10}, {"sku": "XDR-200"}]


def path(deal: Any, verb: str = "") -> str:
    return f"{DEALS}/{deal['id']}" + (f"/{verb}" if verb else "")


def at(amendment: Any, verb: str = "") -> str:
    return f"{AMENDMENTS}/{amendment['id']}" + (f"/{verb}" if verb else "")


async def the_house(house: House, **fields: Any) -> tuple[Api, list[Api]]:
    vendor, admin = await house.vendor()
    for sku in ("EDR-100", "XDR-200"):
        await a_product(admin, sku)
    return admin, [(await a_partner(house, vendor, name, **fields))[1] for name in ("One", "Two", "Three")]


async def read(api: Api, deal: Any) -> Any:
    return ok(await api.get(path(deal)))


async def amend(api: Api, deal: Any, **changes: Any) -> Any:
    return ok(await api.act(path(deal, "amendments"), {"changes": changes, "reason": WHY}), 201)


async def news_of(api: Api, thing: Any) -> list[str]:
    return [one["type"] for one in ok(await api.get(f"/v1/events?subject_id={thing['id']}&limit=200"))["data"]]


async def test_what_is_not_material_applies_at_once(house: House) -> None:
    _, (one, two, _) = await the_house(house)
    deal = await a_submission(one)
    body = {"changes": {"title": "Two sites", "expected_close_on": "2099-06-30"}, "reason": WHY}
    made = await one.act(path(deal, "amendments"), body, if_match=f'"v{deal["version"]}"')
    amendment = ok(made, 201)
    assert made.headers["location"] == at(amendment)
    assert (amendment["status"], amendment["is_material"], amendment["reasons"]) == (
        "applied", False, ["amendment_minor"],
    )  # fmt: skip
    assert amendment["changes"] == [
        {"path": "/expected_close_on", "before": "2099-12-31", "after": "2099-06-30"},
        {"path": "/title", "before": deal["title"], "after": "Two sites"},
    ]
    now = await read(one, deal)
    assert (now["title"], now["expected_close_on"], now["version"]) == ("Two sites", "2099-06-30", deal["version"] + 1)
    assert now["protection"]["ends_at"] == deal["protection"]["ends_at"]
    assert now["decision_id"] == deal["decision_id"], "the approval stands"
    assert [found["id"] for found in ok(await one.get(f"{DEALS}?q=sites"))["data"]] == [deal["id"]]
    refused(await one.act(path(deal, "amendments"), body, if_match=f'"v{deal["version"]}"'), 412)
    refused(await one.post(path(deal, "amendments"), body), 428)
    refused(await one.act(path(deal, "amendments"), body), 422, "nothing_amended")
    refused(await one.act(path(deal, "amendments"), {**body, "changes": {"title": None}}), 422)
    refused(await two.get(at(amendment)), 404)
    refused(await two.act(path(deal, "amendments"), body), 404)
    await house.drain()
    assert await news_of(one, amendment) == ["amendment.created", "amendment.applied"]
    (told,) = ok(await one.get(f"/v1/events?subject_id={deal['id']}&type=deal_registration.amended"))["data"]
    assert told["data"]["changed"] == ["/expected_close_on", "/title"]


async def test_a_material_one_is_decided_by_a_person_and_the_decision_supersedes_the_approval(house: House) -> None:
    admin, (one, _, _) = await the_house(house)
    deal = await a_submission(one)
    slightly = await amend(one, deal, amount={"amount": "57600.00", "currency": "EUR"})
    assert (slightly["status"], slightly["is_material"]) == ("applied", False), "a fifth more"
    amendment = await amend(one, deal, **BIGGER)
    assert (amendment["status"], amendment["reasons"]) == ("in_review", ["amendment_material"])
    assert amendment["allowed_actions"] == ["withdraw"]
    assert (await read(one, deal))["amount"]["amount"] == "57600.00"
    refused(await one.act(at(amendment, "accept"), YES), 403)
    refused(await admin.post(at(amendment, "accept"), YES), 428)
    done = ok(await admin.act(at(amendment, "accept"), YES))
    assert (done["status"], done["reasons"]) == ("applied", ["meets_policy"])
    now = await read(one, deal)
    assert (now["status"], now["amount"], now["reasons"]) == ("approved", BIGGER["amount"], ["meets_policy"])
    assert now["protection"]["ends_at"] == deal["protection"]["ends_at"]
    decision = ok(await one.get(path(deal, "decision")))
    assert (decision["action"], decision["kind"], decision["supersedes_id"]) == (
        "deal_registration.submit", "human", deal["decision_id"],
    )  # fmt: skip
    assert decision["facts"]["deal"]["amount_minor"] == 8_000_000
    assert decision["facts"]["request"] == {
        "days": 0, "evidence": [], "fields": ["amount"], "amount_percent": 39, "is_material": True,
    }  # fmt: skip
    assert ok(await one.post(f"/v1/decisions/{decision['id']}/verify"))["holds"]
    refused(await admin.act(at(amendment, "refuse"), NO), 409, "illegal_move")


async def test_a_refused_one_leaves_everything_as_it_was(house: House) -> None:
    admin, (one, _, _) = await the_house(house)
    deal = await a_submission(one)
    amendment = await amend(one, deal, **BIGGER)
    done = ok(await admin.act(at(amendment, "refuse"), NO))
    assert (done["status"], done["reasons"], done["remedies"]) == ("refused", [NO["reason"]], [NO["remedy"]])
    assert await read(one, deal) == deal
    assert ok(await one.get(f"/v1/decisions/{done['decision_id']}"))["outcome"] == "reject"


async def test_a_product_that_another_holds_is_refused_and_the_claim_stays(house: House) -> None:
    admin, (one, two, _) = await the_house(house)
    deal = await a_submission(one)
    await a_submission(two, products=[{"sku": "XDR-200"}])
    amendment = await amend(one, deal, products=BOTH)
    assert (amendment["status"], amendment["reasons"][0]) == ("refused", "protected_claim")
    assert amendment["remedies"][0] == "Register what you want to add by itself: then it has a place in the queue."
    assert await read(one, deal) == deal
    # Whatever the book says, the claim is exclusive.
    rules = [
        rule for rule in ok(await admin.get("/v1/rules-of-engagement"))["rules"] if rule["key"] != "amendment_held"
    ]
    await a_book_with(admin, rules=rules, cases=[])
    pending = await amend(one, deal, products=BOTH)
    assert pending["status"] == "in_review"
    refused(await admin.act(at(pending, "accept"), YES), 409, "claim_held")
    assert await read(one, deal) == deal


async def test_an_added_product_is_claimed_and_a_dropped_one_is_given_to_whoever_waits(house: House) -> None:
    admin, (one, two, three) = await the_house(house)
    deal = await a_submission(one)
    second = await a_submission(two)
    amendment = await amend(one, deal, products=[{"sku": "XDR-200", "quantity": 5}])
    assert amendment["changes"] == [
        {
            "path": "/products",
            "before": [{"sku": "EDR-100", "quantity": 10}],
            "after": [{"sku": "XDR-200", "quantity": 5}],
        }
    ]
    ok(await admin.act(at(amendment, "accept"), YES))
    now = await read(one, deal)
    assert now["products"] == [{"sku": "XDR-200", "quantity": 5}]
    assert now["protection"]["ends_at"] == deal["protection"]["ends_at"]
    assert now["protection"]["ended_how"] is None
    await house.drain()
    assert (await read(two, second))["status"] == "approved"
    third = await a_submission(three, products=[{"sku": "XDR-200"}])
    assert third["status"] == "waiting"
    ok(await one.act(path(deal, "release")))
    await house.drain()
    assert (await read(three, third))["status"] == "approved"
    assert (await read(one, deal))["protection"]["ended_how"] == "released"


async def test_another_customer_is_another_claim_until_the_same_end(house: House) -> None:
    admin, (one, two, three) = await the_house(house)
    deal, second = await a_submission(one), await a_submission(two)
    amendment = await amend(one, deal, customer={"name": "Globex SE", "country": "DE"})
    assert [change["path"] for change in amendment["changes"]] == ["/account"]
    ok(await admin.act(at(amendment, "accept"), YES))
    now = await read(one, deal)
    assert now["account_id"] == amendment["changes"][0]["after"] != deal["account_id"]
    assert now["protection"]["ends_at"] == deal["protection"]["ends_at"]
    await house.drain()
    assert (await read(two, second))["status"] == "approved"
    assert (await a_submission(three, "Globex SE"))["status"] == "waiting"


async def test_an_undecided_one_is_judged_again_and_its_place_counts_from_what_it_claims_more(house: House) -> None:
    admin, (one, two, three) = await the_house(house)
    await a_submission(one, products=BOTH)
    second = await a_submission(two)
    house.clock.move(seconds=60)
    third = await a_submission(three)
    assert (second["queue"]["place"], third["queue"]["place"]) == (1, 2)
    grown = await amend(two, second, products=BOTH)
    ok(await admin.act(at(grown, "accept"), YES))
    now = await read(two, second)
    assert (now["status"], now["queue"]["place"]) == ("waiting", 2)
    assert now["submitted_at"] > second["submitted_at"]
    assert (await read(three, third))["queue"] == {"place": 1, "length": 2, "region": None}
    less = await amend(two, now, products=[{"sku": "EDR-100", "quantity": 10}])
    ok(await admin.act(at(less, "accept"), YES))
    assert (await read(two, second))["submitted_at"] == now["submitted_at"], "who claims less keeps its place"
    freed = await amend(two, now, customer={"name": "Globex SE", "country": "DE"})
    ok(await admin.act(at(freed, "accept"), YES))
    assert (await read(two, second))["status"] == "approved"


async def test_a_book_may_let_material_ones_apply_when_the_registration_would_be_approved(house: House) -> None:
    admin, (one, _, _) = await the_house(house)
    rules = ok(await admin.get("/v1/rules-of-engagement"))["rules"]
    kept = [rule for rule in rules if rule["key"] != "amendment_material"]
    for rule in kept:
        if rule["key"] == "amendment_minor":
            rule["when"] = "partner.status == 'active'"
    await a_book_with(admin, rules=kept)
    deal = await a_submission(one)
    amendment = await amend(one, deal, **BIGGER)
    assert (amendment["status"], amendment["is_material"], amendment["reasons"]) == ("applied", True, ["clear_path"])
    now = await read(one, deal)
    assert now["decision_id"] == amendment["decision_id"] != deal["decision_id"]
    expansion = await amend(one, deal, deal_type="expansion")
    assert (expansion["status"], expansion["reasons"]) == ("in_review", ["existing_customer"])
    tender = await amend(one, deal, deal_type="rfp")
    assert (tender["status"], tender["reasons"]) == ("refused", ["excluded_deal_type"])
    assert (await read(one, deal))["deal_type"] == "new_business"
    assert ok(await one.get(at(expansion)))["status"] == "superseded"


async def test_a_later_proposal_about_the_same_field_takes_the_place_of_the_earlier(house: House) -> None:
    admin, (one, _, _) = await the_house(house)
    deal = await a_submission(one)
    first = await amend(one, deal, **BIGGER)
    other = await amend(one, deal, country="AT")
    again = await amend(one, deal, amount={"amount": "90000.00", "currency": "EUR"})
    states = {found["id"]: found["status"] for found in ok(await one.get(path(deal, "amendments")))["data"]}
    assert states == {first["id"]: "superseded", other["id"]: "in_review", again["id"]: "in_review"}
    assert len(ok(await admin.get(f"{AMENDMENTS}?status=in_review"))["data"]) == 2
    refused(await admin.act(at(first, "accept"), YES), 409, "illegal_move")
    assert ok(await one.act(at(other, "withdraw")))["status"] == "withdrawn"
    assert ok(await admin.act(at(again, "accept"), YES))["status"] == "applied"


async def test_what_has_changed_since_it_was_proposed_is_proposed_anew(house: House) -> None:
    admin, (one, _, _) = await the_house(house, territories=["FR"])
    deal = await a_submission(one)
    await house.drain()
    amendment = await amend(one, deal, **BIGGER)
    ok(await one.act(path(deal, "amendments"), {"changes": {"region": "dach"}, "reason": WHY}), 201)
    # Returned, corrected and submitted again before the worker has looked.
    ok(await admin.act(path(deal, "return"), {"reason": "amount_unclear", "remedy": "Say what it is worth."}))
    ok(await one.patch(path(deal), {"amount": {"amount": "70000.00", "currency": "EUR"}}))
    assert ok(await one.act(path(deal, "submit")))["status"] == "in_review"
    refused(await admin.act(at(amendment, "accept"), YES), 409, "amendment_stale")
    assert (await read(one, deal))["amount"]["amount"] == "70000.00"
    assert (await amend(one, deal, **BIGGER))["status"] == "applied", "from there it is no material step"
    assert ok(await one.get(at(amendment)))["status"] == "superseded"
    assert (await read(one, deal))["amount"] == BIGGER["amount"]


@pytest.mark.parametrize("way", ["release", "reject"])
async def test_an_undecided_one_lapses_with_the_registration(house: House, way: str) -> None:
    admin, (one, _, _) = await the_house(house, territories=[] if way == "release" else ["FR"])
    deal = await a_submission(one)
    amendment = await amend(one, deal, **BIGGER)
    who, body = (one, None) if way == "release" else (admin, {"reason": "not_qualified", "remedy": "Ask again."})
    ok(await who.act(path(deal, way), body))
    refused(await admin.act(at(amendment, "accept"), YES), 409, "not_amendable")
    await house.drain()
    assert ok(await one.get(at(amendment)))["status"] == "lapsed"
    assert (await news_of(one, amendment))[-1] == "amendment.lapsed"
    problem = refused(await one.act(path(deal, "amendments"), {"changes": BIGGER, "reason": WHY}), 409)
    assert problem["code"] == "not_amendable"
    refused(await one.act(path(await a_draft(one), "amendments"), {"changes": BIGGER, "reason": WHY}), 409)
