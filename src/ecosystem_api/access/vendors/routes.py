"""Paths of the vendor."""

from typing import Annotated

from fastapi import Response

from ecosystem_api.access.vendors import service
from ecosystem_api.access.vendors.schemas import ClockAdvance, ClockRead, VendorId, VendorRead, VendorUpdate
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import CurrentTx, IfMatch, allow, room_router, tagged

router = room_router("vendors")


@router.get("/v1/vendors/{vendor_id}", response_model=VendorRead)
async def get_vendor(
    vendor_id: VendorId, tx: CurrentTx, response: Response, who: Annotated[Caller, allow("vendors:read")]
) -> VendorRead:
    """Read the vendor that this caller belongs to. Any other id is not found."""
    return tagged(response, await service.get_vendor(tx, vendor_id))


@router.patch("/v1/vendors/{vendor_id}", response_model=VendorRead)
async def update_vendor(
    vendor_id: VendorId,
    body: VendorUpdate,
    tx: CurrentTx,
    response: Response,
    who: Annotated[Caller, allow("vendors:write")],
    if_match: IfMatch = None,
) -> VendorRead:
    """Change the vendor's own record by JSON merge patch."""
    return tagged(response, await service.update_vendor(tx, who, vendor_id, body, if_match))


@router.get("/v1/sandbox/clock", response_model=ClockRead)
async def read_clock(tx: CurrentTx, who: Annotated[Caller, allow("sandbox:read")]) -> ClockRead:
    """Read what time it is for this vendor: the service's time, unless it is a sandbox whose clock was moved."""
    return await service.read_clock(tx)


@router.post("/v1/sandbox/clock", response_model=ClockRead)
async def move_clock(body: ClockAdvance, tx: CurrentTx, who: Annotated[Caller, allow("sandbox:write")]) -> ClockRead:
    """Let time pass in a sandbox, so that expiry, notices and queues can be seen in seconds.

    Everything of this vendor lives in its time from then on: deadlines, protections, reminders, the instants of events.
    What falls due is done by the worker at once. Tokens and rate limits keep to the service's clock. Other vendors are
    not touched.
    """
    return await service.move_clock(tx, who, body)
