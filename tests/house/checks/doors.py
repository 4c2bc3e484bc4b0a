"""Every route says who may pass, and every permission is asked somewhere."""

from collections.abc import Iterable, Mapping, Sequence

from fastapi import APIRouter
from fastapi.routing import APIRoute

from ecosystem_api.runtime.area import Area
from ecosystem_api.runtime.http.door import Door, Permission, Public, markers_of
from tests.house.checks import Faults


def routes_of(router: APIRouter | None) -> list[APIRoute]:
    """The routes a router holds itself; the application's own list may hide included ones."""
    return [route for route in router.routes if isinstance(route, APIRoute)] if router else []


def guarded(name: str, routes: Sequence[APIRoute]) -> Faults:
    """Each route asks exactly one permission or says `public(reason)`, and is a `Door`."""
    faults: Faults = {}
    for route in routes:
        where = f"{name} {' '.join(sorted(route.methods or ()))} {route.path}"
        asked = asked_by(route)
        reasons = [marker.reason for marker in markers_of(route) if isinstance(marker, Public)]
        if len(asked) + len(reasons) != 1:
            faults[where] = (
                f"asks {sorted(asked) or 'nothing'} and says public {len(reasons)} times: "
                'give it one `allow("resource:action")`, or `public("why")`'
            )
        elif any(not reason.strip() for reason in reasons):
            faults[where] = "is public without a reason"
        elif not isinstance(route, Door):
            faults[where] = "is not a Door: make its router with `room_router`"
    return faults


def declared(areas: Iterable[Area]) -> Faults:
    """A permission is declared by the room whose route asks it, or by one before it whose resource it works on."""
    faults: Faults = {}
    known = set[str]()
    for area in areas:
        known |= {grant.name for grant in area.grants}
        asked = {name for route in routes_of(area.router) for name in asked_by(route)}
        asked |= {kind.permission for kind in area.imports}
        for name in asked - known:
            faults[f"{area.name} {name}"] = (
                "asked here but declared neither here nor before: add a Grant to this room's area.py"
            )
    return faults


def asked(areas: Iterable[Area]) -> Faults:
    """A grant that no route asks protects nothing."""
    faults: Faults = {}
    for area in areas:
        used = {name for route in routes_of(area.router) for name in asked_by(route)}
        used |= {kind.permission for kind in area.imports}
        for grant in area.grants:
            if grant.name not in used:
                faults[grant.name] = f"declared by {area.name} but asked by none of its routes: ask it, or drop it"
            elif not grant.sentence.strip().endswith("."):
                faults[grant.name] = "its sentence in the docs is missing or has no full stop"
            elif not grant.roles:
                faults[grant.name] = "no role holds it: nobody could ever pass"
    return faults


def addresses(routes: Mapping[str, Sequence[APIRoute]], outside: frozenset[str]) -> Faults:
    """Paths are flat, under /v1, in kebab case, unique per method, and function names are unique: clients use both."""
    faults: Faults = {}
    seen: dict[str, str] = {}
    for owner, found in routes.items():
        for route in found:
            for key in [*(f"{method} {route.path}" for method in route.methods or ()), f"operation {route.name}"]:
                if key in seen:
                    faults[key] = f"offered by {seen[key]} and by {owner}: rename one"
                seen[key] = owner
            bad = [part for part in route.path.split("/") if "{" not in part and part != part.lower().replace("_", "-")]
            if bad:
                faults[route.path] = f"{', '.join(bad)}: paths are lower case with hyphens"
            if not route.path.startswith("/v1/") and route.path not in outside:
                faults[route.path] = "a resource lives under /v1"
    return faults


def asked_by(route: APIRoute) -> set[str]:
    """The permissions that a route asks."""
    return {marker.name for marker in markers_of(route) if isinstance(marker, Permission)}
