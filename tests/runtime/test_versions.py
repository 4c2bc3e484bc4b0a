"""Versions of the contract: chosen, refused, pinned, and older ones kept by today's code."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any

import pytest
from fastapi import Response
from pydantic import BaseModel, ConfigDict
from tests.makers import Api, House, ok, refused
from tests.runtime.processes import at, process

from ecosystem_api.areas import catalog
from ecosystem_api.runtime.area import Area, Grant
from ecosystem_api.runtime.caller import EVERYONE, Caller
from ecosystem_api.runtime.http import allow, room_router
from ecosystem_api.runtime.versions import KNOWN, Change, UnknownVersion, Versions, downgraded, upgraded

FIRST, SECOND, THIRD = "2026-11-22", "2027-05-01", "2027-11-01"
HEADER = "Ecosystem-Version"
# The second version turned a name into two; the third turned a number of kilometres into metres.
SPLIT = Change(
    SECOND,
    "A courier has a first and a last name.",
    frozenset({"send_courier"}),
    upgrade=lambda body: {
        **{key: value for key, value in body.items() if key != "name"},
        "first_name": body["name"].split(" ")[0],
        "last_name": body["name"].split(" ")[-1],
    },
    downgrade=lambda body: {
        **{key: value for key, value in body.items() if key not in ("first_name", "last_name")},
        "name": f"{body['first_name']} {body['last_name']}",
    },
)
METRES = Change(
    THIRD,
    "A distance is in metres.",
    frozenset({"send_courier"}),
    upgrade=lambda body: {**{k: v for k, v in body.items() if k != "km"}, "metres": body["km"] * 1000},
    downgrade=lambda body: {**{k: v for k, v in body.items() if k != "metres"}, "km": body["metres"] // 1000},
)


class Courier(BaseModel):
    model_config = ConfigDict(extra="forbid")
    first_name: str
    last_name: str
    metres: int


def couriers() -> Area:
    """A room that speaks the third version only."""
    router = room_router("couriers")

    @router.post("/v1/couriers", status_code=201, response_model=Courier)
    async def send_courier(
        body: Courier, response: Response, who: Annotated[Caller, allow("couriers:write")]
    ) -> Courier:
        response.headers["Location"] = "/v1/couriers/1"
        return body

    @router.get("/v1/couriers", response_model=list[Courier])
    async def list_couriers(who: Annotated[Caller, allow("couriers:write")]) -> list[Courier]:
        return []

    grants = (Grant("couriers:write", EVERYONE, "Send couriers."),)
    return Area("test/couriers", router=router, grants=grants, changes=(METRES, SPLIT))


@pytest.fixture
async def later(house: House) -> AsyncIterator[House]:
    """The service two versions from now."""
    async with process(house, area=couriers(), versions=(FIRST, SECOND, THIRD)) as found:
        yield found


def test_versions_are_days_in_order_and_changes_belong_to_them() -> None:
    for known in ((), ("2026-11-22", "2026-01-01"), ("2026-11-22", "2026-11-22"), ("2026-11",), ("2026-13-01",)):
        with pytest.raises(ValueError, match="days"):
            Versions(known)
    for strange in ("2027-02-02", FIRST):
        with pytest.raises(ValueError, match=strange):
            Versions((FIRST, SECOND), [Change(strange, "Something.", frozenset({"x"}))])


def test_a_request_passes_every_change_after_its_version_in_order_and_its_answer_comes_back() -> None:
    versions = Versions((FIRST, SECOND, THIRD), [METRES, SPLIT])
    assert versions.changes(FIRST, "send_courier") == [SPLIT, METRES]
    assert versions.changes(SECOND, "send_courier") == [METRES]
    assert versions.changes(THIRD, "send_courier") == versions.changes(FIRST, "list_couriers") == []
    old = {"name": "Ada Lovelace", "km": 3}
    new = upgraded([SPLIT, METRES], old)
    assert new == {"first_name": "Ada", "last_name": "Lovelace", "metres": 3000}
    assert downgraded([SPLIT, METRES], new) == old == {"name": "Ada Lovelace", "km": 3}


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([THIRD, THIRD], "one day"),
        (["latest"], "one day"),
        (["2027-5-1"], "one day"),
        (["2027-02-30"], "one day"),
        ([""], "one day"),
        (["2025-01-01"], "no longer served"),
        (["2099-01-01"], "does not exist yet"),
        (["2027-05-02"], "no version of"),
    ],
)
def test_a_version_that_is_none_is_refused_with_those_that_are(said: list[str], reason: str) -> None:
    with pytest.raises(UnknownVersion, match=reason) as found:
        Versions((FIRST, SECOND, THIRD)).asked(said)
    assert found.value.extra == {"known_versions": [FIRST, SECOND, THIRD]}


def test_a_pin_to_a_version_no_longer_served_counts_as_the_oldest() -> None:
    versions = Versions((SECOND, THIRD))
    assert versions.chosen(None, FIRST) == SECOND
    assert versions.chosen(None, None) == versions.chosen(THIRD, SECOND) == THIRD


async def test_every_answer_tells_its_version_and_an_unknown_one_has_no_effect(house: House) -> None:
    _, admin = await house.vendor()
    newest = KNOWN[-1]
    assert (await admin.get("/v1/me")).headers[HEADER] == newest
    assert (await admin.get("/v1/me", headers={HEADER: newest})).headers[HEADER] == newest
    assert (await house.http.get("/v1/me")).headers[HEADER] == newest
    assert (await house.http.get("/livez")).headers[HEADER] == newest
    body = {"sku": "A", "name": "A thing"}
    problem = refused(await admin.post("/v1/products", body, headers={HEADER: "2020-01-01"}), 400, "unknown_version")
    assert problem["known_versions"] == list(KNOWN)
    refused(await house.http.post("/oauth/token", headers={HEADER: "tomorrow"}), 400, "unknown_version")
    assert ok(await admin.get("/v1/products"))["data"] == []


async def test_a_credential_keeps_the_version_of_the_day_it_was_made(house: House, later: House) -> None:
    _, admin = await house.vendor()
    made = ok(await admin.post("/v1/clients", {"name": "Sync", "role": "integration"}), 201)
    assert made["ecosystem_version"] == FIRST
    new = ok(await at(later, admin).post("/v1/clients", {"name": "New", "role": "integration"}), 201)
    assert new["ecosystem_version"] == THIRD
    assert (await at(later, admin).get("/v1/me")).headers[HEADER] == FIRST
    assert (await at(later, admin).get("/v1/me", headers={HEADER: THIRD})).headers[HEADER] == THIRD
    path = f"/v1/clients/{new['id']}"
    wrong = refused(await at(later, admin).patch(path, {"ecosystem_version": "2026-11-23"}), 422)
    assert wrong["errors"][0]["pointer"] == "/ecosystem_version"
    refused(await at(later, admin).patch(path, {"ecosystem_version": None}), 422)
    refused(await admin.post("/v1/clients", {"name": "X", "role": "analyst", "ecosystem_version": "newest"}), 422)
    moved = await at(later, admin).patch(path, {"ecosystem_version": SECOND})
    assert ok(moved)["ecosystem_version"] == SECOND


async def test_an_older_client_is_served_by_todays_code(house: House, later: House) -> None:
    _, admin = await house.vendor()
    api = at(later, admin)
    bodies: dict[str, Any] = {
        FIRST: {"name": "Ada Lovelace", "km": 3},
        SECOND: {"first_name": "Ada", "last_name": "Lovelace", "km": 3},
        THIRD: {"first_name": "Ada", "last_name": "Lovelace", "metres": 3000},
    }
    for version, body in bodies.items():
        answer = await api.post("/v1/couriers", body, headers={HEADER: version})
        assert ok(answer, 201) == body
        assert answer.headers[HEADER] == version
        assert answer.headers["location"] == "/v1/couriers/1"
        assert answer.headers["content-length"] == str(len(answer.content))
    assert ok(await api.post("/v1/couriers", bodies[FIRST]), 201) == bodies[FIRST], "by its pin"
    refused(await api.post("/v1/couriers", bodies[FIRST], headers={HEADER: THIRD}), 422)
    assert ok(await api.get("/v1/couriers")) == []


async def test_a_repeated_request_is_answered_in_the_version_it_asks_for(house: House, later: House) -> None:
    _, admin = await house.vendor()
    api: Api = at(later, admin)
    headers = {"Idempotency-Key": "once", HEADER: FIRST}
    body = {"name": "Ada Lovelace", "km": 3}
    for replayed in (None, "true"):
        answer = await api.post("/v1/couriers", body, headers=headers)
        assert ok(answer, 201) == body
        assert answer.headers.get("idempotent-replayed") == replayed


def test_every_version_has_the_contract_it_promises() -> None:
    offers = catalog()
    released = {path.stem for path in Path("openapi/released").glob("*.json")}
    assert set(offers.versions.known) <= released, "keep the contract of a version in openapi/released"
    names = {route.name for area in offers.areas if area.router for route in area.router.routes}  # type: ignore[attr-defined]
    for area in offers.areas:
        for change in area.changes:
            assert change.operations <= names, f"{area.name} changes operations that do not exist"
