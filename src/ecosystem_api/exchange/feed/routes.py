"""Paths of the feed and of deliveries."""

from typing import Annotated

from fastapi import Depends, Header, Query, Request, Response

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
from ecosystem_api.runtime.http import CurrentTx, Page, Paging, allow, answer_later, answered, machinery_of, room_router
from ecosystem_api.runtime.http.stream import EventStream, Visits
from ecosystem_api.runtime.machinery import Machinery

router = room_router("events")
Reader = Annotated[Caller, allow("events:read")]
Operator = Annotated[Caller, allow("deliveries:read")]
Parts = Annotated[Machinery, Depends(machinery_of)]
TypePattern = Annotated[str, Query(max_length=100)]
Types = Annotated[
    list[TypePattern],
    Query(description="Only these types: a whole name, or `deal_registration.*`. Repeatable.", max_length=20),
]
Subject = Annotated[str | None, Query(max_length=100, description="Only news of this resource, by its id.")]
Position = Annotated[int, Query(ge=0, lt=2**63, description="Position behind which to begin; 0 for the start.")]
_RETRY = {"type": "integer", "description": "Milliseconds to wait before connecting again."}
_JSON = {"type": "string", "contentMediaType": "application/json"}
_NEWS = {
    "type": "object",
    "description": "A piece of news.",
    "required": ["id", "data"],
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9]+$", "description": "Its position in the feed: resume behind it."},
        "event": {"type": "string", "const": "message", "description": "Left out, which means the same."},
        "retry": _RETRY,
        "data": {
            **_JSON,
            "description": "The event as in the feed.",
            "contentSchema": {"$ref": "#/components/schemas/EventRead"},
        },
    },
}
_END = {
    "type": "object",
    "description": "The last message.",
    "required": ["event", "data"],
    "properties": {
        "event": {"type": "string", "const": "end", "description": "That nothing follows."},
        "retry": _RETRY,
        "data": {
            **_JSON,
            "description": "Why the stream ends.",
            "contentSchema": {
                "type": "object",
                "required": ["reason"],
                "properties": {"reason": {"type": "string", "description": "A code.", "examples": ["expired"]}},
            },
        },
    },
}
_STREAM = {
    "description": "Messages of Server-Sent Events, until the stream ends: the schema is that of each.",
    "content": {
        "text/event-stream": {
            "schema": {"type": "object", "description": "A message as it is read.", "anyOf": [_NEWS, _END]},
            "example": {
                "id": "4711",
                "retry": 2000,
                "data": '{"id":"evt_01h455vb4pex5vsknk084sn02q","position":4711,…}',
            },
        }
    },
}


@router.get("/v1/events", response_model=FeedRead)
async def read_feed(
    request: Request,
    tx: CurrentTx,
    response: Response,
    who: Reader,
    machinery: Parts,
    after: Position = 0,
    type: Types = [],  # noqa: A002, B006 - the parameter's name on the wire; FastAPI copies it
    subject_id: Subject = None,
    limit: Annotated[int, Query(ge=1, le=200, description="Events per answer.")] = 50,
    wait: Annotated[
        int, Query(ge=0, le=60, description="Seconds to wait for news when there is none yet; 0 answers at once.")
    ] = 0,
) -> Response:
    """Follow the vendor's news in order.

    Keep `next_after` and pass it as `after` next time: nothing is missed and nothing comes twice, however many wrote at
    once. Positions are counted per vendor and have no gaps; a caller that may not see every event, or filters, sees
    gaps in the numbers and loses nothing by them. A partner sees the news that concerns it and those meant for every
    partner. News appears a moment after it happened, when it has its position. With `wait` the answer comes as soon as
    there is something newer, or empty when the time is over: ask again at once and you hear of everything within a
    fraction of a second, without asking in vain.
    """
    grown = await service.next_growth(tx, machinery.bell, after) if wait else None
    feed = await service.read_feed(
        tx, who, after=after, limit=limit, types=type, subject_id=subject_id, known=machinery.catalog.events
    )
    if grown is not None and not feed.events:
        answer_later(request, wait, grown)
    return answered(response, feed.written)


@router.get("/v1/events/stream", status_code=200, response_class=EventStream, responses={200: _STREAM})
async def stream_feed(
    request: Request,
    who: Reader,
    machinery: Parts,
    after: Position = 0,
    type: Types = [],  # noqa: A002, B006 - as above
    subject_id: Subject = None,
    seconds: Annotated[
        int | None, Query(ge=0, le=3600, description="End after so many seconds; 0 gives what there is and ends.")
    ] = None,
    last_event_id: Annotated[
        str | None,
        Header(alias="Last-Event-ID", description="Position of the last event received; goes before `after`."),
    ] = None,
) -> EventStream:
    """Follow the vendor's news as a stream of Server-Sent Events.

    Every message is one event: `id` is its position, `data` the same JSON as in the feed, with the same filters and for
    the same eyes. Come back with the last `id` as `Last-Event-ID`, as browsers do by themselves, and nothing is
    missed and nothing comes twice. A comment is sent every 15 seconds in which nothing happens. The stream ends with a
    message `event: end` that says why: the token expired, its credential was revoked, the server stops. Five streams of
    one client may be open at one server; a sixth is refused.
    """
    wanted = service.Wanted.of(last_event_id, after, type, subject_id, machinery.catalog.events)
    request.app.state.open_streams.require_room(who.actor_id)
    visits = Visits(request, "events:read")
    return EventStream(
        lambda: service.stream_feed(visits, machinery, wanted, seconds=seconds),
        request.app.state.open_streams,
        who.actor_id,
    )


@router.get("/v1/events/{event_id}", response_model=EventRead)
async def get_event(event_id: EventId, tx: CurrentTx, response: Response, who: Reader) -> Response:
    """Read one event, from the moment it has its position."""
    return answered(response, await service.get_event(tx, who, event_id))


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
