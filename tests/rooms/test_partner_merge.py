"""Two partners become one: what follows, what stands in the way, and where the old id leads."""

import asyncio
from typing import Any

import asyncpg
from tests.makers import Api, House, a_draft, a_partner, a_product, a_submission, ok, refused

from ecosystem_api.areas import catalog
from ecosystem_api.runtime.merge import follows
from ecosystem_api.runtime.settings import APP_ROLE


async def merge(admin: Api, source: Any, target: Any, **fields: Any) -> Any:
    body = {"into_id": target["id"], "reason": "acquired", **fields}
    return ok(await admin.act(f"/v1/partners/{source['id']}/merge", body))


async def two(house: House, **fields: Any) -> tuple[Any, Api, Any, Api, Any, Api]:
    """A vendor's admin with its product, and two partners with their ways in."""
    vendor, admin = await house.vendor()
    await a_product(admin)
    old, olds = await a_partner(house, vendor, "Old Partner", external_ids={"crm": "1", "erp": "7"}, aliases=["Olde"])
    new, news = await a_partner(house, vendor, "New Partner", external_ids={"crm": "2"})
    return vendor, admin, old, olds, new, news


async def test_everything_follows_and_the_old_id_leads_to_the_new_one(house: House) -> None:
    _, admin, old, olds, new, news = await two(house)
    path, now = f"/v1/partners/{old['id']}", f"/v1/partners/{new['id']}"
    contact = ok(await olds.post(f"{path}/contacts", {"name": "Robin", "is_primary": True}), 201)
    ok(await news.post(f"{now}/contacts", {"name": "Kim", "is_primary": True}), 201)
    person = {"email": "sam@old.example", "display_name": "Sam", "role": "partner_member"}
    member = ok(await olds.post("/v1/members", person), 201)
    held, draft = await a_submission(olds, "Held SE"), await a_draft(olds, "Draft SE")
    ok(await olds.post(f"/v1/deal-registrations/{held['id']}/notes", {"body": "Met them."}), 201)
    await house.drain()
    body = {"into_id": new["id"], "reason": "acquired"}
    refused(await admin.post(f"/v1/partners/{old['id']}/merge", body), 428, "precondition_required")
    unseen = ok(await admin.post(f"/v1/partners/{old['id']}/merge", {**body, "dry_run": True}))
    stale = await admin.act(f"/v1/partners/{old['id']}/merge", {**body, "dry_run": True}, if_match='"v99"')
    refused(stale, 412, "stale_version")
    tried = await merge(admin, old, new, dry_run=True)
    assert unseen["moved"] == tried["moved"]
    assert ok(await admin.get(path))["merged_into_id"] is None
    done = await merge(admin, old, new, note="Acquired.")
    assert (tried["dry_run"], done["dry_run"]) == (True, False)
    assert tried["moved"] == done["moved"]
    assert done["moved"]["deal_registrations"] == 2
    assert {"contacts", "members", "clients", "decisions", "deal_notes", "protections"} <= done["moved"].keys()
    assert done["conflicts"] == tried["conflicts"] == []
    assert done["partner"]["external_ids"] == {"crm": "2", "erp": "7"}
    assert set(done["partner"]["aliases"]) == {"Olde", "Old Partner"}

    for query in ("", "/contacts?limit=1", "/history"):
        answer = await admin.get(path + query)
        assert (answer.status_code, answer.headers["location"]) == (308, now + query)
        assert answer.json()["merged_into_id"] == new["id"]
    followed = await admin.get(path, follow_redirects=True)
    assert ok(followed)["id"] == new["id"]
    assert (await admin.post(f"{path}/contacts", {"name": "Lee"})).status_code == 308
    assert {one["id"] for one in ok(await admin.get("/v1/partners"))["data"]} == {new["id"]}
    merged = ok(await admin.get(f"/v1/partners?merged_into_id={new['id']}"))["data"]
    assert [(one["id"], one["merged_into_id"], one["allowed_actions"]) for one in merged] == [
        (old["id"], new["id"], [])
    ]
    for query in ("external_system=crm&external_id=1", "external_system=erp&external_id=7", "name=olde"):
        assert [one["id"] for one in ok(await admin.get(f"/v1/partners?{query}"))["data"]] == [new["id"]], query
    steps = ok(await admin.get(f"{now}/history"))["data"]
    assert {(step["action"], step["reason"]) for step in steps} >= {("merge", "acquired")}
    assert {step["action"] for step in steps} == {"create", "merge"}

    refused(await olds.get("/v1/me"), 401)
    await olds.login()
    assert ok(await olds.get("/v1/me"))["partner_id"] == new["id"]
    assert (await olds.get(path)).headers["location"] == now
    for api in (olds, news):
        seen = {one["id"]: one["status"] for one in ok(await api.get("/v1/deal-registrations"))["data"]}
        assert seen == {held["id"]: "approved", draft["id"]: "draft"}
        assert ok(await api.get(f"/v1/deal-registrations/{held['id']}/decision"))["outcome"] == "approve"
        assert len(ok(await api.get(f"/v1/deal-registrations/{held['id']}/notes"))["data"]) == 1
        assert ok(await api.get(f"/v1/accounts/{held['account_id']}"))["domains"] is not None
    moved = ok(await news.get(f"/v1/contacts/{contact['id']}"))
    assert (moved["partner_id"], moved["is_primary"], moved["version"]) == (new["id"], False, 2)
    assert ok(await admin.get(f"/v1/members/{member['id']}"))["partner_id"] == new["id"]


