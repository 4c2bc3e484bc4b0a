"""What is asked of each server, as bytes; and that all answer alike."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import asyncpg

from benchmarks.drive import Connection, request
from benchmarks.load import World
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.page import encode_cursor
from ecosystem_api.runtime.settings import Settings

DEALS, FEED = "/v1/deal-registrations", "/v1/events?limit=50"
FILTER = "status=approved&sort=-created_at"


async def deep_place(owner: asyncpg.Connection, vendor_id: UUID) -> list[Any]:
    """The last row of page 4,999, or of the last page but one where there are fewer."""
    where = "from deal_registrations where vendor_id = $1 and status = 'approved'"
    count = await owner.fetchval(f"select count(*) {where}", vendor_id)
    behind = min(4_999 * 50, count - 60)
    query = f"select created_at, id {where} order by created_at desc, id desc offset $2 limit 1"
    row = await owner.fetchrow(query, vendor_id, behind)
    return [row[0].isoformat(), str(row[1])]


def questions(settings: Settings, world: World, deep: list[Any], token: str) -> dict[tuple[str, str], list[bytes]]:
    """The requests of each read, by its name and the server."""
    ids = [encode("deal", deal_id) for deal_id in world.deal_ids]
    cursor = _cursor(settings, world, deep)
    # By read: our addresses and, in the same order, those of the servers to compare with.
    compared = {
        "GET one": ([f"{DEALS}/{one}" for one in ids], [f"/deal/{one}" for one in ids]),
        "list 50": ([f"{DEALS}?{FILTER}"], ["/deals/first"]),
        "page 5,000": ([f"{DEALS}?{FILTER}&cursor={cursor}"], ["/deals/far"]),
        "search": ([f"{DEALS}?q={word}" for word in world.words], [f"/search/{word}" for word in world.words]),
        "feed": ([FEED], ["/events"]),
    }
    alone = {
        "partner": [f"/v1/partners/{encode('par', partner_id)}" for partner_id in world.partner_ids],
        "accounts by name": ["/v1/accounts"],
    }
    found = {}
    for name, (own, others) in compared.items():
        found[name, "ours"] = [request("GET", path, token) for path in own]
        for which in ("bare", "plain"):
            found[name, which] = [request("GET", path, None) for path in others]
    return found | {(name, "ours"): [request("GET", path, token) for path in paths] for name, paths in alone.items()}


async def compare(ports: Mapping[str, int], reads: dict[tuple[str, str], list[bytes]]) -> None:
    """Errors: AssertionError when two servers say different things about the same read."""
    for name in dict.fromkeys(name for name, _ in reads):
        answers = {}
        for which in (which for read, which in reads if read == name):
            connection = await Connection.open(ports[which])
            status, _, body = await connection.ask(reads[name, which][0])
            assert status == 200, (name, which, body[:500])
            answer = json.loads(body)
            answer.pop("next_cursor", None)
            for row in answer.get("data", ()):
                row.pop("queue", None)  # only ours knows the places in line, where earlier runs have made a line
            answers[which] = answer
            connection.writer.close()
        for which, answer in answers.items():
            assert answer == answers["ours"], (name, which, *_difference(answer, answers["ours"]))


def _difference(theirs: dict[str, Any], ours: dict[str, Any]) -> tuple[Any, Any]:
    """The first records that differ, of a page or alone."""
    pairs = zip(theirs.get("data", [theirs]), ours.get("data", [ours]), strict=True)
    return next((pair for pair in pairs if pair[0] != pair[1]), (theirs, ours))


def _cursor(settings: Settings, world: World, deep: list[Any]) -> str:
    """The cursor of the far place, as the service seals it for this vendor's staff."""
    filters = sorted(tuple(part.split("=")) for part in FILTER.split("&"))
    scope = f"{world.vendor_id}|None|{DEALS}|{filters}"
    return encode_cursor(settings.derive("cursor"), scope, deep)
