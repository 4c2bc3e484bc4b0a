"""The README and all guides in order, as a newcomer types them: one shell, one service with its demonstration."""

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import playwright
import pytest
from tests.journeys import typed

from ecosystem_api.runtime.pages import markdown

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "guides"
STORY = "## A first deal"
ENDED = "--- the block has ended ---"
LANGUAGES = {"bash", "json", "text", "python", "javascript"}
UNWANTED = {
    "DATABASE_URL", "ECOSYSTEM_SECRET", "ECOSYSTEM_BASE_URL", "ECOSYSTEM_LOGIN_PREFIX", "ECOSYSTEM_DATA_DIR",
}  # fmt: skip
KEPT = {".venv", ".local", "output.txt", "complaints.txt"}
_WRITTEN = re.compile(r"(?:> |tee |-o |-D |FILE = \"|connect\(\")([\w-]+\.\w+)")
# What a page asks to start the service with before one goes on.
NEEDS = {"identity": {"ECOSYSTEM_UNSAFE_LOOPBACK_EGRESS": "1"}}


@dataclass
class Installation:
    """A checkout's folder in which `ecosystem-api run` runs, as `make run` calls it."""

    folder: Path
    port: int
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    settings: dict[str, str] = field(default_factory=dict)

    def start(self, settings: dict[str, str]) -> None:
        """Start it and wait until it is ready."""
        self.settings = settings
        output = self.folder / "output.txt"
        with output.open("w") as told:
            self.process = subprocess.Popen(
                [".venv/bin/ecosystem-api", "run"],
                cwd=self.folder,
                env=self.environment | settings,
                stdout=told,
                stderr=told,
            )
        deadline = time.monotonic() + 480
        while time.monotonic() < deadline:
            assert self.process.poll() is None, output.read_text()[-4000:]
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/readyz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(0.2)
        raise AssertionError(f"not ready in time:\n{output.read_text()[-4000:]}")

    def stop(self) -> None:
        """Stop it as Ctrl-C does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(60) == 0


@dataclass
class Shell:
    """One bash that stays open, with the place to which its programs are saved."""

    bash: subprocess.Popen[str]
    complaints: Path
    where: Path

    def type(self, text: str) -> str:
        """Type a block and answer what it prints; the shell ends at the first command that fails, and so does this."""
        assert self.bash.stdin is not None
        assert self.bash.stdout is not None
        self.bash.stdin.write(f"{text}\necho '{ENDED}'\n")
        self.bash.stdin.flush()
        lines: list[str] = []
        for line in self.bash.stdout:
            if line.endswith(ENDED + "\n"):
                return "".join(lines) + line.removesuffix(ENDED + "\n")
            lines.append(line)
        raise AssertionError(f"{text}\n{''.join(lines)[-2000:]}\n{self.complaints.read_text()[-2000:]}")

    def walk(self, found: list[typed.Block]) -> list[str]:
        """Type the commands of a page and save its programs where they stand; answer the promises that are broken."""
        printed = []
        for block in found:
            if block.file:
                (self.where / block.file).write_text(block.text)
            elif block.language == "bash":
                printed.append(self.type(block.text))
        return typed.broken_promises(found, printed)


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    folder = tmp_path_factory.mktemp("walk")
    # The pages call programs where `make run` puts them; Playwright brings a Node of its own.
    (folder / ".venv").symlink_to(sys.prefix)
    tools = tmp_path_factory.mktemp("tools")
    (tools / "node").symlink_to(Path(playwright.__file__).parent / "driver" / "node")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    # A program types faster than a person: it buys in a minute the tokens of an afternoon.
    kept |= {
        "PATH": f"{tools}:{os.environ['PATH']}",
        "ECOSYSTEM_PORT": str(port),
        "PWD": str(folder),
        "HOME": str(folder),
        "NO_PROXY": "*",
        "ECOSYSTEM_CLIENT_TOKENS_PER_MINUTE": "600",
    }
    found = Installation(folder, port, kept)
    found.start({})
    try:
        yield found
    finally:
        found.stop()


@pytest.fixture
def shell(installation: Installation) -> Iterator[Shell]:
    complaints = installation.folder / "complaints.txt"
    with complaints.open("w") as told:
        bash = subprocess.Popen(
            ["bash"],
            cwd=installation.folder,
            env=installation.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
        )
    found = Shell(bash, complaints, installation.folder)
    found.type("set -euo pipefail")
    try:
        yield found
    finally:
        bash.communicate()


def in_order() -> list[str]:
    """The guides as the table of contents names them."""
    contents = markdown.read((ROOT / "docs" / "README.md").read_text())
    hrefs = [link.href for link in markdown.links(contents)]
    return [Path(href).stem for href in hrefs if href.startswith("guides/")]


def test_the_contents_name_every_guide() -> None:
    assert sorted(in_order()) == sorted(path.stem for path in GUIDES.glob("*.md"))


def test_a_newcomer_gets_through_the_readme_and_all_guides(installation: Installation, shell: Shell) -> None:
    section = (ROOT / "README.md").read_text().split(STORY, 1)[1].split("\n## ", 1)[0]
    found = typed.blocks(section)
    assert sum(block.language == "bash" for block in found) >= 8
    assert sum(block.language == "json" for block in found) >= 7
    assert shell.walk(found) == [], "README"
    shell.where = installation.folder / ".local" / "guides"
    shell.where.mkdir()
    broken = {}
    for name in in_order():
        if NEEDS.get(name, installation.settings) != installation.settings:
            installation.stop()
            installation.start(NEEDS[name])
        if faults := shell.walk(typed.blocks((GUIDES / f"{name}.md").read_text())):
            broken[name] = faults
    assert broken == {}
    _a_listener_outlives_a_kill_and_a_restart(installation, shell)
    assert not [path.name for path in installation.folder.iterdir() if path.name not in KEPT], "all lies in .local"


def _a_listener_outlives_a_kill_and_a_restart(installation: Installation, shell: Shell) -> None:
    """The programs of the guides, in the place where these were walked; the listener's store would refuse a repeat.

    Those that follow the feed go on for as long as it takes: by itself their client gives up at the first failure here.
    """
    shell.type("rm stream.db; as partner_admin; python3 listen.py > heard.log & LISTENER=$!")
    shell.type(
        "until test $(wc -l < heard.log) -gt 20; do sleep 0.1; done; kill -KILL $LISTENER; wait $LISTENER || true"
    )
    # It begins with a token that is not accepted any more.
    shell.type("sed -i.bak 's/^api = Ecosystem()/&; api.token = \"ended\"/' listen.py")
    shell.type(
        "sed -i.bak 's/attempts=6/attempts=1/' ecosystem.py; sed -i.bak 's/attempts = 6/attempts = 1/' ecosystem.mjs"
    )
    shell.type("grep -q attempts=1 ecosystem.py; grep -q 'attempts = 1' ecosystem.mjs")
    shell.type('python3 follow.py > followed.log & FOLLOWERS=$!; node follow.mjs > followed-too.log & FOLLOWERS+=" $!"')
    shell.type("python3 listen.py >> heard.log & LISTENER=$!; sleep 1")
    installation.stop()
    installation.start(installation.settings)
    deal = """{"title": "After the restart", "customer": {"name": "Lucerne Publishing AG", "country": "DE"}}"""
    shell.type(f"login; DEAL=$(call $API/v1/deal-registrations -d '{deal}' | pick id)")
    shell.type("until grep -q $DEAL heard.log; do sleep 0.1; done; kill -KILL $LISTENER; wait $LISTENER || true")
    shell.type("for log in followed.log followed-too.log; do until grep -q $DEAL $log; do sleep 0.1; done; done")
    shell.type("kill -KILL $FOLLOWERS; wait $FOLLOWERS || true")
    with contextlib.closing(sqlite3.connect(shell.where / "stream.db")) as store:
        heard = [row[0] for row in store.execute("select event_id from heard order by position")]
    told = shell.type("""python3 -c '
