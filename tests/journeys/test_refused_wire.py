"""Refusals that only a real socket can meet: nothing that is sent ends the server, and the next request is served."""

import json
import socket
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import uvicorn
from tests.conftest import Cluster
from tests.journeys.standing import standing
from tests.makers import House

from ecosystem_api.app import build_machinery, create_app
from ecosystem_api.runtime.protocol import GuardedProtocol
from ecosystem_api.runtime.sockets import listen

SILENCE_SECONDS = 0.5


@dataclass
class Line:
    """A served house: its port and an admin's token."""

    port: int
    token: str

    def head(self, first: str, *headers: str) -> bytes:
        lines = (first, "Host: testserver", f"Authorization: Bearer {self.token}", *headers, "", "")
        return "\r\n".join(lines).encode()

    def talk(self, *parts: bytes) -> bytes:
        """Send, and answer all that comes until the server closes or falls silent."""
        with socket.create_connection(("127.0.0.1", self.port), 5) as wire:
            answer = b""
            try:
                for part in parts:
                    wire.sendall(part)
                wire.settimeout(SILENCE_SECONDS)
                while chunk := wire.recv(65_536):
                    answer += chunk
            except (ConnectionResetError, BrokenPipeError, TimeoutError):
                pass  # it closed while more was being sent, or waits for more: what it said before is what counts
            return answer


@pytest.fixture(scope="module")
async def line(cluster: Cluster) -> AsyncIterator[Line]:
    """The same server as in production, on a thread with a loop of its own."""
    async with standing(cluster) as house:
        _, admin = await house.vendor()
        listener = listen("127.0.0.1", 0)
        server, thread = _serve(house, listener)
        try:
            yield Line(listener.getsockname()[1], admin.token or "")
        finally:
            server.should_exit = True
            thread.join(10)
            assert not thread.is_alive()


