"""Server-Sent Events: an answer that goes on after its door has closed.

The door's transaction ends before the first byte. What follows reads in transactions of its own, each short and each
admitted anew, so that a stream holds no connection while it waits and ends soon after its credential does.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing, asynccontextmanager
from typing import Any

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from ecosystem_api.kernel.problem import TooManyRequests
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http.door import admitted_again

MEDIA_TYPE = "text/event-stream"
STREAMS_PER_CLIENT = 5
SEND_SECONDS = 30.0
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class TooManyStreams(TooManyRequests):
    """The client has as many streams open at this server as it may; one has to end before another begins."""

    code = "too_many_streams"
    title = "Too many streams"


class OpenStreams:
    """How many streams each client has open in this process."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()

    def require_room(self, actor_id: str) -> None:
        """Refuse one too many. Errors: `TooManyStreams`."""
        if self._open[actor_id] >= STREAMS_PER_CLIENT:
            detail = f"{STREAMS_PER_CLIENT} streams of this client are open here; close one, or share it."
            raise TooManyStreams(detail, headers={"Retry-After": "5"}, most=STREAMS_PER_CLIENT)

    @asynccontextmanager
    async def counted(self, actor_id: str) -> AsyncIterator[None]:
        """Count a stream while it is open."""
        self._open[actor_id] += 1
        try:
            yield
        finally:
            self._open[actor_id] -= 1
            if not self._open[actor_id]:
                del self._open[actor_id]

    def __len__(self) -> int:
        return self._open.total()


class Visits:
    """Further transactions of one request's caller.

    Shape: `async with visits.enter() as (tx, who)`. Errors: `Unauthenticated` once the token has expired or its
    credential was revoked, `Forbidden` once the permission is gone.
    """

    def __init__(self, request: Request, permission: str) -> None:
        self._request = request
        self._permission = permission

    def life_seconds(self) -> float:
        """How long the token lives on."""
        request = self._request
        left: float = (request.state.claims.expires_at - request.app.state.machinery.clock()).total_seconds()
        return left

    @asynccontextmanager
    async def enter(self) -> AsyncIterator[tuple[Tx, Caller]]:
        """One short transaction, admitted anew."""
        async with admitted_again(self._request) as (tx, who):
            who.require(self._permission)
            yield tx, who


class EventStream(StreamingResponse):
    """A stream of frames to one client. `frames` is called when the answer begins, and closed however it ends."""

    media_type = MEDIA_TYPE

    def __init__(self, frames: Callable[[], AsyncIterator[bytes]], open_streams: OpenStreams, actor_id: str) -> None:
        super().__init__((), headers=_HEADERS)
        self._frames, self._open_streams, self._actor_id = frames, open_streams, actor_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the frames end or the client is gone. Edges: HEAD is answered by the headers alone."""
        if scope.get("is_head"):
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            await send({"type": "http.response.body", "body": b""})
            return
        async with self._open_streams.counted(self._actor_id), aclosing(self._frames()) as frames:  # type: ignore[type-var]
            self.body_iterator = frames
            await super().__call__(scope, receive, _within(send))


def message(data: str, *, event: str | None = None, id: int | None = None, retry_ms: int | None = None) -> bytes:  # noqa: A002 - the field's name
    """One message with its fields; `data` is JSON on one line.

    Edges: what comes without data is sent as a comment: readers differ over the rest.

    Source: HTML Living Standard, section 9.2.
    """
    fields = (("id", id), ("event", event), ("retry", retry_ms))
    lines = [f"{name}: {value}" for name, value in fields if value is not None]
    lines.append("data: " + data)
    return ("\n".join(lines) + "\n\n").encode()


def comment(word: str) -> bytes:
    """A line that readers skip: it shows that the stream stands."""
    return f": {word}\n\n".encode()


def _within(send: Send) -> Send:
    async def sent(message: Any) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await send(message)
        except TimeoutError:
            # It takes nothing any more: it will come back and resume where it was.
            raise ClientDisconnect() from None

    return sent
