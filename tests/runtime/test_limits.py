"""Limits over real HTTP with real PostgreSQL."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from ipaddress import ip_network
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from tests.makers import House, a_partner, a_product, ok, refused
from tests.runtime.processes import at, process

from ecosystem_api.runtime.limits import RateBucketRow
from ecosystem_api.runtime.limits.address import client_address
from ecosystem_api.runtime.settings import Settings


@pytest.mark.parametrize(
    ("peer", "said", "counted"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),  # anybody can write this header
        ("10.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["1.1.1.1, 198.51.100.1, 10.2.2.2"], "198.51.100.1"),  # what stands before, the client wrote
        ("10.0.0.1", ["1.1.1.1", "198.51.100.1"], "198.51.100.1"),
        ("10.0.0.1", ["rubbish"], "unknown"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", [], "2001:db8:1:2::"),
        ("::ffff:203.0.113.7", [], "203.0.113.7"),
    ],
)
def test_a_request_counts_for_the_address_that_can_be_believed(peer: str, said: list[str], counted: str) -> None:
    headers = [(b"x-forwarded-for", value.encode()) for value in said]
    scope = {"type": "http", "client": (peer, 1), "headers": headers}
    assert client_address(scope, [ip_network("10.0.0.0/8")]) == counted


def test_a_network_that_is_none_is_refused_at_start() -> None:
    with pytest.raises(ValueError, match=r"10\.0\.0\.0/8"):
        Settings(trusted_proxies="10.0.0.0/8, proxy.internal")


async def test_every_answer_says_what_is_left_and_the_next_is_refused(house: House) -> None:
    _, admin = await house.vendor()
    async with process(house, client_requests_per_minute=3, vendor_requests_per_minute=60) as busy:
        api = at(busy, admin)
        for left, reset in ((2, 20), (1, 40)):
            answer = await api.get("/v1/me")
            assert answer.headers["ratelimit-policy"] == '"client";q=3;w=60, "vendor";q=60;w=60'
            vendor = answer.headers["ratelimit"].split(", ")[1]
            assert answer.headers["ratelimit"] == f'"client";r={left};t={reset}, {vendor}'
        missing = await api.get("/v1/partners/par_01h455vb4pex5vsknk084sn02q")
        refused(missing, 404)
        assert missing.headers["ratelimit"].startswith('"client";r=0;t=60')
        problem = refused(over := await api.get("/v1/me"), 429, "too_many_requests")
        assert (problem["budget"], problem["quota"], problem["window_seconds"]) == ("client", 3, 60)
        assert problem["retryable"] is True
        assert over.headers["ratelimit"] == '"client";r=0;t=60'
        assert 1 <= int(over.headers["retry-after"]) <= 20
        house.clock.move(seconds=int(over.headers["retry-after"]))
        ok(await api.get("/v1/me"))


async def test_budgets_belong_to_the_client_the_partner_and_the_vendor(house: House) -> None:
    vendor, admin = await house.vendor()
    _, one = await a_partner(house, vendor, "Harbor")
    partner_id = ok(await one.get("/v1/me"))["partner_id"]
    other = await house.client(vendor, "partner_member", partner_id)
    _, stranger = await house.vendor("Southwind")
    async with process(
        house, client_requests_per_minute=4, partner_requests_per_minute=6, vendor_requests_per_minute=8
    ) as busy:
        answers = [await at(busy, one).get("/v1/me") for _ in range(5)]
        assert [a.status_code for a in answers] == [200, 200, 200, 200, 429]
        assert answers[4].json()["budget"] == "client"
        told = answers[0].headers["ratelimit-policy"]
        assert '"partner"' in told, told
        assert '"vendor"' not in told, "what is left of it would tell how busy the rivals are"
        answers = [await at(busy, other).get("/v1/me") for _ in range(3)]
        assert [a.status_code for a in answers] == [200, 200, 429]
        assert answers[2].json()["budget"] == "partner"
        answers = [await at(busy, admin).get("/v1/me") for _ in range(3)]
        assert [a.status_code for a in answers] == [200, 200, 429]
        assert answers[2].json()["budget"] == "vendor"
        ok(await at(busy, stranger).get("/v1/me"))


async def test_two_processes_share_the_budget_of_writes_and_a_refused_write_has_no_effect(house: House) -> None:
    _, admin = await house.vendor()
    limits = {"client_writes_per_minute": 40}
    async with process(house, **limits) as first, process(house, **limits) as second:
        sides = [at(first, admin), at(second, admin)]
        answers = [await sides[n % 2].post("/v1/products", {"sku": f"S-{n}", "name": "A thing"}) for n in range(50)]
        made = [answer for answer in answers if answer.status_code == 201]
        over = [answer for answer in answers if answer.status_code == 429]
        assert len(made) + len(over) == 50
        # The clock runs on while this does: one more every 1.5 seconds.
        assert 36 <= len(made) <= 48, "what one process reserved and did not spend is lost, and never spent twice"
        assert refused(over[0], 429)["budget"] == "writes"
        assert '"writes";q=40;w=60' in made[0].headers["ratelimit-policy"]
        listed = ok(await sides[0].get("/v1/products?limit=200"))["data"]
        assert len(listed) == len(made)
        house.clock.move(minutes=1)
        ok(await sides[1].post("/v1/products", {"sku": "LATER", "name": "A thing"}), 201)


async def test_many_writes_at_once_never_exceed_the_budget(house: House) -> None:
    _, admin = await house.vendor()
    async with process(house, client_writes_per_minute=60) as busy:
        api = at(busy, admin)
        answers = await asyncio.gather(
            *(api.post("/v1/products", {"sku": f"S-{n}", "name": "A thing"}) for n in range(50))
        )
        assert {answer.status_code for answer in answers} == {201}
        answers = await asyncio.gather(
            *(api.post("/v1/products", {"sku": f"T-{n}", "name": "A thing"}) for n in range(50))
        )
        assert 8 <= sum(answer.status_code == 201 for answer in answers) <= 25


async def test_tokens_are_counted_over_all_processes_and_only_for_who_knows_the_secret(house: House) -> None:
    _, admin = await house.vendor()
    assert admin.client is not None
    right = {
        "grant_type": "client_credentials",
        "client_id": admin.client.client_id,
        "client_secret": admin.client.client_secret,
    }
    wrong = {**right, "client_secret": "ecos_" + "x" * 43}
    limits = {"client_tokens_per_minute": 3}
    async with process(house, **limits) as first, process(house, **limits) as second:
        for _ in range(5):
            refused(await first.http.post("/oauth/token", data=wrong), 401, "invalid_client")
        answers = [await side.http.post("/oauth/token", data=right) for side in (first, second, first)]
        assert [answer.status_code for answer in answers] == [200] * 3
        assert '"tokens";q=3;w=60' in answers[0].headers["ratelimit-policy"]
        over = await second.http.post("/oauth/token", data=right)
        assert refused(over, 429, "too_many_requests")["budget"] == "tokens"
        assert int(over.headers["retry-after"]) <= 20
        house.clock.move(seconds=20)
        ok(await second.http.post("/oauth/token", data=right))


async def test_strangers_count_by_address_and_an_orchestrator_never(house: House) -> None:
    _, admin = await house.vendor()
    async with process(house, address_requests_per_minute=3, trusted_proxies="127.0.0.0/8") as busy:
        mine, yours = {"X-Forwarded-For": "203.0.113.7"}, {"X-Forwarded-For": "203.0.113.8"}
        refused(await busy.http.get("/v1/me", headers=mine), 401)
        refused(await busy.http.get("/v1/me", headers={**mine, "Authorization": "Bearer no"}), 401)
        answer = await busy.http.get("/.well-known/jwks.json", headers=mine)
        assert ok(answer)
        assert answer.headers["ratelimit-policy"] == '"address";q=3;w=60'
        for path in ("/.well-known/jwks.json", "/v1/me"):
            assert refused(await busy.http.get(path, headers=mine), 429)["budget"] == "address"
        assert refused(await busy.http.post("/oauth/token", headers=mine), 429)["budget"] == "address"
        ok(await at(busy, admin).get("/v1/me", headers=mine))
        ok(await busy.http.get("/.well-known/jwks.json", headers=yours))
        for _ in range(6):
            answer = ok(await busy.http.get("/livez", headers=mine))
        assert "ratelimit" not in (await busy.http.get("/readyz", headers=mine)).headers


async def test_probing_for_rivals_has_a_budget_of_the_partner_not_of_its_credentials(house: House) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    partner, one = await a_partner(house, vendor, "Harbor")
    other = await house.client(vendor, "partner_member", partner["id"])
    _, rival = await a_partner(house, vendor, "Summit")
    body = {"customer": {"name": "Acme SE", "country": "DE"}}
    check = "/v1/rules-of-engagement/check"
    async with process(house, partner_probes_per_minute=3, client_writes_per_minute=50) as busy:
        ok(await at(busy, one).post(check, body))
        ok(await at(busy, one).post("/v1/accounts", {"name": "Acme SE", "country": "DE"}), 201)
        answer = await at(busy, other).post(check, body)
        assert ok(answer)
        assert '"probes";q=3;w=60' in answer.headers["ratelimit-policy"]
        for caller in (one, other):
            assert refused(await at(busy, caller).post(check, body), 429)["budget"] == "probes"
        assert refused(await at(busy, one).post("/v1/accounts", {"name": "B SE", "country": "DE"}), 429)
        ok(await at(busy, rival).post(check, body))
        answer = await at(busy, admin).post("/v1/accounts", {"name": "Acme SE", "country": "DE"})
        assert '"writes";q=50;w=60' in answer.headers["ratelimit-policy"]


async def test_imports_have_a_budget_by_the_hour(house: House) -> None:
    _, admin = await house.vendor()
    async with process(house, client_imports_per_hour=1) as busy:
        line, headers = b"external_id,name,country\n1,New SE,DE\n", {"Content-Type": "text/csv"}
        api = at(busy, admin)
        ok(await api.post("/v1/imports?kind=accounts", content=line, headers=headers), 202)
        over = await api.post("/v1/imports?kind=accounts", content=line, headers=headers)
        problem = refused(over, 429, "too_many_requests")
        assert (problem["budget"], problem["window_seconds"]) == ("imports", 3600)
        assert len(ok(await api.get("/v1/imports"))["data"]) == 1


async def test_a_storm_of_one_vendor_is_refused_while_another_is_served(house: House) -> None:
    gate, inside = asyncio.Event(), asyncio.Semaphore(0)  # no timing: the gate opens when all stand where they should
    vendor, loud = await house.vendor()
    _, quiet = await house.vendor("Southwind")
    async with process(house, vendor_concurrency=2, vendor_queue=1) as busy:
        _hold(busy, vendor.id, gate, inside)
        storm = [asyncio.create_task(at(busy, loud).get("/v1/products")) for _ in range(3)]
        await inside.acquire()
        await inside.acquire()
        answer = await at(busy, loud).get("/v1/me")
        problem = refused(answer, 429, "too_many_at_once")
        assert problem["detail"] == "2 requests of this vendor are under way and 1 waits."
        assert answer.headers["retry-after"] == "1"
        ok(await at(busy, quiet).get("/v1/me"))
        storm[0].cancel()  # its place goes to the one that waits
        await inside.acquire()
        gate.set()
        done = await asyncio.gather(*storm, return_exceptions=True)
        assert [getattr(one, "status_code", None) for one in done] == [None, 200, 200]
        places = busy.machinery.limits.bulkhead
        assert (places.under_way, places._lanes) == (0, {})


async def test_places_come_back_from_refusals_and_faults(house: House) -> None:
    _, admin = await house.vendor()
    async with process(house, vendor_concurrency=1, vendor_queue=0) as busy:
        api = at(busy, admin)
        for _ in range(3):
            refused(await api.get("/v1/partners/par_01h455vb4pex5vsknk084sn02q"), 404)
            refused(await api.post("/v1/products", {"sku": 1}), 422)
            refused(await api.post("/v1/products", content=b"{", headers={"Content-Type": "application/json"}), 400)
        ok(await api.get("/v1/me"))
        assert busy.machinery.limits.bulkhead.under_way == 0


async def test_full_buckets_are_forgotten(house: House) -> None:
    vendor, admin = await house.vendor()
    ok(await admin.post("/v1/products", {"sku": "A", "name": "A thing"}), 201)
    async with house.machinery.database.transaction(vendor.id) as tx:
        assert list(await tx.session.scalars(select(RateBucketRow)))
    house.clock.move(hours=2)
    await house.worker.clean()
    async with house.machinery.database.transaction(vendor.id) as tx:
        assert list(await tx.session.scalars(select(RateBucketRow))) == []


def _hold(house: House, vendor_id: UUID, gate: asyncio.Event, inside: asyncio.Semaphore) -> None:
    """Have every request of this vendor stand still inside its transaction until the gate opens."""
    transaction = house.machinery.database.transaction

    @contextlib.asynccontextmanager
    async def held(vendor: UUID, *args: Any, **kwargs: Any) -> AsyncIterator[Any]:
        async with transaction(vendor, *args, **kwargs) as tx:
            if vendor == vendor_id:
                inside.release()
                await gate.wait()
            yield tx

    house.machinery.database.transaction = held  # type: ignore[method-assign]