def _serve(house: House, listener: socket.socket) -> tuple[uvicorn.Server, threading.Thread]:
    app = create_app(build_machinery(house.settings, house.clock))
    config = uvicorn.Config(
        app, http=GuardedProtocol, ws="none", lifespan="on", log_config=None, access_log=False,
        server_header=False, proxy_headers=False, timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    deadline = time.monotonic() + 10
    while not server.started:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return server, thread


def answered(answer: bytes, status: int, code: str = "") -> None:
    assert answer.startswith(f"HTTP/1.1 {status} ".encode()), answer[:300]
    if code:
        head, _, body = answer.partition(b"\r\n\r\n")
        assert b"application/problem+json" in head.lower()
        assert json.loads(body)["code"] == code


def still_serves(line: Line) -> None:
    answered(line.talk(line.head("GET /v1/me HTTP/1.1", "Connection: close")), 200)


POST = "POST /v1/products HTTP/1.1"
TYPE = "Content-Type: application/json"
CLOSE = "Connection: close"


def test_a_body_in_chunks_is_measured_as_it_comes(line: Line) -> None:
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    answer = line.talk(
        line.head(POST, TYPE, CLOSE, "Transfer-Encoding: chunked"), *[chunk] * 16, b"1\r\nx\r\n0\r\n\r\n"
    )
    answered(answer, 413, "body_too_large")
    # Far beyond the limit the server hangs up, which may overtake its answer.
    endless = line.talk(line.head(POST, TYPE, CLOSE, "Transfer-Encoding: chunked"), *[chunk] * 64)
    assert endless == b"" or endless.startswith(b"HTTP/1.1 413 ")
    still_serves(line)


def test_a_length_that_lies_gains_nothing(line: Line) -> None:
    answered(line.talk(line.head(POST, TYPE, CLOSE, "Content-Length: 3000000"), b"{}"), 413, "body_too_large")
    short = line.talk(line.head(POST, TYPE, CLOSE, "Content-Length: 2"), b'{}{"sku":"A"}')
    answered(short, 422)
    # A second request hidden behind a body is a request of its own, or none: never a part of the first.
    hidden = line.talk(line.head(POST, TYPE, "Content-Length: 2"), b"{}GET /v1/me HTTP/1.1\r\nHost: x\r\n\r\n")
    answered(hidden, 422)
    assert hidden.count(b"HTTP/1.1 ") == 2
    assert b"HTTP/1.1 401 " in hidden
    cut_off = line.talk(line.head(POST, TYPE, "Content-Length: 500"), b'{"sku":')
    assert not cut_off.startswith(b"HTTP/1.1 2")
    still_serves(line)


@pytest.mark.parametrize(
    "headers",
    [
        ("Content-Length: 2", "Transfer-Encoding: chunked"),
        ("Content-Length: 2", "Content-Length: 3"),
        ("Content-Length: -2",),
        ("Content-Length: 2x",),
        ("Content-Length: ²",),
        ("Content-Length: +2",),
        ("Transfer-Encoding: gzip",),
        ("Transfer-Encoding: chunked, identity",),
        ("X-Folded: a", " b"),
        ("X Space: a",),
        ("X-Nul: a\x00b",),
        (": nameless",),
    ],
    ids=" and ".join,
)
def test_a_head_that_two_servers_could_read_in_two_ways_makes_nothing(line: Line, headers: tuple[str, ...]) -> None:
    answer = line.talk(line.head(POST, TYPE, CLOSE, *headers), b'2\r\n{}\r\n0\r\n\r\n{"sku":"SMUGGLED","name":"x"}')
    assert not answer.startswith(b"HTTP/1.1 2"), answer[:200]
    assert not answer.startswith(b"HTTP/1.1 5"), answer[:200]
    assert b"SMUGGLED" not in line.talk(line.head("GET /v1/products HTTP/1.1", CLOSE))
    still_serves(line)


@pytest.mark.parametrize(
    "first",
    [
        b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x00\x00\x00\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        "GET /v1/ä HTTP/1.1\r\nHost: x\r\n\r\n".encode(), b"GET /v1/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /v1/me\x00 HTTP/1.1\r\nHost: x\r\n\r\n", b"GET http://[::1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /" + b"a" * 60_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 20_000 + b"\r\n",
        b"\r\n" * 50_000, b"GET /v1/me HTTP/1.1\nHost: x\n\n", b"GET /v1/../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n\r\n",
        b"GET /v1/me HTTP/1.1\r\nHost: x\r\nExpect: 200-maybe\r\n\r\n",
    ],
    ids=lambda first: repr(first[:40]),
)  # fmt: skip
def test_a_request_that_is_none_is_refused_and_the_next_is_served(line: Line, first: bytes) -> None:
    answer = line.talk(first)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 4"), answer[:300]
    if answer:
        assert b"application/problem+json" in answer.lower()
    still_serves(line)


def test_no_header_of_ours_can_be_made_by_a_caller(line: Line) -> None:
    for value in ("abcdefgh%0d%0aSet-Cookie: a=b", "abcdefgh\tSet-Cookie: a=b", "abcdefgh;Set-Cookie=a"):
        answer = line.talk(line.head("GET /v1/me HTTP/1.1", CLOSE, f"X-Request-Id: {value}"))
        answered(answer, 200)
        assert b"set-cookie" not in answer.lower()
    for path in (
        "/v1/products?cursor=%0d%0aSet-Cookie:a",
        "/v1/%0d%0aSet-Cookie:a",
        "/v1/products?limit=1&sku=%0d%0aX:1",
    ):
        answer = line.talk(line.head(f"GET {path} HTTP/1.1", CLOSE))
        head = answer.partition(b"\r\n\r\n")[0].lower()
        assert answer.startswith(b"HTTP/1.1 4")
        assert b"set-cookie" not in head
        assert b"\r\nx:" not in head


def test_the_worst_bodies_do_not_hold_up_the_others(line: Line) -> None:
    body = b'\\"' * 500_000
    started = time.monotonic()
    answer = line.talk(line.head(POST, TYPE, CLOSE, f"Content-Length: {len(body)}"), body)
    answered(answer, 400, "malformed_body")
    assert time.monotonic() - started < 5
    still_serves(line)
