"""The plan is the readable map of the house: it and the folders must say the same."""

import sys
from pathlib import Path

from ecosystem_api.areas import PLAN
from tests.house.checks import judged
from tests.house.checks.plan import files_of_rooms, folders_and_plan, nameless_drawers, paragraphs


def test_every_room_is_a_folder_and_a_word(package: Path) -> None:
    judged(folders_and_plan(package, PLAN))


def test_a_room_has_the_files_of_a_room(package: Path) -> None:
    judged(files_of_rooms(package))


def test_every_wing_and_every_room_says_what_it_is(package: Path) -> None:
    said = {name: module.__doc__ for name, module in sys.modules.items() if name.startswith("ecosystem_api.")}
    judged(paragraphs(package, PLAN, said))


def test_nothing_is_named_for_being_useful(root: Path) -> None:
    judged(nameless_drawers([root / "src", root / "tests", root / "migrations"]))


def test_a_folder_without_its_word_is_noticed(tmp_path: Path) -> None:
    _module(tmp_path / "access/vendors/area.py")
    _module(tmp_path / "access/ghosts/area.py")
    _module(tmp_path / "cellar/coal/area.py")
    found = folders_and_plan(tmp_path, {"network": ("partners",), "access": ("vendors",)})
    assert set(found) == {"access/ghosts", "network/partners", "cellar", "PLAN"}
    assert folders_and_plan(tmp_path / "nowhere", {}) == {}


def test_a_stray_file_in_a_room_is_noticed(tmp_path: Path) -> None:
    for name in ("__init__", "area", "routes", "tricks"):
        _module(tmp_path / f"access/vendors/{name}.py")
    _module(tmp_path / "access/vendors/service/tell.py")
    assert set(files_of_rooms(tmp_path)) == {"access/vendors/tricks"}
    (tmp_path / "access/vendors/area.py").unlink()
    assert set(files_of_rooms(tmp_path)) == {"access/vendors/tricks", "access/vendors/area"}


def test_a_drawer_and_a_silent_room_are_noticed(tmp_path: Path) -> None:
    _module(tmp_path / "access/vendors/helpers.py")
    assert len(nameless_drawers([tmp_path])) == 1
    said = {"house.access": "Who is asking.", "house.access.vendors": None}
    assert set(paragraphs(tmp_path / "house", {"access": ("vendors",)}, said)) == {"house.access.vendors"}


def _module(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text('"""A module."""\n')