async def test_the_news_of_a_merge_reaches_the_partner_that_stands_for_both(house: House) -> None:
    vendor, admin, old, olds, new, news = await two(house)
    _, others = await a_partner(house, vendor, "Other")
    held = await a_submission(olds, "Held SE")
    await merge(admin, old, new)
    await house.drain()
    told = ok(await news.get("/v1/events?type=partner.merged&type=deal_registration.*"))["data"]
    assert [event["type"] for event in told] == ["deal_registration.partner_changed", "partner.merged"]
    assert told[0]["subject_id"] == held["id"]
    assert told[1]["data"]["merged_into_id"] == new["id"]
    assert told[1]["data"]["partner_id"] == told[1]["subject_id"] == old["id"]
    assert ok(await others.get("/v1/events?type=partner.merged"))["data"] == []


async def test_nobody_loses_its_place_and_no_claim_gets_a_second_holder(house: House) -> None:
    vendor, admin, old, olds, new, news = await two(house)
    _, thirds = await a_partner(house, vendor, "Third")
    held = await a_submission(news, "Contested SE", external_id={"system": "crm", "id": "same"})
    first = await a_submission(olds, "Contested SE", external_id={"system": "crm", "id": "same"})
    second = await a_submission(thirds, "Contested SE")
    assert [first["queue"]["place"], second["queue"]["place"]] == [1, 2]
    done = await merge(admin, old, new)
    remarks = {one["code"]: one["ids"] for one in done["remarks"]}
    assert remarks == {
        "external_id_given_up": [first["id"], held["id"]],
        "waits_behind_itself": [first["id"], held["id"]],
    }
    assert ok(await news.get(f"/v1/deal-registrations/{first['id']}"))["queue"] == {
        "place": 1,
        "length": 2,
        "region": None,
    }
    assert ok(await thirds.get(f"/v1/deal-registrations/{second['id']}"))["queue"] == {
        "place": 2,
        "length": 2,
        "region": None,
    }
    ok(await news.act(f"/v1/deal-registrations/{held['id']}/release"))
    await house.drain()
    stands = [ok(await admin.get(f"/v1/deal-registrations/{one['id']}"))["status"] for one in (held, first, second)]
    assert stands == ["released", "approved", "waiting"]


async def test_what_only_one_may_have_is_listed_and_nothing_is_merged(house: House) -> None:
    _vendor, admin, old, olds, new, news = await two(house)
    for api, partner in ((olds, old), (news, new)):
        body = {"name": "Robin", "email": "robin@both.example"}
        ok(await api.post(f"/v1/partners/{partner['id']}/contacts", body), 201)
        parent = ok(
            await admin.post("/v1/partners", {"display_name": f"Parent of {partner['id']}", "country": "DE"}), 201
        )
        link = {"kind": "parent_of", "other_id": partner["id"]}
        ok(await admin.post(f"/v1/partners/{parent['id']}/relationships", link), 201)
    tried = await merge(admin, old, new, dry_run=True)
    assert {one["code"] for one in tried["conflicts"]} == {"contact_email_taken", "two_parents"}
    path = f"/v1/partners/{old['id']}/merge"
    problem = refused(await admin.act(path, {"into_id": new["id"], "reason": "duplicate"}), 409, "merge_conflicts")
    assert problem["conflicts"] == tried["conflicts"]
    assert ok(await admin.get(f"/v1/partners/{old['id']}"))["status"] == "active"
    assert len(ok(await olds.get(f"/v1/partners/{old['id']}/contacts"))["data"]) == 1
    await house.drain()
    assert ok(await admin.get("/v1/events?type=partner.merged"))["data"] == []


async def test_relationships_become_one_partners(house: House) -> None:
    vendor, admin, old, _, new, _ = await two(house)
    third, _ = await a_partner(house, vendor, "Third")
    for source, kind, other in (
        (old, "parent_of", new), (third, "refers_to", old), (third, "refers_to", new), (old, "distributes_to", third),
    ):  # fmt: skip
        body = {"kind": kind, "other_id": other["id"]}
        ok(await admin.post(f"/v1/partners/{source['id']}/relationships", body), 201)
    await merge(admin, old, new)
    kept = ok(await admin.get(f"/v1/partners/{new['id']}/relationships"))["data"]
    assert {(one["kind"], one["partner_id"], one["other_id"]) for one in kept} == {
        ("distributes_to", new["id"], third["id"]), ("refers_to", third["id"], new["id"]),
    }  # fmt: skip
    last, _ = await a_partner(house, vendor, "Last")
    ok(
        await admin.post(
            f"/v1/partners/{third['id']}/relationships", {"kind": "distributes_to", "other_id": last["id"]}
        ),
        201,
    )
    tried = await merge(admin, last, new, dry_run=True)
    assert [one["code"] for one in tried["conflicts"]] == ["relationship_cycle"]


