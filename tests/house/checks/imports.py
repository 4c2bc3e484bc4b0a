"""What import contracts cannot say: which files of a room others may see, in which order, and what purity means."""

import sys
from collections.abc import Mapping, Sequence

from grimp import ImportGraph

from tests.house.checks import Faults

HOUSE = "ecosystem_api"
OPEN_FILES = frozenset({"service", "domain", "schemas", "events"})
# Distances of letters are arithmetic: a library of them reads nothing and keeps nothing.
PURE = {
    "kernel": frozenset(),
    "rules": frozenset({"cel_expr_python", "google"}),
    "domain": frozenset({"rapidfuzz"}),
}


def between_rooms(graph: ImportGraph, plan: Mapping[str, Sequence[str]]) -> Faults:
    """A room imports from rooms before it in the plan, and from them `service`, `domain`, `schemas`, `events` only."""
    order = [f"{wing}.{room}" for wing, rooms in plan.items() for room in rooms]
    faults: Faults = {}
    for importer, imported in _internal_imports(graph):
        theirs, ours = _room_of(imported, plan), _room_of(importer, plan)
        if theirs is None or theirs == ours:
            continue
        file = imported.split(".")[3] if imported.count(".") > 2 else "__init__"
        if file not in OPEN_FILES:
            faults[f"{importer} -> {imported}"] = (
                f"from another room only {', '.join(sorted(OPEN_FILES))} may be imported: call its service instead"
            )
        elif ours is not None and order.index(theirs) > order.index(ours):
            faults[f"{importer} -> {imported}"] = (
                f"{theirs} stands after {ours} in the plan: hear its events instead, or move a word in areas.PLAN"
            )
    return faults


def offers_only(graph: ImportGraph, plan: Mapping[str, Sequence[str]], wings: frozenset[str]) -> Faults:
    """Rooms of these wings read offers: they import no room of another wing."""
    return {
        f"{importer} -> {imported}": "this wing reads what rooms offer in their Area: take it from the catalogue"
        for importer, imported in _internal_imports(graph)
        if (ours := _room_of(importer, plan)) and (theirs := _room_of(imported, plan))
        if (wing := ours.split(".")[0]) in wings and theirs.split(".")[0] != wing
    }


def foreign_words(graph: ImportGraph) -> Faults:
    """Kernel and domains know the standard library, rules the expression language, domains the distance of names."""
    faults: Faults = {}
    for importer in graph.modules:
        parts = importer.split(".")
        kind = parts[1] if parts[1:2] in (["kernel"], ["rules"]) else "domain" if parts[3:4] == ["domain"] else None
        if parts[0] != HOUSE or kind is None:
            continue
        for imported in graph.find_modules_directly_imported_by(importer):
            top = imported.split(".")[0]
            if top not in sys.stdlib_module_names and top != HOUSE and top not in PURE[kind]:
                faults[f"{importer} -> {imported}"] = "pure code knows no library: let the service bring plain values"
    return faults


def _internal_imports(graph: ImportGraph) -> list[tuple[str, str]]:
    return [
        (importer, imported)
        for importer in sorted(graph.modules)
        for imported in sorted(graph.find_modules_directly_imported_by(importer))
        if importer.startswith(HOUSE) and imported.startswith(HOUSE)
    ]


def _room_of(module: str, plan: Mapping[str, Sequence[str]]) -> str | None:
    parts = module.split(".")
    return ".".join(parts[1:3]) if len(parts) > 2 and parts[2] in plan.get(parts[1], ()) else None
