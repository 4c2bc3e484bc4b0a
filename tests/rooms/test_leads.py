"""Leads: created, ranked and explained, offered one partner at a time, answered, passed on, registered."""

import asyncio
from typing import Any

import asyncpg
from tests import makers
from tests.makers import Api, House, a_partner, a_product, a_submission, lead_body, ok, refused

LEADS, OFFERS = "/v1/leads", "/v1/lead-offers"
KIM = {"name": "Kim Larsen", "email": "kim@acme.example", "phone": "+49 30 5550134", "job_title": "Head of IT"}


WANTED: dict[str, Any] = {"contact": KIM, "products": [{"sku": "EDR-100", "quantity": 300}]}


async def a_lead(admin: Api, customer: str = "Acme Industries GmbH", **fields: Any) -> Any:
    return await makers.a_lead(admin, customer, **{**WANTED, **fields})


async def routed(admin: Api, lead: Any, **body: Any) -> Any:
    return ok(await admin.act(f"{LEADS}/{lead['id']}/route", body))


async def the_offer(partner: Api) -> Any:
    (found,) = ok(await partner.get(f"{OFFERS}?status=open"))["data"]
    return found


async def types(api: Api, lead: Any) -> list[str]:
    return [one["type"] for one in ok(await api.get(f"/v1/events?subject_id={lead['id']}"))["data"]]


async def a_program(house: House) -> tuple[Any, Api, tuple[Any, Api], tuple[Any, Api]]:
    """A vendor with a product, the partner that fits best, and one that fits less."""
    vendor, admin = await house.vendor()
    await a_product(admin)
    best = await a_partner(house, vendor, "Best", verticals=["healthcare"], skills=["siem"])
    less = await a_partner(house, vendor, "Less", country="FR")
    return vendor, admin, best, less


async def test_a_lead_goes_to_the_best_partner_which_learns_the_rest_when_it_accepts(house: House) -> None:
    _, admin, (best, one), (less, two) = await a_program(house)
    lead = await a_lead(admin)
    assert (lead["status"], lead["partner_id"], lead["allowed_actions"]) == (
        "new",
        None,
        ["route", "pass", "close", "update"],
    )
    stale = await admin.act(f"{LEADS}/{lead['id']}/route", {"dry_run": True}, if_match='"v99"')
    refused(stale, 412, "stale_version")
    tried = ok(await admin.post(f"{LEADS}/{lead['id']}/route", {"dry_run": True}))
    assert (tried["id"], tried["lead_offer_id"], tried["lead_status"]) == (None, None, "new")
    refused(await admin.post(f"{LEADS}/{lead['id']}/route", {}), 428)
    answer = await routed(admin, lead)
    assert [entry["partner_id"] for entry in answer["eligible"]] == [best["id"], less["id"]]
    assert (answer["eligible"], answer["snapshot_hash"]) == (tried["eligible"], tried["snapshot_hash"])
    for entry in answer["eligible"]:
        assert entry["points"] == sum(criterion["points"] for criterion in entry["criteria"])
    assert answer["lead_status"] == "offered"
    offer = await the_offer(one)
    assert ok(await two.get(OFFERS))["data"] == []
    refused(await two.get(f"{OFFERS}/{offer['id']}"), 404)
    refused(await one.get(f"{LEADS}/{lead['id']}"), 404)
    assert (offer["lead"]["need"], offer["lead"]["customer"], offer["staff"]) == (lead["need"], None, None)
    assert "Kim" not in str(offer)
    assert ok(await one.get(f"/v1/decisions/{offer['decision_id']}"))["reasons"] == ["lead_clear"]
    refused(await one.post(f"{OFFERS}/{offer['id']}/accept"), 428)
    taken = ok(await one.act(f"{OFFERS}/{offer['id']}/accept", if_match='"v1"'))
    assert (taken["status"], taken["allowed_actions"]) == ("accepted", [])
    mine = ok(await one.get(f"{LEADS}/{lead['id']}"))
    assert (mine["contact"], mine["partner_id"], mine["staff"]) == (KIM, best["id"], None)
    assert mine["allowed_actions"] == ["register", "close"]
    assert ok(await one.get(f"/v1/accounts/{mine['account_id']}"))["name"] == "Acme Industries GmbH"
    refused(await two.get(f"{LEADS}/{lead['id']}"), 404)
    await house.drain()
    assert await types(one, lead) == ["decision.made", "lead.offered", "lead.accepted"]
    assert await types(two, lead) == []
    assert "Larsen" not in (await admin.get("/v1/events?limit=200")).text