async def test_a_merge_that_makes_no_sense_is_refused(house: House) -> None:
    vendor, admin, old, olds, new, _ = await two(house)
    path = f"/v1/partners/{old['id']}/merge"
    refused(await admin.post(path, {"into_id": new["id"], "reason": "duplicate"}), 428)
    refused(await admin.act(path, {"into_id": new["id"], "reason": "duplicate"}, if_match='"v9"'), 412)
    refused(await admin.act(path, {"into_id": old["id"], "reason": "duplicate"}), 422)
    unfounded = refused(await admin.act(path, {"into_id": new["id"]}), 422, "invalid_request")
    assert unfounded["errors"][0]["pointer"] == "/reason"
    refused(
        await admin.act(path, {"into_id": "par_01h455vb4pex5vsknk084sn02q", "reason": "duplicate"}),
        422,
        "unknown_partner",
    )
    refused(await olds.act(path, {"into_id": new["id"], "reason": "duplicate"}), 403, "forbidden")
    gone, _ = await a_partner(house, vendor, "Gone")
    ok(await admin.act(f"/v1/partners/{gone['id']}/offboard", {"reason": "acquired"}))
    refused(await admin.act(path, {"into_id": gone["id"], "reason": "duplicate"}), 409, "merge_not_possible")
    await merge(admin, old, new)
    third, _ = await a_partner(house, vendor, "Third")
    again = refused(
        await admin.act(f"/v1/partners/{third['id']}/merge", {"into_id": old["id"], "reason": "duplicate"}),
        409,
        "record_merged",
    )
    assert again["merged_into_id"] == new["id"]
    await merge(admin, new, third)
    assert (await admin.get(f"/v1/partners/{old['id']}")).headers["location"] == f"/v1/partners/{third['id']}"
    body = {"title": "For the old one", "customer": {"name": "Late SE", "country": "DE"}, "partner_id": old["id"]}
    client = {"name": "Late", "role": "partner_admin", "partner_id": old["id"]}
    person = {"email": "late@old.example", "display_name": "Late", "role": "partner_member", "partner_id": old["id"]}
    provider = {"name": "Late", "issuer": "https://id.old.example", "audiences": ["a"], "algorithm": "ES256"}
    ruled = {**provider, "rules": [{"value": "team", "role": "partner_member", "partner_id": old["id"]}]}
    for path, named in (
        ("/v1/deal-registrations", body),
        ("/v1/clients", client),
        ("/v1/members", person),
        ("/v1/issuers", {**provider, "partner_id": old["id"]}),
        ("/v1/issuers", {**ruled, "claims": {"roles": "groups"}}),
    ):
        late = refused(await admin.post(path, named), 409, "record_merged")
        assert late["merged_into_id"] == third["id"]


async def test_two_that_are_merged_into_each_other_at_once_become_one(house: House) -> None:
    _, admin, old, _, new, _ = await two(house)
    answers = await asyncio.gather(
        admin.act(f"/v1/partners/{old['id']}/merge", {"into_id": new["id"], "reason": "duplicate"}),
        admin.act(f"/v1/partners/{new['id']}/merge", {"into_id": old["id"], "reason": "duplicate"}),
    )
    assert sorted(answer.status_code for answer in answers)[0] == 200
    assert sum(answer.is_success for answer in answers) == 1
    assert len(ok(await admin.get("/v1/partners"))["data"]) == 1


async def test_what_was_written_in_the_very_moment_follows_later(house: House) -> None:
    _vendor, admin, old, _olds, new, news = await two(house)
    await merge(admin, old, new)
    owner = await asyncpg.connect(house.settings.database_url)
    try:  # as a request would leave it that was let in before the merge and committed after it
        await owner.execute("insert into contacts (vendor_id, id, partner_id, name, roles, created_at, updated_at) "
                            "select vendor_id, gen_random_uuid(), id, 'Late', '{}', now(), now() from partners "
                            "where display_name = 'Old Partner'")  # fmt: skip
    finally:
        await owner.close()
    await house.drain()
    assert ok(await news.get(f"/v1/partners/{new['id']}/contacts"))["data"] == []
    house.clock.move(minutes=2)
    await house.drain()
    assert [one["name"] for one in ok(await news.get(f"/v1/partners/{new['id']}/contacts"))["data"]] == ["Late"]


async def test_every_table_that_names_a_partner_can_follow_it(house: House) -> None:
    """A room without a follower has its tables moved for it, which its grants must allow."""
    owner = await asyncpg.connect(house.settings.database_url)
    missing, count = [], 0
    try:
        for area in catalog().areas:
            if area.followers:
                continue
            for model in area.tables:
                if "partner_id" in model.__table__.columns and follows(model):
                    count += 1
                    question = "select has_column_privilege($1, $2, 'partner_id', 'update')"
                    if not await owner.fetchval(question, APP_ROLE, model.__tablename__):
                        missing.append(model.__tablename__)
    finally:
        await owner.close()
    assert not missing, f"{missing} say in their info that they may be changed: grant it in a migration"
    assert count >= 4
