"""What a ruling does: the claim goes where it would have been, each step has a record, nobody loses its place."""

from datetime import datetime, timedelta
from typing import Any

from tests.makers import a_product, a_submission, ok, refused
from tests.rooms.courts import ALL_SAID, DEALS, DISPUTES, OVERTURN, REJECT, Office, appealed, news, read


async def test_an_overturned_rejection_gives_the_claim_that_is_free(office: Office) -> None:
    api = await office.partner("One", territories=["FR"])
    deal = await office.rejected(api)
    office.house.clock.move(days=3)
    shown = {"kind": "email", "statement": "The customer's answer.", "occurred_on": "2026-01-31"}
    case = await appealed(api, deal, evidence=[shown])
    assert (case["status"], case["side"], case["staff"], case["review"]["is_overdue"]) == (
        "open",
        "claimant",
        None,
        False,
    )
    assert case["allowed_actions"] == ["evidence", "withdraw"]
    assert case["evidence"][0]["evidence"][0]["statement"] == "The customer's answer."
    assert (await read(api, deal))["status"] == "rejected", "a case stands beside the registration"
    ruled = await office.rule(case)
    assert (ruled["status"], ruled["outcome"], ruled["effect"]) == ("decided", "overturned", "approved")
    now = await read(api, deal)
    assert (now["status"], now["reasons"]) == ("approved", ["appeal_overturned"])
    assert now["submitted_at"] == deal["submitted_at"]
    assert now["protection"]["basis"] == "90 days from ruling"
    record = ok(await office.admin.get(f"{DEALS}/{deal['id']}/decision"))
    assert (record["kind"], record["outcome"], record["supersedes_id"]) == ("human", "approve", deal["decision_id"])
    assert record["staff"]["evidence"]["case"] == case["id"]
    assert ok(await office.admin.post(f"/v1/decisions/{record['id']}/verify"))["holds"]
    mine = ok(await api.get(f"{DISPUTES}/{case['id']}"))
    assert (mine["note"], mine["allowed_actions"]) == (OVERTURN["note"], [])
    await office.house.drain()
    assert [one["effect"] for one in await news(api, "dispute.decided")] == ["approved"]
    refused(await office.judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN), 409, "illegal_move")


async def test_who_came_later_gives_way_and_keeps_its_place(office: Office) -> None:
    early, late = await office.partner("Early", territories=["FR"]), await office.partner("Late")
    third = await office.partner("Third")
    deal = await office.rejected(early)
    office.house.clock.move(hours=1)
    held = await a_submission(late)
    office.house.clock.move(hours=1)
    behind = await a_submission(third)
    assert (held["status"], behind["status"]) == ("approved", "waiting")
    case = await appealed(early, deal)
    assert "respondent" not in str(case), "whether somebody else is concerned is not told"
    await office.house.drain()
    (invited,) = await news(late, "dispute.answer_invited")
    assert (invited["deal_registration_id"], invited["side"]) == (held["id"], "respondent")
    theirs = ok(await late.get(f"{DISPUTES}/{case['id']}"))
    assert (theirs["statement"], theirs["evidence"], theirs["other_sides"]) == (None, [], [])
    assert theirs["deal_registration_id"] == held["id"]
    assert theirs["allowed_actions"] == ["evidence"]
    problem = refused(await office.judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN), 409, "sides_not_heard")
    assert problem["until"].startswith(theirs["evidence_until"][:19])
    ok(await late.post(f"{DISPUTES}/{case['id']}/evidence", {"statement": "We met them first.", "is_all": True}))
    assert ok(await early.get(f"{DISPUTES}/{case['id']}"))["evidence"] == []
    ruled = await office.rule(case)
    assert [one["effect"] for one in ruled["staff"]["parties"]] == ["approved", "displaced"]
    await office.house.drain()
    now, gone, last = await read(early, deal), await read(late, held), await read(third, behind)
    assert (now["status"], gone["status"], last["status"]) == ("approved", "waiting", "waiting")
    assert (gone["queue"], last["queue"]) == (
        {"place": 1, "length": 2, "region": None},
        {"place": 2, "length": 2, "region": None},
    )
    assert gone["submitted_at"] == held["submitted_at"]
    assert gone["protection"] is None
    record = ok(await late.get(f"{DEALS}/{held['id']}/decision"))
    assert (record["outcome"], record["supersedes_id"]) == ("wait", held["decision_id"])
    told = ok(await late.get(f"{DISPUTES}/{case['id']}"))
    assert (told["effect"], told["outcome"]) == ("displaced", "overturned")
    # The claim goes on as any other: when it is released, whoever gave way is next.
    ok(await early.act(f"{DEALS}/{deal['id']}/release"))
    await office.house.drain()
    assert (await read(late, held))["status"] == "approved"


