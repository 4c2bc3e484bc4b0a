"""Contacts: the people a partner names, and how they are forgotten."""

import asyncio
import json

import asyncpg
import pytest
from tests.makers import House, a_partner, ok, refused

ROBIN = {
    "name": "Robin Okafor",
    "email": "Robin@Birch.example",
    "phone": "+1 416 555 0134",
    "job_title": "Head of Alliances",
    "roles": ["sales", "executive", "sales"],
    "is_primary": True,
}


async def test_a_contact_is_added_read_and_changed(house: House) -> None:
    vendor, admin = await house.vendor()
    partner, _ = await a_partner(house, vendor, "Birch")
    answer = await admin.post(f"/v1/partners/{partner['id']}/contacts", ROBIN)
    robin = ok(answer, 201)
    assert answer.headers["location"] == f"/v1/contacts/{robin['id']}"
    assert (robin["email"], robin["roles"]) == ("robin@birch.example", ["executive", "sales"])
    path = f"/v1/contacts/{robin['id']}"
    assert ok(await admin.get(path)) == robin
    refused(await admin.patch(path, {"phone": None}, if_match='"v2"'), 412)
    refused(await admin.patch(path, {"phone": None}, if_match=None), 428)
    refused(await admin.patch(path, {"name": None}), 422)
    changed = ok(await admin.patch(path, {"phone": None, "roles": ["support"]}, if_match='"v1"'))
    assert (changed["phone"], changed["roles"], changed["version"]) == (None, ["support"], 2)
    assert ok(await admin.patch(path, {"phone": None}))["version"] == 2
    listed = f"/v1/partners/{partner['id']}/contacts"
    assert ok(await admin.get(listed + "?role=support"))["data"] == [changed]
    assert ok(await admin.get(listed + "?role=sales"))["data"] == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "robin"), ("phone", "call me"), ("roles", ["wizard"]), ("name", ""), ("partner_id", "x")],
)
async def test_what_a_contact_cannot_be_is_refused(house: House, field: str, value: object) -> None:
    vendor, admin = await house.vendor()
    partner, _ = await a_partner(house, vendor, "Birch")
    answer = await admin.post(f"/v1/partners/{partner['id']}/contacts", {**ROBIN, field: value})
    (error,) = refused(answer, 422)["errors"]
    assert error["pointer"].startswith(f"/{field}")


async def test_one_address_belongs_to_one_contact_of_a_partner(house: House) -> None:
    vendor, admin = await house.vendor()
    birch, _ = await a_partner(house, vendor, "Birch")
    elm, _ = await a_partner(house, vendor, "Elm")
    path = f"/v1/partners/{birch['id']}/contacts"
    ok(await admin.post(path, ROBIN), 201)
    refused(await admin.post(path, {"name": "R", "email": "ROBIN@birch.example"}), 409, "contact_email_taken")
    sam = ok(await admin.post(path, {"name": "Sam"}), 201)
    ok(await admin.post(path, {"name": "Alex"}), 201)
    change = await admin.patch(f"/v1/contacts/{sam['id']}", {"email": "robin@birch.example"})
    refused(change, 409, "contact_email_taken")
    ok(await admin.post(f"/v1/partners/{elm['id']}/contacts", ROBIN), 201)


async def test_naming_another_first_contact_moves_the_mark(house: House) -> None:
    vendor, admin = await house.vendor()
    partner, _ = await a_partner(house, vendor, "Birch")
    path = f"/v1/partners/{partner['id']}/contacts"
    robin = ok(await admin.post(path, ROBIN), 201)
    sam = ok(await admin.post(path, {"name": "Sam", "is_primary": True}), 201)
    assert [c["name"] for c in ok(await admin.get(path))["data"] if c["is_primary"]] == ["Sam"]
    assert ok(await admin.patch(f"/v1/contacts/{robin['id']}", {"is_primary": True}))["version"] == 3
    assert ok(await admin.get(f"/v1/contacts/{sam['id']}"))["is_primary"] is False


async def test_first_contacts_named_at_once_leave_exactly_one(house: House) -> None:
    vendor, admin = await house.vendor()
    partner, _ = await a_partner(house, vendor, "Birch")
    path = f"/v1/partners/{partner['id']}/contacts"
    bodies = [{"name": f"P{number}", "is_primary": True} for number in range(5)]
    answers = await asyncio.gather(*(admin.post(path, body) for body in bodies))
    assert [answer.status_code for answer in answers] == [201] * 5
    assert sum(contact["is_primary"] for contact in ok(await admin.get(path))["data"]) == 1


async def test_a_partner_keeps_its_own_people_and_sees_no_others(house: House) -> None:
    vendor, admin = await house.vendor()
    birch, owner = await a_partner(house, vendor, "Birch")
    elm, stranger = await a_partner(house, vendor, "Elm")
    member = await house.client(vendor, "partner_member", birch["id"])
    mine = f"/v1/partners/{birch['id']}/contacts"
    robin = ok(await owner.post(mine, ROBIN), 201)
    path = f"/v1/contacts/{robin['id']}"
    assert ok(await member.get(mine))["data"] == [robin]
    assert refused(await member.patch(path, {"name": "x"}), 403)["permission"] == "contacts:write"
    refused(await member.call("DELETE", path), 403)
    for other in (stranger, (await house.vendor("Contoso"))[1]):
        refused(await other.get(mine), 404)
        refused(await other.post(mine, ROBIN), 404)
        refused(await other.get(path), 404)
        refused(await other.patch(path, {"name": "x"}), 404)
        refused(await other.call("DELETE", path), 404)
    refused(await owner.post(f"/v1/partners/{elm['id']}/contacts", ROBIN), 404)
    assert ok(await admin.get(path)) == robin


async def test_a_deleted_contact_is_nowhere_in_the_database(house: House) -> None:
    vendor, admin = await house.vendor()
    partner, owner = await a_partner(house, vendor, "Birch")
    robin = ok(await owner.post(f"/v1/partners/{partner['id']}/contacts", ROBIN), 201)
    path = f"/v1/contacts/{robin['id']}"
    ok(await owner.patch(path, {"job_title": "Chief Okafor"}))
    assert await tables_that_mention(house, "okafor", "416 555") == ["contacts"]
    assert (await owner.call("DELETE", path)).status_code == 204
    refused(await owner.call("DELETE", path), 404)
    refused(await admin.get(path), 404)
    await house.drain()
    feed = ok(await owner.get(f"/v1/events?subject_id={robin['id']}"))["data"]
    assert [event["type"] for event in feed] == ["contact.added", "contact.updated", "contact.deleted"]
    assert feed[1]["data"]["changed"] == ["/job_title"]
    assert not await tables_that_mention(house, "okafor", "416 555")
    assert "okafor" not in json.dumps(feed).lower()


async def tables_that_mention(house: House, *words: str) -> list[str]:
    connection = await asyncpg.connect(house.settings.database_url)
    try:
        tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
        stored = {name: str(await connection.fetch(f'select * from "{name}"')).lower() for (name,) in tables}
    finally:
        await connection.close()
    return [name for name, text in stored.items() if any(word in text for word in words)]
