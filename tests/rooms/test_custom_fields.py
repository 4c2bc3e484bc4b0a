"""Custom fields: what a vendor defines, through the front door."""

from typing import Any

from tests.makers import Api, House, a_partner, ok, refused

SEATS = {"resource": "deal_registration", "key": "seats", "label": "Seats", "type": "integer"}


async def a_field(admin: Api, **fields: Any) -> Any:
    """A field of deal registrations that partners fill in."""
    return ok(await admin.post("/v1/custom-fields", {**SEATS, "partner_access": "write", **fields}), 201)


async def test_a_field_is_defined_changed_archived_and_restored(house: House) -> None:
    _, admin = await house.vendor()
    answer = await admin.post("/v1/custom-fields", {**SEATS, "minimum": "1"})
    field = ok(answer, 201)
    path = f"/v1/custom-fields/{field['id']}"
    assert answer.headers["location"] == path
    assert (field["partner_access"], field["required"], field["archived_at"]) == ("none", False, None)
    refused(await admin.patch(path, {"label": "Late"}, if_match='"v2"'), 412)
    renamed = ok(await admin.patch(path, {"label": "Users", "maximum": "500"}, if_match=answer.headers["etag"]))
    assert (renamed["label"], renamed["minimum"], renamed["maximum"], renamed["version"]) == ("Users", "1", "500", 2)
    archived = ok(await admin.act(f"{path}/archive"))
    assert archived["archived_at"]
    assert archived["allowed_actions"] == ["restore"]
    assert refused(await admin.act(f"{path}/archive"), 409, "illegal_move")["allowed_actions"] == ["restore"]
    refused(await admin.patch(path, {"label": "Late"}), 409, "illegal_move")
    assert ok(await admin.get("/v1/custom-fields?archived=false"))["data"] == []
    assert [one["key"] for one in ok(await admin.get("/v1/custom-fields?archived=true"))["data"]] == ["seats"]
    problem = refused(await admin.post("/v1/custom-fields", SEATS), 409, "custom_field_key_taken")
    assert problem["errors"][0]["pointer"] == "/key"
    assert ok(await admin.act(f"{path}/restore"))["archived_at"] is None
    refused(await admin.act(f"{path}/restore"), 409, "illegal_move")
    await house.drain()
    feed = ok(await admin.get(f"/v1/events?subject_id={field['id']}"))["data"]
    assert [one["type"].partition(".")[2] for one in feed] == ["created", "updated", "archived", "restored"]
    assert feed[1]["data"]["changed"] == ["/label", "/maximum"]


async def test_what_cannot_be_a_field_is_refused_where_it_is_wrong(house: House) -> None:
    _, admin = await house.vendor()
    text, choice = {**SEATS, "type": "text"}, {**SEATS, "type": "choice"}
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({**SEATS, "key": "in"}, "/key", "reserved_key"),
        ({**SEATS, "choices": ["one"]}, "/choices", "not_of_this_type"),
        (choice, "/choices", "no_choices"),
        ({**choice, "choices": ["one", "one"]}, "/choices", "named_twice"),
        ({**text, "minimum": "1"}, "/minimum", "not_of_this_type"),
        ({**SEATS, "minimum": "1.5"}, "/minimum", "wrong_type"),
        ({**SEATS, "minimum": "10", "maximum": "9"}, "/maximum", "bounds_cross"),
        ({**SEATS, "type": "number", "minimum": "1.25", "maximum": "1.2"}, "/maximum", "bounds_cross"),
        ({**SEATS, "type": "date", "maximum": "2026-02-30"}, "/maximum", "wrong_type"),
        ({**SEATS, "max_length": 5}, "/max_length", "not_of_this_type"),
        ({**SEATS, "required": True, "partner_access": "read"}, "/required", "partners_cannot_write"),
        ({**SEATS, "resource": "account", "required": True}, "/required", "never_required"),
    ]
    for body, pointer, code in wrong:
        problem = refused(await admin.post("/v1/custom-fields", body), 422, "invalid_request")
        assert [(error["pointer"], error["code"]) for error in problem["errors"]] == [(pointer, code)], body
    refused(await admin.post("/v1/custom-fields", {**SEATS, "type": "map"}), 422)
    refused(await admin.post("/v1/custom-fields", {**SEATS, "key": "Seats"}), 422)