async def test_an_accepted_lead_becomes_a_registration_that_says_where_it_came_from(house: House) -> None:
    _, admin, (best, one), _ = await a_program(house)
    lead = await a_lead(admin, amount={"amount": "48000.00", "currency": "EUR"})
    await routed(admin, lead)
    ok(await one.act(f"{OFFERS}/{(await the_offer(one))['id']}/accept"))
    problem = refused(await admin.act(f"{LEADS}/{lead['id']}/route", {}), 409, "illegal_move")
    assert problem["allowed_actions"] == ["recall", "register", "close", "update"]
    body = {"expected_close_on": "2099-12-31"}
    answer = await one.act(f"{LEADS}/{lead['id']}/register", body)
    deal = ok(answer, 201)
    assert answer.headers["location"] == f"/v1/deal-registrations/{deal['id']}"
    assert (deal["status"], deal["source"], deal["lead_id"]) == ("approved", "lead", lead["id"])
    assert (deal["title"], deal["products"]) == (lead["title"], [{"sku": "EDR-100", "quantity": 300}])
    assert (deal["partner_id"], deal["description"]) == (best["id"], lead["need"])
    refused(await one.act(f"{LEADS}/{lead['id']}/register", body), 409, "illegal_move")
    after = ok(await admin.get(f"{LEADS}/{lead['id']}"))
    assert (after["status"], after["deal_registration_id"]) == ("converted", deal["id"])
    await house.drain()
    assert (await types(admin, lead))[-1] == "lead.converted"


async def test_who_declines_or_lets_the_time_run_out_is_passed_over_until_the_lead_is_back(house: House) -> None:
    _, admin, (_, one), (less, two) = await a_program(house)
    lead = await a_lead(admin)
    await routed(admin, lead)
    first = await the_offer(one)
    refused(await one.act(f"{OFFERS}/{first['id']}/decline", {"reason": "other"}), 422)
    body = {"reason": "no_capacity", "note": "Ask us in May."}
    assert ok(await one.act(f"{OFFERS}/{first['id']}/decline", body))["note"] == "Ask us in May."
    assert ok(await admin.get(f"{LEADS}/{lead['id']}"))["status"] == "rerouting"
    await house.drain()
    second = await the_offer(two)
    assert second["partner_id"] == less["id"]
    assert ok(await admin.get(f"{OFFERS}/{second['id']}"))["staff"]["round"] == 2
    problem = refused(await one.act(f"{OFFERS}/{first['id']}/accept"), 409, "lead_offer_over")
    assert problem["offer_status"] == "declined"
    house.clock.move(hours=48)
    # The last instant has come, although the worker has not: the published time counts.
    refused(await two.act(f"{OFFERS}/{second['id']}/accept"), 409, "lead_offer_over")
    await house.drain()
    assert ok(await two.get(f"{OFFERS}/{second['id']}"))["status"] == "timed_out"
    assert ok(await admin.get(f"{LEADS}/{lead['id']}"))["status"] == "returned"
    told = await types(admin, lead)
    assert [one for one in told if one.startswith("lead.")] == [
        "lead.created", "lead.offered", "lead.declined", "lead.offered", "lead.rerouted", "lead.timed_out",
        "lead.returned",
    ]  # fmt: skip
    again = await routed(admin, lead)
    assert {reason for left in again["not_eligible"] for reason in left["reasons"]} == {"asked_before"}
    assert (again["eligible"], again["lead_offer_id"], again["lead_status"]) == ([], None, "returned")
    assert (await routed(admin, lead, ask_again=True))["lead_status"] == "offered"


async def test_rounds_are_bounded_by_the_policy(house: House) -> None:
    _, admin, (_, one), (_, two) = await a_program(house)
    draft = ok(await admin.post("/v1/routing-policies", {"most_rounds": 1}), 201)
    ok(await admin.act(f"/v1/routing-policies/{draft['id']}/publish"))
    lead = await a_lead(admin)
    await routed(admin, lead)
    ok(await one.act(f"{OFFERS}/{(await the_offer(one))['id']}/decline", {"reason": "poor_fit"}))
    await house.drain()
    assert ok(await two.get(OFFERS))["data"] == []
    assert ok(await admin.get(f"{LEADS}/{lead['id']}"))["status"] == "returned"
    news = ok(await admin.get(f"/v1/events?subject_id={lead['id']}&type=lead.returned"))["data"]
    assert (news[0]["data"]["cause"], news[0]["data"]["rounds"]) == ("rounds_used", 1)


