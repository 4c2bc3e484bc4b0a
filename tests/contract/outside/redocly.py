"""Redocly CLI, as `make` installs it: lint a document, compare two."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
NODE = ROOT / ".venv/node"
CONFIG = ROOT / "openapi/redocly.yaml"
# It would report each use to its makers, and ask whether there is a newer one.
_QUIET = {
    "REDOCLY_TELEMETRY": "off",
    "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    "REDOCLY_SUPPRESS_NOTIFICATIONS": "true",
}


@dataclass(frozen=True)
class Change:
    """One change that breaks a client: the rule it breaks, where in which of the two documents, and in words."""

    rule: str
    pointer: str
    message: str

    @property
    def name(self) -> str:
        """What a changelog calls the place: `GET /v1/members`, `MemberRead`, `member.added`."""
        parts = [part.replace("~1", "/").replace("~0", "~") for part in self.pointer.removeprefix("#/").split("/")]
        if parts[0] == "paths":
            return f"{parts[2].upper()} {parts[1]}" if len(parts) > 2 else parts[1]
        if parts[0] == "components":
            is_field = parts[1] == "schemas" and len(parts) > 4 and parts[3] == "properties"
            return f"{parts[2]}.{parts[4]}" if is_field else parts[2]
        return parts[min(1, len(parts) - 1)]


def lint(document: Path) -> list[str]:
    """What Redocly finds wrong with a document."""
    done = _redocly("lint", str(document), "--format=json", "--max-problems=200")
    found = json.loads(done)["problems"]
    return [f"{fault['location'][0].get('pointer')}: {fault['message']} ({fault['ruleId']})" for fault in found]


def breaking_changes(base: Path, revision: Path, scratch: Path) -> list[Change]:
    """What a client of `base` would stumble over in `revision`; the report is written into the folder `scratch`."""
    report = scratch / "diff.json"
    _redocly("diff", str(base), str(revision), "--format=json", "--fail-on=none", f"--output={report}")
    verdicts: list[dict[str, Any]] = [
        verdict for change in json.loads(report.read_text())["changes"] for verdict in change["verdicts"]
    ]
    return [
        Change(verdict["ruleId"], verdict["location"]["pointer"], verdict["message"])
        for verdict in verdicts
        if verdict["impact"] == "major"
    ]


def _redocly(*arguments: str) -> str:
    program = NODE / "node_modules/.bin/redocly"
    assert program.exists(), "Redocly is not installed: run `make contract`, which installs it"
    command = [str(program), *arguments, "--config", str(CONFIG)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | _QUIET, check=False, timeout=120)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout
