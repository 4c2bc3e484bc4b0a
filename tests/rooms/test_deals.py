"""Deal registrations: asked, decided, explained, protected, queued."""

from typing import Any

from tests.makers import House, a_draft, a_partner, a_product, a_submission, deal_body, ok, refused

DEALS = "/v1/deal-registrations"


def path(deal: Any, verb: str = "") -> str:
    return f"{DEALS}/{deal['id']}" + (f"/{verb}" if verb else "")


async def test_a_complete_registration_of_new_business_is_approved_at_once(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "Reseller One")
    draft = await a_draft(partner)
    assert draft["status"] == "draft"
    assert draft["number"] == "DR-000001"
    assert (draft["source"], draft["lead_id"]) == ("partner", None)
    assert draft["allowed_actions"] == ["submit", "withdraw", "update"]
    deal = ok(await partner.act(path(draft, "submit"), if_match='"v1"'))
    assert deal["status"] == "approved"
    assert deal["reasons"] == ["clear_path"]
    assert deal["protection"]["basis"] == "90 days from approval"
    assert deal["allowed_actions"] == ["release", "close-won", "close-lost", "move-stage"]
    decision = ok(await partner.get(path(deal, "decision")))
    assert decision["outcome"] == "approve"
    assert decision["kind"] == "automatic"
    assert {result["key"] for result in decision["results"]} >= {"protected_claim", "capacity", "clear_path"}
    assert decision["staff"] is None
    assert set(decision["facts"]) == {"deal", "partner", "progress", "protection", "request"}
    assert ok(await partner.post(f"/v1/decisions/{decision['id']}/verify"))["holds"]
    assert set(ok(await admin.get(path(deal, "decision")))["staff"]["facts"]) == {
        "deal",
        "partner",
        "account",
        "claims",
        "progress",
        "protection",
        "request",
    }


async def test_an_incomplete_registration_comes_back_and_keeps_its_time(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "Reseller One")
    deal = await a_submission(partner, expected_close_on=None)
    assert deal["status"] == "action_required"
    assert deal["missing"] == ["expected_close_on"]
    assert "expected_close_on" in deal["remedies"][0]
    house.clock.move(days=1)
    ok(await partner.patch(path(deal), {"expected_close_on": "2099-01-31"}))
    again = ok(await partner.act(path(deal, "submit")))
    assert again["status"] == "approved"
    assert again["submitted_at"] == deal["submitted_at"]