async def test_rules_say_to_whom_a_lead_may_be_passed(house: House) -> None:
    vendor, admin, (best, one), (less, _) = await a_program(house)
    await a_submission(one)  # holds the claim on the customer and the product
    abroad, _ = await a_partner(house, vendor, "Abroad", territories=["US"])
    tired, _ = await a_partner(house, vendor, "Tired")
    ok(await admin.act(f"/v1/partners/{tired['id']}/suspend", {"reason": "inactivity"}))
    answer = await routed(admin, await a_lead(admin), dry_run=True)
    assert [entry["partner_id"] for entry in answer["eligible"]] == [best["id"]]
    left = {entry["partner_id"]: entry["reasons"] for entry in answer["not_eligible"]}
    assert left == {
        less["id"]: ["protected_claim"],
        abroad["id"]: ["protected_claim", "outside_territory"],
        tired["id"]: ["partner_suspended", "protected_claim"],
    }
    # Another product of the same customer is free; a lead that names none concerns them all.
    await a_product(admin, "SIEM-1")
    free = await routed(admin, await a_lead(admin, products=[{"sku": "SIEM-1"}]), dry_run=True)
    assert less["id"] in {entry["partner_id"] for entry in free["eligible"]}
    every = await routed(admin, await a_lead(admin, products=[]), dry_run=True)
    assert [entry["partner_id"] for entry in every["eligible"]] == [best["id"]]


async def test_a_ranking_is_kept_and_holds_when_it_is_made_again(house: House) -> None:
    _, admin, (_, one), _ = await a_program(house)
    lead = await a_lead(admin)
    answer = await routed(admin, lead)
    (kept,) = ok(await admin.get(f"{LEADS}/{lead['id']}/routings"))["data"]
    assert kept["ranking_hash"] == answer["ranking_hash"]
    path = f"/v1/lead-routings/{answer['id']}"
    assert ok(await admin.get(path)) == kept
    # Whatever became of the partners and the policy since.
    ok(await admin.patch(f"/v1/partners/{answer['eligible'][0]['partner_id']}", {"verticals": []}))
    draft = ok(await admin.post("/v1/routing-policies", {"weights": {"geography": 100}}), 201)
    ok(await admin.act(f"/v1/routing-policies/{draft['id']}/publish"))
    checked = ok(await admin.post(path + "/verify"))
    assert (checked["holds"], checked["differences"]) == (True, [])
    refused(await one.get(path), 403)
    sql = (
        "update lead_routings set ranking = jsonb_set(ranking, '{placed,0,points}', '1'), "
        "snapshot = jsonb_set(snapshot, '{candidates,0,outcome}', '\"reject\"')"
    )
    await as_owner(house, sql)
    checked = ok(await admin.post(path + "/verify"))
    assert not any(checked[name] for name in ("holds", "snapshot_holds", "rules_hold", "ranking_holds"))
    assert len(checked["differences"]) == 3


async def as_owner(house: House, sql: str) -> None:
    connection = await asyncpg.connect(house.settings.database_url)
    try:
        await connection.execute(sql)
    finally:
        await connection.close()


async def test_performance_and_load_count_from_what_happened(house: House) -> None:
    _, admin, (best, one), (less, _) = await a_program(house)
    for number in range(3):
        await routed(admin, await a_lead(admin, f"Customer {number} SE"))
        ok(await one.act(f"{OFFERS}/{(await the_offer(one))['id']}/accept"))
    answer = await routed(admin, await a_lead(admin), dry_run=True)
    added = {
        entry["partner_id"]: {criterion["name"]: criterion for criterion in entry["criteria"]}
        for entry in answer["eligible"]
    }
    assert added[best["id"]]["capacity"]["found"] == "7/10"
    assert added[best["id"]]["performance"]["found"] == "accepted 3/3, won 0/0"
    # All that was answered was accepted at once: the pool's mean is full, and so is that of who has no record.
    assert added[best["id"]]["performance"]["ratio"] == added[less["id"]]["performance"]["ratio"] == 8_333


