"""Registrations of two partners, or of two customers, that become one."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import aliased

from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals.domain import UNDECIDED_STATUSES
from ecosystem_api.selling.deals.store.judgement import claims_by_region
from ecosystem_api.selling.deals.tables import DealProductRow, DealRow


async def deals_of(tx: Tx, partner_id: UUID) -> Sequence[DealRow]:
    """All registrations of a partner, locked, in the order of their ids."""
    statement = (
        scoped(tx, DealRow).where(DealRow.partner_id == partner_id).order_by(DealRow.id).with_for_update(key_share=True)
    )
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


async def deals_at(tx: Tx, account_id: UUID, chosen: Collection[UUID] | None) -> Sequence[DealRow]:
    """Registrations that name a customer, locked in the order of their ids: all, or those chosen."""
    statement = (
        scoped(tx, DealRow).where(DealRow.account_id == account_id).order_by(DealRow.id).with_for_update(key_share=True)
    )
    statement = statement if chosen is None else statement.where(DealRow.id.in_(chosen))
    return list(await tx.session.scalars(statement.execution_options(populate_existing=True)))


async def rename_customer(tx: Tx, deal_ids: Collection[UUID], account_id: UUID) -> None:
    """Have registrations name another account."""
    row = DealRow
    moved = update(row).where(row.vendor_id == tx.vendor_id, row.id.in_(deal_ids))
    moved = moved.values(account_id=account_id, version=row.version + 1, updated_at=tx.now)
    await tx.session.execute(moved.execution_options(synchronize_session=False))


async def count_against(tx: Tx, account_id: UUID, customer_id: UUID, but_against: UUID | None = None) -> None:
    """Have the running claims, and the places in the queue, of a customer's registrations count against an account.

    Shape: with `but_against` only those that count against that one now.
    """
    row = DealRow
    own = scoped(tx, row, row.id).where(row.account_id == customer_id)
    await claims.count_against(tx, account_id, own, but_against)
    moved = update(row).where(row.vendor_id == tx.vendor_id, row.account_id == customer_id)
    moved = moved.where(row.claim_account_id.is_not(None))
    moved = moved if but_against is None else moved.where(row.claim_account_id == but_against)
    await tx.session.execute(moved.values(claim_account_id=account_id).execution_options(synchronize_session=False))


async def customers_waited_for(tx: Tx) -> Sequence[UUID]:
    """The accounts for whose claims somebody waits."""
    statement = scoped(tx, DealRow, DealRow.claim_account_id).where(
        DealRow.status == "waiting", DealRow.claim_account_id.is_not(None)
    )
    return list(await tx.session.scalars(statement.distinct()))


async def partners_at(tx: Tx, account_id: UUID) -> Sequence[UUID]:
    """The partners with a registration that names a customer."""
    statement = scoped(tx, DealRow, DealRow.partner_id).where(DealRow.account_id == account_id)
    return list(await tx.session.scalars(statement.distinct()))


async def undecided_at(tx: Tx, account_ids: Collection[UUID]) -> list[tuple[UUID, claims.Coverage]]:
    """Undecided registrations of these customers, and what they claim by the book in force."""
    claimed = scoped(tx, DealProductRow, func.array_agg(DealProductRow.product_id))
    claimed = claimed.where(DealProductRow.deal_id == DealRow.id)
    statement = scoped(tx, DealRow, DealRow.id, DealRow.region, claimed.scalar_subquery()).where(
        DealRow.account_id.in_(account_ids), DealRow.status.in_(UNDECIDED_STATUSES)
    )
    rows, by_region = (await tx.session.execute(statement.order_by(DealRow.id))).all(), await claims_by_region(tx)
    return [
        (deal_id, claims.Coverage(frozenset(products or ()), claims.extent_of(region, by_region=by_region)))
        for deal_id, region, products in rows
    ]