async def test_behind_an_earlier_holder_the_old_place_in_line_comes_back(office: Office) -> None:
    first, second = await office.partner("First"), await office.partner("Second", territories=["FR"])
    third = await office.partner("Third")
    blocker = await a_submission(first, products=[{"sku": "EDR-100"}])
    await a_product(office.admin, "XDR-200")
    deal = await a_submission(second, products=[{"sku": "XDR-200"}])
    ok(await office.admin.act(f"{DEALS}/{deal['id']}/reject", REJECT))
    case = await appealed(second, deal)
    office.house.clock.move(hours=1)
    later = await a_submission(third, products=[{"sku": "EDR-100"}, {"sku": "XDR-200"}])
    assert (blocker["status"], later["status"]) == ("approved", "waiting")
    assert (await office.rule(case))["effect"] == "approved", "no claim on this product stands in its way"
    assert (await read(second, deal))["status"] == "approved"
    await office.house.drain()
    assert (await read(third, later))["queue"] == {"place": 1, "length": 1, "region": None}


async def test_what_a_person_gave_back_the_rules_do_not_refuse_when_its_turn_comes(office: Office) -> None:
    book = ok(await office.admin.post("/v1/rule-books", {}), 201)
    # Counted from a submission long ago, what was given back would be over before it began.
    anchored = {"parameters": {"protection_anchor": "submission", "vendor_engagement_days": 365}}
    ok(await office.admin.patch(f"/v1/rule-books/{book['id']}", anchored))
    ok(await office.admin.act(f"/v1/rule-books/{book['id']}/publish", {}))
    office.house.clock.move(seconds=1)
    one, two = await office.partner("One"), await office.partner("Two")
    held = await a_submission(one)
    office.house.clock.move(hours=1)
    ok(
        await office.admin.patch(
            f"/v1/accounts/{held['account_id']}", {"vendor_engaged_on": str(office.house.clock().date())}
        )
    )
    deal = await a_submission(two)
    assert (deal["status"], deal["reasons"][0]) == ("rejected", "vendor_engaged")
    case = await appealed(two, deal, grounds="rule_misapplied")
    assert (await office.rule(case))["effect"] == "queued"
    assert (await read(two, deal))["queue"] == {"place": 1, "length": 1, "region": None}
    await office.house.drain()
    assert (await read(two, deal))["status"] == "waiting"
    office.house.clock.move(days=80)
    ok(await one.act(f"{DEALS}/{held['id']}/release"))
    await office.house.drain()
    now = await read(two, deal)
    assert (now["status"], now["reasons"]) == ("approved", ["appeal_overturned"])
    ends = datetime.fromisoformat(now["protection"]["ends_at"])
    assert abs(ends - office.house.clock() - timedelta(days=90)) < timedelta(minutes=5)
    record = ok(await office.admin.get(f"{DEALS}/{deal['id']}/decision"))
    assert (record["kind"], record["outcome"]) == ("human", "approve")
    assert record["staff"]["decided_by"] == ok(await office.judge.get("/v1/me"))["actor_id"]
    assert ok(await office.admin.post(f"/v1/decisions/{record['id']}/verify"))["holds"]


async def test_a_split_leaves_the_holder_and_shares_sum_to_one(office: Office) -> None:
    holder, waiting = await office.partner("Holder"), await office.partner("Waiting")
    held = await a_submission(holder)
    office.house.clock.move(hours=1)
    deal = await a_submission(waiting)
    case = await appealed(waiting, deal, kind="dispute", grounds="customer_choice")
    ok(await holder.post(f"{DISPUTES}/{case['id']}/evidence", ALL_SAID))
    split = {"outcome": "split", "reason": "settled_between_sides", "note": "Both worked on it."}

    def shares(*told: tuple[Any, str]) -> dict[str, Any]:
        return {**split, "shares": [{"deal_registration_id": one["id"], "share": share} for one, share in told]}

    path = f"{DISPUTES}/{case['id']}/decide"
    for wrong in (
        shares((deal, "0.3"), (held, "0.6999")), shares((deal, "1")), split, shares((deal, "0.5"), (deal, "0.5")),
        {**shares((deal, "0.5"), (held, "0.5")), "outcome": "upheld"},
    ):  # fmt: skip
        assert refused(await office.judge.act(path, wrong), 422, "shares_wrong")["errors"][0]["pointer"] == "/shares"
    for text in ("1.5", "0.33333", "-0.1", "1e0", ".5"):
        refused(await office.judge.act(path, shares((deal, text), (held, "0.5"))), 422, "invalid_request")
    ok(await office.judge.act(path, shares((deal, "0.3"), (held, "0.70"))))
    assert ok(await waiting.get(f"{DISPUTES}/{case['id']}"))["share"] == "0.3"
    assert ok(await holder.get(f"{DISPUTES}/{case['id']}"))["share"] == "0.7"
    assert ((await read(holder, held))["status"], (await read(waiting, deal))["status"]) == ("approved", "waiting")
    api = await office.partner("Alone", territories=["FR"])
    alone = await appealed(api, await office.rejected(api, "Globex SE"))
    refused(await office.judge.act(f"{DISPUTES}/{alone['id']}/decide", split), 409, "nobody_to_share")


