"""Every door asks for a permission or says why it stands open."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter
from fastapi.routing import APIRoute

from ecosystem_api.runtime.area import Area, Catalog, Grant
from ecosystem_api.runtime.caller import STAFF, Caller
from ecosystem_api.runtime.contract import contract_router
from ecosystem_api.runtime.health import health_router
from ecosystem_api.runtime.http import allow, public, room_router
from ecosystem_api.runtime.http.door import Door
from tests.house.checks import judged
from tests.house.checks.doors import addresses, asked, declared, guarded, routes_of

SOURCE = Path("src/ecosystem_api")
OUTSIDE_V1 = frozenset(
    {
        "/livez",
        "/readyz",
        "/startupz",
        "/openapi.json",
        "/oauth/introspect",
        "/oauth/revoke",
        "/oauth/token",
        "/.well-known/jwks.json",
        "/.well-known/oauth-authorization-server",
    }
)
UNASKED: dict[str, str] = {}


def test_every_route_asks_one_permission_or_says_public(offers: Catalog) -> None:
    count = 0
    for area in offers.areas:
        routes = routes_of(area.router)
        count += len(routes)
        judged(guarded(area.name, routes))
    judged(guarded("runtime/health", routes_of(health_router)))
    judged(guarded("runtime/contract", routes_of(contract_router)))
    assert count >= 15, "the routes were not found: the check would pass over nothing"


def test_a_permission_is_declared_where_it_is_asked_first(offers: Catalog) -> None:
    judged(declared(offers.areas))


def test_every_grant_is_asked_and_held(offers: Catalog) -> None:
    judged(asked(offers.areas), UNASKED)


def test_addresses_are_flat_and_unique(offers: Catalog) -> None:
    routes = {area.name: routes_of(area.router) for area in offers.areas}
    routes |= {"health": routes_of(health_router), "contract": routes_of(contract_router)}
    judged(addresses(routes, OUTSIDE_V1))


def test_a_room_whose_writes_move_no_callers_knows_nothing_of_credentials(offers: Catalog) -> None:
    doors = [(area.name, route) for area in offers.areas for route in routes_of(area.router)]
    inner = {name for name, route in doors if isinstance(route, Door) and not route.moves_callers}
    assert inner, "no such room was found: the check would pass over nothing"
    for name in inner:
        for file in (SOURCE / name).rglob("*.py"):
            assert "ecosystem_api.access" not in file.read_text(encoding="utf-8"), file


def test_an_open_door_is_noticed() -> None:
    router = room_router("things")

    @router.get("/v1/open")
    async def open_door() -> None: ...

    @router.get("/v1/both", dependencies=[public("why not")])
    async def both(who: Annotated[Caller, allow("things:read")]) -> None: ...

    @router.get("/v1/twice")
    async def twice(
        who: Annotated[Caller, allow("things:read")], too: Annotated[Caller, allow("things:write")]
    ) -> None: ...

    @router.get("/v1/mute", dependencies=[public(" ")])
    async def mute() -> None: ...

    @router.get("/v1/good")
    async def good(who: Annotated[Caller, allow("things:read")]) -> None: ...

    plain = APIRouter()

    @plain.get("/v1/plain", dependencies=[public("a test")])
    async def not_a_door() -> None: ...

    assert {where.split()[-1] for where in guarded("x", routes_of(router))} == {
        "/v1/open",
        "/v1/both",
        "/v1/twice",
        "/v1/mute",
    }
    assert len(guarded("x", routes_of(plain))) == 1


def test_an_undeclared_and_an_unasked_permission_are_noticed() -> None:
    router = room_router("things")

    @router.get("/v1/things")
    async def things(who: Annotated[Caller, allow("things:read")]) -> None: ...

    grants = (Grant("things:write", STAFF, "Write things."),)
    area = Area(name="test/things", router=router, grants=grants)
    assert set(declared([area])) == {"test/things things:read"}
    assert set(asked([area])) == {"things:write"}
    upper = Area(name="test/more", router=router)
    lower = Area(name="test/things", router=router, grants=(Grant("things:read", STAFF, "Read things."),))
    assert declared([lower, upper]) == {}
    assert set(declared([upper, lower])) == {"test/more things:read"}
    mute = Area(name="test/things", router=router, grants=(Grant("things:read", STAFF, "No stop"),))
    assert declared([mute]) == {}
    assert set(asked([mute])) == {"things:read"}


def test_odd_addresses_are_noticed() -> None:
    async def thing() -> None: ...

    routes = [APIRoute("/v1/big_things", thing), APIRoute("/v1/big_things", thing), APIRoute("/things", thing)]
    found = addresses({"x": routes}, frozenset())
    assert set(found) == {"/v1/big_things", "GET /v1/big_things", "operation thing", "/things"}
