"""What a process tells Prometheus, read with Prometheus' own parser."""

from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics_families
from prometheus_client.parser import text_string_to_metric_families
from tests.makers import House, a_partner, a_product, a_submission, ok, refused
from tests.runtime.parcels import Hands, send

from ecosystem_api import __version__
from ecosystem_api.runtime import metrics
from ecosystem_api.runtime.probes import create_probes
from ecosystem_api.runtime.settings import Settings

Sight = dict[tuple[str, frozenset[tuple[str, str]]], float]


class Scrape:
    """One look at every series; `since` gives what grew."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.samples: Sight = {
            (sample.name, frozenset(sample.labels.items())): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def get(self, name: str, **labels: str) -> float:
        return self.samples.get((name, frozenset(labels.items())), 0.0)


@pytest.fixture
async def probes(house: House) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_probes(house.machinery))
    async with httpx.AsyncClient(transport=transport, base_url="http://operator") as client:
        yield client


async def scrape(probes: httpx.AsyncClient) -> Scrape:
    answer = await probes.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return Scrape(answer.text)


async def test_requests_are_counted_by_route_and_never_by_address(house: House, probes: httpx.AsyncClient) -> None:
    vendor, admin = await house.vendor("Canary Vendor")
    partner, _ = await a_partner(house, vendor, "Canary Partner")
    before = await scrape(probes)
    for _ in range(3):
        ok(await admin.get(f"/v1/partners/{partner['id']}"))
    await house.http.head("/livez")
    await house.http.get("/canary/in/an/address")
    await house.http.request("CANARY", "/livez")
    after = await scrape(probes)

    def grown(name: str, **labels: str) -> float:
        return after.get(name, **labels) - before.get(name, **labels)

    one = {"method": "GET", "route": "/v1/partners/{partner_id}"}
    assert grown("ecosystem_http_requests_total", **one, status="200") == 3
    assert grown("ecosystem_http_request_seconds_count", **one) == 3
    assert grown("ecosystem_http_request_seconds_bucket", **one, le="+Inf") == 3
    assert grown("ecosystem_http_requests_total", method="HEAD", route="/livez", status="200") == 1
    assert grown("ecosystem_http_requests_total", method="GET", route="unmatched", status="404") == 1
    assert grown("ecosystem_http_requests_total", method="other", route="unmatched", status="405") == 1
    assert after.get("ecosystem_http_requests_in_flight") == before.get("ecosystem_http_requests_in_flight")
    assert after.get("ecosystem_pool_wait_seconds_count") > before.get("ecosystem_pool_wait_seconds_count")
    for secret in ("anary", partner["id"], str(vendor.id), partner["id"].removeprefix("par_")):
        assert secret not in after.text


async def test_a_second_look_at_the_same_traffic_finds_no_new_series(house: House, probes: httpx.AsyncClient) -> None:
    async def traffic(name: str) -> set[tuple[str, frozenset[tuple[str, str]]]]:
        vendor, admin = await house.vendor(name)
        partner, _ = await a_partner(house, vendor, f"{name}'s partner")
        ok(await admin.get(f"/v1/partners/{partner['id']}"))
        refused(await admin.get(f"/v1/partners/{uuid4()}"), 404)
        await house.drain()
        return set((await scrape(probes)).samples)

    await traffic("First")
    first = await traffic("Second")
    assert await traffic("Third") == first


async def test_replays_and_refusals_are_counted(house: House, probes: httpx.AsyncClient) -> None:
    _, admin = await house.vendor()
    before = await scrape(probes)
    key = {"Idempotency-Key": "once-only-please"}
    for _ in range(3):
        ok(await admin.post("/v1/partners", {"display_name": "Once", "country": "DE"}, headers=key), 201)
    refused(await admin.get("/v1/partners?nonsense=1"), 422)
    after = await scrape(probes)
    assert after.get("ecosystem_idempotent_replays_total") - before.get("ecosystem_idempotent_replays_total") == 2
    code = refused(await admin.get("/v1/partners?nonsense=1"), 422)["code"]
    name = "ecosystem_refusals_total"
    assert after.get(name, code=code) - before.get(name, code=code) == 1


async def test_a_spent_budget_is_counted(
    house: House, probes: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, admin = await house.vendor()
    before = await scrape(probes)
    monkeypatch.setattr(house.settings, "client_requests_per_minute", 2)
    house.machinery.limits = type(house.machinery.limits)(house.settings, house.machinery.database)
    statuses = [(await admin.get("/v1/me")).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    after = await scrape(probes)
    limited = {key: value for key, value in after.samples.items() if key[0] == "ecosystem_rate_limited_total"}
    assert sum(limited.values()) - sum(before.samples.get(key, 0) for key in limited) == 1
    assert all("budget" in dict(labels) for _, labels in limited)


async def test_decisions_are_counted_when_they_are_committed(house: House, probes: httpx.AsyncClient) -> None:
    vendor, admin = await house.vendor()
    await a_product(admin)
    _, partner = await a_partner(house, vendor, "Fabrikam")
    before = await scrape(probes)
    deal = await a_submission(partner)
    after = await scrape(probes)
    labels = {"action": "deal_registration.submit", "kind": "automatic"}
    outcomes = {"approved": "approve", "under_review": "review"}
    name = "ecosystem_decisions_total"
    outcome = outcomes[deal["status"]]
    assert after.get(name, **labels, outcome=outcome) - before.get(name, **labels, outcome=outcome) == 1


async def test_what_is_rolled_back_is_not_counted(house: House) -> None:
    counted: list[int] = []

    async def act(fault: Exception | None) -> None:
        async with house.machinery.database.transaction(uuid4()) as tx:
            tx.after_commit(lambda: counted.append(1))
            if fault:
                raise fault
            assert counted == []

    with pytest.raises(ValueError, match="undone"):
        await act(ValueError("undone"))
    assert counted == []
    await act(None)
    assert counted == [1]


async def test_deliveries_are_counted_by_result_and_the_oldest_by_age(
    house: House, hands: Hands, probes: httpx.AsyncClient
) -> None:
    vendor, _ = await house.vendor()
    await house.drain()
    before = await scrape(probes)
    await send(house, vendor.id)
    hands.fault = RuntimeError("broken")
    await house.drain()
    house.clock.move(minutes=10)
    await house.worker._beat()
    late = await scrape(probes)
    assert late.get("ecosystem_deliveries_oldest_owed_seconds", kind="event") >= 600
    assert late.get("ecosystem_deliveries_overdue") >= 1
    hands.fault = None
    await house.drain()
    await house.worker._beat()
    after = await scrape(probes)

    def grown(result: str) -> float:
        labels = {"handler": "test.parcels", "result": result}
        return after.get("ecosystem_deliveries_total", **labels) - before.get("ecosystem_deliveries_total", **labels)

    assert grown("failed") >= 1
    assert grown("done") >= 1
    assert after.get("ecosystem_deliveries_oldest_owed_seconds", kind="event") == 0
    assert after.get("ecosystem_relay_lag_seconds") == 0
    assert after.get("ecosystem_worker_beats_total") - before.get("ecosystem_worker_beats_total") == 2
    assert after.get("ecosystem_events_stamped_total") > before.get("ecosystem_events_stamped_total")


async def test_the_operator_s_port_tells_what_runs_and_how_the_process_is(
    house: House, probes: httpx.AsyncClient
) -> None:
    metrics.watch_pool(house.machinery.database.connections)
    async with house.machinery.database.transaction(uuid4()):
        sight = await scrape(probes)
    assert sight.get("ecosystem_pool_connections_in_use") == 1
    assert sight.get("ecosystem_pool_connections_limit") == house.settings.pool_size
    (build,) = [dict(labels) for name, labels in sight.samples if name == "ecosystem_build_info"]
    assert build["version"] == __version__
    assert sight.get("process_resident_memory_bytes") > 0
    assert ok(await probes.get("/livez")) == {"status": "ok"}
    assert ok(await probes.get("/startupz")) == {"status": "started"}
    assert ok(await probes.get("/readyz"))["status"] == "ready"
    house.machinery.is_draining = True
    assert (await probes.get("/readyz")).status_code == 503
    house.machinery.is_started = False
    assert (await probes.get("/startupz")).status_code == 503
    assert (await probes.get("/v1/me")).status_code == 404


async def test_a_scraper_that_asks_for_openmetrics_gets_it(probes: httpx.AsyncClient) -> None:
    answer = await probes.get("/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"})
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert len(list(openmetrics_families(answer.text))) > 10


async def test_the_api_s_own_port_tells_nothing_of_it(house: House) -> None:
    assert (await house.http.get("/metrics")).status_code == 404
    assert Settings.model_fields["metrics_host"].default == "127.0.0.1"
