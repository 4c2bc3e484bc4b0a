"""Queries of members."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, update

from ecosystem_api.access.members.tables import MemberRow
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered
from ecosystem_api.runtime.revocation import has_ended
from ecosystem_api.runtime.statement import Row, Statement, given


async def find_member(tx: Tx, member_id: UUID, *, is_locked: bool = False) -> MemberRow | None:
    """One member the caller may see."""
    statement = scoped(tx, MemberRow).where(MemberRow.id == member_id)
    row: MemberRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row


def members(tx: Tx, *, partner_id: UUID | None, status: str | None, role: str | None) -> Select[Any]:
    """Members the caller may see, filtered."""
    return filtered(tx, MemberRow, partner_id=partner_id, status=status, role=role)


async def active_members_of(tx: Tx, partner_id: UUID) -> list[MemberRow]:
    """The people who may act for a partner."""
    statement = members(tx, partner_id=partner_id, status="active", role=None)
    return list(await tx.session.scalars(statement.order_by(MemberRow.id)))


async def find_identity(tx: Tx, issuer_id: UUID, subject: str, *, is_locked: bool = False) -> MemberRow | None:
    """The person an issuer means by a subject."""
    statement = scoped(tx, MemberRow).where(MemberRow.issuer_id == issuer_id, MemberRow.subject == subject)
    row: MemberRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row


async def find_email(tx: Tx, email: str) -> MemberRow | None:
    """The person of this address, locked."""
    statement = scoped(tx, MemberRow).where(func.lower(MemberRow.email) == email).with_for_update()
    row: MemberRow | None = await tx.session.scalar(statement)
    return row


async def count_of_issuer(tx: Tx, issuer_id: UUID) -> int:
    """How many people an issuer has brought or bound, deactivated ones included."""
    statement = scoped(tx, MemberRow, func.count()).where(MemberRow.issuer_id == issuer_id)
    return int(await tx.session.scalar(statement) or 0)


def _standing(tx: Any) -> Select[Any]:
    columns = (MemberRow.status, MemberRow.role, MemberRow.partner_id, MemberRow.issuer_id, MemberRow.is_admitted)
    return scoped(tx, MemberRow, *columns, has_ended(tx)).where(MemberRow.id == given("member_id"))


_STANDING = Statement(_standing)


async def find_standing(tx: Tx, member_id: UUID, holder: str, jti: str) -> Row | None:
    """What the gate asks of a person and of one of its tokens at every request, in one statement."""
    return await _STANDING.row(tx, member_id=member_id, holder=holder, jti=jti)


async def dismiss(tx: Tx, issuer_id: UUID) -> None:
    """Have everybody of an issuer judged anew before they act again."""
    await tx.session.execute(
        update(MemberRow)
        .where(MemberRow.vendor_id == tx.vendor_id, MemberRow.issuer_id == issuer_id, MemberRow.is_admitted)
        .values(is_admitted=False)
    )
