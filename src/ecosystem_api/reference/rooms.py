"""docs/rooms.md: the map of the house, upper floors first, each room in its own words."""

import inspect
import sys

from fastapi.routing import APIRoute

from ecosystem_api.runtime.area import Area, Catalog

_PACKAGE = __name__.split(".")[0]


def render(offers: Catalog) -> str:
    """The page."""
    parts = ["# Rooms\n"]
    parts.append(
        "A room is one folder with one subject. Calls go down: a room may use the rooms below it. News rises: what an "
        "upper room wants to know, it learns from events. The upper wings stand first, as on a plan.\n"
    )
    for wing, rooms in reversed(list(offers.house.items())):
        parts.append(f"## {wing}\n")
        parts.append(_said(f"{_PACKAGE}.{wing}") + "\n")
        parts += [_room(area) for area in reversed(rooms)]
    return "\n".join(parts)


def _room(area: Area) -> str:
    lines = [f"### {area.name}\n", _said(f"{_PACKAGE}.{area.name.replace('/', '.')}") + "\n"]
    routes = [route for route in area.router.routes if isinstance(route, APIRoute)] if area.router else []
    if routes:
        paths = sorted({(route.path, method) for route in routes for method in route.methods or ()})
        lines.append("Operations: " + ", ".join(f"`{method} {path}`" for path, method in paths) + ".\n")
    if area.events:
        lines.append("News: " + ", ".join(f"`{name}`" for name in sorted(event.type for event in area.events)) + ".\n")
    heard = sorted({name for handler in area.handlers for name in handler.on})
    if heard:
        lines.append("Listens to: " + ", ".join(f"`{name}`" for name in heard) + ".\n")
    if area.facts:
        lines.append("Counts: " + ", ".join(f"`{fact.name}`" for fact in area.facts) + ".\n")
    return "\n".join(lines)


def _said(module: str) -> str:
    return inspect.cleandoc(sys.modules[module].__doc__ or "")
