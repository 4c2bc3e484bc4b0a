"""Rows of protection: one per product, granted and ended together."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Text, Uuid, bindparam, case, func, literal_column, null, update
from sqlalchemy.dialects.postgresql import Range

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.statement import Row, Statement, Writes, any_of, inserting
from ecosystem_api.selling.deals.tables import STANDS_LAST, DealRow, ProtectionRow

_GRANT = inserting(
    ProtectionRow,
    *("id", "partner_id", "deal_id", "account_id", "product_id", "period", "basis", "created_at"),
    *("idle_days", "granted_until", "extensions", "extended_days"),
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
            ProtectionRow.granted_until,
            ProtectionRow.idle_days,
            ProtectionRow.extensions,
            ProtectionRow.extended_days,
            ProtectionRow.ended_how,
            ProtectionRow.created_at,
        )
        .where(ProtectionRow.deal_id == any_of("deal_ids"))
        .order_by(STANDS_LAST, ProtectionRow.id.desc())
    )
)


@dataclass(frozen=True, slots=True)
class Terms:
    """On what a protection rests, and how it was extended until now."""

    basis: str
    idle_days: int | None
    granted_until: datetime | None = None
    extensions: int = 0
    extended_days: int = 0


async def grant(
    tx: Tx,
    deal: DealRow,
    product_ids: Collection[UUID],
    starts_at: datetime,
    ends_at: datetime,
    terms: Terms,
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
            basis=terms.basis,
            idle_days=terms.idle_days,
            granted_until=terms.granted_until,
            extensions=terms.extensions,
            extended_days=terms.extended_days,
            created_at=tx.now,
        )
        if not inserted:
            return False
    return True


def _running(tx: Any, bound: Callable[[str, Any], Any]) -> Any:
    table = ProtectionRow.__table__
    return update(ProtectionRow).where(
        table.c.vendor_id == tx.vendor_id, table.c.deal_id == bound("deal_id", Uuid()), table.c.ended_how.is_(None)
    )


def _end(tx: Any, bound: Callable[[str, Any], Any]) -> Any:
    table = ProtectionRow.__table__
    period, now = table.c.period, bound("now", DealRow.created_at.type)
    last = func.least(func.upper(period), now)
    until_now = func.tstzrange(func.lower(period), last)
    # An empty period was over when it was granted; it has no bounds.
    ended = case((last > func.lower(period), until_now), else_=literal_column("'empty'::tstzrange"))
    return _running(tx, bound).values(period=ended, ended_how=bound("how", Text()))


def _take_out(tx: Any, bound: Callable[[str, Any], Any]) -> Any:
    table = ProtectionRow.__table__
    return _end(tx, bound).where(
        table.c.account_id == bound("account_id", Uuid()),
        table.c.product_id == func.any(bound("product_ids", ARRAY(Uuid()))),
    )


def take_out(writes: Writes, tx: Tx, deal_id: UUID, account_id: UUID, product_ids: Collection[UUID]) -> None:
    """End the protection of some products at a customer now, because the registration claims them no longer."""
    own = {"deal_id": deal_id, "account_id": account_id, "product_ids": list(product_ids)}
    writes.add(_take_out, now=tx.now, how="amended", **own)


def end(writes: Writes, tx: Tx, deal_id: UUID, how: str) -> None:
    """End the protection of a registration now, or at its end if that has come."""
    writes.add(_end, deal_id=deal_id, now=tx.now, how=how)


def _extend(tx: Any, bound: Callable[[str, Any], Any]) -> Any:
    table = ProtectionRow.__table__
    days = bound("days", Integer())
    return _running(tx, bound).values(
        period=func.tstzrange(func.lower(table.c.period), bound("ends_at", DealRow.created_at.type)),
        granted_until=null(),
        extensions=table.c.extensions + literal_column("1"),
        extended_days=table.c.extended_days + days,
        basis=table.c.basis + bound("more", Text()),
    )


def extend(writes: Writes, deal_id: UUID, ends_at: datetime, days: int) -> None:
    """Let the protection of a registration run until another instant, and say so in what it rests on."""
    writes.add(_extend, deal_id=deal_id, ends_at=ends_at, days=days, more=f", {days} days more")


def _keep_until(tx: Any, bound: Callable[[str, Any], Any]) -> Any:
    table = ProtectionRow.__table__
    return _running(tx, bound).values(
        period=func.tstzrange(func.lower(table.c.period), bound("until", DealRow.created_at.type)),
        granted_until=func.coalesce(table.c.granted_until, func.upper(table.c.period)),
    )


def keep_until(writes: Writes, deal_id: UUID, until: datetime) -> None:
    """Let the protection of a registration run past its end until an instant, and remember the end."""
    writes.add(_keep_until, deal_id=deal_id, until=until)


def _end_as_granted(tx: Any, bound: Callable[[str, Any], Any]) -> Any:
    table = ProtectionRow.__table__
    granted = _running(tx, bound).where(table.c.granted_until.is_not(None))
    return granted.values(
        period=func.tstzrange(func.lower(table.c.period), table.c.granted_until), granted_until=null()
    )


def end_as_granted(writes: Writes, deal_id: UUID) -> None:
    """Let the protection of a registration end when it was granted to end, and be kept no longer."""
    writes.add(_end_as_granted, deal_id=deal_id)


async def protections_of(tx: Tx, deal_ids: Collection[UUID]) -> dict[UUID, list[Row]]:
    """The protections of these registrations, one row per product; the last one is what stands."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in await _OF_DEALS.rows(tx, deal_ids=list(deal_ids)) if deal_ids else ():
        found[row["deal_id"]].append(row)
    return found


def _held_at(tx: Any) -> Any:
    row = ProtectionRow
    holder = (row.deal_id, row.partner_id, row.account_id)
    began = func.min(func.lower(row.period))
    statement = scoped(tx, row, *holder, func.array_agg(row.product_id).label("product_ids"), began.label("starts_at"))
    runs = func.upper(row.period) > bindparam("now", type_=DealRow.created_at.type)
    return (
        statement.where(row.account_id == any_of("account_ids"), row.ended_how.is_(None), runs)
        .group_by(*holder)
        .order_by(began, row.deal_id)
    )


_HELD_AT = Statement(_held_at)


async def held_at(tx: Tx, account_ids: Collection[UUID]) -> Sequence[Row]:
    """Running protections at these customers, one row per registration: whose, on what, and since when."""
    return await _HELD_AT.rows(tx, account_ids=list(account_ids), now=tx.now) if account_ids else ()
