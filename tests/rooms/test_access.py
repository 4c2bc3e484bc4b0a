"""Vendors, members, credentials: who is asking."""

from tests.makers import Api, House, a_partner, ok, refused, vendor_path


async def test_a_client_buys_a_token_and_learns_who_it_is(house: House) -> None:
    vendor, admin = await house.vendor()
    me = ok(await admin.get("/v1/me"))
    assert me["role"] == "admin"
    assert me["partner_id"] is None
    assert "clients:write" in me["permissions"]
    assert ok(await admin.get(vendor_path(vendor)))["name"] == vendor.name


async def test_a_vendor_is_renamed_only_from_its_present_version(house: House) -> None:
    vendor, admin = await house.vendor()
    path = vendor_path(vendor)
    first = await admin.get(path)
    assert first.headers["etag"] == '"v1"'
    renamed = await admin.patch(path, {"name": "Contoso"}, if_match='"v1"')
    assert ok(renamed)["name"] == "Contoso"
    assert renamed.headers["etag"] == '"v2"'
    refused(await admin.patch(path, {"name": "Late"}, if_match='"v1"'), 412, "stale_version")
    refused(await admin.patch(path, {"name": "Late"}, if_match=None), 428)
    refused(await admin.patch(path, {"name": None}), 422)
    for held in ('"v2"', 'W/"v2"', '"v1", W/"v2"', "*"):
        assert (await admin.get(path, headers={"If-None-Match": held})).status_code == 304, held
    for other in ('"v1"', "v2", '"v22"'):
        assert (await admin.get(path, headers={"If-None-Match": other})).status_code == 200, other


async def test_another_vendor_is_not_found(house: House) -> None:
    vendor, _ = await house.vendor()
    _, stranger = await house.vendor("Contoso")
    refused(await stranger.get(vendor_path(vendor)), 404)
    refused(await stranger.get("/v1/vendors/not-an-id"), 404)


async def test_a_credential_is_found_by_either_of_its_names(house: House) -> None:
    _, admin = await house.vendor()
    _, stranger = await house.vendor("Contoso")
    made = ok(await admin.post("/v1/clients", {"name": "sync", "role": "integration"}), 201)
    assert made["client_id"] != made["id"]
    path = f"/v1/clients/{made['client_id']}"
    assert ok(await admin.get(path))["id"] == made["id"]
    refused(await stranger.get(path), 404)
    refused(await admin.get(f"/v1/clients/{made['id']}x"), 404)
    assert ok(await admin.get(f"/v1/request-log?client_id={made['client_id']}"))["data"] == []
    assert ok(await admin.post(path + "/revoke"))["status"] == "revoked"


async def test_a_rotated_secret_overlaps_and_then_ends(house: House) -> None:
    _, admin = await house.vendor()
    created = ok(await admin.post("/v1/clients", {"name": "sync", "role": "integration"}), 201)
    path = f"/v1/clients/{created['id']}"
    rotated = ok(await admin.post(path + "/rotate", {"overlap_hours": 2}))
    old = {
        "grant_type": "client_credentials",
        "client_id": created["client_id"],
        "client_secret": created["client_secret"],
    }
    new = {**old, "client_secret": rotated["client_secret"]}
    ok(await house.http.post("/oauth/token", data=old))
    ok(await house.http.post("/oauth/token", data=new))
    house.clock.move(hours=3)
    assert refused(await house.http.post("/oauth/token", data=old), 401)["error"] == "invalid_client"
    ok(await house.http.post("/oauth/token", data=new))
    read = ok(await (await Api(house.http, admin.client).login()).get(path))
    assert len(read["secrets"]) == 1
    assert read["last_used_at"]
    assert "client_secret" not in read


async def test_a_revoked_client_is_refused_at_its_next_request(house: House) -> None:
    vendor, admin = await house.vendor()
    other = await house.client(vendor, "analyst")
    ok(await other.get("/v1/me"))
    assert other.client is not None
    ok(await admin.post(f"/v1/clients/{ok(await other.get('/v1/me'))['actor_id'].split('.')[0]}/revoke"))
    assert refused(await other.get("/v1/me"), 401)["reason"] == "revoked"


async def test_scopes_narrow_what_a_client_may_do(house: House) -> None:
    vendor, admin = await house.vendor()
    narrow = await house.client(vendor, "admin", scopes=["me:read"])
    assert ok(await narrow.get("/v1/me"))["permissions"] == ["me:read"]
    assert refused(await narrow.get("/v1/clients"), 403)["permission"] == "clients:read"
    refused(await admin.post("/v1/clients", {"name": "x", "role": "admin", "scopes": ["moon:land"]}), 422)