async def test_new_partners_get_the_published_share(house: House) -> None:
    _, admin, (best, one), (less, two) = await a_program(house)
    for number in range(2):
        await routed(admin, await a_lead(admin, f"Earlier {number} SE"))
    body = {"floor": {"share_percent": 50, "below_leads": 2, "window_days": 30}, "capacity": 100}
    draft = ok(await admin.post("/v1/routing-policies", body), 201)
    ok(await admin.act(f"/v1/routing-policies/{draft['id']}/publish"))
    got = []
    for number in range(8):
        answer = await routed(admin, await a_lead(admin, f"Customer {number} SE"))
        got.append(answer["eligible"][0]["partner_id"])
    # Every second offer, until the new one has had its two; then nobody stands below the floor.
    assert got == [best["id"], less["id"], best["id"], less["id"], *[best["id"]] * 4]
    policy = ok(await two.get("/v1/routing-policy"))
    assert (policy["floor_record"], policy["is_in_force"]) == ({"routed": 4, "given": 2}, True)
    assert len(ok(await one.get(OFFERS))["data"]) == 8


async def test_a_lead_is_taken_back_and_closed(house: House) -> None:
    _, admin, (_, one), _ = await a_program(house)
    lead = await a_lead(admin)
    path = f"{LEADS}/{lead['id']}"
    await routed(admin, lead)
    refused(await admin.patch(path, {"country": "FR"}), 409, "lead_not_editable")
    assert ok(await admin.patch(path, {"contact": None}))["contact"] is None
    offer = await the_offer(one)
    assert ok(await admin.act(path + "/recall", {"reason": "facts_changed"}))["status"] == "returned"
    assert ok(await one.get(f"{OFFERS}/{offer['id']}"))["status"] == "recalled"
    refused(await one.act(f"{OFFERS}/{offer['id']}/accept"), 409, "lead_offer_over")
    assert ok(await admin.patch(path, {"country": "AT", "products": []}))["country"] == "AT"
    await routed(admin, lead, ask_again=True)
    ok(await one.act(f"{OFFERS}/{(await the_offer(one))['id']}/accept"))
    ok(await admin.act(path + "/recall", {"reason": "no_progress"}))
    refused(await one.get(path), 404)
    await routed(admin, lead, ask_again=True)
    ok(await one.act(f"{OFFERS}/{(await the_offer(one))['id']}/accept"))
    assert ok(await one.act(path + "/close", {"reason": "no_budget"}))["closed_reason"] == "no_budget"
    refused(await admin.act(path + "/close", {"reason": "no_budget"}), 409, "illegal_move")
    other = await a_lead(admin, "Contoso SE")
    await routed(admin, other)
    ok(await admin.act(f"{LEADS}/{other['id']}/close", {"reason": "duplicate"}))
    assert ok(await one.get(f"{OFFERS}?lead_id={other['id']}"))["data"][0]["status"] == "recalled"
    await house.drain()
    assert (await types(admin, other))[-1] == "lead.discarded"
    assert (await types(one, lead))[-1] == "lead.closed"


async def test_of_two_answers_in_the_same_moment_one_counts(house: House) -> None:
    vendor, admin, (best, one), (_, two) = await a_program(house)
    colleague = await house.client(vendor, "partner_member", best["id"])
    for number in range(4):
        lead = await a_lead(admin, f"Customer {number} SE")
        await routed(admin, lead)
        path = f"{OFFERS}/{(await the_offer(one))['id']}"
        answers = await asyncio.gather(
            one.act(path + "/accept"),
            colleague.act(path + "/decline", {"reason": "no_capacity"}),
            admin.act(f"{LEADS}/{lead['id']}/recall", {"reason": "other"}),
            colleague.act(path + "/accept"),
        )
        won = [answer for answer in answers[:2] + answers[3:] if answer.is_success]
        assert len(won) <= 1
        assert {answer.status_code for answer in answers} <= {200, 409}
        after = ok(await admin.get(f"{LEADS}/{lead['id']}"))
        # Taken back after it was accepted is no second answer.
        assert after["status"] in (("accepted", "returned", "rerouting") if won else ("returned",))
        assert (after["partner_id"] == best["id"]) == (after["status"] == "accepted")
        if after["status"] == "accepted":
            ok(await one.act(f"{LEADS}/{lead['id']}/close", {"reason": "other"}))
        await house.drain()
        for waiting in ok(await two.get(f"{OFFERS}?status=open"))["data"]:
            ok(await two.act(f"{OFFERS}/{waiting['id']}/decline", {"reason": "poor_fit"}))
        await house.drain()


