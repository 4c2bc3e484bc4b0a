"""Two accounts become one customer and are parted again: what follows, what stands in the way, what is restored."""

from typing import Any

from tests.makers import Api, House, a_draft, a_partner, a_product, a_submission, ok, refused

from ecosystem_api.areas import catalog
from ecosystem_api.kernel.ids import decode, new_uuid
from ecosystem_api.market.accounts.tables import AccountAliasRow
from ecosystem_api.runtime.merge import Merge, follows, references

OLD = {"name": "Acme Industries", "country": "DE", "domains": ["acme.example"]}
NEW = {"name": "Globex Works", "country": "DE", "domains": ["globex.example"]}


async def merge(admin: Api, source: Any, target: Any, **fields: Any) -> Any:
    body = {"into_id": target["id"], "reason": "duplicate", **fields}
    return ok(await admin.act(f"/v1/accounts/{source['id']}/merge", body))


async def split(admin: Api, account: Any, **fields: Any) -> Any:
    return ok(await admin.act(f"/v1/accounts/{account['id']}/split", {"reason": "two_companies", **fields}))


async def two(admin: Api, **fields: Any) -> tuple[Any, Any]:
    """Two accounts of a vendor, the first with all that an account may have."""
    staff = {"aliases": ["Acme Works"], "external_ids": [{"system": "crm", "id": "1"}], "is_customer": True, **fields}
    number = {"kind": "duns", "value": "150483782"}
    old = ok(await admin.post("/v1/accounts", {**OLD, "legal_ids": [number], "staff": staff}), 201)["account"]
    return old, ok(await admin.post("/v1/accounts", NEW), 201)["account"]


async def read(api: Api, account: Any) -> Any:
    return ok(await api.get(f"/v1/accounts/{account['id']}"))


def without_times(account: Any) -> Any:
    return {name: value for name, value in account.items() if name not in ("version", "updated_at")}


async def test_all_of_an_account_follows_and_the_old_id_leads_to_the_other(house: House) -> None:
    _, admin = await house.vendor()
    old, new = await two(admin)
    child = ok(await admin.post("/v1/accounts", {"name": "Initech", "country": "DE"}), 201)["account"]
    ok(await admin.patch(f"/v1/accounts/{child['id']}", {"parent_id": old["id"]}))
    way, body = f"/v1/accounts/{old['id']}/merge", {"into_id": new["id"], "reason": "duplicate"}
    refused(await admin.post(way, body), 428, "precondition_required")
    refused(await admin.act(way, {**body, "dry_run": True}, if_match='"v99"'), 412, "stale_version")
    tried = ok(await admin.post(way, {**body, "dry_run": True}))
    assert without_times(await read(admin, old)) == without_times(old)
    done = await merge(admin, old, new, note="Seen at the fair.")
    assert (tried["dry_run"], done["dry_run"]) == (True, False)
    assert tried["moved"] == done["moved"]
    assert done["moved"] == {
        "account_identifiers": 2, "account_external_ids": 1, "account_aliases": 1,
        "account_relations": 1,
    }  # fmt: skip
    assert done["conflicts"] == done["remarks"] == []
    whole = done["account"]
    assert set(whole["domains"]) == {"acme.example", "globex.example"}
    assert set(whole["staff"]["aliases"]) == {"Acme Works", "Acme Industries"}
    assert whole["staff"]["is_customer"]
    assert whole["staff"]["external_ids"] == [{"system": "crm", "id": "1"}]
    assert (await read(admin, child))["staff"]["parent_id"] == new["id"]

    path, now = f"/v1/accounts/{old['id']}", f"/v1/accounts/{new['id']}"
    answer = await admin.get(path)
    assert (answer.status_code, answer.headers["location"], answer.json()["merged_into_id"]) == (308, now, new["id"])
    assert (await admin.patch(path, {"region": "dach"})).status_code == 308
    listed = ok(await admin.get("/v1/accounts"))["data"]
    assert {row["id"] for row in listed} == {new["id"], child["id"]}
    merged = ok(await admin.get(f"/v1/accounts?merged_into_id={new['id']}"))["data"]
    assert [(row["id"], row["staff"]["merged_into_id"]) for row in merged] == [(old["id"], new["id"])]
    for named in (
        OLD,
        {"name": "ACME works", "country": "DE"},
        {"name": "X", "country": "DE", "domains": ["acme.example"]},
    ):
        found = ok(await admin.post("/v1/accounts", named), 200)
        assert found["account"]["id"] == new["id"], named
    for query in ("q=acme", "name=Acme%20Industries", "domain=acme.example", "external_system=crm&external_id=1"):
        assert [row["id"] for row in ok(await admin.get(f"/v1/accounts?{query}"))["data"]] == [new["id"]], query