async def test_a_second_partner_waits_while_protection_runs_and_is_promoted_when_it_ends(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    _, three = await a_partner(house, vendor, "Three")
    held = await a_submission(one)
    second = await a_submission(two)
    third = await a_submission(three)
    assert (second["status"], second["queue"]) == ("waiting", {"place": 1, "length": 1, "region": None})
    assert (third["status"], third["queue"]) == ("waiting", {"place": 2, "length": 2, "region": None})
    assert held["id"] not in str(second)
    house.clock.move(days=77)
    await house.drain()
    announced = ok(await one.get("/v1/events?type=deal_registration.expiry_announced"))["data"]
    assert [event["subject_id"] for event in announced] == [held["id"]]
    house.clock.move(days=14)
    await house.drain()
    assert ok(await one.get(path(held)))["status"] == "expired"
    assert ok(await two.get(path(second)))["status"] == "approved"
    assert ok(await three.get(path(third)))["queue"] == {"place": 1, "length": 1, "region": None}
    types = [event["type"] for event in ok(await two.get(f"/v1/events?subject_id={second['id']}"))["data"]]
    assert types[-3:] == ["deal_registration.promoted", "decision.made", "deal_registration.approved"]


async def test_a_release_serves_the_queue_and_a_withdrawal_leaves_it(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    _, three = await a_partner(house, vendor, "Three")
    held, second, third = await a_submission(one), await a_submission(two), await a_submission(three)
    assert ok(await two.act(path(second, "withdraw")))["status"] == "withdrawn"
    assert ok(await three.get(path(third)))["queue"] == {"place": 1, "length": 1, "region": None}
    released = ok(await one.act(path(held, "release")))
    assert released["protection"]["ended_how"] == "released"
    await house.drain()
    assert ok(await three.get(path(third)))["status"] == "approved"


async def test_a_person_decides_what_the_rules_leave_open_and_says_why(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    manager = await house.client(vendor, "manager")
    _, partner = await a_partner(house, vendor, "One", territories=["FR"])
    deal = await a_submission(partner)
    assert (deal["status"], deal["reasons"]) == ("in_review", ["outside_territory"])
    refused(await partner.act(path(deal, "approve"), {"reason": "meets_policy"}), 403)
    refused(await manager.act(path(deal, "approve"), {}), 422)
    refused(await manager.post(path(deal, "approve"), {"reason": "meets_policy"}), 428)
    refused(await manager.act(path(deal, "approve"), {"reason": "meets_policy"}, if_match='"v1"'), 412)
    returned = ok(
        await manager.act(path(deal, "return"), {"reason": "evidence_missing", "remedy": "Send the request."})
    )
    assert (returned["status"], returned["remedies"]) == ("action_required", ["Send the request."])
    ok(await partner.act(path(deal, "submit")))
    body = {"reason": "exception_granted", "note": "You follow your customer."}
    approved = ok(await manager.act(path(deal, "approve"), body))
    assert approved["status"] == "approved"
    decision = ok(await partner.get(path(deal, "decision")))
    assert (decision["kind"], decision["reasons"], decision["note"]) == ("human", ["exception_granted"], body["note"])
    history = ok(await partner.get(f"/v1/decisions?subject_id={deal['id']}"))["data"]
    assert [row["kind"] for row in history] == ["human", "automatic", "human", "automatic"]
    assert history[0]["supersedes_id"] == history[1]["id"]
    problem = refused(await manager.act(path(deal, "approve"), body), 409, "illegal_move")
    assert "revoke" in problem["allowed_actions"]
    revoked = ok(await manager.act(path(deal, "revoke"), {"reason": "no_progress", "remedy": "Register again."}))
    assert revoked["protection"]["ended_how"] == "revoked"


async def test_a_rejected_registration_is_resubmitted_within_the_limit(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    deal = await a_submission(partner, deal_type="renewal")
    assert (deal["status"], deal["reasons"][0]) == ("rejected", "excluded_deal_type")
    for _ in range(2):
        assert ok(await partner.act(path(deal, "submit")))["status"] == "rejected"
    ok(await partner.patch(path(deal), {"deal_type": "new_business"}))
    assert "resubmission_limit" in ok(await partner.act(path(deal, "submit")))["reasons"]


async def test_an_approval_by_hand_sends_undecided_rivals_to_the_queue(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One", territories=["FR"])
    _, two = await a_partner(house, vendor, "Two", territories=["FR"])
    first, second = await a_submission(one), await a_submission(two)
    ok(await admin.act(path(second, "approve"), {"reason": "customer_choice"}))
    waiting = ok(await one.get(path(first)))
    assert (waiting["status"], waiting["queue"]) == ("waiting", {"place": 1, "length": 1, "region": None})
    problem = refused(await admin.act(path(first, "approve"), {"reason": "meets_policy"}), 409, "claim_held")
    assert problem["queue_place"] == 1


async def test_the_sale_moves_and_is_won_at_its_value(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    deal = await a_submission(partner)
    assert ok(await partner.act(path(deal, "move-stage"), {"stage": "committed"}))["stage"] == "committed"
    euros = {"amount": "51000.00", "currency": "EUR"}
    refused(
        await partner.act(path(deal, "close-won"), {"amount": {**euros, "currency": "USD"}}), 422, "currency_differs"
    )
    won = ok(await partner.act(path(deal, "close-won"), {"amount": euros}))
    assert (won["status"], won["stage"], won["closed_amount"]) == ("closed", "closed_won", euros)
    assert won["protection"]["ended_how"] == "closed_won"
    assert won["allowed_actions"] == []
    refused(await partner.act(path(deal, "move-stage"), {"stage": "prospect"}), 409, "stage_not_reachable")


async def test_after_submission_a_registration_is_not_edited(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    deal = await a_submission(partner)
    refused(await partner.patch(path(deal), {"title": "Other"}), 409, "not_editable")


async def test_notes_are_shared_or_for_the_vendors_side(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    deal = await a_submission(partner)
    ok(await partner.post(path(deal, "notes"), {"body": "Met the customer.", "kind": "meeting"}), 201)
    ok(await admin.post(path(deal, "notes"), {"body": "Looks thin.", "audience": "staff"}), 201)
    assert [note["body"] for note in ok(await partner.get(path(deal, "notes")))["data"]] == ["Met the customer."]
    assert len(ok(await admin.get(path(deal, "notes")))["data"]) == 2


async def test_asking_beforehand_creates_nothing_and_tells_a_partner_no_rival(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    body = {name: value for name, value in deal_body().items() if name != "title"}
    check = "/v1/rules-of-engagement/check"
    before = ok(await two.post(check, body))
    assert (before["outcome"], before["protection_days"], before["staff"]) == ("approve", 90, None)
    assert ok(await admin.get("/v1/accounts"))["data"] == []
    await a_submission(one)
    assert ok(await two.post(check, body))["outcome"] == "wait"
    seen = ok(await admin.post(check, {**body, "partner_id": ok(await two.get("/v1/me"))["partner_id"]}))
    assert seen["staff"]["reasons"] == ["protected_claim"]
    await house.drain()
    probes = ok(await admin.get("/v1/events?type=engagement.checked"))["data"]
    assert len(probes) == 3


async def test_the_rules_are_published_in_three_forms_from_the_same_data(house: House) -> None:
    vendor, _ = await house.vendor()
    _, partner = await a_partner(house, vendor, "One")
    url = "/v1/rules-of-engagement"
    book = ok(await partner.get(url))
    assert book["parameters"]["protection_days"] == 90
    markdown = (await partner.get(url, headers={"Accept": "text/markdown"})).text
    page = (await partner.get(url, headers={"Accept": "text/html"})).text
    assert book["content_hash"] in markdown
    assert book["content_hash"] in page
    assert (await partner.get(url, headers={"If-None-Match": f'"{book["content_hash"]}"'})).status_code == 304


async def test_a_partner_registers_for_itself_and_staff_name_the_partner(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    one, api = await a_partner(house, vendor, "One")
    two, other = await a_partner(house, vendor, "Two")
    refused(await api.post(DEALS, deal_body(partner_id=two["id"])), 403, "other_partner")
    refused(await admin.post(DEALS, deal_body()), 422, "partner_not_named")
    deal = ok(await admin.post(DEALS, deal_body(partner_id=one["id"])), 201)
    assert not deal["staff"]["created_by_partner"]
    ok(await api.get(path(deal)))
    refused(await other.get(path(deal)), 404)
    refused(await other.act(path(deal, "submit")), 404)
    assert ok(await other.get(DEALS))["data"] == []
    refused(await api.post(DEALS, deal_body(products=[{"sku": "NOPE"}])), 422, "unknown_product")
    refused(await api.post(DEALS, deal_body(customer=None)), 422)


async def test_lists_are_filtered_and_ordered(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    names = ["Alpha Works", "Beta Works", "Gamma Works"]
    deals = [await a_submission(partner, name) for name in names]
    draft = await a_draft(partner, "Delta Works")
    page = ok(await partner.get(DEALS + "?status=approved&sort=submitted_at"))
    assert [row["id"] for row in page["data"]] == [deal["id"] for deal in deals]
    both = ok(await partner.get(DEALS + "?status=approved&status=draft"))
    assert [row["id"] for row in both["data"]] == [draft["id"], *(deal["id"] for deal in reversed(deals))]
    assert ok(await partner.get(DEALS + f"?account_id={deals[0]['account_id']}"))["data"][0]["id"] == deals[0]["id"]


async def test_a_note_of_the_vendors_side_leaves_no_trace_for_the_partner(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    deal = await a_submission(partner)
    house.clock.move(days=1)
    ok(await admin.post(path(deal, "notes"), {"body": "Looks thin.", "audience": "staff"}), 201)
    assert ok(await partner.get(path(deal))) == deal
    ok(await admin.post(path(deal, "notes"), {"body": "Well done."}), 201)
    assert ok(await partner.get(path(deal)))["last_activity_at"] > deal["last_activity_at"]


async def test_asking_beforehand_judges_by_the_account_that_submission_would_find(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One", territories=["DE"])
    number = [{"kind": "duns", "value": "15-048-3782"}]
    ok(await admin.post("/v1/accounts", {"name": "Acme", "country": "DE", "legal_ids": number}), 201)
    body = {**deal_body(), "customer": {"name": "Acme France", "country": "FR", "legal_ids": number}}
    asked = ok(await partner.post("/v1/rules-of-engagement/check", {key: body[key] for key in body.keys() - {"title"}}))
    draft = ok(await partner.post(DEALS, body), 201)
    assert (asked["outcome"], ok(await partner.act(path(draft, "submit")))["status"]) == ("approve", "approved")


async def test_an_external_id_is_taken_within_a_partner_and_tells_nothing_of_others(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two = await a_partner(house, vendor, "Two")
    known = {"system": "crm", "id": "42"}
    first = await a_draft(one, external_id=known)
    refused(await one.post(DEALS, deal_body(external_id=known)), 409, "deal_external_id_taken")
    await a_draft(two, external_id=known)
    found = ok(await one.get(DEALS + "?external_system=crm&external_id=42"))["data"]
    assert [row["id"] for row in found] == [first["id"]]


async def test_the_fingerprint_of_hidden_facts_is_for_the_vendors_side(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    deal = await a_submission(partner)
    assert ok(await partner.get(path(deal, "decision")))["facts_hash"] is None
    assert ok(await admin.get(path(deal, "decision")))["facts_hash"].startswith("sha256:")


async def test_news_of_a_submission_does_not_repeat_the_reasons_of_an_earlier_decision(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "One")
    deal = await a_submission(partner, deal_type="renewal")
    ok(await partner.act(path(deal, "submit")))
    await house.drain()
    news = ok(await partner.get(f"/v1/events?type=deal_registration.submitted&subject_id={deal['id']}"))["data"]
    assert [event["data"]["reasons"] for event in news] == [[], []]


async def test_what_a_whole_object_lacks_is_told_at_the_field_that_mends_it(house: House) -> None:
    vendor, _ = await house.vendor()
    _, partner = await a_partner(house, vendor, "Reseller One")

    async def faults(path: str, body: Any) -> list[tuple[str, str]]:
        problem = refused(await partner.post(path, body), 422, "invalid_request")
        return [(fault["pointer"], fault["detail"]) for fault in problem["errors"]]

    nobody = {"title": "For nobody"}
    said = "Name the customer by `account_id` or describe it as `customer`, one of the two."
    assert await faults(DEALS, nobody) == [("/customer", said)]
    bulk = refused(await partner.post(DEALS + "/bulk", {"items": [nobody], "atomic": True}), 422, "bulk_refused")
    assert [(fault["pointer"], fault["detail"]) for fault in bulk["errors"]] == [("/items/0/customer", said)]
    assert await faults(DEALS, None) == [("", "Send a body.")]
    assert await faults(DEALS, {**deal_body(), "title": ""}) == [("/title", "1 or more characters.")]
