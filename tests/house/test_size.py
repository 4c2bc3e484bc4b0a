"""Files and functions fit on a screen or a few, and speak of the project only."""

import tomllib
from pathlib import Path

import ecosystem_api
from tests.house.checks import judged
from tests.house.checks.size import long_files, long_functions, mentions

TEXTS = frozenset(
    {".py", ".md", ".toml", ".ini", ".yaml", ".yml", ".json", ".mako", ".txt", ".css", ".js", ".html", ".lock", ""}
)
SKIPPED = frozenset({".git", ".venv", ".local", "__pycache__", "dist", "build", "node_modules"})
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS: dict[str, str] = {}


def _code(root: Path) -> list[Path]:
    found = [path for top in ("src", "tests", "benchmarks") for path in sorted((root / top).rglob("*.py"))]
    return found + sorted((root / "migrations").glob("*.py"))


def test_no_file_is_longer_than_400_lines(root: Path) -> None:
    assert len(_code(root)) > 100
    judged(_relative(long_files(_code(root)), root), LONG_FILES)


def test_no_function_is_longer_than_60_lines(root: Path) -> None:
    judged(_relative(long_functions(_code(root)), root), LONG_FUNCTIONS)


def test_nothing_speaks_of_unfinished_work_or_of_somebodys_machine(root: Path) -> None:
    texts = [
        path
        for path in sorted(root.rglob("*"))
        if path.is_file()
        and path.suffix in TEXTS
        and not any(part in SKIPPED or part.endswith(("_cache", ".egg-info")) for part in path.relative_to(root).parts)
        and ".hypothesis" not in path.parts
        # Vendored files speak for their authors.
        and "assets" not in path.parts
    ]
    judged(_relative(mentions(texts), root))


def test_the_version_is_the_same_everywhere(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert project["version"] == ecosystem_api.__version__


def test_long_things_are_noticed(tmp_path: Path) -> None:
    file = tmp_path / "long.py"
    file.write_text("def f():\n" + "    pass\n" * 60 + "x = 1\n" * 340)
    assert long_functions([file]).keys() == {f"{file}:f"}
    assert long_files([file])
    file.write_text("def f():\n" + "    pass\n" * 59 + "x = 1\n" * 340)
    assert not long_functions([file])
    assert not long_files([file])


def test_loose_talk_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "talk.py"
    for line in ("# TO" + "DO: later", "path = '/ho" + "me/sam/x'", "# see Issue" + " #12", "# fixed (" + "#12)"):
        file.write_text(line)
        assert mentions([file]), line
    file.write_text("route = '/v1/home/x'\nurl = 'https://a.example/home/x'\ncolour = '#121212'\n")
    assert not mentions([file])


def _relative(found: dict[str, str], root: Path) -> dict[str, str]:
    return {name.removeprefix(f"{root}/"): sentence for name, sentence in found.items()}
