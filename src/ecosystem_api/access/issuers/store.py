"""Queries of trusted issuers."""

from collections.abc import Collection, Sequence
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, delete

from ecosystem_api.access.issuers.tables import IssuerRow, IssuerRuleRow
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered


async def find_issuer(tx: Tx, issuer_id: UUID, *, lock: Literal["share", "update"] | None = None) -> IssuerRow | None:
    """One issuer the caller may see. People sign in under a shared lock, changes take the whole one."""
    statement = scoped(tx, IssuerRow).where(IssuerRow.id == issuer_id)
    if lock is not None:
        # A row that waited for its lock is read as it is now, not as it was when first seen.
        statement = statement.with_for_update(read=lock == "share").execution_options(populate_existing=True)
    row: IssuerRow | None = await tx.session.scalar(statement)
    return row


def issuers(tx: Tx, *, partner_id: UUID | None, status: str | None) -> Select[Any]:
    """Issuers the caller may see, filtered."""
    return filtered(tx, IssuerRow, partner_id=partner_id, status=status)


async def rules_of(tx: Tx, issuer_ids: Collection[UUID]) -> Sequence[IssuerRuleRow]:
    """The rules of these issuers, in their order."""
    statement = scoped(tx, IssuerRuleRow).where(IssuerRuleRow.issuer_id.in_(issuer_ids))
    return list(await tx.session.scalars(statement.order_by(IssuerRuleRow.issuer_id, IssuerRuleRow.position)))


async def drop_rules(tx: Tx, issuer_id: UUID) -> None:
    """Delete the rules of an issuer, to be written anew."""
    await tx.session.execute(
        delete(IssuerRuleRow).where(IssuerRuleRow.vendor_id == tx.vendor_id, IssuerRuleRow.issuer_id == issuer_id)
    )
