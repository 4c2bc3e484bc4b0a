"""The request log: one's own calls, without what they said, bounded, behind the back of the requests."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

import pytest
from tests.makers import Api, House, a_partner, ok, refused
from tests.runtime.processes import at, process

from ecosystem_api.access.calls.domain import KEPT_CALLS
from ecosystem_api.access.calls.service import keep_calls
from ecosystem_api.runtime.area import Area, Grant
from ecosystem_api.runtime.caller import EVERYONE, Caller
from ecosystem_api.runtime.http import allow, deprecated, room_router
from ecosystem_api.runtime.journal import Call, Journal

HOUR = 3600.0
NOBODY = UUID(int=0)  # the transaction says whose a call is


@pytest.fixture
async def logging(house: House) -> AsyncIterator[House]:
    """A process that notes calls and writes them only when a test says so."""
    async with process(house, request_log_seconds=HOUR) as found:
        yield found


async def log_of(house: House, api: Api, query: str = "") -> list[dict[str, Any]]:
    """What the log says to a caller, once all that waited is written."""
    await house.machinery.journal.write(keep_calls)
    page: list[dict[str, Any]] = ok(await at(house, api).get(f"/v1/request-log{query}"))["data"]
    return page


async def test_a_process_that_notes_much_writes_less_often(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    journal = Journal(house.machinery.database, house.machinery.clock, 1.0)
    for waiting, pauses in ((0, 1), (1_000, 1), (1_001, 10), (9_999, 10), (10_000, 1), (20_000, 1)):
        journal._waiting.clear()
        journal._waiting.extend([_call(house, "usr", 1)] * waiting)
        slept.clear()
        await journal._pause()
        assert slept == [1.0] * pauses, waiting


async def test_a_credential_reads_what_it_called_and_what_came_of_it(house: House, logging: House) -> None:
    _, admin = await house.vendor()
    api = at(logging, admin)
    made = await api.post("/v1/products", {"sku": "A", "name": "A thing"}, headers={"Idempotency-Key": "k"})
    ok(await api.post("/v1/products", {"sku": "A", "name": "A thing"}, headers={"Idempotency-Key": "k"}), 201)
    path = f"/v1/products/{ok(made, 201)['id']}"
    refused(await api.patch(path, {"name": "B"}, if_match='"v9"'), 412)
    refused(await api.post("/v1/products", {"sku": 1}, headers={"X-Request-Id": "my-own-request"}), 422)
    refused(await api.get("/v1/products?limit=5000"), 422)
    assert (await api.call("HEAD", path)).status_code == 200
    refused(await api.get("/v1/me", headers={"Ecosystem-Version": "1999-01-01"}), 400, "unknown_version")
    log = await log_of(logging, admin)
    me = ok(await api.get("/v1/me"))["actor_id"]
    told = [(one["method"], one["path"], one["status"], one["code"], one["is_replayed"]) for one in log]
    assert told == [
        ("GET", "/v1/me", 400, "unknown_version", False),
        ("HEAD", path, 200, None, False),
        ("GET", "/v1/products", 422, "invalid_request", False),
        ("POST", "/v1/products", 422, "invalid_request", False),
        ("PATCH", path, 412, "stale_version", False),
        ("POST", "/v1/products", 201, None, True),
        ("POST", "/v1/products", 201, None, False),
    ]
    assert log[4]["route"] == "/v1/products/{product_id}"
    assert log[2]["parameters"] == ["limit"]
    assert log[6]["request_id"] == made.headers["x-request-id"]
    assert log[3]["request_id"] == "my-own-request"
    assert {one["actor_id"] for one in log} == {me}
    assert all(one["duration_ms"] > 0 for one in log)
    assert [one["status"] for one in await log_of(logging, admin, "?is_refused=true&status=412")] == [412]
    assert len(await log_of(logging, admin, "?route=/v1/products/{product_id}")) == 2
    assert len(await log_of(logging, admin, "?request_id=my-own-request")) == 1


async def test_nothing_that_was_said_is_kept(house: House, logging: House) -> None:
    _, admin = await house.vendor()
    api = at(logging, admin)
    for path in (
        "/v1/accounts?name=secretive%20person&domain=secretive.example",
        "/v1/accounts?secretive@person.example=1&Secretive=2",
        "/v1/partners/secretive@person.example",
        "/v1/personas/secretive",
    ):
        await api.get(path)
    await api.post("/v1/products", {"sku": "secretive", "name": "secretive"})
    log = await log_of(logging, admin)
    assert len(log) == 5
    assert "secretive" not in str(log).lower()
    assert log[1]["path"] == "/v1/personas/{key}"
    assert log[4]["parameters"] == ["name", "domain"]


async def test_refusals_for_asking_too_much_are_kept_and_strangers_are_not(house: House) -> None:
    _, admin = await house.vendor()
    async with process(house, request_log_seconds=HOUR, client_requests_per_minute=2) as busy:
        api = at(busy, admin)
        answers = [(await api.get("/v1/me")).status_code for _ in range(4)]
        assert answers == [200, 200, 429, 429]
        refused(await busy.http.get("/v1/me"), 401)
        refused(await busy.http.get("/v1/me", headers={"Authorization": f"Bearer {admin.token}x"}), 401)
        house.clock.move(minutes=1)
        log = await log_of(busy, admin)
        assert [(one["status"], one["is_rate_limited"]) for one in log] == [(429, True)] * 2 + [(200, False)] * 2


async def test_a_log_belongs_to_its_credential(house: House, logging: House) -> None:
    vendor, admin = await house.vendor()
    partner, one = await a_partner(house, vendor, "Harbor")
    _, rival = await a_partner(house, vendor, "Summit")
    member = await house.client(vendor, "partner_member", partner["id"])
    crm = await house.client(vendor, "integration")
    _, stranger = await house.vendor("Southwind")
    callers = {"one": one, "rival": rival, "member": member, "crm": crm, "stranger": stranger, "admin": admin}
    for api in callers.values():
        ok(await at(logging, api).get("/v1/me"))
    ids: dict[str, str] = {}
    for name, api in callers.items():
        assert api.client is not None
        ids[name] = api.client.client_id.split(".")[0]
        assert {found["actor_id"] for found in await log_of(logging, api)} == {api.client.client_id}
        assert await log_of(logging, api, f"?client_id={ids[name]}"), "its own, by its id"
    allowed = {("admin", name) for name in ("one", "rival", "member", "crm")} | {("one", "member")}
    for asking, api in callers.items():
        for asked, found in ids.items():
            if asking == asked:
                continue
            answer = await at(logging, api).get(f"/v1/request-log?client_id={found}")
            if (asking, asked) in allowed:
                assert {row["actor_id"].split(".")[0] for row in ok(answer)["data"]} == {found}
            elif asking in ("member", "crm"):
                assert refused(answer, 403)["permission"] == "clients:read"
            else:
                refused(answer, 404)


async def test_the_newest_thousand_are_kept_for_a_week(house: House, logging: House) -> None:
    vendor, admin = await house.vendor()
    other = await house.client(vendor, "analyst")
    ok(await at(logging, other).get("/v1/me"))
    ok(await at(logging, admin).get("/v1/me"))
    await log_of(logging, admin)
    assert admin.client is not None
    async with house.machinery.database.transaction(vendor.id) as tx:
        await keep_calls(tx, [_call(house, admin.client.client_id, n) for n in range(KEPT_CALLS + 20)])
    assert await _count(logging, admin) == KEPT_CALLS
    assert await _count(logging, other) == 1
    house.clock.move(days=8)
    await house.worker.clean()
    for api in (admin, other):
        await at(logging, api).login()
    assert await _count(logging, other) == 0


async def test_no_request_waits_for_its_log_and_a_lost_database_costs_the_notes_alone(
    house: House, logging: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, admin = await house.vendor()
    journal = logging.machinery.journal
    ok(await at(logging, admin).get("/v1/me"))

    async def broken(*_: Any) -> None:
        raise ConnectionError

    assert await journal.write(broken) == 0
    assert await journal.write(keep_calls) == 0, "lost, and not tried for ever"
    ok(await at(logging, admin).get("/v1/me"))
    assert await journal.write(keep_calls) == 1


async def test_a_process_that_stops_writes_what_it_noted(house: House) -> None:
    _, admin = await house.vendor()
    async with process(house, request_log_seconds=HOUR) as short:
        ok(await at(short, admin).get("/v1/me"))
    assert [one["route"] for one in ok(await admin.get("/v1/request-log"))["data"]] == ["/v1/me"]


async def test_a_vendor_sees_who_still_calls_what_will_end(house: House) -> None:
    router = room_router("pigeons")
    ends = deprecated(since=date(2026, 11, 22), note="Couriers are faster.")

    @router.get("/v1/pigeons", response_model=str, dependencies=[ends])
    async def send_pigeon(who: Annotated[Caller, allow("pigeons:send")]) -> str:
        """Send a pigeon."""
        return "coo"

    area = Area("test/pigeons", router=router, grants=(Grant("pigeons:send", EVERYONE, "Send pigeons."),))
    vendor, admin = await house.vendor()
    partner, one = await a_partner(house, vendor, "Harbor")
    _, rival = await a_partner(house, vendor, "Summit")
    async with process(house, area=area, request_log_seconds=HOUR) as later:
        for times, api in ((3, one), (1, rival)):
            for _ in range(times):
                ok(await at(later, api).get("/v1/pigeons"))
            await later.machinery.journal.write(keep_calls)
        ok(await at(later, one).get("/v1/pigeons"))
        ok(await at(later, one).get("/v1/me"))
        await later.machinery.journal.write(keep_calls)
    found = ok(await admin.get("/v1/deprecated-calls"))["data"]
    assert next((row["partner_id"], row["operation"], row["calls"]) for row in found) == (
        partner["id"],
        "send_pigeon",
        4,
    )
    assert sorted(row["calls"] for row in found) == [1, 4]
    assert [row["calls"] for row in ok(await rival.get("/v1/deprecated-calls"))["data"]] == [1]
    first = ok(await admin.get("/v1/deprecated-calls?limit=1"))
    second = ok(await admin.get(f"/v1/deprecated-calls?limit=1&cursor={first['next_cursor']}"))
    assert [row["calls"] for row in first["data"] + second["data"]] == [4, 1]
    analyst = await house.client(vendor, "analyst")
    refused(await analyst.get("/v1/deprecated-calls"), 403)


async def _count(house: House, api: Api) -> int:
    total, query = 0, "?limit=200&route=/v1/me"
    while query:
        page = ok(await at(house, api).get(f"/v1/request-log{query}"))
        total += len(page["data"])
        query = f"?limit=200&route=/v1/me&cursor={page['next_cursor']}" if page["next_cursor"] else ""
    return total


def _call(house: House, actor_id: str, number: int) -> Call:
    now = house.clock() - timedelta(seconds=1)
    return Call(
        now, NOBODY, None, actor_id, "GET", "/v1/me", "/v1/me", (), 200, None, 1.0,
        f"req_{number:08}", "2026-11-22", False, None,
    )  # fmt: skip
