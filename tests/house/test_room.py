"""A new room is one folder and one word: laid out, it already keeps every rule of the house."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ecosystem_api.areas import PLAN
from ecosystem_api.reference.room import WINGS, Unsuitable, lay_out, planned, singular_of
from tests.conftest import Cluster

PARTS = ("src", "migrations", "tests", "docs", "openapi", ".importlinter", "alembic.ini", "pyproject.toml")
AREAS = """\
PLAN: dict[str, tuple[str, ...]] = {
    "access": ("vendors",),
    "exchange": ("feed",),
}
HOUSE = PLAN
"""
RULES = (
    "house/test_plan.py",
    "house/test_imports.py::test_the_contracts_hold",
    "house/test_imports.py::test_between_rooms_only_service_domain_schemas_and_events_are_seen",
    "house/test_doors.py",
    "house/test_offers.py",
    "house/test_history.py::test_every_step_goes_up_down_and_up_again_and_leaves_nothing",
    "contract/test_openapi.py::test_every_field_is_described_and_every_body_has_a_true_example",
    "rooms/test_learning_paths.py",
)


@pytest.fixture
def copied(root: Path, tmp_path: Path) -> Path:
    """The project, copied to a place where it may be changed."""
    for part in PARTS:
        if (root / part).is_dir():
            shutil.copytree(root / part, tmp_path / part, ignore=shutil.ignore_patterns("*.pyc.*", "*_cache"))
        else:
            shutil.copy(root / part, tmp_path / part)
    return tmp_path


def test_a_new_room_keeps_every_rule_and_its_resource_works(copied: Path, cluster: Cluster) -> None:
    said = _python(copied, "-m", "ecosystem_api.reference.room", "enablement", "learning_paths")
    assert "src/ecosystem_api/enablement/learning_paths/area.py" in said
    assert '"enablement": ("learning_paths",),' in (copied / "src/ecosystem_api/areas.py").read_text()
    assert "/v1/learning-paths" in (copied / "openapi/openapi.json").read_text()
    new = ["src/ecosystem_api/enablement", "tests/rooms/test_learning_paths.py"]
    _python(copied, "-m", "ruff", "check", *new)
    _python(copied, "-m", "ruff", "format", "--check", *new)
    chosen = [f"tests/{name}" for name in RULES]
    told = _python(
        copied, "-m", "pytest", "-p", "no:cacheprovider", "-k", "not noticed", *chosen, database=cluster.owner_url
    )
    assert "passed" in told


def test_a_room_that_cannot_stand_is_refused_before_anything_is_written(copied: Path) -> None:
    before = sorted(copied.rglob("*"))
    for wing, room, one, reason in (
        ("cellar", "plans", None, "no wing"),
        ("access", "vendors", None, "exists already"),
        ("network", "vendors", None, "exists already"),
        ("network", "Plans", None, "no name for a room"),
        ("network", "staff", None, "no regular plural"),
        ("network", "staff", "staff", "cannot be both"),
    ):
        with pytest.raises(Unsuitable, match=reason):
            lay_out(copied, wing, room, one)
    (copied / "tests/rooms/test_plans.py").write_text("")
    with pytest.raises(Unsuitable, match=r"test_plans.py exists already"):
        lay_out(copied, "network", "plans")
    (copied / "tests/rooms/test_plans.py").unlink()
    assert sorted(copied.rglob("*")) == before


def test_a_word_is_added_where_its_wing_stands() -> None:
    added = planned(AREAS, "access", "members")
    assert '    "access": ("vendors", "members"),\n    "exchange"' in added
    new = planned(AREAS, "network", "partners")
    assert '("vendors",),\n    "network": ("partners",),\n    "exchange"' in new
    assert new.endswith("}\nHOUSE = PLAN\n")
    with pytest.raises(Unsuitable, match="already"):
        planned(AREAS, "access", "vendors")


def test_the_plan_as_it_is_written_can_be_rewritten(package: Path) -> None:
    source = (package / "areas.py").read_text()
    wing = next(iter(PLAN))
    assert planned(source, wing, "zebras").replace(', "zebras"', "") == source
    assert list(PLAN) == [wing for wing in WINGS if wing in PLAN]


def test_singulars() -> None:
    plurals = ("policies", "boxes", "branches", "classes", "plans", "learning_paths")
    assert [singular_of(name) for name in plurals] == ["policy", "box", "branch", "class", "plan", "learning_path"]


def _python(root: Path, *arguments: str, database: str = "") -> str:
    environment = {**os.environ, "PYTHONPATH": f"{root / 'src'}{os.pathsep}{root}", "DATABASE_URL": database}
    environment = {name: value for name, value in environment.items() if value}
    done = subprocess.run(
        [sys.executable, *arguments], cwd=root, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]
    return done.stdout