async def test_who_gets_the_claim_during_an_appeal_is_heard_before_it_loses_it(office: Office) -> None:
    api, late = await office.partner("One", territories=["FR"]), await office.partner("Late")
    deal = await office.rejected(api)
    case = await appealed(api, deal)
    office.house.clock.move(hours=1)
    held = await a_submission(late)
    refused(await office.judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN), 409, "holder_not_heard")
    await office.house.drain()
    assert ok(await late.get(f"{DISPUTES}?status=open"))["data"][0]["deal_registration_id"] == held["id"]
    refused(await office.judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN), 409, "sides_not_heard")
    ok(await late.post(f"{DISPUTES}/{case['id']}/evidence", ALL_SAID))
    assert (await office.rule(case))["effect"] == "approved"
    assert (await read(late, held))["status"] == "waiting"


async def test_a_place_belongs_to_a_claim_that_is_still_the_same(office: Office) -> None:
    api = await office.partner("One", territories=["FR"])
    deal = await office.rejected(api)
    case = await appealed(api, deal)
    ok(await api.patch(f"{DEALS}/{deal['id']}", {"customer": {"name": "Globex SE", "country": "DE"}}))
    refused(await office.judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN), 409, "claim_changed")
    ok(await api.patch(f"{DEALS}/{deal['id']}", {"account_id": deal["account_id"], "amount": None}))
    problem = refused(await office.judge.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN), 409, "nothing_to_grant")
    assert problem["missing"] == ["amount"]


async def test_what_went_another_way_has_nothing_to_get_back(office: Office) -> None:
    api = await office.partner("One", territories=["FR"])
    deal = await office.rejected(api)
    case = await appealed(api, deal)
    ok(await api.act(f"{DEALS}/{deal['id']}/submit"))
    ok(await api.act(f"{DEALS}/{deal['id']}/withdraw"))
    assert (await office.rule(case))["effect"] == "none"
    assert (await read(api, deal))["status"] == "withdrawn"


async def test_a_revoked_claim_comes_back_for_its_whole_time(office: Office) -> None:
    api = await office.partner("One")
    deal = await a_submission(api)
    office.house.clock.move(days=60)
    revoked = ok(await office.admin.act(f"{DEALS}/{deal['id']}/revoke", {"reason": "no_progress", "remedy": "Ask."}))
    assert revoked["status"] == "revoked"
    office.house.clock.move(days=5)
    await office.rule(await appealed(api, deal, grounds="new_evidence"))
    now = await read(api, deal)
    ends = datetime.fromisoformat(now["protection"]["ends_at"])
    assert abs(ends - office.house.clock() - timedelta(days=90)) < timedelta(minutes=5)
    office.house.clock.move(days=90)
    await office.house.drain()
    assert (await read(api, deal))["status"] == "expired"


async def test_who_gave_way_to_the_customers_choice_may_appeal(office: Office) -> None:
    first, chosen = await office.partner("First"), await office.partner("Chosen")
    held = await a_submission(first)
    office.house.clock.move(hours=1)
    waiting = await a_submission(chosen)
    letter = {"kind": "customer_statement", "statement": "We choose the other."}
    body = {"evidence": [letter], "remedy": "Support the other."}
    ok(await office.admin.act(f"{DEALS}/{waiting['id']}/override", body))
    assert (await read(first, held))["status"] == "superseded"
    case = await appealed(first, held, grounds="customer_choice")
    await office.house.drain()
    assert ok(await chosen.get(f"{DISPUTES}/{case['id']}"))["side"] == "respondent"
    refused(await office.admin.act(f"{DISPUTES}/{case['id']}/decide", OVERTURN), 409, "reviewer_decided")
    ok(await chosen.post(f"{DISPUTES}/{case['id']}/evidence", ALL_SAID))
    assert (await office.rule(case))["effect"] == "approved"
    statuses = [(await read(api, deal))["status"] for api, deal in ((first, held), (chosen, waiting))]
    assert statuses == ["approved", "waiting"]