async def test_a_split_undoes_a_merge(house: House) -> None:
    _, admin = await house.vendor()
    top = ok(await admin.post("/v1/accounts", {"name": "Umbrella", "country": "DE"}), 201)["account"]
    old, new = await two(admin, parent_id=top["id"], vendor_engaged_on="2026-01-01")
    before = without_times(await read(admin, old)), without_times(await read(admin, new))
    await merge(admin, old, new)
    assert (await read(admin, new))["staff"]["parent_id"] == top["id"]
    way, body = f"/v1/accounts/{new['id']}/split", {"restore_id": old["id"], "reason": "mistaken_merge"}
    refused(await admin.post(way, body), 428, "precondition_required")
    refused(await admin.act(way, {**body, "dry_run": True}, if_match='"v99"'), 412, "stale_version")
    tried = ok(await admin.post(way, {**body, "dry_run": True}))
    done = await split(admin, new, restore_id=old["id"], reason="mistaken_merge")
    assert tried["moved"] == done["moved"] == {
        "account_identifiers": 2, "account_external_ids": 1, "account_aliases": 1, "account_relations": 1,
    }  # fmt: skip
    assert done["remarks"] == []
    assert (without_times(done["parted"]), without_times(done["account"])) == before
    assert (without_times(await read(admin, old)), without_times(await read(admin, new))) == before
    assert (
        ok(await admin.post("/v1/accounts", {"name": "Acme Works", "country": "DE"}), 200)["account"]["id"] == old["id"]
    )
    problem = refused(
        await admin.act(f"/v1/accounts/{new['id']}/split", {"restore_id": old["id"], "reason": "other"}),
        422, "not_merged_here",
    )  # fmt: skip
    assert problem["errors"][0]["pointer"] == "/restore_id"
    await house.drain()
    kinds = [
        event["type"] for event in ok(await admin.get("/v1/events?type=account.merged&type=account.split"))["data"]
    ]
    assert kinds == ["account.merged", "account.split"]


async def test_what_was_changed_since_a_merge_is_kept_and_remarked_on(house: House) -> None:
    _, admin = await house.vendor()
    old, new = await two(admin)
    await merge(admin, old, new)
    ok(await admin.patch(f"/v1/accounts/{new['id']}", {"region": "dach"}))
    done = await split(admin, new, restore_id=old["id"])
    assert [one["code"] for one in done["remarks"]] == ["account_changed_since"]
    assert done["account"]["staff"]["is_customer"]
    assert done["parted"]["domains"] == ["acme.example"]


async def test_a_chain_of_merges_is_undone_link_by_link(house: House) -> None:
    _, admin = await house.vendor()
    old, new = await two(admin)
    last = ok(await admin.post("/v1/accounts", {"name": "Umbrella", "country": "DE"}), 201)["account"]
    await merge(admin, old, new)
    await merge(admin, new, last)
    for one in (old, new):
        assert (await admin.get(f"/v1/accounts/{one['id']}")).headers["location"] == f"/v1/accounts/{last['id']}"
    await split(admin, last, restore_id=new["id"])
    assert (await admin.get(f"/v1/accounts/{old['id']}")).headers["location"] == f"/v1/accounts/{new['id']}"
    assert set((await read(admin, new))["domains"]) == {"acme.example", "globex.example"}
    await split(admin, new, restore_id=old["id"])
    assert [(await read(admin, one))["domains"] for one in (old, new, last)] == [
        ["acme.example"], ["globex.example"], [],
    ]  # fmt: skip


