"""The plan and the folders say the same, and a room has only the files that a room has."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.house.checks import Faults

WINGS = ("access", "network", "enablement", "market", "selling", "cosell", "success", "insight", "rewards", "exchange")
FLOORS = frozenset({"kernel", "rules", "runtime", "reference", "cli", "demo"})
ROOM_FILES = frozenset(
    {"__init__", "area", "routes", "jobs", "service", "store", "answers", "facts", "events"}
    | {"tables", "schemas", "domain", "errors", "versions"}
)
REQUIRED_FILES = frozenset({"__init__", "area"})
NEVER = frozenset({"helpers", "utils", "util", "helper", "common", "misc"})


def folders_and_plan(package: Path, plan: Mapping[str, Sequence[str]]) -> Faults:
    """Every planned room is a folder and every folder of a wing is planned; wings stand in the order of the floors."""
    faults: Faults = {}
    for wing in WINGS:
        found = {path.name for path in _folders(package / wing)}
        planned = set(plan.get(wing, ()))
        for room in found - planned:
            faults[f"{wing}/{room}"] = f'a folder without its word: add "{room}" to {wing} in areas.PLAN'
        for room in planned - found:
            faults[f"{wing}/{room}"] = "planned, but there is no folder: lay it out with `make room`, or take it out"
        if wing in plan and not planned:
            faults[wing] = "a wing appears with its first room: take it out of areas.PLAN"
    unknown = {path.name for path in _folders(package)} - set(WINGS) - FLOORS
    faults |= dict.fromkeys(unknown | plan.keys() - set(WINGS), "neither a wing nor a floor: no room can stand here")
    known = [wing for wing in plan if wing in WINGS]
    if known != sorted(known, key=WINGS.index):
        faults["PLAN"] = f"the wings stand in the wrong order; lowest first: {', '.join(WINGS)}"
    return faults


def files_of_rooms(package: Path, wings: Sequence[str] = WINGS) -> Faults:
    """A room holds its own files only, and the ones that no room goes without."""
    faults: Faults = {}
    for wing in wings:
        for room in _folders(package / wing):
            names = {path.stem for path in room.iterdir() if path.suffix == ".py" or path.is_dir()} - {"__pycache__"}
            for name in names - ROOM_FILES:
                faults[f"{wing}/{room.name}/{name}"] = (
                    f"not a file of a room; those are {', '.join(sorted(ROOM_FILES))}"
                )
            for name in REQUIRED_FILES - names:
                faults[f"{wing}/{room.name}/{name}"] = "missing: every room says what it is and what it offers"
    return faults


def nameless_drawers(roots: Sequence[Path]) -> Faults:
    """No module is named for being useful."""
    return {
        str(path): "a drawer for anything: name the module for the one thing it does"
        for root in roots
        for path in root.rglob("*")
        if path.stem in NEVER and (path.suffix == ".py" or path.is_dir())
    }


def paragraphs(package: Path, plan: Mapping[str, Sequence[str]], said: Mapping[str, str | None]) -> Faults:
    """Every room and every wing says in its `__init__.py` what it is. `said` maps module names to docstrings."""
    names = [f"{package.name}.{wing}" for wing in plan]
    names += [f"{package.name}.{wing}.{room}" for wing, rooms in plan.items() for room in rooms]
    return {
        name: "the `__init__.py` says nothing: one paragraph on what this is, who uses it, and what it is not"
        for name in names
        if not (said.get(name) or "").strip().rstrip().endswith(".")
    }


def _folders(place: Path) -> list[Path]:
    if not place.is_dir():
        return []
    return sorted(path for path in place.iterdir() if path.is_dir() and any(path.rglob("*.py")))