async def test_choices_only_grow_and_the_type_never_changes(house: House) -> None:
    _, admin = await house.vendor()
    field = await a_field(admin, key="segment", type="choice", choices=["public", "private"])
    path = f"/v1/custom-fields/{field['id']}"
    problem = refused(await admin.patch(path, {"choices": ["public", "mixed"]}), 422)
    assert problem["errors"][0]["code"] == "choices_only_grow"
    assert "private" in problem["errors"][0]["detail"]
    grown = ok(await admin.patch(path, {"choices": ["mixed", "public", "private"]}))
    assert grown["choices"] == ["mixed", "public", "private"]
    refused(await admin.patch(path, {"type": "text"}), 422)
    refused(await admin.patch(path, {"label": None}), 422)


async def test_a_partner_finds_the_fields_that_it_may_read_and_defines_none(house: House) -> None:
    vendor, admin = await house.vendor()
    _, partner = await a_partner(house, vendor, "Elm")
    hidden = await a_field(admin, key="risk", partner_access="none")
    shown = await a_field(admin)
    assert [one["id"] for one in ok(await partner.get("/v1/custom-fields"))["data"]] == [shown["id"]]
    refused(await partner.get(f"/v1/custom-fields/{hidden['id']}"), 404)
    assert ok(await partner.get(f"/v1/custom-fields/{shown['id']}"))["label"] == "Seats"
    assert refused(await partner.post("/v1/custom-fields", SEATS), 403)["permission"] == "custom-fields:write"
    analyst = await house.client(vendor, "analyst")
    assert [one["key"] for one in ok(await analyst.get("/v1/custom-fields"))["data"]] == ["risk", "seats"]
    refused(await analyst.act(f"/v1/custom-fields/{shown['id']}/archive"), 403)


async def test_another_vendor_has_fields_of_its_own(house: House) -> None:
    _, admin = await house.vendor()
    _, stranger = await house.vendor("Contoso")
    field = await a_field(admin)
    path = f"/v1/custom-fields/{field['id']}"
    refused(await stranger.get(path), 404)
    refused(await stranger.patch(path, {"label": "Mine"}), 404)
    refused(await stranger.act(f"{path}/archive"), 404)
    assert ok(await stranger.get("/v1/custom-fields"))["data"] == []
    await a_field(stranger)


async def test_a_resource_has_a_hundred_fields_in_use_and_no_more(house: House) -> None:
    _, admin = await house.vendor()
    made = [await a_field(admin, key=f"field_{number}") for number in range(100)]
    refused(await admin.post("/v1/custom-fields", SEATS), 409, "too_many_custom_fields")
    await a_field(admin, resource="account")
    ok(await admin.act(f"/v1/custom-fields/{made[0]['id']}/archive"))
    await a_field(admin)
    refused(await admin.act(f"/v1/custom-fields/{made[0]['id']}/restore"), 409, "too_many_custom_fields")
    listed = ok(await admin.get("/v1/custom-fields?resource=deal_registration&limit=2"))
    assert [one["key"] for one in listed["data"]] == ["field_0", "field_1"]
    assert listed["next_cursor"]


async def test_the_same_request_with_one_key_defines_one_field(house: House) -> None:
    _, admin = await house.vendor()
    key = {"Idempotency-Key": "once"}
    first = await admin.post("/v1/custom-fields", SEATS, headers=key)
    again = await admin.post("/v1/custom-fields", SEATS, headers=key)
    assert ok(first, 201) == ok(again, 201)
    assert again.headers["idempotent-replayed"] == "true"
