"""The README's first deal, as a newcomer types it: the real service with its demonstration, bash, curl."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.journeys import typed

ROOT = Path(__file__).resolve().parents[2]
STORY = "## A first deal"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """`ecosystem-api run` in a folder of its own, demonstration included; gives the environment to type in."""
    folder = tmp_path_factory.mktemp("readme")
    # The README calls the program where `make run` puts it.
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    unwanted = {
        "DATABASE_URL",
        "ECOSYSTEM_SECRET",
        "ECOSYSTEM_BASE_URL",
        "ECOSYSTEM_LOGIN_PREFIX",
        "ECOSYSTEM_DATA_DIR",
    }
    environment = {name: value for name, value in os.environ.items() if name not in unwanted}
    environment |= {"ECOSYSTEM_PORT": str(port), "PWD": str(folder)}
    with (folder / "output.txt").open("w") as output:
        process = subprocess.Popen(
            [".venv/bin/ecosystem-api", "run"], cwd=folder, env=environment, stdout=output, stderr=output
        )
    try:
        _wait_until_ready(f"http://127.0.0.1:{port}", process, folder / "output.txt")
        yield environment
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_the_first_deal_goes_as_the_readme_says(service: dict[str, str]) -> None:
    section = (ROOT / "README.md").read_text().split(STORY, 1)[1].split("\n## ", 1)[0]
    found = typed.blocks(section)
    assert sum(block.language == "bash" for block in found) >= 8
    assert sum(block.language == "json" for block in found) >= 7
    done = subprocess.run(
        ["bash"],
        input=typed.script(found),
        cwd=service["PWD"],
        env=service,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert typed.broken_promises(found, done.stdout) == []


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + 240
    while time.monotonic() < deadline:
        assert process.poll() is None, output.read_text()[-4000:]
        try:
            if httpx.get(url + "/readyz", timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    raise AssertionError(f"not ready in time:\n{output.read_text()[-4000:]}")
