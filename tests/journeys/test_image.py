"""The image without Docker: its files, its libraries and its commands, as an unprivileged account on a read-only tree.

What is emulated: the COPY instructions with .dockerignore, the packages of requirements.lock and no others, ENV, USER,
WORKDIR, CMD, HEALTHCHECK and STOPSIGNAL. What is not: the base image and the installation of the packages.
"""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from tests.conftest import TEST_SECRET, Cluster

from ecosystem_api.cli.installation import without_credentials

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = Path(__file__).parent / "assets" / "compose-spec.json"
DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text())
ACCOUNT = 10001


def instructions(name: str, stage: int = -1) -> list[str]:
    """The arguments of one kind of instruction in a stage of the Dockerfile, in order."""
    stages = re.split(r"^FROM .*$", DOCKERFILE, flags=re.MULTILINE)[1:]
    return re.findall(rf"^{name} (.*)$", stages[stage], re.MULTILINE)


def copy_set() -> list[str]:
    """The names that the build stage copies into /app, and that .dockerignore lets through."""
    wanted = [line.split() for line in instructions("COPY", 0) if line.split()[-1].startswith("/app")]
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    names = [name for *sources, _ in wanted for name in sources]
    assert set(names) <= allowed, f"{set(names) - allowed} would not reach the build: name it in .dockerignore"
    return names


def environment() -> dict[str, str]:
    """ENV of the last stage."""
    pairs = [pair for line in instructions("ENV") for pair in line.split()]
    return dict(pair.split("=", 1) for pair in pairs)


