"""The guides' programs, killed, refused and kept waiting: what an integrator copies has to hold up."""

import asyncio
import os
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import playwright
import pytest
from tests.journeys import typed
from tests.journeys.standing_service import standing, write_credentials
from tests.makers import Api, House, a_partner, a_product, a_submission
from tests.runtime.processes import process

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "guides"
BEFORE = typed.blocks((GUIDES / "first-deal.md").read_text())[0].text + "as partner_admin\n"


@dataclass
class Desk:
    """Where a reader sits: a folder, an environment, and a partner's way in."""

    folder: Path
    environment: dict[str, str]
    partner: Api

    async def type(self, text: str) -> str:
        """Run a shell script that stops at the first command that fails; answer what it prints."""
        process = await asyncio.create_subprocess_exec(
            "bash",
            cwd=self.folder,
            env=self.environment,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        printed, complained = await asyncio.wait_for(process.communicate(f"set -euo pipefail\n{text}".encode()), 60)
        assert process.returncode == 0, f"{complained.decode()}\n{printed.decode()[-2000:]}"
        return printed.decode()


@pytest.fixture
async def desk(house: House, tmp_path: Path) -> AsyncIterator[Desk]:
    async with sitting(house, tmp_path) as found:
        yield found


@asynccontextmanager
async def sitting(house: House, folder: Path) -> AsyncIterator[Desk]:
    """A vendor with a product and a partner, the guides' programs saved, Python and Node at hand."""
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "Alpine Networks")
    for customer in ("Adventure Works GmbH", "Contoso Bank AG", "Proseware SE"):
        await a_submission(partner, customer)
    await house.drain()
    place = folder / ".local" / "guides"
    place.mkdir(parents=True)
    typed.save_programs((path.read_text() for path in GUIDES.glob("*.md")), place)
    tools = folder / "bin"
    tools.mkdir()
    # Playwright brings a Node of its own, so the guides' JavaScript runs where none is installed.
    (tools / "node").symlink_to(Path(playwright.__file__).parent / "driver" / "node")
    path = f"{Path(sys.executable).parent}:{tools}:{os.environ['PATH']}"
    environment = {"PATH": path, "HOME": str(folder), "NO_PROXY": "*"}
    async with standing(house) as url:
        write_credentials(folder, url, admin=admin, partner_admin=partner)
        yield Desk(folder, environment, partner)


async def test_the_consumer_of_the_guide_loses_nothing_when_it_is_killed(desk: Desk) -> None:
    for number in range(6):
        await a_submission(desk.partner, f"Customer {number:02} Ltd")
    # Small pages, so that it is killed between and within them.
    place = desk.folder / ".local" / "guides"
    program = place / "follow.py"
    program.write_text(program.read_text().replace('"limit": 50', '"limit": 3'))
    reads = "python3 follow.py --once | { head -n 4; kill -KILL $(cat pid); }"
    program.write_text("import os\nopen('pid', 'w').write(str(os.getpid()))\n" + program.read_text())
    for _ in range(2):
        await desk.type(f"{BEFORE}{reads} || true\n")
    feed = (await desk.partner.get("/v1/events", params={"type": "deal_registration.*", "limit": 200})).json()
    assert not feed["has_more"]
    assert len(feed["data"]) > 18
    await desk.type(BEFORE + "python3 follow.py --once\n")
    with sqlite3.connect(place / "events.db") as store:
        seen = [row[0] for row in store.execute("select event_id from seen")]
    store.close()
    assert sorted(seen) == sorted(event["id"] for event in feed["data"])


IN_PYTHON = """python3 -c '
from ecosystem import Ecosystem
api, seen = Ecosystem(), []
api.http.event_hooks = {"response": [lambda answer: seen.append(answer.status_code)]}
api.token = "one that has expired"
asked = 0
while 429 not in seen:
    assert api.call("GET", "/v1/me").json()["role"] == "partner_admin"
    asked += 1
assert seen[0] == 401 and seen.count(200) == asked + 1, seen
'
"""
IN_NODE = """node --input-type=module -e '
import { call } from "./ecosystem.mjs";
const plain = fetch, seen = [];
globalThis.fetch = async (...request) => {
  const answer = await plain(...request);
  seen.push(answer.status);
  return answer;
};
while (!seen.includes(429)) await call("GET", "/v1/me");
if (seen.at(-1) !== 200) throw new Error("not answered in the end: " + seen);
'
"""


async def test_the_small_clients_of_the_guide_wait_as_they_are_told(house: House, tmp_path: Path) -> None:
    async with process(house, client_requests_per_minute=60) as busy, sitting(busy, tmp_path) as desk:
        await desk.type(BEFORE + IN_PYTHON + IN_NODE)
