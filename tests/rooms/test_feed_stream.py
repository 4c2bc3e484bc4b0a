"""Following the feed while it grows: long polls, and Server-Sent Events over a real socket."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from tests.journeys.standing_service import standing
from tests.makers import Api, House, a_partner, a_product, a_submission, ok, refused

from ecosystem_api.exchange.feed.service import stream
from ecosystem_api.runtime.http.stream import STREAMS_PER_CLIENT

PATH = "/v1/events/stream"


@asynccontextmanager
async def served(house: House) -> AsyncIterator[httpx.AsyncClient]:
    """The house on a real socket: answers arrive while they are written."""
    async with standing(house) as url, httpx.AsyncClient(base_url=url, timeout=20) as http:
        yield http


def bearer(api: Api, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {api.token}", **more}


async def messages(answer: httpx.Response) -> AsyncIterator[dict[str, str]]:
    """The messages of a stream as they arrive; comments are left out."""
    fields: dict[str, str] = {}
    async for line in answer.aiter_lines():
        if line:
            name, _, value = line.partition(": ")
            fields |= {name: value} if name else {}
        elif fields:
            yield fields
            fields = {}


async def take(http: httpx.AsyncClient, api: Api, query: str = "?seconds=0", **headers: str) -> list[dict[str, str]]:
    """All messages of a stream that ends by itself."""
    async with http.stream("GET", PATH + query, headers=bearer(api, **headers)) as answer:
        assert answer.status_code == 200, await answer.aread()
        assert answer.headers["content-type"].startswith("text/event-stream")
        return [one async for one in messages(answer)]


async def add_clients(admin: Api, count: int) -> None:
    for number in range(count):
        ok(await admin.post("/v1/clients", {"name": f"c{number}", "role": "analyst"}), 201)


async def test_a_stream_gives_the_feed_and_then_what_happens(house: House) -> None:
    _, admin = await house.vendor()
    await house.drain()
    async with served(house) as http:
        async with http.stream("GET", PATH, headers=bearer(admin)) as answer:
            found = messages(answer)
            first = await anext(found)
            assert json.loads(first["data"]) == ok(await admin.get("/v1/events?limit=1"))["data"][0]
            assert int(first["id"]) == 1
            while int(first["id"]) < len(ok(await admin.get("/v1/events?limit=200"))["data"]):
                first = await anext(found)
            await add_clients(admin, 1)
            await house.drain()
            late = json.loads((await anext(found))["data"])
            assert late["type"] == "client.created"
        assert ok(await admin.get("/v1/me"))


async def test_a_stream_resumes_behind_the_last_event_and_filters_as_the_feed_does(house: House) -> None:
    _, admin = await house.vendor()
    await add_clients(admin, 3)
    await house.drain()
    async with served(house) as http:
        whole = await take(http, admin)
        assert [one.get("id") for one in whole] == [*map(str, range(1, len(whole))), None]
        assert (whole[-1]["event"], json.loads(whole[-1]["data"])) == ("end", {"reason": "done"})
        rest = await take(http, admin, "?seconds=0&after=0", **{"Last-Event-ID": "2"})
        assert rest == whole[2:]
        only = await take(http, admin, "?seconds=0&type=vendor.*")
        assert [json.loads(one["data"]).get("type") for one in only] == ["vendor.created", None]
    problem = refused(await admin.get(PATH, headers={"Last-Event-ID": "evt_1"}), 422, "invalid_request")
    assert problem["errors"][0]["pointer"] == "Last-Event-ID"
    refused(await admin.get(PATH + "?type=nothing"), 422, "unknown_event_type")
    refused(await admin.get(PATH + "?after=-1"), 422)
    assert (await admin.call("HEAD", PATH)).headers["content-type"].startswith("text/event-stream")


async def test_a_partner_streams_its_own_news_alone(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    one, reader = await a_partner(house, vendor, "One")
    _, other = await a_partner(house, vendor, "Two")
    await a_submission(reader, "Acme SE")
    await a_submission(other, "Rival SE")
    await house.drain()
    async with served(house) as http:
        seen = [json.loads(message["data"]) for message in await take(http, reader)][:-1]
    assert seen == ok(await reader.get("/v1/events?limit=200"))["data"]
    assert {event["partner_id"] for event in seen} == {one["id"], None}, "its own, and what is for everyone"


async def test_a_reader_that_is_cut_off_anywhere_and_resumes_misses_nothing(house: House) -> None:
    vendor, admin = await house.vendor()
    writers = [admin, await house.client(vendor, "admin"), await house.client(vendor, "admin")]
    seen: list[int] = []
    chance = random.Random(7)

    async def read_and_be_cut(port: int) -> None:
        """As a consumer that is killed: whatever was not received whole never counted."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        last = str(seen[-1]) if seen else ""
        head = f"GET {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {admin.token}\r\nLast-Event-ID: {last}\r\n\r\n"
        writer.write(head.encode())
        try:
            async with asyncio.timeout(2):
                got = await reader.readexactly(chance.randint(300, 6_000))
        except (TimeoutError, asyncio.IncompleteReadError) as early:
            got = getattr(early, "partial", b"")
        writer.transport.abort()
        lines = [line for line in got.split(b"\r\n\r\n", 1)[-1].split(b"\r\n") if line[:1] not in b"0123456789abcdef"]
        for part in b"\r\n".join(lines).split(b"\n\n")[:-1]:
            found = [line[4:] for line in part.split(b"\n") if line.startswith(b"id: ")]
            seen.extend(int(position) for position in found)

    async with served(house) as http, asyncio.TaskGroup() as hands:
        writing = [hands.create_task(add_clients(one, 20)) for one in writers]
        cuts = 0
        while not all(task.done() for task in writing):
            await read_and_be_cut(http.base_url.port or 0)
            cuts += 1
        assert cuts > 2, "it was cut off while others wrote"
    await house.drain()
    total = 0
    while page := ok(await admin.get(f"/v1/events?limit=200&after={total}"))["data"]:
        total = page[-1]["position"]
    async with served(house) as http:
        rest = await take(http, admin, "?seconds=0", **({"Last-Event-ID": str(seen[-1])} if seen else {}))
    seen.extend(int(one["id"]) for one in rest if "id" in one)
    assert total > 60
    assert seen == list(range(1, total + 1)), "each position once, in order, none missing"


