"""Calls go down the stairs; between rooms only what a room means to show."""

import os
import subprocess
import sys
from pathlib import Path

import grimp

from ecosystem_api.areas import PLAN
from tests.house.checks import judged
from tests.house.checks.imports import between_rooms, foreign_words, offers_only

READERS = frozenset({"exchange", "insight"})
EXCUSED: dict[str, str] = {}
READERS_EXCUSED: dict[str, str] = {}


def test_the_contracts_hold(root: Path) -> None:
    said = _lint(root)
    assert "BROKEN" not in said, said
    assert "Contracts: 5 kept, 0 broken." in said


def test_between_rooms_only_service_domain_schemas_and_events_are_seen(graph: grimp.ImportGraph) -> None:
    judged(between_rooms(graph, PLAN), EXCUSED)


def test_the_upper_wings_read_offers_and_import_no_room(graph: grimp.ImportGraph) -> None:
    judged(offers_only(graph, PLAN, READERS), READERS_EXCUSED)


def test_pure_code_knows_no_library(graph: grimp.ImportGraph) -> None:
    judged(foreign_words(graph))


def test_every_contract_can_break(root: Path, tmp_path: Path) -> None:
    files = {
        "__init__.py": "",
        "areas.py": "",
        "kernel/__init__.py": "",
        "kernel/law.py": "import sqlalchemy\nimport ecosystem_api.areas",
        "rules/__init__.py": "",
        "runtime/__init__.py": "",
        "runtime/tokens.py": "import jose",
        "runtime/sneaky.py": "import jose",
        "access/__init__.py": "",
        "access/vendors/__init__.py": "import ecosystem_api.access.members",
        "access/vendors/schemas.py": "import ecosystem_api.access.vendors.tables",
        "access/vendors/tables.py": "",
        "access/vendors/tricks.py": "",
        "access/members/__init__.py": "import ecosystem_api.access.vendors",
    }
    said = _lint(_house(root, tmp_path, files))
    assert "Contracts: 0 kept, 5 broken." in said, said
    assert "ecosystem_api.access.vendors.tricks" in said


def test_a_well_built_house_keeps_every_contract(root: Path, tmp_path: Path) -> None:
    files = {
        "__init__.py": "",
        "areas.py": "import ecosystem_api.access.vendors.service",
        "kernel/__init__.py": "",
        "rules/__init__.py": "",
        "runtime/__init__.py": "",
        "runtime/tokens.py": "import jose",
        "access/__init__.py": "",
        "access/vendors/__init__.py": "",
        "access/vendors/service.py": "import ecosystem_api.access.vendors.tables, ecosystem_api.access.vendors.schemas",
        "access/vendors/tables.py": "import sqlalchemy",
        "access/vendors/schemas.py": "import ecosystem_api.access.vendors.domain",
        "access/vendors/domain.py": "import ecosystem_api.kernel",
    }
    assert "Contracts: 5 kept, 0 broken." in _lint(_house(root, tmp_path, files))


def test_a_look_into_another_room_is_noticed() -> None:
    plan = {"access": ("vendors", "members"), "exchange": ("audit",)}
    deep = _graph(("access.members.service", "access.vendors.store"), ("access.members.service", "runtime.database"))
    assert set(between_rooms(deep, plan)) == {
        "ecosystem_api.access.members.service -> ecosystem_api.access.vendors.store"
    }
    upward = _graph(("access.vendors.service", "access.members.service.add"))
    assert len(between_rooms(upward, plan)) == 1
    allowed = _graph(
        ("access.members.service", "access.vendors.service"), ("access.members.service", "access.members.store")
    )
    assert between_rooms(allowed, plan) == {}
    reader = _graph(("exchange.audit.service", "access.vendors.service"))
    assert len(offers_only(reader, plan, READERS)) == 1
    assert offers_only(allowed, plan, READERS) == {}


def test_a_library_in_pure_code_is_noticed() -> None:
    graph = _graph(("kernel.money", "kernel.currencies"), ("selling.deals.domain.claim", "kernel.money"))
    graph.add_module("numpy", is_squashed=True)
    graph.add_module("cel_expr_python", is_squashed=True)
    for importer in ("kernel.money", "selling.deals.domain.claim"):
        graph.add_import(importer=f"ecosystem_api.{importer}", imported="numpy")
    graph.add_module("ecosystem_api.rules.engine")
    graph.add_import(importer="ecosystem_api.rules.engine", imported="cel_expr_python")
    assert len(foreign_words(graph)) == 2


def _graph(*pairs: tuple[str, str]) -> grimp.ImportGraph:
    graph = grimp.ImportGraph()
    for pair in pairs:
        for name in pair:
            graph.add_module(f"ecosystem_api.{name}")
        graph.add_import(importer=f"ecosystem_api.{pair[0]}", imported=f"ecosystem_api.{pair[1]}")
    return graph


def _house(root: Path, place: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = place / "src/ecosystem_api" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    (place / ".importlinter").write_text((root / ".importlinter").read_text())
    return place


def _lint(root: Path) -> str:
    program = "from importlinter.cli import lint_imports_command as lint; lint()"
    done = subprocess.run(
        [sys.executable, "-c", program, "--no-logo", "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root / "src"), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr
