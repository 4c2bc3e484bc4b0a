"""Traces arrive at a real receiver of OTLP over HTTP, in the caller's trace, and hold nothing personal."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span
from tests.conftest import BASE_URL
from tests.makers import House, ok

from ecosystem_api.cli.installation import without_credentials

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
CANARY = "canary-4711"


class Receiver:
    """An OTLP receiver: keeps what it is sent, as sent."""

    def __init__(self) -> None:
        self.raw = b""
        self.spans: list[Span] = []
        self.services: set[str] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert head.startswith("post /v1/traces ")
        length = int(head.split("content-length:")[1].split("\r\n")[0])
        body = await reader.readexactly(length)
        self.raw += body
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            named = {item.key: item.value.string_value for item in resource.resource.attributes}
            self.services.add(named["service.name"])
            self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        await writer.drain()
        writer.close()


@pytest.fixture
async def receiver() -> AsyncIterator[tuple[Receiver, str]]:
    found = Receiver()
    server = await asyncio.start_server(found.serve, "127.0.0.1", 0)
    async with server:
        yield found, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_request_is_traced_in_its_caller_s_trace_without_anything_personal(
    house: House, receiver: tuple[Receiver, str], tmp_path: Path
) -> None:
    _, admin = await house.vendor(f"Vendor {CANARY}")
    environment = os.environ | {
        "ECOSYSTEM_ENVIRONMENT": "development",
        "DATABASE_URL": without_credentials(house.settings.database_url),
        "ECOSYSTEM_SECRET": house.settings.secret,
        "ECOSYSTEM_LOGIN_PREFIX": house.settings.login_prefix,
        "ECOSYSTEM_BASE_URL": BASE_URL,
        "ECOSYSTEM_DRAIN_SECONDS": "0",
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver[1],
        "OTEL_BSP_SCHEDULE_DELAY": "100",
    }
    found = receiver[0]
    port = await asyncio.to_thread(_free_port)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "ecosystem_api.cli", "serve",
        env=environment | {"ECOSYSTEM_PORT": str(port)}, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    headers = {
        "Authorization": f"Bearer {admin.token}",
        "traceparent": f"00-{TRACE}-{PARENT}-01",
        "User-Agent": CANARY,
        "baggage": f"who={CANARY}",
    }
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=15) as client:
            await _until_ready(client, process)
            body = {"display_name": f"Partner {CANARY}", "country": "DE"}
            made = ok(await client.post("/v1/partners", json=body, headers=headers), 201)
            await client.get(f"/v1/partners/{made['id']}?email={CANARY}@example.com", headers=headers)
            await client.get(f"/nowhere/{CANARY}", headers=headers)
    finally:
        process.terminate()
        await process.wait()
    ours = [span for span in found.spans if span.trace_id.hex() == TRACE]
    served = [span for span in ours if span.kind == Span.SPAN_KIND_SERVER]
    assert {span.name for span in served} == {"POST /v1/partners", "GET /v1/partners/{partner_id}", "GET"}
    assert {span.parent_span_id.hex() for span in served} == {PARENT}
    post = next(span for span in served if span.name == "POST /v1/partners")
    told = {item.key: item.value for item in post.attributes}
    assert told["http.route"].string_value == "/v1/partners"
    assert told["http.response.status_code"].int_value == 201
    assert told["ecosystem.request_id"].string_value == TRACE
    inside = [span for span in ours if span.parent_span_id == post.span_id]
    assert [span.name for span in inside].count("transaction") >= 1
    assert found.services == {"ecosystem-api"}
    for secret in (CANARY, made["id"], json.dumps(admin.token)[1:20]):
        assert secret.encode() not in found.raw


async def _until_ready(client: httpx.AsyncClient, process: asyncio.subprocess.Process) -> None:
    async with asyncio.timeout(60):
        while True:
            assert process.returncode is None
            try:
                if (await client.get("/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])