async def test_a_narrowed_credential_makes_nobody_who_may_more(house: House) -> None:
    vendor, admin = await house.vendor()
    narrow = await house.client(vendor, "admin", scopes=["members:read", "members:write", "me:read"])
    body = {"email": "sam@vendor.example", "display_name": "Sam", "role": "admin"}
    assert "clients:write" in refused(await narrow.post("/v1/members", body), 403, "role_not_grantable")["permissions"]
    member = ok(await admin.post("/v1/members", {**body, "role": "analyst"}), 201)
    path = f"/v1/members/{member['id']}"
    refused(await narrow.patch(path, {"role": "manager"}), 403, "role_not_grantable")
    assert ok(await narrow.patch(path, {"display_name": "Samantha"}))["role"] == "analyst"


async def test_a_member_is_added_changed_and_deactivated(house: House) -> None:
    _, admin = await house.vendor()
    body = {"email": "Sam@Vendor.example", "display_name": "Sam", "role": "manager"}
    answer = await admin.post("/v1/members", body)
    member = ok(answer, 201)
    assert member["email"] == "sam@vendor.example"
    assert answer.headers["location"] == f"/v1/members/{member['id']}"
    refused(await admin.post("/v1/members", body), 409, "email_taken")
    path = f"/v1/members/{member['id']}"
    assert ok(await admin.patch(path, {"role": "analyst"}))["role"] == "analyst"
    refused(await admin.patch(path, {"role": "partner_admin"}), 422, "role_and_partner_disagree")
    assert ok(await admin.post(path + "/deactivate"))["status"] == "deactivated"
    assert refused(await admin.post(path + "/deactivate"), 409)["allowed_actions"] == ["reactivate"]
    page = ok(await admin.get("/v1/members?status=deactivated"))
    assert [row["id"] for row in page["data"]] == [member["id"]]


async def test_pages_hold_every_row_once_and_cursors_cannot_be_carried_elsewhere(house: House) -> None:
    _, admin = await house.vendor()
    for number in range(7):
        body = {"email": f"p{number}@vendor.example", "display_name": f"P{number}", "role": "manager"}
        ok(await admin.post("/v1/members", body), 201)
    seen, path = [], "/v1/members?limit=3"
    while path:
        answer = await admin.get(path)
        page = ok(answer)
        seen += [row["email"] for row in page["data"]]
        assert answer.links["first"]["url"] == "/v1/members?limit=3"
        assert ("next" in answer.links) == bool(page["next_cursor"])
        path = answer.links["next"]["url"] if page["next_cursor"] else ""
        cursor = page["next_cursor"] or cursor  # noqa: F821 - the last page has none
    assert sorted(seen) == [f"p{n}@vendor.example" for n in range(7)]
    again = ok(await admin.get(answer.links["first"]["url"]))
    assert [row["email"] for row in again["data"]] == seen[:3]
    plain = await admin.get("/v1/members")
    assert plain.headers["link"] == '</v1/members>; rel="first"'
    odd = await admin.get("/v1/products?status=active&limit=1&limit=2")
    assert odd.links["first"]["url"] == "/v1/products?status=active&limit=1&limit=2"
    refused(await admin.get(f"/v1/members?limit=3&role=manager&cursor={cursor}"), 422)
    refused(await admin.get("/v1/members?limit=3&cursor=garbage"), 422)
    refused(await admin.get("/v1/members?limit=0"), 422)
    assert refused(await admin.get("/v1/members?colour=red"), 422)["errors"][0]["code"] == "unknown_parameter"


async def test_a_repeated_key_has_one_effect_and_the_same_answer(house: House) -> None:
    _, admin = await house.vendor()
    key = {"Idempotency-Key": "0190-abc"}
    body = {"name": "sync", "role": "integration"}
    first = await admin.post("/v1/clients", body, headers=key)
    again = await admin.post("/v1/clients", body, headers=key)
    assert again.status_code == 201
    assert again.json() == first.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert again.headers["location"] == first.headers["location"]
    refused(await admin.post("/v1/clients", {**body, "name": "other"}, headers=key), 422, "idempotency_key_reused")
    assert len(ok(await admin.get("/v1/clients"))["data"]) == 2


async def test_a_credential_or_a_person_needs_a_partner_that_exists(house: House) -> None:
    _, admin = await house.vendor()
    nobody = "par_01h455vb4pex5vsknk084sn02q"
    client = {"name": "x", "role": "partner_admin", "partner_id": nobody}
    refused(await admin.post("/v1/clients", client), 422, "partner_unknown")
    member = {"email": "a@b.example", "display_name": "A", "role": "partner_admin", "partner_id": nobody}
    refused(await admin.post("/v1/members", member), 422, "partner_unknown")


async def test_an_offboarded_partner_acts_no_more(house: House) -> None:
    vendor, admin = await house.vendor()
    partner, api = await a_partner(house, vendor, "Leaver")
    body = {"email": "sam@leaver.example", "display_name": "Sam", "role": "partner_member"}
    member = ok(await api.post("/v1/members", body), 201)
    ok(await admin.act(f"/v1/partners/{partner['id']}/offboard", {"reason": "contract_ended"}))
    await house.drain()
    assert refused(await api.get("/v1/me"), 401)["reason"] == "revoked"
    assert ok(await admin.get(f"/v1/members/{member['id']}"))["status"] == "deactivated"
