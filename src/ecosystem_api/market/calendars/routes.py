"""Paths of calendars."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.kernel.ids import encode
from ecosystem_api.market.calendars import service
from ecosystem_api.market.calendars.schemas import CalendarCreate, CalendarId, CalendarRead, CalendarUpdate, DueRead
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, IfMatch, Page, Paging, allow, created, room_router, tagged
from ecosystem_api.runtime.wire import Instant, Key

router = room_router("calendars")
Reader = Annotated[Caller, allow("calendars:read")]
Writer = Annotated[Caller, allow("calendars:write")]


@router.post("/v1/calendars", status_code=201, response_model=CalendarRead)
async def add_calendar(body: CalendarCreate, tx: CurrentTx, response: Response, who: Writer) -> CalendarRead:
    """Add a calendar: the hours in which somebody on the vendor's side is at work. The first one is the default."""
    read = await service.add_calendar(tx, who, body)
    return created(response, f"/v1/calendars/{encode('cal', read.id)}", read)


@router.get("/v1/calendars", response_model=Page[CalendarRead])
async def list_calendars(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    key: Annotated[Key | None, Query(description="The calendar with this key.")] = None,
) -> Page[CalendarRead]:
    """List calendars by their key. While there is none, Monday to Friday from 09:00 to 17:00 UTC counts."""
    return await service.list_calendars(tx, paging, key=key)


@router.get("/v1/calendars/{calendar_id}", response_model=CalendarRead)
async def get_calendar(calendar_id: CalendarId, tx: CurrentTx, response: Response, who: Reader) -> CalendarRead:
    """Read one calendar."""
    return tagged(response, await service.get_calendar(tx, calendar_id))


@router.patch("/v1/calendars/{calendar_id}", response_model=CalendarRead)
async def update_calendar(
    calendar_id: CalendarId,
    body: CalendarUpdate,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    if_match: IfMatch = None,
) -> CalendarRead:
    """Change a calendar by JSON merge patch.

    What was told stays: clocks that run by it are worked out again only with `moves_clocks`.
    """
    return tagged(response, await service.update_calendar(tx, who, calendar_id, body, if_match))


@router.get("/v1/calendars/{calendar_id}/due", response_model=DueRead)
async def get_due(
    calendar_id: CalendarId,
    tx: CurrentTx,
    who: Reader,
    hours: Annotated[float, Query(description="How many business hours.", ge=0, le=2000, examples=[16])],
    from_at: Annotated[Instant | None, Query(description="When they begin; now by default.")] = None,
) -> DueRead:
    """Ask when a number of business hours will have passed, by this calendar as it is now."""
    return await service.due_after(tx, calendar_id, from_at, hours)