async def test_an_acceptance_and_the_end_of_its_time_leave_one_outcome(house: House) -> None:
    _, admin, (best, one), _ = await a_program(house)
    for number in range(4):
        lead = await a_lead(admin, f"Customer {number} SE")
        await routed(admin, lead)
        offer = await the_offer(one)
        house.clock.move(hours=47, minutes=59, seconds=59)
        accepting = asyncio.create_task(one.act(f"{OFFERS}/{offer['id']}/accept"))
        house.clock.move(seconds=number % 2)
        await asyncio.gather(accepting, house.drain())
        stands = ok(await admin.get(f"{OFFERS}/{offer['id']}"))["status"]
        if accepting.result().is_success:
            assert (stands, ok(await admin.get(f"{LEADS}/{lead['id']}"))["partner_id"]) == ("accepted", best["id"])
        else:
            refused(accepting.result(), 409, "lead_offer_over")
            assert stands in ("timed_out", "open")
        ok(await admin.act(f"{LEADS}/{lead['id']}/close", {"reason": "other"}))
        await house.drain()


async def test_leads_come_in_bulk_and_by_file_and_are_recognised(house: House) -> None:
    _, admin, _, _ = await a_program(house)
    external = {"system": "crm", "id": "L-1"}
    items = [lead_body(**WANTED, external_id=external), lead_body("Contoso SE", skills=["no skill"])]
    answer = ok(await admin.post("/v1/leads/bulk", {"items": items}))
    assert (answer["created"], answer["failed"]) == (1, 1)
    refused(await admin.post(LEADS, lead_body(**WANTED, external_id=external)), 409, "lead_external_id_taken")
    more = {"items": [lead_body(**WANTED, external_id=external, need="And mail protection.")], "if_known": "update"}
    assert ok(await admin.post("/v1/leads/bulk", more))["updated"] == 1
    assert ok(await admin.post("/v1/leads/bulk", more))["unchanged"] == 1
    head = "external_id,system,title,customer_name,customer_country,contact_name,products,skills,amount,currency\n"
    known = "L-1,crm,Renamed,Acme Industries GmbH,DE,,,,,\n"
    new = "L-2,crm,New,Fabrikam SE,AT,Kim,EDR-100,siem;soc,10,EUR\n"
    lines = head + known + new + "L-3,no key,Nowhere,Nobody SE,DE,,,,,\n"
    csv = {"Content-Type": "text/csv"}
    sent = ok(await admin.post("/v1/imports?kind=leads", content=lines.encode(), headers=csv), 202)
    await house.drain()
    done = ok(await admin.get(f"/v1/imports/{sent['id']}"))
    assert (done["created"], done["updated"], done["failed"]) == (1, 1, 1)
    (first,) = ok(await admin.get(f"{LEADS}?external_system=crm&external_id=L-1"))["data"]
    assert (first["title"], first["need"], first["contact"]) == ("Renamed", "And mail protection.", KIM)
    (second,) = ok(await admin.get(f"{LEADS}?external_system=crm&external_id=L-2"))["data"]
    assert (second["country"], second["skills"], second["amount"]["amount"]) == ("AT", ["siem", "soc"], "10.00")
    refused(await admin.get(f"{LEADS}?external_id=L-1"), 422)


async def test_a_lead_says_what_is_wrong_with_it(house: House) -> None:
    _, admin, (_, one), _ = await a_program(house)
    refused(await admin.post(LEADS, {"title": "Nobody's"}), 422)
    problem = refused(await admin.post(LEADS, lead_body(products=[{"sku": "NONE"}])), 422, "unknown_product")
    assert problem["errors"][0]["pointer"] == "/products/0/sku"
    lead = await a_lead(admin)
    path = f"{LEADS}/{lead['id']}"
    problem = refused(await admin.patch(path, {"products": None}), 422)
    problem = refused(await admin.patch(path, {"title": None}), 422)
    assert problem["errors"][0]["pointer"] == "/title"
    refused(await admin.patch(path, {"title": "Late"}, if_match='"v9"'), 412)
    for verb, body in (("route", {}), ("recall", {"reason": "other"})):
        assert refused(await one.act(f"{path}/{verb}", body), 403)["permission"] == "leads:route"
    refused(await one.act(f"{path}/close", {"reason": "other"}), 404)
    refused(await one.post(LEADS, lead_body()), 403)
    _, stranger = await house.vendor("Contoso")
    refused(await stranger.get(path), 404)
    refused(await stranger.act(f"{path}/route", {}), 404)
