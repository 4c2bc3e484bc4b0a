"""Pure ASGI around the application: request id, security headers, one log line a request, a last net for faults."""

import re
import secrets
import time
from collections.abc import Iterator, Sequence
from typing import Any

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ecosystem_api.kernel.problem import InternalError
from ecosystem_api.runtime import metrics
from ecosystem_api.runtime.http.problems import problem_response
from ecosystem_api.runtime.limits import limit_headers
from ecosystem_api.runtime.logs import tell_request
from ecosystem_api.runtime.versions import HEADER as VERSION_HEADER

log = structlog.get_logger("http")
HUNG_UP = 499  # no status of HTTP, for nobody receives it: only the log does
_REQUEST_ID = re.compile(rb"[A-Za-z0-9._:-]{8,128}")
_TRACE = re.compile(rb"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_VERSION = VERSION_HEADER.lower().encode()
# On every answer that does not say something else.
_HOUSE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"cache-control", b"no-store"),
    (b"referrer-policy", b"no-referrer"),
)


class FrontDoor:
    """Gives every request an id and every answer the headers of the house; logs what happened, never what was said."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(scope["headers"])
        scope.setdefault("state", {})["request_id"] = request_id
        started, status, begun, is_replayed = time.perf_counter(), 500, False, False
        metrics.IN_FLIGHT.inc()

        async def answer(message: Message) -> None:
            nonlocal status, begun, is_replayed
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                headers = message["headers"]
                given = {name for name, _ in headers}
                is_replayed = b"idempotent-replayed" in given
                house = (pair for pair in _HOUSE_HEADERS if pair[0] not in given)
                message["headers"] = [*headers, (b"x-request-id", request_id.encode()), *_said(scope["state"]), *house]
            elif scope["method"] == "HEAD":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except ClientDisconnect:  # hung up while its body was read: nobody is there to be answered, nothing is at fault
            status = HUNG_UP
        except Exception as error:  # the last net: whatever a room failed to foresee leaves as a 500 problem
            log.error("unforeseen", request_id=request_id, kind=type(error).__name__, exc_info=error)
            if begun:
                raise
            await problem_response(Request(scope, receive), InternalError())(scope, receive, answer)
        finally:
            seconds = time.perf_counter() - started
            template = getattr(scope.get("route"), "path", None)
            metrics.IN_FLIGHT.dec()
            metrics.count_request(scope["method"], template, status, seconds)
            if "tenant" in scope["state"]:
                scope["app"].state.machinery.journal.note(scope, status, seconds, is_replayed=is_replayed)
            tell_request(request_id, scope["method"], template, status, seconds)


def _said(state: dict[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    """What the door found out about this request, for its answer, whatever that is."""
    if levels := state.get("limits"):
        policy, left = limit_headers(levels)
        yield b"ratelimit-policy", policy.encode()
        yield b"ratelimit", left.encode()
    if version := state.get("version"):
        yield _VERSION, version.encode()
    for name, value in state.get("farewell", ()):
        yield name.lower().encode(), value.encode()


def _request_id(headers: Sequence[tuple[bytes, bytes]]) -> str:
    """The caller's own, where it is harmless; else that of its trace; else a new one."""
    traced = None
    for name, value in headers:
        if name == b"x-request-id" and _REQUEST_ID.fullmatch(value):
            return value.decode()
        if name == b"traceparent" and (trace := _TRACE.fullmatch(value)):
            traced = trace.group(1).decode()
    return traced or f"req_{next(_random_ids)}"


def _random_texts() -> Iterator[str]:
    """96 bits each, in hexadecimal. The system is asked for many at once: for one it is a dear call."""
    while True:
        many = secrets.token_hex(12 * 256)
        for place in range(0, len(many), 24):
            yield many[place : place + 24]


_random_ids = _random_texts()
