"""Queries of the vendor's opportunities and of conflicts."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from ecosystem_api.cosell.conflicts.tables import ConflictRow, VendorOpportunityRow
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered


async def find_opportunity(tx: Tx, opportunity_id: UUID, *, is_locked: bool = False) -> VendorOpportunityRow | None:
    """One opportunity; locked, as it is now, until the transaction ends."""
    statement = scoped(tx, VendorOpportunityRow).where(VendorOpportunityRow.id == opportunity_id)
    if is_locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row: VendorOpportunityRow | None = await tx.session.scalar(statement)
    return row


async def lock_known(tx: Tx, system: str, external_id: str) -> VendorOpportunityRow | None:
    """The opportunity that the CRM knows under this id, locked until the transaction ends."""
    statement = scoped(tx, VendorOpportunityRow).where(
        VendorOpportunityRow.external_system == system, VendorOpportunityRow.external_id == external_id
    )
    locked = statement.with_for_update().execution_options(populate_existing=True)
    row: VendorOpportunityRow | None = await tx.session.scalar(locked)
    return row


def opportunities(
    tx: Tx, *, status: str | None, account_id: UUID | None, system: str | None, external_id: str | None
) -> Select[Any]:
    """Opportunities, filtered."""
    return filtered(
        tx, VendorOpportunityRow, status=status, account_id=account_id, external_system=system, external_id=external_id
    )


async def open_at(tx: Tx, account_ids: Collection[UUID]) -> Sequence[tuple[UUID, UUID]]:
    """Open opportunities at these customers, in the order of their ids: each with the customer it names."""
    row = VendorOpportunityRow
    statement = scoped(tx, row, row.id, row.account_id).where(row.account_id.in_(account_ids), row.status == "open")
    return [(one.id, one.account_id) for one in await tx.session.execute(statement.order_by(row.id))]


async def conflicts_of(tx: Tx, opportunity_ids: Collection[UUID]) -> dict[UUID, list[ConflictRow]]:
    """The conflicts of these opportunities that the caller may see, oldest first."""
    found: dict[UUID, list[ConflictRow]] = defaultdict(list)
    statement = scoped(tx, ConflictRow).where(ConflictRow.opportunity_id.in_(opportunity_ids))
    for row in await tx.session.scalars(statement.order_by(ConflictRow.id)):
        found[row.opportunity_id].append(row)
    return found


async def find_conflict(tx: Tx, conflict_id: UUID, *, is_locked: bool = False) -> ConflictRow | None:
    """One conflict the caller may see; locked, as it is now, until the transaction ends."""
    statement = scoped(tx, ConflictRow).where(ConflictRow.id == conflict_id)
    if is_locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row: ConflictRow | None = await tx.session.scalar(statement)
    return row


def conflicts(
    tx: Tx,
    *,
    status: str | None,
    obligation: str | None,
    partner_id: UUID | None,
    deal_id: UUID | None,
    opportunity_id: UUID | None,
    overdue_at: datetime | None,
) -> Select[Any]:
    """Conflicts the caller may see, filtered. Shape: `overdue_at` asks for those in which something was due by then."""
    statement = filtered(
        tx,
        ConflictRow,
        status=status,
        obligation=obligation,
        partner_id=partner_id,
        deal_id=deal_id,
        opportunity_id=opportunity_id,
    )
    if overdue_at is not None:
        statement = statement.where(ConflictRow.due_at <= overdue_at)
    return statement


async def opportunities_with(tx: Tx, ids: Collection[UUID]) -> dict[UUID, VendorOpportunityRow]:
    """These opportunities, by id."""
    statement = scoped(tx, VendorOpportunityRow).where(VendorOpportunityRow.id.in_(ids))
    return {row.id: row for row in await tx.session.scalars(statement)}