def locked_packages() -> set[str]:
    names = re.findall(r"^([a-z0-9._-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    return {re.sub(r"[-_.]+", "-", name) for name in names}


def readable_python() -> str:
    """An interpreter of this version that another account may run. A root's own is often below /root."""
    for found in (sys._base_executable, shutil.which(f"python3.{sys.version_info[1]}", path="/usr/local/bin:/usr/bin")):  # type: ignore[attr-defined]
        if found and may_run(found):
            return found
    pytest.skip("no Python of this version here that an unprivileged account may run")


def may_run(program: str) -> bool:
    try:
        return subprocess.run([program, "-c", ""], **account(), capture_output=True, check=False).returncode == 0
    except PermissionError:
        return False


def account() -> dict[str, Any]:
    return {"user": ACCOUNT, "group": ACCOUNT, "extra_groups": []} if os.geteuid() == 0 else {}


@dataclass
class Image:
    """The laid-out tree and how its commands are run."""

    app: Path
    python: str
    variables: dict[str, str]
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, *command: str, **variables: str) -> subprocess.Popen[bytes]:
        assert command[0] == "ecosystem-api"
        process = subprocess.Popen(
            [self.python, "-S", "-m", "ecosystem_api.cli", *command[1:]],
            cwd=self.app,
            env=self.variables | variables,
            stderr=subprocess.PIPE,
            **account(),
        )
        self.running.append(process)
        return process

    def healthy(self, port: int) -> bool:
        """HEALTHCHECK as it is written."""
        (line,) = instructions("HEALTHCHECK")
        command = json.loads(line.split("CMD ", 1)[1])
        assert command[0] == "python"
        variables = self.variables | {"ECOSYSTEM_METRICS_PORT": str(port)}
        done = subprocess.run(
            [self.python, *command[1:]], env=variables, capture_output=True, check=False, timeout=10, **account()
        )
        return done.returncode == 0


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that another account may pass through; pytest shuts its own to others."""
    with tempfile.TemporaryDirectory(prefix="image-") as name:
        found = Path(name)
        found.chmod(0o755)
        yield found
        for folder in (found, *(path for path in found.rglob("*") if path.is_dir())):
            folder.chmod(0o755)


@pytest.fixture
def image(place: Path) -> Iterator[Image]:
    app, library = place / "app", place / "lib"
    # The image compiles what it copies; the caches beside the source are the same.
    ignored = shutil.ignore_patterns("*.egg-info")
    for name in copy_set():
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, app / name, ignore=ignored)
        else:
            app.mkdir(exist_ok=True)
            shutil.copy(source, app / name)
    lay_out_packages(library)
    read_only(app)
    given = environment()
    assert given["PYTHONPATH"] == "/app/src"
    changed = {
        "PYTHONPATH": f"{app}/src:{library}",
        "ECOSYSTEM_HOST": "127.0.0.1",
        "ECOSYSTEM_METRICS_HOST": "127.0.0.1",
    }
    found = Image(app, readable_python(), given | changed | {"PATH": os.defpath})
    yield found
    for process in found.running:
        process.kill()
        process.wait()
        if process.stderr is not None:
            process.stderr.close()


def lay_out_packages(library: Path) -> None:
    """Link what requirements.lock names out of this environment: what is missing there is missing here."""
    library.mkdir()
    locked = locked_packages()
    for package in distributions():
        if re.sub(r"[-_.]+", "-", package.metadata["Name"].lower()) not in locked:
            continue
        for top in {file.parts[0] for file in package.files or () if file.parts[0] not in ("..", "__pycache__")}:
            link(Path(str(package.locate_file(top))), library / top)


def link(source: Path, target: Path) -> None:
    """Link a module or package. Edges: several packages share a namespace; then its parts are linked."""
    if not source.exists():
        return
    if source.is_dir() and not (source / "__init__.py").exists() and source.suffix != ".dist-info":
        target.mkdir(exist_ok=True)
        for part in source.iterdir():
            link(part, target / part.name)
    elif not target.exists():
        target.symlink_to(source)


def read_only(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)


def listing(tree: Path) -> set[str]:
    return {str(path) for path in tree.rglob("*")}


def free_ports(count: int) -> list[int]:
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def until_well(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        assert process.poll() is None, process.communicate()[1].decode()
        try:
            if httpx.get(url, timeout=5, trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture
async def empty(cluster: Cluster) -> Any:
    """The URL of a database that has nothing in it yet."""
    name = f"ecosystem_image_{os.getpid()}"
    await cluster.execute(f"create database {name}")
    yield cluster.url(name)
    await cluster.drop(name)
    for role in ("app", "worker"):
        await cluster.execute(f"drop role if exists {name}_{role}")


def test_the_image_migrates_serves_and_works_unprivileged_on_a_read_only_tree(image: Image, empty: str) -> None:
    before = listing(image.app)
    port, api_probe, worker_probe = free_ports(3)
    image.variables |= {
        "ECOSYSTEM_SECRET": TEST_SECRET,
        "ECOSYSTEM_PORT": str(port),
        "ECOSYSTEM_DRAIN_SECONDS": "0",
        "DATABASE_URL": empty,
    }
    migrating = image.start("ecosystem-api", "migrate")
    assert migrating.wait(120) == 0, migrating.communicate()[1].decode()
    image.variables["DATABASE_URL"] = without_credentials(empty)
    (command,) = instructions("CMD")
    api = image.start(*json.loads(command), ECOSYSTEM_METRICS_PORT=str(api_probe))
    worker = image.start("ecosystem-api", "worker", ECOSYSTEM_METRICS_PORT=str(worker_probe))
    until_well(f"http://127.0.0.1:{port}/readyz", api)
    until_well(f"http://127.0.0.1:{worker_probe}/readyz", worker)
    assert image.healthy(api_probe)
    assert image.healthy(worker_probe)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=15) as client:
        for page in ("/docs", "/docs/reference", "/docs/concepts", "/openapi.json", "/docs/errors"):
            assert client.get(page, follow_redirects=True).is_success, page
        assert client.get("/metrics").status_code == 404
    for probe in (api_probe, worker_probe):
        text = httpx.get(f"http://127.0.0.1:{probe}/metrics", trust_env=False).text
        names = {family.name for family in text_string_to_metric_families(text)}
        assert {"ecosystem_build_info", "ecosystem_http_requests", "ecosystem_worker_beats"} <= names
    for process in (api, worker):
        process.send_signal(getattr(signal, instructions("STOPSIGNAL")[0]))
        assert process.wait(30) == 0
    assert not image.healthy(api_probe)
    assert listing(image.app) == before


def test_the_image_runs_as_nobody_in_particular_and_names_its_version_of_python() -> None:
    assert instructions("USER") == [f"{ACCOUNT}:{ACCOUNT}"]
    bases = re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)
    assert {base.split(":")[1].split("-")[0] for base in bases} == {"3.11"}


def test_a_linter_finds_nothing_in_the_dockerfile() -> None:
    linter = Path(sys.executable).parent / "hadolint"
    done = subprocess.run([linter, "--no-color", ROOT / "Dockerfile"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_the_composition_is_one_by_the_specification_and_sets_only_what_exists() -> None:
    jsonschema.Draft7Validator(json.loads(SCHEMA.read_text())).validate(compose())
    known = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    for name in ("api", "worker", "migrate"):
        service = compose()["services"][name]
        assert service["environment"].keys() <= known
        assert service["read_only"] is True
    assert "POSTGRES_PASSWORD" not in json.dumps(compose()["services"]["api"])
