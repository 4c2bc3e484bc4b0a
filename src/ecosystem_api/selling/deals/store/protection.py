"""Rows of protection: one per product, granted and ended together."""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, case, func, literal_column, update
from sqlalchemy.dialects.postgresql import Range

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.statement import Row, Statement, Writes, any_of, inserting
from ecosystem_api.selling.deals.tables import DealRow, ProtectionRow

_GRANT = inserting(
    ProtectionRow,
    *("id", "partner_id", "deal_id", "account_id", "product_id", "period", "basis", "created_at"),
    unless_there=True,
)
_OF_DEALS = Statement(
    lambda tx: (
        scoped(
            tx,
            ProtectionRow,
            ProtectionRow.deal_id,
            func.lower(ProtectionRow.period).label("starts_at"),
            func.upper(ProtectionRow.period).label("ends_at"),
            ProtectionRow.basis,
            ProtectionRow.ended_how,
            ProtectionRow.created_at,
        )
        .where(ProtectionRow.deal_id == any_of("deal_ids"))
        .order_by(ProtectionRow.id)
    )
)


async def grant(
    tx: Tx, deal: DealRow, product_ids: Collection[UUID], starts_at: datetime, ends_at: datetime, basis: str
) -> bool:
    """Protect a customer and these products for one registration; False when the database knows another holder.

    Edges: after a refusal some of the products may be protected: whoever asked must take everything back.
    """
    for product_id in product_ids:
        inserted = await _GRANT.rows(
            tx,
            id=new_uuid(),
            partner_id=deal.partner_id,
            deal_id=deal.id,
            account_id=deal.claim_account_id,
            product_id=product_id,
            period=Range(starts_at, max(ends_at, starts_at)),
            basis=basis,
            created_at=tx.now,
        )
        if not inserted:
            return False
    return True


def _end(tx: Any, bound: Callable[[str, Any], Any]) -> Any:
    table = ProtectionRow.__table__
    period, now = table.c.period, bound("now", DealRow.created_at.type)
    last = func.least(func.upper(period), now)
    until_now = func.tstzrange(func.lower(period), last)
    # An empty period was over when it was granted; it has no bounds.
    ended = case((last > func.lower(period), until_now), else_=literal_column("'empty'::tstzrange"))
    return (
        update(ProtectionRow)
        .where(
            table.c.vendor_id == tx.vendor_id,
            table.c.deal_id == bound("deal_id", Uuid()),
            table.c.ended_how.is_(None),
        )
        .values(period=ended, ended_how=bound("how", Text()))
    )


def end(writes: Writes, tx: Tx, deal_id: UUID, how: str) -> None:
    """End the protection of a registration now, or at its end if that has come."""
    writes.add(_end, deal_id=deal_id, now=tx.now, how=how)


def _extend(tx: Any, bound: Callable[[str, Any], Any]) -> Any:
    table = ProtectionRow.__table__
    return (
        update(ProtectionRow)
        .where(
            table.c.vendor_id == tx.vendor_id,
            table.c.deal_id == bound("deal_id", Uuid()),
            table.c.ended_how.is_(None),
        )
        .values(
            period=func.tstzrange(func.lower(table.c.period), bound("ends_at", DealRow.created_at.type)),
            basis=table.c.basis + bound("more", Text()),
        )
    )


def extend(writes: Writes, deal_id: UUID, ends_at: datetime, more: str) -> None:
    """Let the protection of a registration run until another instant, and say so in what it rests on."""
    writes.add(_extend, deal_id=deal_id, ends_at=ends_at, more=more)


async def protections_of(tx: Tx, deal_ids: Collection[UUID]) -> dict[UUID, list[Row]]:
    """The protections of these registrations, oldest first; one row per product."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in await _OF_DEALS.rows(tx, deal_ids=list(deal_ids)) if deal_ids else ():
        found[row["deal_id"]].append(row)
    return found
