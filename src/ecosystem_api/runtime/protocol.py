"""HTTP/1.1 on one connection: uvicorn's httptools protocol with limits on the head of a request.

The parser alone takes a head of any size, and waits for its end for ever; so do readers of the body, whose limits are
in `runtime/http/body.py`. What cannot be parsed is answered as a problem, like every refusal.
"""

import asyncio
import json
from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_BYTES = 32_768
HEAD_SECONDS = 10.0

_DETAILS = {
    HTTPStatus.BAD_REQUEST: ("malformed_request", "This is not a request of HTTP/1.1."),
    HTTPStatus.REQUEST_TIMEOUT: ("request_timeout", f"The head did not arrive within {HEAD_SECONDS:g} seconds."),
    HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE: (
        "head_too_large",
        f"The request line and the headers exceed {HEAD_BYTES} bytes.",
    ),
}


class WholeAnswers:
    """Stands for a connection's transport, and sends the head of an answer together with the body that follows it.

    Why: the server writes them apart, and each write is a call to the system and a packet.
    Edges: a head whose body does not follow at once, as of a stream, leaves in the same turn of the loop.
    """

    __slots__ = ("_head", "_loop", "_transport")

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport, self._loop, self._head = transport, loop, b""

    def write(self, data: bytes) -> None:
        """Send bytes, or keep those of a head until the next ones come."""
        if self._head:
            head, self._head = self._head, b""
            self._transport.writelines((head, data))
        elif data.startswith(b"HTTP/1.1 "):
            self._head = data
            self._loop.call_soon(self._send_head)
        else:
            self._transport.write(data)

    def close(self) -> None:
        """Close when all is sent."""
        self._send_head()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def _send_head(self) -> None:
        head, self._head = self._head, b""
        if head and not self._transport.is_closing():
            self._transport.write(head)


class GuardedProtocol(HttpToolsProtocol):
    """One connection. Edges: a refused head closes the connection, because where the next request begins is unknown."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_bytes = 0
        self._awaits_head = True
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A connection that never says anything is given up like one that falls silent."""
        super().connection_made(WholeAnswers(transport, self.loop))  # type: ignore[arg-type]  # stands for it
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timer with the connection."""
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse; refuse a head that is too long or, by the timer, too slow."""
        is_all_head = self._awaits_head
        super().data_received(data)
        if not self._awaits_head:
            return
        # A chunk that ends one body and begins the next head is not counted: it is one chunk at most.
        self._head_bytes += len(data) if is_all_head else 0
        if self._head_bytes > HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif self._head_timer is None:
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._head_is_late)

    def on_message_begin(self) -> None:
        """A request begins: its head is awaited."""
        self._awaits_head = True
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is whole: from here the body's limits hold."""
        self._awaits_head = False
        self._head_bytes = 0
        self._stop_timer()
        if len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers) > HEAD_BYTES:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            raise ValueError("the head is too long")  # stops the parser; answered already
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """What the parser refuses is answered as a problem."""
        self._refuse(HTTPStatus.BAD_REQUEST)

    def _refuse(self, status: HTTPStatus) -> None:
        self._stop_timer()
        if self.transport.is_closing():
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(_refusal(status))
        self.transport.close()

    def _head_is_late(self) -> None:
        self._head_timer = None
        if self.cycle is None or self.cycle.response_complete:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:  # an answer to the request before is under way: it goes out first
            self._head_timer = self.loop.call_later(HEAD_SECONDS, self._head_is_late)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None


def _refusal(status: HTTPStatus) -> bytes:
    code, detail = _DETAILS[status]
    body = json.dumps(
        {
            "type": "about:blank",
            "title": status.phrase,
            "status": status.value,
            "detail": detail,
            "code": code,
            "retryable": False,
        }
    ).encode()
    head = (
        f"HTTP/1.1 {status.value} {status.phrase}\r\ncontent-type: application/problem+json\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    return head.encode() + body
