"""Paths of the feed and of deliveries."""

from typing import Annotated

from fastapi import Depends, Query

from ecosystem_api.exchange.feed import service
from ecosystem_api.exchange.feed.schemas import (
    DeliveryId,
    DeliveryRead,
    DeliveryState,
    EventId,
    EventRead,
    FeedRead,
)
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, Page, Paging, allow, machinery_of, room_router
from ecosystem_api.runtime.machinery import Machinery

router = room_router("events")
Reader = Annotated[Caller, allow("events:read")]
Operator = Annotated[Caller, allow("deliveries:read")]
Parts = Annotated[Machinery, Depends(machinery_of)]
TypePattern = Annotated[str, Query(max_length=100)]


@router.get("/v1/events", response_model=FeedRead)
async def read_feed(
    tx: CurrentTx,
    who: Reader,
    machinery: Parts,
    after: Annotated[int, Query(ge=0, lt=2**63, description="Position behind which to begin; 0 for the start.")] = 0,
    type: Annotated[  # noqa: A002 - the parameter's name on the wire
        list[TypePattern],
        Query(description="Only these types: a whole name, or `deal_registration.*`. Repeatable.", max_length=20),
    ] = [],  # noqa: B006 - FastAPI copies it
    subject_id: Annotated[
        str | None, Query(max_length=100, description="Only news of this resource, by its id.")
    ] = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Events per answer.")] = 50,
) -> FeedRead:
    """Follow the vendor's news in order.

    Keep `next_after` and pass it as `after` next time: nothing is missed and nothing comes twice, however many wrote at
    once. Positions are counted per vendor and have no gaps; a caller that may not see every event, or filters, sees
    gaps in the numbers and loses nothing by them. A partner sees the news that concerns it and those meant for every
    partner. News appears a moment after it happened, when it has its position.
    """
    return await service.read_feed(
        tx, who, after=after, limit=limit, types=type, subject_id=subject_id, known=machinery.catalog.events
    )


@router.get("/v1/events/{event_id}", response_model=EventRead)
async def get_event(event_id: EventId, tx: CurrentTx, who: Reader) -> EventRead:
    """Read one event, from the moment it has its position."""
    return await service.get_event(tx, who, event_id)


@router.get("/v1/deliveries", response_model=Page[DeliveryRead])
async def list_deliveries(
    tx: CurrentTx,
    who: Operator,
    paging: Annotated[Paging, Depends()],
    state: Annotated[DeliveryState | None, Query(description="Only deliveries in this state.")] = None,
    handler: Annotated[str | None, Query(max_length=100, description="Only those owed to this handler.")] = None,
) -> Page[DeliveryRead]:
    """List the work owed to the service's own handlers, newest first. Finished ones are kept for 30 days."""
    return await service.list_deliveries(tx, paging, state=state, handler=handler)


@router.post("/v1/deliveries/{delivery_id}/retry", response_model=DeliveryRead)
async def retry_delivery(
    delivery_id: DeliveryId, tx: CurrentTx, who: Annotated[Caller, allow("deliveries:retry")]
) -> DeliveryRead:
    """Have a delivery that was given up tried again, for another day."""
    return await service.retry_delivery(tx, who, delivery_id)
