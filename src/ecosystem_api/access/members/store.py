"""Queries of members."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select

from ecosystem_api.access.members.tables import MemberRow
from ecosystem_api.runtime.database import Tx, scoped


async def find_member(tx: Tx, member_id: UUID, *, is_locked: bool = False) -> MemberRow | None:
    """One member the caller may see."""
    statement = scoped(tx, MemberRow).where(MemberRow.id == member_id)
    row: MemberRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row


def members(tx: Tx, *, partner_id: UUID | None, status: str | None, role: str | None) -> Select[Any]:
    """Members the caller may see, filtered."""
    statement = scoped(tx, MemberRow)
    if partner_id is not None:
        statement = statement.where(MemberRow.partner_id == partner_id)
    if status is not None:
        statement = statement.where(MemberRow.status == status)
    if role is not None:
        statement = statement.where(MemberRow.role == role)
    return statement


async def active_members_of(tx: Tx, partner_id: UUID) -> list[MemberRow]:
    """The people who may act for a partner."""
    statement = members(tx, partner_id=partner_id, status="active", role=None)
    return list(await tx.session.scalars(statement.order_by(MemberRow.id)))