async def test_registrations_follow_with_claims_and_places_and_go_back(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two_ = await a_partner(house, vendor, "Two")
    held = await a_submission(one, "Acme Industries")
    waiting = await a_submission(two_, "Acme Industries")
    draft = await a_draft(two_, "Acme Industries")
    assert (held["status"], waiting["status"]) == ("approved", "waiting")
    new = ok(await admin.post("/v1/accounts", NEW), 201)["account"]
    old = {"id": held["account_id"]}
    decided = ok(await admin.get(f"/v1/deal-registrations/{held['id']}/decision"))
    done = await merge(admin, old, new)
    assert done["moved"]["deal_registrations"] == 3
    await house.drain()
    for api, deal, status in ((one, held, "approved"), (two_, waiting, "waiting"), (two_, draft, "draft")):
        now = ok(await api.get(f"/v1/deal-registrations/{deal['id']}"))
        assert (now["account_id"], now["status"]) == (new["id"], status)
        # Each goes on calling its customer as it did: what others call it is not theirs to learn.
        assert ok(await api.get(f"/v1/accounts/{new['id']}"))["name"] == "Acme Industries"
        assert (await api.get(f"/v1/accounts/{old['id']}")).headers["location"] == f"/v1/accounts/{new['id']}"
    third = await a_submission(two_, NEW["name"], title="Another")
    assert third["queue"]["place"] == 2
    verified = ok(await admin.get(f"/v1/deal-registrations/{held['id']}/decision"))
    assert verified == decided
    done = await split(admin, new, restore_id=old["id"])
    assert done["moved"]["deal_registrations"] == 3
    await house.drain()
    stands = {
        deal["id"]: (now["account_id"], now["status"])
        for deal in (held, waiting, draft, third)
        if (now := ok(await admin.get(f"/v1/deal-registrations/{deal['id']}")))
    }
    assert stands == {
        held["id"]: (old["id"], "approved"),
        waiting["id"]: (old["id"], "waiting"),
        draft["id"]: (old["id"], "draft"),
        third["id"]: (new["id"], "approved"),
    }
    refused(await one.get(f"/v1/accounts/{new['id']}"), 404)
    assert ok(await two_.get(f"/v1/accounts/{new['id']}"))["id"] == new["id"]
    told = ok(await one.get("/v1/events?type=deal_registration.account_changed"))["data"]
    assert [event["data"]["account_id"] for event in told] == [new["id"], old["id"]]
    assert ok(await one.get("/v1/events?type=account.*"))["data"] == []


async def test_two_holders_of_one_product_keep_two_accounts_apart_until_a_person_ends_one(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    await a_product(admin, "SIEM-1")
    _, one = await a_partner(house, vendor, "One")
    _, two_ = await a_partner(house, vendor, "Two")
    mine, theirs = await a_submission(one, "Acme Industries"), await a_submission(two_, "Globex Works")
    other = await a_submission(two_, "Acme Industries", products=[{"sku": "SIEM-1", "quantity": 1}])
    assert [deal["status"] for deal in (mine, theirs, other)] == ["approved"] * 3
    old, new = {"id": mine["account_id"]}, {"id": theirs["account_id"]}
    tried = await merge(admin, old, new, dry_run=True)
    assert [(finding["code"], finding["ids"]) for finding in tried["conflicts"]] == [
        ("claims_collide", [mine["id"], theirs["id"]])
    ]
    body = {"into_id": new["id"], "reason": "duplicate"}
    problem = refused(await admin.act(f"/v1/accounts/{old['id']}/merge", body), 409, "account_merge_conflicts")
    assert problem["conflicts"] == tried["conflicts"]
    assert ok(await admin.get(f"/v1/accounts/{old['id']}"))["staff"]["merged_into_id"] is None
    ok(await two_.act(f"/v1/deal-registrations/{theirs['id']}/release"))
    await merge(admin, old, new)
    again = await a_submission(two_, "Globex Works", title="Once more")
    assert again["status"] == "waiting"


async def test_who_is_undecided_and_finds_the_product_held_after_a_merge_waits(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two_ = await a_partner(house, vendor, "Two")
    held = await a_submission(one, "Northwind Robotics")
    doubtful = await a_submission(two_, "Northwind Robotic")
    assert (held["status"], doubtful["status"]) == ("approved", "in_review")
    await merge(admin, {"id": doubtful["account_id"]}, {"id": held["account_id"]})
    assert ok(await two_.get(f"/v1/deal-registrations/{doubtful['id']}"))["queue"] == {
        "place": 1,
        "length": 1,
        "region": None,
    }
    ok(await one.act(f"/v1/deal-registrations/{held['id']}/release"))
    await house.drain()
    assert ok(await two_.get(f"/v1/deal-registrations/{doubtful['id']}"))["status"] == "approved"


async def test_a_split_takes_out_what_is_named_and_serves_the_queue(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, one = await a_partner(house, vendor, "One")
    _, two_ = await a_partner(house, vendor, "Two")
    held, waiting = await a_submission(one, "Acme Industries"), await a_submission(two_, "Acme Industries")
    account = {"id": held["account_id"]}
    ok(
        await admin.patch(
            f"/v1/accounts/{account['id']}",
            {"aliases": ["Acme Marine", "Acme"], "domains": ["marine.example", "acme.example"]},
        )
    )
    body = {"name": "Acme Industries", "country": "DE", "reason": "two_companies"}
    wrong = {**body, "aliases": ["Acme", "Nobody"], "registration_ids": [waiting["id"]]}
    problem = refused(await admin.act(f"/v1/accounts/{account['id']}/split", wrong), 422, "not_of_this_account")
    assert [error["pointer"] for error in problem["errors"]] == ["/aliases/1"]
    strange = await a_draft(one, "Globex Works")
    wrong = {**body, "registration_ids": [waiting["id"], strange["id"]]}
    problem = refused(await admin.act(f"/v1/accounts/{account['id']}/split", wrong), 422, "not_of_this_account")
    assert [error["pointer"] for error in problem["errors"]] == ["/registration_ids/1"]
    done = await split(
        admin, account, **body, aliases=["ACME marine"], domains=["marine.example"], registration_ids=[waiting["id"]]
    )
    parted = done["parted"]
    assert (parted["name"], parted["domains"], parted["staff"]["aliases"]) == (
        "Acme Industries", ["marine.example"], ["Acme Marine"],
    )  # fmt: skip
    assert done["account"]["domains"] == ["acme.example"]
    await house.drain()
    # Of one name in one country, and yet two customers, for a person has said so: each has a holder of its own.
    served = ok(await two_.get(f"/v1/deal-registrations/{waiting['id']}"))
    assert (served["account_id"], served["status"]) == (parted["id"], "approved")
    assert ok(await one.get(f"/v1/deal-registrations/{held['id']}"))["status"] == "approved"
    again = {"name": "Acme Industries", "country": "DE"}
    refused(await admin.post("/v1/accounts", again), 409, "ambiguous_identifiers")
    # A partner may not learn that there are two of the name: it is led to the older one.
    _, three = await a_partner(house, vendor, "Three")
    assert ok(await three.post("/v1/accounts", again))["account"]["id"] == account["id"]


async def test_what_a_merge_or_a_split_cannot_mean_is_refused(house: House) -> None:
    vendor, admin = await house.vendor()
    _, strangers = await house.vendor("Other Vendor")
    old, new = await two(admin)
    foreign = ok(await strangers.post("/v1/accounts", NEW), 201)["account"]
    _, partner = await a_partner(house, vendor, "One")
    manager = await house.client(vendor, "analyst")
    path = f"/v1/accounts/{old['id']}/merge"
    for into, code in ((old["id"], "invalid_request"), (foreign["id"], "invalid_request")):
        problem = refused(await admin.act(path, {"into_id": into, "reason": "duplicate"}), 422, code)
        assert problem["errors"][0]["pointer"] == "/into_id"
    refused(await admin.act(f"/v1/accounts/{foreign['id']}/merge", {"into_id": new["id"], "reason": "other"}), 404)
    stale = await admin.act(path, {"into_id": new["id"], "reason": "other"}, if_match='"v99"')
    refused(stale, 412)
    for api in (partner, manager):
        problem = refused(await api.act(path, {"into_id": new["id"], "reason": "duplicate"}), 403)
        assert problem["permission"] == "accounts:merge"
    parting = f"/v1/accounts/{old['id']}/split"
    for body in ({"reason": "other"}, {"reason": "other", "name": "X", "country": "DE", "restore_id": new["id"]}):
        refused(await admin.act(parting, body), 422)
    below = ok(
        await admin.post("/v1/accounts", {"name": "Below", "country": "DE", "staff": {"parent_id": old["id"]}}), 201
    )
    ok(await admin.patch(f"/v1/accounts/{new['id']}", {"parent_id": below["account"]["id"]}))
    tried = await merge(admin, old, new, dry_run=True)
    assert [finding["code"] for finding in tried["conflicts"]] == ["account_cycle"]
    ok(await admin.patch(f"/v1/accounts/{new['id']}", {"parent_id": old["id"]}))
    await merge(admin, old, new)
    answer = await admin.act(f"/v1/accounts/{below['account']['id']}/merge", {"into_id": old["id"], "reason": "other"})
    assert refused(answer, 409, "record_merged")["merged_into_id"] == new["id"]
    problem = refused(await admin.post("/v1/deal-registrations", {}), 422)
    assert problem["errors"]


async def test_a_merge_is_told_with_its_reason_its_note_and_whether_it_was_undone(house: House) -> None:
    vendor, admin = await house.vendor()
    old, new = await two(admin)
    await merge(admin, old, new, note="Seen at the fair.")
    (told,) = ok(await admin.get(f"/v1/accounts/{new['id']}/merges"))["data"]
    assert (told["account_id"], told["into_id"], told["reason"]) == (old["id"], new["id"], "duplicate")
    assert (told["note"], told["merged_by_type"], told["undone_at"]) == ("Seen at the fair.", "client", None)
    assert told["moved"] == {"account_identifiers": 2, "account_external_ids": 1, "account_aliases": 1}
    assert (await admin.get(f"/v1/accounts/{old['id']}/merges")).status_code == 308
    await split(admin, new, restore_id=old["id"])
    for account in (old, new):
        (told,) = ok(await admin.get(f"/v1/accounts/{account['id']}/merges"))["data"]
        assert told["undone_at"] is not None
    _, partner = await a_partner(house, vendor, "One")
    refused(await partner.get(f"/v1/accounts/{new['id']}/merges"), 403, "forbidden")


async def test_what_was_written_in_the_moment_of_a_merge_follows_late_and_goes_back_with_it(house: House) -> None:
    vendor, admin = await house.vendor()
    old, new = await two(admin)
    await merge(admin, old, new)
    async with house.machinery.database.transaction(vendor.id) as tx:
        late = AccountAliasRow(
            vendor_id=vendor.id, id=new_uuid(), account_id=decode("acc", old["id"]), name="Proseware",
            normal_name="proseware", name_key="proseware",
        )  # fmt: skip
        await tx.insert(late)
    house.clock.move(minutes=2)
    await house.drain()
    assert "Proseware" in (await read(admin, new))["staff"]["aliases"]
    await split(admin, new, restore_id=old["id"])
    assert "Proseware" in (await read(admin, old))["staff"]["aliases"]
    assert "Proseware" not in (await read(admin, new))["staff"]["aliases"]


# What refers to an account and follows otherwise than by the ids of its rows, and why that can be undone.
OTHERWISE = {
    "accounts": "what was merged before leads on, and back by account_merges.changed",
    "account_name_keys": "follow from the names",
    "account_words": "follow from the names and domains",
    "account_staff_words": "follow from the names and ids elsewhere",
    "account_partners": "by the ids of the partners that did not see the account before",
    "account_relations": "two columns, and no row can name one account in both",
    "deal_registrations": "claim_account_id stays: claims count where they were made",
    "protections": "claims stay where they were made, and count by all ids of a customer",
}


def test_all_that_follows_a_merge_can_be_led_back() -> None:
    merge = Merge("accounts", "account_id", new_uuid(), new_uuid())
    referring = {
        table.__tablename__: (table, columns)
        for area in catalog().areas
        for table in area.tables
        if follows(table) and (columns := references(table, merge))
    }
    assert OTHERWISE.keys() <= referring.keys(), "an excuse is for nothing"
    assert len(referring) > len(OTHERWISE)
    for name, (table, columns) in referring.items():
        if name not in OTHERWISE:
            assert "id" in table.__table__.columns, f"{name} follows and cannot be led back: give its rows an id"
            assert len(columns) == 1, f"{name} refers twice: its ids do not say which reference moved"
