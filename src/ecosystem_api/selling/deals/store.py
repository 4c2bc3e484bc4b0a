"""Queries of deal registrations, claims and the queue."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import aliased

from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.selling.deals.domain import CAPACITY_STATUSES, OPEN_STATUSES, UNDECIDED_STATUSES, Waiting
from ecosystem_api.selling.deals.tables import DealNoteRow, DealProductRow, DealRow, ProtectionRow


async def find_deal(tx: Tx, deal_id: UUID, *, is_locked: bool = False) -> DealRow | None:
    """One registration the caller may see; locked, it is read afresh, for another may have moved it meanwhile."""
    statement = scoped(tx, DealRow).where(DealRow.id == deal_id)
    if is_locked:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    row: DealRow | None = await tx.session.scalar(statement)
    return row


async def find_by_external_id(tx: Tx, partner_id: UUID, system: str, external_id: str) -> UUID | None:
    """The partner's registration that another system knows under this id."""
    found: UUID | None = await tx.session.scalar(
        scoped(tx, DealRow, DealRow.id).where(
            DealRow.partner_id == partner_id,
            DealRow.external_system == system,
            DealRow.external_id == external_id,
        )
    )
    return found


async def products_of(tx: Tx, deal_ids: Collection[UUID]) -> dict[UUID, list[DealProductRow]]:
    """The products of these registrations."""
    found: dict[UUID, list[DealProductRow]] = defaultdict(list)
    if not deal_ids:
        return found
    statement = scoped(tx, DealProductRow).where(DealProductRow.deal_id.in_(deal_ids))
    for row in await tx.session.scalars(statement.order_by(DealProductRow.product_id)):
        found[row.deal_id].append(row)
    return found


async def clear_products(tx: Tx, deal_id: UUID) -> None:
    """Take all products off a registration."""
    await tx.session.execute(
        delete(DealProductRow).where(DealProductRow.vendor_id == tx.vendor_id, DealProductRow.deal_id == deal_id)
    )


async def protections_of(tx: Tx, deal_ids: Collection[UUID]) -> dict[UUID, list[ProtectionRow]]:
    """The protections of these registrations, oldest first; one row per product."""
    found: dict[UUID, list[ProtectionRow]] = defaultdict(list)
    if not deal_ids:
        return found
    statement = scoped(tx, ProtectionRow).where(ProtectionRow.deal_id.in_(deal_ids))
    for row in await tx.session.scalars(statement.order_by(ProtectionRow.id)):
        found[row.deal_id].append(row)
    return found


async def running_claims(
    tx: Tx, account_ids: Collection[UUID], product_ids: Collection[UUID]
) -> Sequence[ProtectionRow]:
    """Protected claims on these customers and one of these products that neither anybody nor time has ended.

    Edges: also one that began after this transaction, which then had to wait for the customer's lock; so a claim is
    not asked whether it contains the instant.
    """
    statement = scoped(tx, ProtectionRow).where(
        ProtectionRow.account_id.in_(account_ids),
        ProtectionRow.product_id.in_(product_ids),
        ProtectionRow.ended_how.is_(None),
        func.upper(ProtectionRow.period) > tx.now,
    )
    return list(await tx.session.scalars(statement))


async def free_from(tx: Tx, account_id: UUID, product_ids: Collection[UUID]) -> datetime:
    """The instant from which a claim on this customer and these products can run: now, unless one ended later.

    Edges: later than now it is where another ended its claim while this transaction waited for the customer's lock.
    """
    last: datetime | None = await tx.session.scalar(
        scoped(tx, ProtectionRow, func.max(func.upper(ProtectionRow.period))).where(
            ProtectionRow.account_id == account_id,
            ProtectionRow.product_id.in_(product_ids),
            ProtectionRow.ended_how.is_not(None),
        )
    )
    return max(last or tx.now, tx.now)


async def waiting_for(tx: Tx, claim_account_ids: Collection[UUID]) -> dict[UUID, list[Waiting]]:
    """The queues of these customers, in no order yet."""
    if not claim_account_ids:
        return {}
    rows = list(
        await tx.session.scalars(
            scoped(tx, DealRow).where(DealRow.claim_account_id.in_(claim_account_ids), DealRow.status == "waiting")
        )
    )
    products = await products_of(tx, [row.id for row in rows])
    queues: dict[UUID, list[Waiting]] = defaultdict(list)
    for row in rows:
        assert row.claim_account_id is not None, "waiting registrations were submitted"
        assert row.submitted_at is not None, "waiting registrations were submitted"
        claimed = frozenset(product.product_id for product in products[row.id])
        queues[row.claim_account_id].append(Waiting(row.id, row.partner_id, row.submitted_at, claimed))
    return queues


async def undecided_rivals(
    tx: Tx, claim_account_ids: Collection[UUID], product_ids: Collection[UUID], deal_id: UUID
) -> Sequence[DealRow]:
    """Other undecided registrations for this customer and one of these products, locked, in the order of their ids."""
    common = scoped(tx, DealProductRow, DealProductRow.deal_id).where(DealProductRow.product_id.in_(product_ids))
    statement = scoped(tx, DealRow).where(
        DealRow.claim_account_id.in_(claim_account_ids),
        DealRow.status.in_(UNDECIDED_STATUSES),
        DealRow.id != deal_id,
        DealRow.id.in_(common),
    )
    statement = statement.order_by(DealRow.id).with_for_update().execution_options(populate_existing=True)
    return list(await tx.session.scalars(statement))


async def lock_partner(tx: Tx, partner_id: UUID) -> None:
    """Let a partner's submissions wait for each other, until the transaction ends: what is open is counted once each.

    Edges: taken after the customer's lock and by submissions only, so that two requests cannot close a circle. An
    import, which submits many, can; the database breaks it and its victim is repeated.
    """
    await tx.session.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"{tx.vendor_id}:submissions of {partner_id}", 0)))
    )


async def count_open(tx: Tx, partner_id: UUID, except_deal_id: UUID | None) -> int:
    """How many registrations of a partner count as open, one left out."""
    statement = scoped(tx, DealRow, func.count()).where(
        DealRow.partner_id == partner_id, DealRow.status.in_(CAPACITY_STATUSES)
    )
    if except_deal_id is not None:
        statement = statement.where(DealRow.id != except_deal_id)
    return int(await tx.session.scalar(statement) or 0)


async def accounts_with_rivals(
    tx: Tx, account_ids: Collection[UUID], product_ids: Collection[UUID], partner_id: UUID
) -> set[UUID]:
    """Which of these customers another partner works on with one of these products."""
    if not account_ids:
        return set()
    common = scoped(tx, DealProductRow, DealProductRow.deal_id).where(DealProductRow.product_id.in_(product_ids))
    statement = scoped(tx, DealRow, DealRow.account_id).where(
        DealRow.account_id.in_(account_ids),
        DealRow.status.in_(OPEN_STATUSES),
        DealRow.partner_id != partner_id,
        DealRow.id.in_(common),
    )
    return set(await tx.session.scalars(statement.distinct()))


def notes(tx: Tx, deal_id: UUID) -> Select[Any]:
    """The notes on a registration that the caller may read."""
    return scoped(tx, DealNoteRow).where(DealNoteRow.deal_id == deal_id)


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
