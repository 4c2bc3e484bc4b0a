"""Personas: the kinds of partner a vendor works with."""

from tests.makers import House, ok, refused

DISTRIBUTOR = {"key": "distributor", "label": "Distributor", "description": "Supplies resellers."}


async def test_every_vendor_starts_with_five_personas(house: House) -> None:
    _, admin = await house.vendor()
    rows = ok(await admin.get("/v1/personas"))["data"]
    assert [row["key"] for row in rows] == ["gsi", "isv", "msp", "referral", "var"]
    assert all(row["is_builtin"] and row["profile_criteria"] and row["rights"] for row in rows)
    msp = ok(await admin.get("/v1/personas/msp"))
    assert msp["label"] == "Managed service provider"
    assert "first_line_support" in msp["rights"]
    assert ok(await admin.get("/v1/personas/referral"))["rights"] == ["refer_leads"]
    await house.drain()
    told = ok(await admin.get("/v1/events?type=persona.created"))["data"]
    assert sorted(event["data"]["key"] for event in told) == ["gsi", "isv", "msp", "referral", "var"]


async def test_a_vendor_adds_rewords_and_retires_its_own(house: House) -> None:
    _, admin = await house.vendor()
    answer = await admin.post("/v1/personas", {**DISTRIBUTOR, "rights": ["transact", "transact"]})
    assert ok(answer, 201)["rights"] == ["transact"]
    assert answer.headers["location"] == "/v1/personas/distributor"
    refused(await admin.post("/v1/personas", DISTRIBUTOR), 409, "persona_key_taken")
    path = "/v1/personas/distributor"
    refused(await admin.patch(path, {"label": "Late"}, if_match='"v2"'), 412)
    refused(await admin.patch(path, {"label": None}), 422)
    refused(await admin.patch(path, {"key": "other"}), 422)
    assert ok(await admin.patch(path, {"label": "Two-tier distributor"}, if_match='"v1"'))["version"] == 2
    assert ok(await admin.post(path + "/retire"))["status"] == "retired"
    refused(await admin.post(path + "/retire"), 409, "illegal_move")
    assert [row["key"] for row in ok(await admin.get("/v1/personas?status=retired"))["data"]] == ["distributor"]
    await house.drain()
    feed = ok(await admin.get("/v1/events?subject_id=distributor"))["data"]
    assert [event["type"] for event in feed] == ["persona.created", "persona.updated", "persona.retired"]


async def test_a_retired_persona_is_given_to_nobody_and_kept_by_who_has_it(house: House) -> None:
    _, admin = await house.vendor()
    ok(await admin.post("/v1/personas", DISTRIBUTOR), 201)
    body = {"display_name": "Elm", "country": "CA", "personas": [{"persona": "distributor"}]}
    elm = ok(await admin.post("/v1/partners", body), 201)
    ok(await admin.post("/v1/personas/distributor/retire"))
    refused(await admin.post("/v1/partners", {**body, "display_name": "Yew"}), 422, "unknown_persona")
    assert [p["persona"] for p in ok(await admin.get(f"/v1/partners/{elm['id']}"))["personas"]] == ["distributor"]


async def test_a_built_in_persona_is_reworded_but_never_retired(house: House) -> None:
    _, admin = await house.vendor()
    assert ok(await admin.patch("/v1/personas/var", {"label": "Reseller"}))["label"] == "Reseller"
    refused(await admin.post("/v1/personas/var/retire"), 409, "built_in_persona")
    refused(await admin.post("/v1/personas", {**DISTRIBUTOR, "key": "var"}), 409, "persona_key_taken")
    refused(await admin.get("/v1/personas/wizard"), 404)


async def test_everybody_reads_personas_and_few_write_them(house: House) -> None:
    vendor, admin = await house.vendor()
    partner_id = ok(await admin.post("/v1/partners", {"display_name": "Elm", "country": "CA"}), 201)["id"]
    member = await house.client(vendor, "partner_member", partner_id)
    analyst = await house.client(vendor, "analyst")
    manager = await house.client(vendor, "manager")
    for caller in (member, analyst):
        assert len(ok(await caller.get("/v1/personas"))["data"]) == 5
        refused(await caller.post("/v1/personas", DISTRIBUTOR), 403)
        refused(await caller.patch("/v1/personas/var", {"label": "x"}), 403)
        refused(await caller.post("/v1/personas/var/retire"), 403)
    ok(await manager.post("/v1/personas", DISTRIBUTOR), 201)


async def test_one_vendors_personas_are_not_anothers(house: House) -> None:
    _, admin = await house.vendor()
    ok(await admin.post("/v1/personas", DISTRIBUTOR), 201)
    _, stranger = await house.vendor("Contoso")
    refused(await stranger.get("/v1/personas/distributor"), 404)
    refused(await stranger.patch("/v1/personas/distributor", {"label": "Mine"}), 404)
    ok(await stranger.post("/v1/personas", DISTRIBUTOR), 201)
