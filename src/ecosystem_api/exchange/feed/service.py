"""Use cases of the feed and of deliveries."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.exchange.feed.errors import DeliverySuperseded, UnknownEventType
from ecosystem_api.exchange.feed.events import DeliveryRetried
from ecosystem_api.exchange.feed.schemas import ActorRead, DeliveryRead, EventRead, FeedRead
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import FieldError, IllegalMove, NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import Page, Paging, page_of
from ecosystem_api.runtime.ledger import read, record
from ecosystem_api.runtime.ledger.tables import DeliveryRow, EventRow


async def read_feed(
    tx: Tx, who: Caller, *, after: int, limit: int, types: Sequence[str], subject_id: str | None, known: Collection[str]
) -> FeedRead:
    """What happened behind a position. Errors: `UnknownEventType`."""
    chosen = select_types(types, known)
    rows = await read.events_after(tx, after, limit + 1, types=chosen, subject_id=subject_id)
    shown = [_read_event(who, row) for row in rows[:limit]]
    return FeedRead(data=shown, next_after=shown[-1].position if shown else after, has_more=len(rows) > limit)


async def get_event(tx: Tx, who: Caller, event_id: UUID) -> EventRead:
    """One event. Errors: `NotFound`, also for an instant after it happened, until it has its position."""
    row = await read.find_event(tx, event_id)
    if row is None:
        raise NotFound()
    return _read_event(who, row)


async def list_deliveries(tx: Tx, paging: Paging, *, state: str | None, handler: str | None) -> Page[DeliveryRead]:
    """Deliveries of the vendor, newest first."""
    statement = read.deliveries(tx, state=state, handler=handler)
    return await page_of(tx, statement, paging, [(DeliveryRow.id, True)], DeliveryRead.model_validate)


async def retry_delivery(tx: Tx, who: Caller, delivery_id: UUID) -> DeliveryRead:
    """Try a dead delivery again. Errors: `NotFound`, `IllegalMove` unless it is dead, `DeliverySuperseded`."""
    row = await read.find_delivery(tx, delivery_id, is_locked=True)
    if row is None:
        raise NotFound()
    if row.state != "dead":
        raise IllegalMove(f"The delivery is {row.state}; only a dead one is tried again.", allowed_actions=[])
    try:
        await read.revive(tx, row)
    except IntegrityError as error:
        if constraint_name(error) == "uq_deliveries_live":
            raise DeliverySuperseded() from None
        raise
    event = DeliveryRetried(delivery_id=row.id, handler=row.handler)
    await record(tx, who, event, subject_id=encode("dlv", row.id))
    return DeliveryRead.model_validate(row)


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
