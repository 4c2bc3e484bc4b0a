"""CHANGELOG.md as a promise: what breaks a client is allowed only when its users are told."""

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from tests.contract.outside.redocly import ROOT, Change

CHANGELOG = ROOT / "CHANGELOG.md"
RELEASED = ROOT / "openapi/released"
_HEADING = re.compile(r"^## (\S+)", re.MULTILINE)
_BREAKING = re.compile(r"^- \*\*Breaking:\*\*(.*(?:\n  .*)*)", re.MULTILINE)
_NAME = re.compile(r"`([^`]+)`")


def last_released() -> Path:
    """The contract of the newest release; its file is named by the release's date."""
    return max(RELEASED.glob("*.json"))


def releases(changelog: str) -> list[str]:
    """The dates of the releases that a changelog tells of, newest first."""
    return [heading for heading in _HEADING.findall(changelog) if heading != "Unreleased"]


def unannounced(changes: Iterable[Change], changelog: str) -> list[Change]:
    """The changes that no line `- **Breaking:** … `name` …` under `Unreleased` tells of.

    Edges: a note about a path covers its operations, a note about a schema its fields, and the other way about; a star
    stands for any letters, as in `Deal*.status`.
    """
    _, _, rest = changelog.partition("\n## Unreleased")
    unreleased = rest.partition("\n## ")[0]
    told = [name for line in _BREAKING.findall(unreleased) for name in _NAME.findall(line)]
    return [change for change in changes if not any(_covers(name, change.name) for name in told)]


def _covers(told: str, changed: str) -> bool:
    if fnmatchcase(changed, told):
        return True
    wide, narrow = sorted((told, changed), key=len)
    return narrow.endswith(f" {wide}") or narrow.startswith(f"{wide}.")
