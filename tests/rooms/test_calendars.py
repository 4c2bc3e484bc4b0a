"""Calendars: hours and holidays through the front door, one default, and what is told of a change."""

import asyncio
from typing import Any

from tests.makers import House, a_partner, ok, refused

CALENDARS = "/v1/calendars"


def a_calendar(key: str = "emea", **fields: Any) -> dict[str, Any]:
    """Weekdays from nine to five in Berlin."""
    days = ("friday", "monday", "tuesday", "wednesday", "thursday")
    hours = [{"day": day, "opens": "09:00", "closes": "17:00"} for day in days]
    return {"key": key, "name": "Europe", "time_zone": "Europe/Berlin", "hours": hours, **fields}


async def test_a_calendar_is_added_read_and_asked(house: House) -> None:
    _, admin = await house.vendor()
    christmas = {"name": "Christmas", "from_on": "2026-12-24", "last_on": "2026-12-26"}
    new_year = {"name": "New Year", "from_on": "2027-01-01"}
    answer = await admin.post(CALENDARS, a_calendar(holidays=[new_year, christmas]))
    added = ok(answer, 201)
    assert added["is_default"], "the first one"
    assert [one["day"] for one in added["hours"]][:2] == ["monday", "tuesday"]
    assert added["holidays"] == [christmas, {**new_year, "last_on": None}]
    path = answer.headers["location"]
    assert ok(await admin.get(path)) == added
    asked = {"hours": 16, "from_at": "2026-12-23T08:00:00+01:00"}
    assert ok(await admin.get(path + "/due", params=asked)) == {
        "from_at": "2026-12-23T07:00:00.000000Z",
        "hours": 16.0,
        "due_at": "2026-12-28T16:00:00.000000Z",
    }
    refused(await admin.get(path + "/due", params={"hours": -1}), 422)


async def test_one_calendar_is_the_default_whoever_asks_at_once(house: House) -> None:
    _, admin = await house.vendor()
    keys = [f"office_{place}" for place in range(6)]
    answers = await asyncio.gather(*(admin.post(CALENDARS, a_calendar(key, is_default=True)) for key in keys))
    assert {answer.status_code for answer in answers} == {201}
    listed = ok(await admin.get(CALENDARS))["data"]
    assert [one["key"] for one in listed] == keys
    (default,) = (one for one in listed if one["is_default"])
    other = next(one for one in listed if not one["is_default"])
    refused(await admin.patch(f"{CALENDARS}/{default['id']}", {"is_default": False}), 409, "default_calendar_needed")
    assert ok(await admin.patch(f"{CALENDARS}/{other['id']}", {"is_default": True}))["is_default"]
    listed = ok(await admin.get(CALENDARS))["data"]
    assert [one["id"] for one in listed if one["is_default"]] == [other["id"]]


async def test_a_change_is_told_to_everybody_and_says_whether_clocks_follow(house: House) -> None:
    vendor, admin = await house.vendor()
    _, partner = await a_partner(house, vendor, "One")
    added = ok(await admin.post(CALENDARS, a_calendar()), 201)
    path = f"{CALENDARS}/{added['id']}"
    changed = ok(await admin.patch(path, {"time_zone": "Europe/Vienna"}, if_match='"v1"'))
    refused(await admin.patch(path, {"name": "Late"}, if_match='"v1"'), 412)
    assert ok(await admin.patch(path, {"time_zone": "Europe/Vienna"}))["version"] == changed["version"], "no news"
    ok(await admin.patch(path, {"moves_clocks": True}))
    await house.drain()
    news = ok(await partner.get(f"/v1/events?subject_id={added['id']}"))["data"]
    assert [one["type"] for one in news] == ["calendar.added", "calendar.updated", "calendar.updated"]
    assert [(one["data"]["changed"], one["data"]["moves_clocks"]) for one in news[1:]] == [
        (["/time_zone"], False),
        ([], True),
    ]


UNUSABLE: tuple[tuple[dict[str, Any], str], ...] = (
    ({"hours": []}, "/hours"),
    ({"hours": [{"day": "monday", "opens": "17:00", "closes": "09:00"}]}, "/hours/0/closes"),
    ({"hours": [{"day": "monday", "opens": "09:00", "closes": "09:00"}]}, "/hours/0/closes"),
    ({"hours": [{"day": "monday", "opens": "24:00", "closes": "24:00"}]}, "/hours/0/opens"),
    ({"hours": [{"day": "someday", "opens": "09:00", "closes": "17:00"}]}, "/hours/0/day"),
    (
        {
            "hours": [
                {"day": "monday", "opens": "09:00", "closes": "13:00"},
                {"day": "monday", "opens": "12:59", "closes": "17:00"},
            ]
        },
        "/hours",
    ),
    ({"time_zone": "Europe/Atlantis"}, "/time_zone"),
    ({"time_zone": "../../etc/passwd"}, "/time_zone"),
    ({"holidays": [{"name": "Back", "from_on": "2026-12-26", "last_on": "2026-12-24"}]}, "/holidays/0/last_on"),
    ({"holidays": [{"name": "Long", "from_on": "2026-01-01", "last_on": "2027-01-02"}]}, "/holidays/0/last_on"),
    ({"is_default": "yes"}, "/is_default"),
)


async def test_hours_that_cannot_be_are_refused_where_they_stand(house: House) -> None:
    _, admin = await house.vendor()
    added = ok(await admin.post(CALENDARS, a_calendar()), 201)
    for fields, pointer in UNUSABLE:
        for refusal in (
            await admin.post(CALENDARS, a_calendar("apac", **fields)),
            await admin.patch(f"{CALENDARS}/{added['id']}", fields),
        ):
            problem = refused(refusal, 422)
            assert pointer in [one["pointer"] for one in problem["errors"]], problem
    refused(await admin.post(CALENDARS, a_calendar("Not A Key")), 422)
    assert ok(await admin.get(CALENDARS))["data"] == [added]


async def test_a_key_is_taken_once_and_a_stranger_finds_nothing(house: House) -> None:
    vendor, admin = await house.vendor()
    _, stranger = await house.vendor("Contoso")
    added = ok(await admin.post(CALENDARS, a_calendar()), 201)
    refused(await admin.post(CALENDARS, a_calendar()), 409, "calendar_key_taken")
    ok(await stranger.post(CALENDARS, a_calendar()), 201)
    path = f"{CALENDARS}/{added['id']}"
    refused(await stranger.get(path), 404)
    refused(await stranger.get(path + "/due?hours=1"), 404)
    refused(await stranger.patch(path, {"name": "Mine"}), 404)
    refused(await admin.patch(path, {"hours": None}), 422)
    _, partner = await a_partner(house, vendor, "One")
    analyst = await house.client(vendor, "analyst")
    for reader in (partner, analyst):
        assert ok(await reader.get(CALENDARS))["data"] == [added]
        assert refused(await reader.patch(path, {"name": "Mine"}), 403)["permission"] == "calendars:write"
