"""Clients generated from the contract type-check at their strictest, and drive the README's first deal."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.contract.outside.redocly import NODE, ROOT
from tests.contract.outside.service import Service

CONTRACT = ROOT / "openapi/openapi.json"
STORIES = Path(__file__).with_name("stories")
PYTHON = ROOT / ".venv/python-client/bin"
TOLD = "the first deal is told\n"


def test_a_generated_python_client_tells_the_first_deal(service: Service, tmp_path: Path) -> None:
    package = tmp_path / "ecosystem_api_client"
    generate = ["generate", f"--path={CONTRACT}", "--meta=none", f"--output-path={package}"]
    said = run(PYTHON / "openapi-python-client", *generate, folder=tmp_path)
    assert "ERROR" not in said
    # A media type it has no name for: the generator leaves out what takes lines, and says so.
    assert [line for line in said.splitlines() if line.startswith("WARNING")] == [
        "WARNING parsing POST /v1/imports within imports. Endpoint will not be generated."
    ]
    shutil.copy(STORIES / "first_deal.py", tmp_path)
    check = ["-m", "mypy", "--strict", "--config-file=", f"--python-executable={PYTHON}/python", "first_deal.py"]
    run(Path(sys.executable), *check, "ecosystem_api_client", folder=tmp_path)
    assert run(PYTHON / "python", "first_deal.py", folder=tmp_path, env=cast(service, "Told in Python")) == TOLD


def test_a_generated_typescript_client_tells_the_first_deal(service: Service, tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(NODE / "node_modules")
    (tmp_path / "package.json").write_text('{"type": "module"}')
    bin_ = NODE / "node_modules/.bin"
    run(bin_ / "openapi-typescript", str(CONTRACT), "--output=api.ts", "--default-non-nullable=false", folder=tmp_path)
    shutil.copy(STORIES / "first_deal.ts", tmp_path)
    strict = [
        "--strict",
        "--noUncheckedIndexedAccess",
        "--exactOptionalPropertyTypes",
        "--noPropertyAccessFromIndexSignature",
    ]
    target = ["--target", "es2023", "--module", "nodenext", "--types", "node"]
    run(bin_ / "tsc", *strict, *target, "first_deal.ts", folder=tmp_path)
    node = Path(shutil.which("node") or "node")
    assert run(node, "first_deal.js", folder=tmp_path, env=cast(service, "Told in TypeScript")) == TOLD


def cast(service: Service, vendor: str) -> dict[str, str]:
    """A vendor of its own for a story, and who acts in it, as its environment."""
    stage = service.stage(vendor)
    callers = {"admin": stage.admin, "first": stage.partners[0], "second": stage.partners[1]}
    told = {name: {"client_id": one.client_id, "client_secret": one.client_secret} for name, one in callers.items()}
    return {"SERVICE_URL": service.url, "CALLERS": json.dumps(told)}


def run(program: Path, *arguments: str, folder: Path, env: dict[str, str] | None = None) -> str:
    """What a program prints that must succeed."""
    assert program.exists(), f"{program} is not installed: run `make contract`, which installs it"
    command = [str(program), *arguments]
    environment = os.environ | (env or {})
    done = subprocess.run(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout
