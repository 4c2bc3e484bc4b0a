"""Lay out a new room: `python -m ecosystem_api.reference.room <wing> <room> [singular]`.

One tiny resource that works: its folder, its word in the plan, its migration, its test, its pages. Then make it yours.
"""

import ast
import importlib.util
import keyword
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from string import Template

WINGS: Mapping[str, str] = {
    "access": "Who is asking: vendors, their members, and machine credentials.",
    "network": "Who they are: partners, their people, and what kind of partner each is.",
    "enablement": "Who is able: certifications, training, resources, onboarding.",
    "market": "What is sold, to whom and in which hours: products, accounts (the end customers), calendars.",
    "selling": "Who may sell what to whom: rule books and decisions, reviews, deals and what is asked of them later.",
    "cosell": "Vendor and partners side by side: leads passed on, conflicts with the vendor's sellers, disputes.",
    "success": "What we promised the customer: subscriptions, implementations, plans, support.",
    "insight": "What we know: metrics, attribution, surveys, scoring.",
    "rewards": "What is earned: tiers, incentives, funds, statements.",
    "exchange": "What enters and leaves: the feed, imports, webhooks, connectors.",
}
TEMPLATES = Path(__file__).parent / "templates"
_NAME = re.compile(r"[a-z][a-z_]{1,40}[a-z]")


class Unsuitable(ValueError):  # noqa: N818 - a room is unsuitable, not the program in error
    """The room cannot be laid out so; the message says what would be right."""


def lay_out(root: Path, wing: str, room: str, singular: str | None = None) -> list[Path]:
    """Write a new room's files, its word in the plan, its migration and its test; answer their paths.

    Shape: `room` is the plural noun in snake_case, `singular` one of them (`companies` gives `company` by itself).
    Errors: Unsuitable, before anything is written.
    """
    package = root / "src" / "ecosystem_api"
    thing = singular or singular_of(room)
    _judge_names(package, wing, room, thing)
    words = _words(wing, room, thing) | _revisions(root, room)
    files = {
        package / wing / room / path.name.removesuffix(".txt"): path
        for path in sorted(TEMPLATES.glob("*.txt"))
        if path.name not in ("migration.py.txt", "test.py.txt")
    }
    files[root / "migrations" / "versions" / f"{datetime.now(UTC):%Y_%m_%d}_{room}.py"] = TEMPLATES / "migration.py.txt"
    files[root / "tests" / "rooms" / f"test_{room}.py"] = TEMPLATES / "test.py.txt"
    if taken := [path for path in files if path.exists()]:
        raise Unsuitable(f"{taken[0].relative_to(root)} exists already")
    areas = package / "areas.py"
    plan = planned(areas.read_text(encoding="utf-8"), wing, room)
    for path, template in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(Template(template.read_text(encoding="utf-8")).substitute(words), encoding="utf-8")
    made = list(files)
    wing_file = package / wing / "__init__.py"
    if not wing_file.exists():
        wing_file.write_text(f'"""{WINGS[wing]}"""\n', encoding="utf-8")
        made.append(wing_file)
    areas.write_text(plan, encoding="utf-8")
    return [*made, areas]


def singular_of(room: str) -> str:
    """One of them. Errors: Unsuitable where the plural has no `s` to lose."""
    for plural, one in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("s", "")):
        if room.endswith(plural) and not room.endswith("ss"):
            return room.removesuffix(plural) + one
    raise Unsuitable(f"{room} is no regular plural: name the singular as a third argument")


def planned(source: str, wing: str, room: str) -> str:
    """The text of areas.py with the room's word at the end of its wing, and a new wing in the order of the floors."""
    node = next(
        node
        for node in ast.parse(source).body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "PLAN"
    )
    assert node.value is not None
    plan: dict[str, tuple[str, ...]] = ast.literal_eval(node.value)
    if room in plan.get(wing, ()):
        raise Unsuitable(f"{wing}/{room} is in the plan already")
    plan[wing] = (*plan.get(wing, ()), room)
    lines = [
        f'    "{name}": ({", ".join(map(_quoted, plan[name]))}{"," * (len(plan[name]) == 1)}),'
        for name in WINGS
        if name in plan
    ]
    text = source.splitlines()
    text[node.value.lineno : (node.value.end_lineno or 0) - 1] = lines
    return "\n".join(text) + "\n"


def _quoted(word: str) -> str:
    return f'"{word}"'


def _judge_names(package: Path, wing: str, room: str, thing: str) -> None:
    if wing not in WINGS:
        raise Unsuitable(f"{wing} is no wing; the wings are {', '.join(WINGS)}")
    for name in (room, thing):
        if not _NAME.fullmatch(name) or keyword.iskeyword(name):
            raise Unsuitable(f"{name} is no name for a room: small letters with underscores inside, such as plans")
    if thing == room:
        raise Unsuitable(f"a room is named for many, one of them otherwise: {room} cannot be both")
    for other in WINGS:
        if (package / other / room).exists():
            raise Unsuitable(f"{other}/{room} exists already: every room needs a name of its own")


def _words(wing: str, room: str, thing: str) -> dict[str, str]:
    spoken = thing.replace("_", " ")
    one = ("an " if spoken[0] in "aeiou" else "a ") + spoken
    return {
        "wing": wing,
        "room": room,
        "thing": thing,
        "Thing": "".join(part.capitalize() for part in thing.split("_")),
        "thing_words": spoken,
        "a_thing": one,
        "A_thing": one[0].upper() + one[1:],
        "things_words": room.replace("_", " "),
        "Things_words": room.replace("_", " ").capitalize(),
        "path": room.replace("_", "-"),
        "prefix": thing,
    }


def _revisions(root: Path, room: str) -> dict[str, str]:
    """The newest step of the history, and the name of the one that makes the room's table."""
    steps, parents = set(), set()
    for path in (root / "migrations" / "versions").glob("*.py"):
        said = dict(re.findall(r'^(revision|down_revision) = "(\w+)"', path.read_text(encoding="utf-8"), re.MULTILINE))
        steps.add(said["revision"])
        parents.add(said.get("down_revision"))
    heads = sorted(steps - parents)
    if len(heads) != 1:
        raise Unsuitable(f"the migrations must end in one step, not in {heads}")
    # Alembic's own table holds 32 characters of a revision's name.
    return {"down_revision": heads[0], "revision": f"open_{room}"[:32]}


def main(arguments: Sequence[str]) -> int:
    """Lay out the room under the present folder, tidy it, and write the pages anew."""
    if len(arguments) not in (2, 3):
        print("name the wing and the room: make room w=network r=boutiques", file=sys.stderr)
        return 2
    root = Path.cwd()
    try:
        made = lay_out(root, *arguments)
    except Unsuitable as error:
        print(error, file=sys.stderr)
        return 2
    names = [str(path.relative_to(root)) for path in made]
    if importlib.util.find_spec("ruff"):
        for command in (["format", "--quiet"], ["check", "--quiet", "--fix", "--select", "I"]):
            _run(["ruff", *command, *names])
    _run(["ecosystem_api.reference"])
    print("\n".join(["Laid out:", *(f"  {name}" for name in names), "Next: `make sure`, then make it yours."]))
    return 0


def _run(arguments: Sequence[str]) -> None:
    # A fresh interpreter: this one has opened the house without the new room.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(["src", os.environ.get("PYTHONPATH", "")])}
    subprocess.run([sys.executable, "-m", *arguments], check=True, env=environment)  # noqa: S603 - our own modules


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
