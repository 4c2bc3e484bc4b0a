"""Read the feed: a stretch of it, or one event."""

from collections.abc import Collection, Sequence
from uuid import UUID

from ecosystem_api.exchange.feed.errors import UnknownEventType
from ecosystem_api.exchange.feed.schemas import ActorRead, EventRead, FeedRead
from ecosystem_api.kernel.problem import FieldError, NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import read
from ecosystem_api.runtime.ledger.tables import EventRow


async def read_feed(
    tx: Tx, who: Caller, *, after: int, limit: int, types: Sequence[str], subject_id: str | None, known: Collection[str]
) -> FeedRead:
    """What happened behind a position. Errors: `UnknownEventType`."""
    return await read_stretch(
        tx, who, after=after, limit=limit, types=select_types(types, known), subject_id=subject_id
    )


async def read_stretch(
    tx: Tx, who: Caller, *, after: int, limit: int, types: Sequence[str], subject_id: str | None
) -> FeedRead:
    """What happened behind a position, of these types; of all if there are none."""
    rows = await read.events_after(tx, after, limit + 1, types=types, subject_id=subject_id)
    shown = [_read_event(who, row) for row in rows[:limit]]
    return FeedRead(data=shown, next_after=shown[-1].position if shown else after, has_more=len(rows) > limit)


async def get_event(tx: Tx, who: Caller, event_id: UUID) -> EventRead:
    """One event. Errors: `NotFound`, also for an instant after it happened, until it has its position."""
    row = await read.find_event(tx, event_id)
    if row is None:
        raise NotFound()
    return _read_event(who, row)


def select_types(patterns: Sequence[str], known: Collection[str]) -> list[str]:
    """The event types that patterns name: whole names, or `resource.*`. Errors: `UnknownEventType`."""
    chosen: set[str] = set()
    for pattern in patterns:
        stem = pattern.removesuffix("*")
        found = {name for name in known if name == pattern or (pattern.endswith(".*") and name.startswith(stem))}
        if not found:
            detail = "No event type is called so; the documentation lists them all."
            raise UnknownEventType(errors=[FieldError("type", "unknown_event_type", detail)])
        chosen |= found
    return sorted(chosen)


def _read_event(who: Caller, row: EventRow) -> EventRead:
    """Staff read everything; a partner reads neither staff data nor who else acted."""
    is_own_act = row.actor_id == who.actor_id
    is_open = who.is_staff or is_own_act
    assert row.position is not None, "only stamped events are read"
    return EventRead(
        id=row.id,
        position=row.position,
        type=row.type,
        occurred_at=row.occurred_at,
        subject_id=row.subject_id,
        partner_id=row.partner_id if who.is_staff or row.partner_id == who.partner_id else None,
        actor=ActorRead(type=row.actor_type, id=row.actor_id if is_open else None),
        request_id=row.request_id if is_open else None,
        data={**row.data, **row.staff_data} if who.is_staff else row.data,
    )
