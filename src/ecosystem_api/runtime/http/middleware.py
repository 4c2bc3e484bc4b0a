"""Pure ASGI around the application: request id, security headers, one log line a request, a last net for faults."""

import re
import secrets
import time
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ecosystem_api.kernel.problem import InternalError
from ecosystem_api.runtime import metrics
from ecosystem_api.runtime.http.problems import problem_response
from ecosystem_api.runtime.limits import limit_headers
from ecosystem_api.runtime.versions import HEADER as VERSION_HEADER

log = structlog.get_logger("http")
HUNG_UP = 499  # no status of HTTP, for nobody receives it: only the log does
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{8,128}")
_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class FrontDoor:
    """Gives every request an id and every answer the headers of the house; logs what happened, never what was said."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = _request_id(Headers(scope=scope))
        scope.setdefault("state", {})["request_id"] = request_id
        started, status, begun, is_replayed = time.perf_counter(), 500, False, False
        metrics.IN_FLIGHT.inc()

        async def answer(message: Message) -> None:
            nonlocal status, begun, is_replayed
            if message["type"] == "http.response.start":
                status, begun = message["status"], True
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                is_replayed = "idempotent-replayed" in headers
                _say(headers, scope["state"])
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Cache-Control", "no-store")
                headers.setdefault("Referrer-Policy", "no-referrer")
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
            log.info(
                "request",
                request_id=request_id,
                method=scope["method"],
                route=template,
                status=status,
                ms=round(seconds * 1000, 2),
            )


def _say(headers: MutableHeaders, state: dict[str, Any]) -> None:
    """What the door found out about this request, on its answer, whatever that is."""
    if levels := state.get("limits"):
        headers["RateLimit-Policy"], headers["RateLimit"] = limit_headers(levels)
    if version := state.get("version"):
        headers[VERSION_HEADER] = version
    for name, value in state.get("farewell", ()):
        headers.append(name, value)


def _request_id(headers: Headers) -> str:
    given = headers.get("x-request-id", "")
    if _REQUEST_ID.fullmatch(given):
        return given
    trace = _TRACE.fullmatch(headers.get("traceparent", ""))
    return trace.group(1) if trace else "req_" + secrets.token_hex(12)
