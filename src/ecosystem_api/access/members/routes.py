"""Paths of members."""

from typing import Annotated

from fastapi import Depends, Query, Response

from ecosystem_api.access.members import service
from ecosystem_api.access.members.schemas import (
    MemberCreate,
    MemberId,
    MemberRead,
    MemberRole,
    MemberStatus,
    MemberUpdate,
    PartnerRef,
)
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import (
    CurrentTx,
    IfMatch,
    Page,
    Paging,
    allow,
    created,
    machinery_of,
    room_router,
    tagged,
)
from ecosystem_api.runtime.machinery import Machinery

router = room_router("members")
Reader = Annotated[Caller, allow("members:read")]
Writer = Annotated[Caller, allow("members:write")]
Parts = Annotated[Machinery, Depends(machinery_of)]


@router.post("/v1/members", status_code=201, response_model=MemberRead)
async def add_member(
    body: MemberCreate, tx: CurrentTx, response: Response, who: Writer, machinery: Parts
) -> MemberRead:
    """Add a person who acts for the vendor or for one partner."""
    read = await service.add_member(tx, who, body, machinery)
    return created(response, f"/v1/members/{encode('mem', read.id)}", read)


@router.get("/v1/members", response_model=Page[MemberRead])
async def list_members(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    partner_id: Annotated[PartnerRef | None, Query(description="Only people of this partner.")] = None,
    status: Annotated[MemberStatus | None, Query(description="Only people with this status.")] = None,
    role: Annotated[MemberRole | None, Query(description="Only people in this role.")] = None,
) -> Page[MemberRead]:
    """List people, newest first."""
    return await service.list_members(tx, paging, partner_id=partner_id, status=status, role=role)


@router.get("/v1/members/{member_id}", response_model=MemberRead)
async def get_member(member_id: MemberId, tx: CurrentTx, response: Response, who: Reader) -> MemberRead:
    """Read one person."""
    return tagged(response, await service.get_member(tx, member_id))


@router.patch("/v1/members/{member_id}", response_model=MemberRead)
async def update_member(
    member_id: MemberId,
    body: MemberUpdate,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    machinery: Parts,
    if_match: IfMatch = None,
) -> MemberRead:
    """Change a person's name or role by JSON merge patch."""
    return tagged(response, await service.update_member(tx, who, member_id, body, if_match, machinery))


@router.post("/v1/members/{member_id}/deactivate", response_model=MemberRead)
async def deactivate_member(member_id: MemberId, tx: CurrentTx, response: Response, who: Writer) -> MemberRead:
    """Let a person no longer act; the record stays."""
    return tagged(response, await service.set_active(tx, who, member_id, is_active=False))


@router.post("/v1/members/{member_id}/reactivate", response_model=MemberRead)
async def reactivate_member(member_id: MemberId, tx: CurrentTx, response: Response, who: Writer) -> MemberRead:
    """Let a deactivated person act again."""
    return tagged(response, await service.set_active(tx, who, member_id, is_active=True))


@router.post("/v1/members/{member_id}/unlink", response_model=MemberRead)
async def unlink_member(member_id: MemberId, tx: CurrentTx, response: Response, who: Writer) -> MemberRead:
    """Forget the identity a person signs in with, for example before moving to another identity provider."""
    return tagged(response, await service.unlink_member(tx, who, member_id))
