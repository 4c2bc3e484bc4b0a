"""The server on a real socket: limits on heads, and a stop that drops nobody."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn

from ecosystem_api.runtime import protocol
from ecosystem_api.runtime.protocol import GuardedProtocol
from ecosystem_api.runtime.sockets import PortTaken, listen

HEAD_ARRIVED = threading.Event()


async def answer_slowly_at_slow(scope, receive, send):  # type: ignore[no-untyped-def]
    while (await receive()).get("more_body"):
        pass
    if scope["path"] == "/slow":
        await asyncio.sleep(0.4)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    if scope["path"] == "/bit-by-bit":
        await asyncio.to_thread(HEAD_ARRIVED.wait, 5)
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(protocol, "HEAD_SECONDS", 0.2)
    listener = listen("127.0.0.1", 0)
    config = uvicorn.Config(
        answer_slowly_at_slow, http=GuardedProtocol, ws="none", lifespan="off", log_config=None, timeout_keep_alive=1
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    number = listener.getsockname()[1]
    thread.start()
    yield number
    server.should_exit = True
    thread.join(10)
    assert not thread.is_alive()


def talk(port: int, *parts: bytes, pause: float = 0.0) -> bytes:
    """Send, and answer everything that comes until the server closes."""
    with socket.create_connection(("127.0.0.1", port), 5) as wire:
        for part in parts:
            wire.sendall(part)
            time.sleep(pause)
        answer = b""
        while chunk := wire.recv(65536):
            answer += chunk
        return answer


GET = b"GET / HTTP/1.1\r\nHost: x\r\n"


def test_a_head_that_is_too_long_is_refused_as_a_problem(port: int) -> None:
    for answer in (
        talk(port, GET + b"X-A: " + b"a" * 40_000 + b"\r\n\r\n"),
        talk(port, GET + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 90) for n in range(400)) + b"\r\n"),
        talk(port, b"GET /" + b"a" * 40_000),
        talk(port, b"GET / HTTP/1.1\r\nHost: x\r\nX-A: ", b"a" * 20_000, b"a" * 20_000, pause=0.02),
    ):
        assert answer.startswith(b"HTTP/1.1 431 ")
        assert b"application/problem+json" in answer
        assert b'"head_too_large"' in answer
    ordinary = talk(port, GET + b"X-A: " + b"a" * 20_000 + b"\r\nConnection: close\r\n\r\n")
    assert ordinary.startswith(b"HTTP/1.1 200 ")


def test_a_head_that_does_not_end_in_time_is_refused_also_after_a_request(port: int) -> None:
    assert talk(port, GET, b"X-A: a\r\n").startswith(b"HTTP/1.1 408 ")
    second = talk(port, GET + b"\r\n" + GET)
    assert second.startswith(b"HTTP/1.1 200 ")
    assert b"HTTP/1.1 408 " in second


def test_the_answer_under_way_goes_out_before_a_late_head_is_refused(port: int) -> None:
    answer = talk(port, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n", GET, pause=0.01)
    assert answer.index(b"HTTP/1.1 200 ") < answer.index(b"HTTP/1.1 408 ")


def test_what_is_not_http_is_refused_as_a_problem(port: int) -> None:
    answer = talk(port, b"nonsense\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'"malformed_request"' in answer


def test_a_silent_connection_is_closed_and_a_body_may_follow_its_head_slowly(port: int) -> None:
    assert talk(port) == b""
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\n"
    assert talk(port, head, b"ab", b"cd", pause=0.3).startswith(b"HTTP/1.1 200 ")


def test_one_connection_serves_many_requests(port: int) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        assert {client.get("/", headers={"X-A": "a" * 9_000}).status_code for _ in range(20)} == {200}


def test_head_and_body_of_an_answer_arrive_together(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as wire:
        for _ in range(50):
            wire.sendall(GET + b"\r\n")
            whole = wire.recv(65536)
            assert whole.startswith(b"HTTP/1.1 200 ")
            assert whole.endswith(b"\r\n\r\nok")


def test_the_head_of_an_answer_does_not_wait_for_a_body_that_takes_its_time(port: int) -> None:
    HEAD_ARRIVED.clear()
    with socket.create_connection(("127.0.0.1", port), 4) as wire:
        wire.sendall(b"GET /bit-by-bit HTTP/1.1\r\nHost: x\r\n\r\n")
        head = wire.recv(65536)
        assert head.startswith(b"HTTP/1.1 200 ")
        assert head.endswith(b"\r\n\r\n")
        HEAD_ARRIVED.set()
        assert wire.recv(65536) == b"ok"


def test_a_taken_port_says_what_to_set() -> None:
    with listen("127.0.0.1", 0) as first, pytest.raises(PortTaken, match="ECOSYSTEM_PORT"):
        listen("127.0.0.1", first.getsockname()[1])
