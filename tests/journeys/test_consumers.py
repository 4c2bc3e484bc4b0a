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
from tests.listeners import http, listening
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


SPENT = """
buy() { curl -sS -u $CLIENT_ID:$CLIENT_SECRET -d grant_type=client_credentials $API/oauth/token; }
until buy | grep -q too_many; do :; done
"""
ASK_IN_PYTHON = """python3 -c '
from ecosystem import Ecosystem
print(Ecosystem().call("GET", "/v1/me").json()["role"])
' 2>> said.txt
"""
ASK_IN_NODE = """node --input-type=module -e '
import { call } from "./ecosystem.mjs";
console.log((await (await call("GET", "/v1/me")).json()).role);
' 2>> said.txt
"""


async def test_the_small_clients_wait_for_their_token_too(house: House, tmp_path: Path) -> None:
    async with process(house, client_tokens_per_minute=20) as busy, sitting(busy, tmp_path) as desk:
        printed = await desk.type(BEFORE + SPENT + ASK_IN_PYTHON + SPENT + ASK_IN_NODE + "cat said.txt\n")
    answers, said = printed.splitlines()[:2], printed.splitlines()[2:]
    assert answers == ["partner_admin", "partner_admin"]
    assert len(said) == 2
    assert all("429 too_many_requests" in line and "again in" in line for line in said), said


NOT_THERE = """python3 -c '
from ecosystem import Ecosystem, Refused
try: Ecosystem().call("GET", "/missing")
except Refused as refused: print(refused)
' 2>> said.txt
node --input-type=module -e '
import { call } from "./ecosystem.mjs";
await call("GET", "/missing").catch((refused) => console.log(refused.message));
' 2>> said.txt
"""


async def test_the_small_clients_read_a_proxys_page_as_a_refusal(desk: Desk) -> None:
    def reply(path: str) -> bytes:
        if path == "/missing":
            return http(b"<h1>Not here</h1>", "404 Not Found")
        if len(proxy.paths) % 2:
            return http(b"<h1>Bad gateway</h1>", "502 Bad Gateway", "Retry-After: 1\r\n")
        return http({"access_token": "of the service behind", "role": "partner_admin"})

    async with listening(reply) as proxy:
        asks = f"{BEFORE}API={proxy.url}\n" + ASK_IN_PYTHON + ASK_IN_NODE + NOT_THERE
        printed = await desk.type(asks + "grep -c '502 no_problem.*again in 1 s' said.txt\n")
    refusal = "404 no_problem: Not Found (no request_id)"
    assert printed.splitlines() == ["partner_admin", "partner_admin", refusal, refusal, "5"]


async def test_a_listener_whose_place_is_beyond_the_feed_stops_and_says_so(desk: Desk) -> None:
    printed = await desk.type(
        BEFORE
        + """python3 listen.py --once > heard.txt
python3 -c 'import sqlite3
store = sqlite3.connect("stream.db")
store.execute("update place set position = 1000000000")
store.commit()'
if python3 listen.py --once 2> said.txt; then exit 1; fi
cat said.txt
"""
    )
    assert (
        printed
        == "The feed has not come to the place in stream.db: it is another one. Move the file away to begin anew.\n"
    )


async def test_the_words_of_the_guides_can_be_typed_twice_and_hide_no_refusal(desk: Desk) -> None:
    printed = await desk.type(
        BEFORE
        + BEFORE
        + """pwd
if echo '{"status": 409, "code": "illegal_move"}' | pick id 2>&1; then exit 1; fi
if as nobody_known 2>&1; then exit 1; fi
echo "${TOKEN-there is none}"
"""
    )
    place, refusal, unknown, sentence, token = printed.splitlines()
    assert Path(place) == desk.folder.resolve() / ".local" / "guides"
    assert "illegal_move" in refusal
    assert "nobody_known" in unknown
    assert "There is no token" in sentence
    assert token == "there is none"
