"""The README's first deal, as a newcomer types it: the real service with its demonstration, bash, curl."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(bash|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STORY = "## A first deal"
ENDED = "--- the block has ended ---"


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
    blocks = BLOCK.findall(section)
    commands = [text for language, text in blocks if language == "bash"]
    assert len(commands) >= 8
    script = "set -euo pipefail\n" + "".join(f"{text}\necho '{ENDED}'\n" for text in commands)
    done = subprocess.run(
        ["bash"],
        input=script,
        cwd=service["PWD"],
        env=service,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed = iter(done.stdout.split(ENDED))
    said = ""
    promised = 0
    for language, text in blocks:
        if language == "bash":
            said = next(printed)
        else:
            answer = _last_json(said)
            assert _is_part(json.loads(text), answer), f"the README promises\n{text}\nthe service says\n{answer}"
            promised += 1
    assert promised >= 7


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


def _last_json(text: str) -> Any:
    """The last JSON value of an output that may hold several, one after the other."""
    decoder, rest, value = json.JSONDecoder(), text.strip(), None
    while rest:
        value, end = decoder.raw_decode(rest)
        rest = rest[end:].strip()
    return value


def _is_part(promised: Any, answer: Any) -> bool:
    """Every member that is promised is there and as promised; lists are as long as promised."""
    if isinstance(promised, dict):
        return isinstance(answer, dict) and all(
            name in answer and _is_part(value, answer[name]) for name, value in promised.items()
        )
    if isinstance(promised, list):
        return (
            isinstance(answer, list)
            and len(promised) == len(answer)
            and all(_is_part(one, other) for one, other in zip(promised, answer, strict=True))
        )
    return bool(promised == answer)
