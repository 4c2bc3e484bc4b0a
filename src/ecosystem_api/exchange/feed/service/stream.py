"""Follow the feed while it grows: wait for news, or stream it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from ecosystem_api.exchange.feed.service.read import Stretch, read_stretch, select_types
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, Problem
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http.stream import Visits, comment, message
from ecosystem_api.runtime.ledger.bell import Bell, head_of
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.reading import finish

HEARTBEAT_SECONDS = 15.0
RETRY_MS = 2_000
_BATCH = 200
_BUSY_SECONDS = 1.0


async def next_growth(tx: Tx, bell: Bell, after: int) -> Callable[[float], Awaitable[None]]:
    """How to wait until the feed is longer than now and than `after`.

    Edges: asked before the feed is read, so that nothing stamped in between is waited for in vain.
    """
    vendor_id, beyond = tx.vendor_id, max(after, await head_of(tx))
    return lambda seconds: bell.wait(vendor_id, beyond=beyond, seconds=seconds)


@dataclass(frozen=True)
class Wanted:
    """What a stream is asked for: where it begins and which news."""

    after: int
    types: Sequence[str]
    subject_id: str | None

    @classmethod
    def of(
        cls, last_event_id: str | None, after: int, types: Sequence[str], subject_id: str | None, known: Collection[str]
    ) -> "Wanted":
        """The last event received goes before `after`. Errors: `UnknownEventType`, `InvalidRequest` for an odd id."""
        if last_event_id:
            if not (last_event_id.isascii() and last_event_id.isdigit() and int(last_event_id[:20]) < 2**63):
                detail = "The `id` of the last message: a position, such as 4711."
                raise InvalidRequest(errors=[FieldError("Last-Event-ID", "invalid_position", detail)])
            after = int(last_event_id)
        return cls(after, select_types(types, known), subject_id)


async def stream_feed(
    visits: Visits, machinery: Machinery, wanted: Wanted, *, seconds: float | None = None
) -> AsyncIterator[bytes]:
    """The news behind a position and all that follow, as messages; a heartbeat where there are none.

    Edges: a batch is read whole before it is sent, so no connection waits for a slow reader. Ends with the reason.
    Errors: those of what is wanted, `UnknownEventType` among them, before the first message.
    """
    after, until = wanted.after, None if seconds is None else time.monotonic() + seconds
    # Said at once, so that proxies and readers know that the stream stands.
    yield comment("following")
    while True:
        try:
            vendor_id, head, feed = await _look(visits, wanted, after)
        except Problem as refused:
            if not refused.retryable:
                yield _end(str(refused.extra.get("reason", refused.code)))
                return
            yield comment("busy")
            await asyncio.sleep(_BUSY_SECONDS)
            continue
        except (DBAPIError, PoolTimeout, OSError):
            yield _end("unavailable")
            return
        for position, text in feed.events:
            yield message(finish(text), id=position, retry_ms=RETRY_MS)
        after = feed.next_after
        if feed.has_more:
            continue
        after = max(after, head)
        if machinery.is_draining:
            yield _end("draining")
            return
        left = until - time.monotonic() if until is not None else HEARTBEAT_SECONDS
        if left <= 0:
            yield _end("done")
            return
        begun = time.monotonic()
        pause = min(HEARTBEAT_SECONDS, left, visits.life_seconds())
        await machinery.bell.wait(vendor_id, beyond=after, seconds=pause)
        if time.monotonic() - begun >= HEARTBEAT_SECONDS:
            yield comment("heartbeat")


async def _look(visits: Visits, wanted: Wanted, after: int) -> tuple[UUID, int, Stretch]:
    async with visits.enter() as (tx, who):
        # Read first: what is stamped later may be in the stretch as well, what was stamped before surely is.
        head = await head_of(tx)
        feed = await read_stretch(tx, who, after=after, limit=_BATCH, types=wanted.types, subject_id=wanted.subject_id)
    return tx.vendor_id, head, feed


def _end(reason: str) -> bytes:
    return message(json.dumps({"reason": reason}, separators=(",", ":")), event="end", retry_ms=RETRY_MS)