from ecosystem import Ecosystem
api, after, is_more = Ecosystem(), 0, True
while is_more:
    query = {"after": after, "limit": 200, "type": "deal_registration.*"}
    feed = api.call("GET", "/v1/events", params=query).json()
    print(*(event["id"] for event in feed["data"]), sep="\\n")
    after, is_more = feed["next_after"], feed["has_more"]
'""")
    assert len(heard) > 20
    assert heard == told.split()


def test_no_guide_shows_an_answer_without_its_question() -> None:
    for name in in_order():
        text = (GUIDES / f"{name}.md").read_text()
        found = typed.blocks(text)
        assert {block.language for block in found} <= LANGUAGES
        assert text.count("```") == 2 * len(found), f"{name}: a block without a language is neither run nor compared"
        for block, before in zip(found[1:], found, strict=False):
            is_answer = block.language in ("json", "text") and not block.file
            assert not is_answer or before.language == "bash", f"{name}: {block.text}"
        unrun = [block.file for block in found if block.language in ("python", "javascript") and not block.file]
        assert not unrun, f"{name}: a program names the file it is saved as"


def test_no_two_guides_write_the_same_file() -> None:
    writers: dict[str, set[str]] = {}
    for name in in_order():
        for block in typed.blocks((GUIDES / f"{name}.md").read_text()):
            written = [block.file] if block.file else _WRITTEN.findall(block.text)
            for file in written:
                writers.setdefault(file, set()).add(name)
    assert len(writers) > 40
    assert {file: names for file, names in writers.items() if len(names) > 1} == {}
