"""Paths of the vendor."""

from typing import Annotated

from fastapi import Response

from ecosystem_api.access.vendors import service
from ecosystem_api.access.vendors.schemas import VendorId, VendorRead, VendorUpdate
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