async def head_of(api: Api) -> int:
    """The position of the newest event."""
    return int(ok(await api.get("/v1/events?limit=200"))["data"][-1]["position"])


async def test_a_stream_from_beyond_the_feed_ends_and_says_so(house: House) -> None:
    _, admin = await house.vendor()
    await house.drain()
    async with served(house) as http, http.stream("GET", PATH + "?after=1000000", headers=bearer(admin)) as answer:
        said = [line async for line in answer.aiter_lines() if line.startswith(("event", "data"))]
    assert said == ["event: end", 'data: {"reason":"position_beyond_feed"}']


async def test_a_stream_ends_when_its_credential_is_revoked_or_its_token_expires(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.1)
    vendor, admin = await house.vendor()
    doomed, expiring = await house.client(vendor, "analyst"), await house.client(vendor, "analyst")
    await house.drain()
    assert doomed.client is not None
    async with served(house) as http:
        for api, reason in ((doomed, "revoked"), (expiring, "expired")):
            await house.drain()
            head = await head_of(admin)
            async with http.stream("GET", PATH + f"?after={head}", headers=bearer(api)) as answer:
                lines = answer.aiter_lines()
                assert [await anext(lines) for _ in range(4)] == [": following", "", ": heartbeat", ""]
                if api is doomed:
                    client_id = ok(await doomed.get("/v1/me"))["actor_id"]
                    ids = {one["client_id"]: one["id"] for one in ok(await admin.get("/v1/clients"))["data"]}
                    ok(await admin.post(f"/v1/clients/{ids[client_id]}/revoke"))
                else:
                    house.clock.move(minutes=11)
                rest = [line async for line in lines if line.startswith(("event", "data"))]
                assert rest == ["event: end", f'data: {{"reason":"{reason}"}}']


async def test_streams_of_one_client_are_bounded_hold_no_connection_and_end_when_the_server_drains(
    house: House,
) -> None:
    vendor, admin = await house.vendor()
    other = await house.client(vendor, "analyst")
    await house.drain()
    head = await head_of(admin)
    async with served(house) as http, asyncio.TaskGroup() as hands:
        begun = [asyncio.Event() for _ in range(STREAMS_PER_CLIENT)]

        async def follow(number: int) -> list[str]:
            async with http.stream("GET", PATH, headers=bearer(admin)) as answer:
                got = []
                async for one in messages(answer):
                    begun[number].set()
                    got.append(one.get("event", ""))
                return got

        open_streams = [hands.create_task(follow(number)) for number in range(STREAMS_PER_CLIENT)]
        for one in begun:
            await one.wait()
        answer = await http.get(PATH, headers=bearer(admin))
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_streams")
        assert answer.headers["retry-after"] == "5"
        assert (await http.get(PATH + "?seconds=0", headers=bearer(other))).status_code == 200
        # The pool of the house is smaller than streams, long polls and one question together.
        polls = [
            hands.create_task(http.get(f"/v1/events?after={head}&wait=60", headers=bearer(other))) for _ in "12345678"
        ]
        pool = house.machinery.database.connections
        async with asyncio.timeout(10):
            while house.machinery.bell.waiting < STREAMS_PER_CLIENT + len(polls) or pool.lent > 1:  # noqa: ASYNC110 - nothing tells that a pool is at rest
                await asyncio.sleep(0.02)
        assert (await http.get("/v1/me", headers=bearer(other))).status_code == 200
        house.machinery.is_draining = True
        for task in open_streams:
            assert (await task)[-1] == "end"
        for poll in polls:
            assert (await poll).json() == {"data": [], "next_after": head, "has_more": False}
    assert len(house.app.state.open_streams) == 0


async def test_a_long_poll_answers_as_soon_as_something_it_asks_for_is_there(house: House) -> None:
    _, admin = await house.vendor()
    await house.drain()
    head = await head_of(admin)
    waiting = asyncio.create_task(admin.get(f"/v1/events?after={head}&wait=60&type=member.added"))
    await asyncio.sleep(0.05)
    await add_clients(admin, 1)
    await house.drain()
    await asyncio.sleep(0.3)
    assert not waiting.done(), "other news woke it and it went on waiting"
    body = {"email": "sam@vendor.example", "display_name": "Sam", "role": "manager"}
    ok(await admin.post("/v1/members", body), 201)
    await house.drain()
    page: Any = ok(await waiting)
    assert [event["type"] for event in page["data"]] == ["member.added"]
    assert page["next_after"] == head + 2
    assert ok(await admin.get(f"/v1/events?after={head}&wait=60&limit=1"))["data"], "nothing to wait for"
    assert ok(await admin.get(f"/v1/events?after={head + 2}&wait=1"))["data"] == []
    refused(await admin.get("/v1/events?wait=61"), 422)
