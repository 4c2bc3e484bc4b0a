"""Registrations of two partners that become one."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.orm import aliased

from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.selling.deals.tables import DealRow


async def deals_of(tx: Tx, partner_id: UUID) -> Sequence[DealRow]:
    """All registrations of a partner, locked, in the order of their ids."""
    statement = scoped(tx, DealRow).where(DealRow.partner_id == partner_id).order_by(DealRow.id).with_for_update()
    return list(await tx.session.scalars(statement))


async def deals_with(tx: Tx, deal_ids: Collection[UUID]) -> Sequence[DealRow]:
    """These registrations as they are stored now."""
    statement = scoped(tx, DealRow).where(DealRow.id.in_(deal_ids)).order_by(DealRow.id)
    return list(await tx.session.scalars(statement.execution_options(populate_existing=True)))


async def external_ids_of_both(tx: Tx, one_id: UUID, other_id: UUID) -> list[tuple[DealRow, UUID]]:
    """Registrations of one partner that another system knows under the same id as one of another partner, and that."""
    other = aliased(DealRow)
    statement = scoped(tx, DealRow, DealRow, other.id).join(
        other,
        (other.vendor_id == DealRow.vendor_id)
        & (other.partner_id == other_id)
        & (other.external_system == DealRow.external_system)
        & (other.external_id == DealRow.external_id),
    )
    rows = await tx.session.execute(statement.where(DealRow.partner_id == one_id).order_by(DealRow.id))
    return [(row[0], row[1]) for row in rows]
