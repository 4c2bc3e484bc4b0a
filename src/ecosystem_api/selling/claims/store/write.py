"""What changes claims: one row per product, granted and ended together."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Integer, Select, Text, Uuid, case, func, literal_column, null, update
from sqlalchemy.dialects.postgresql import Range

from ecosystem_api.kernel.counted import counted
from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.runtime.statement import Writes, inserting
from ecosystem_api.selling.claims.domain import Coverage, Terms
from ecosystem_api.selling.claims.tables import ProtectionRow

_GRANT = inserting(
    ProtectionRow,
    *("id", "partner_id", "deal_id", "account_id", "product_id", "region", "period", "basis", "created_at"),
    *("idle_days", "granted_until", "extensions", "extended_days"),
    unless_there=True,
)


async def grant(
    tx: Tx,
    *,
    deal_id: UUID,
    partner_id: UUID,
    account_id: UUID,
    coverage: Coverage,
    starts_at: datetime,
    ends_at: datetime,
    terms: Terms,
) -> bool:
    """Protect what is covered of a customer for one registration; False when the database knows another holder.

    Edges: after a refusal some of the products may be protected: whoever asked must take everything back.
    """
    for product_id in sorted(coverage.product_ids):
        inserted = await _GRANT.rows(
            tx,
            id=new_uuid(),
            partner_id=partner_id,
            deal_id=deal_id,
            account_id=account_id,
            product_id=product_id,
            region=coverage.extent.region,
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


def _own(tx: Any, bound: Callable[[str, Any], Any]) -> Any:
    table = ProtectionRow.__table__
    return update(ProtectionRow).where(
        table.c.vendor_id == tx.vendor_id, table.c.deal_id == bound("deal_id", Uuid()), table.c.ended_how.is_(None)
    )


def _end(tx: Any, bound: Callable[[str, Any], Any]) -> Any:
    table = ProtectionRow.__table__
    period, now = table.c.period, bound("now", INSTANT)
    last = func.least(func.upper(period), now)
    until_now = func.tstzrange(func.lower(period), last)
    # An empty period was over when it was granted; it has no bounds.
    ended = case((last > func.lower(period), until_now), else_=literal_column("'empty'::tstzrange"))
    return _own(tx, bound).values(period=ended, ended_how=bound("how", Text()))


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
    return _own(tx, bound).values(
        period=func.tstzrange(func.lower(table.c.period), bound("ends_at", INSTANT)),
        granted_until=null(),
        extensions=table.c.extensions + literal_column("1"),
        extended_days=table.c.extended_days + days,
        basis=table.c.basis + bound("more", Text()),
    )


def extend(writes: Writes, deal_id: UUID, ends_at: datetime, days: int) -> None:
    """Let the protection of a registration run until another instant, and say so in what it rests on."""
    writes.add(_extend, deal_id=deal_id, ends_at=ends_at, days=days, more=f", {counted(days, 'day')} more")


def _keep_until(tx: Any, bound: Callable[[str, Any], Any]) -> Any:
    table = ProtectionRow.__table__
    return _own(tx, bound).values(
        period=func.tstzrange(func.lower(table.c.period), bound("until", INSTANT)),
        granted_until=func.coalesce(table.c.granted_until, func.upper(table.c.period)),
    )


def keep_until(writes: Writes, deal_id: UUID, until: datetime) -> None:
    """Let the protection of a registration run past its end until an instant, and remember the end."""
    writes.add(_keep_until, deal_id=deal_id, until=until)


def _end_as_granted(tx: Any, bound: Callable[[str, Any], Any]) -> Any:
    table = ProtectionRow.__table__
    granted = _own(tx, bound).where(table.c.granted_until.is_not(None))
    return granted.values(
        period=func.tstzrange(func.lower(table.c.period), table.c.granted_until), granted_until=null()
    )


def end_as_granted(writes: Writes, deal_id: UUID) -> None:
    """Let the protection of a registration end when it was granted to end, and be kept no longer."""
    writes.add(_end_as_granted, deal_id=deal_id)


async def count_against(tx: Tx, account_id: UUID, deals: Select[Any], but_against: UUID | None = None) -> None:
    """Have the running claims of registrations count against an account.

    Shape: `deals` selects the ids of the registrations; with `but_against` only claims that count against that one now.
    """
    row = ProtectionRow
    moved = update(row).where(row.vendor_id == tx.vendor_id, row.deal_id.in_(deals))
    moved = moved.where(row.ended_how.is_(None), func.upper(row.period) > tx.now)
    moved = moved if but_against is None else moved.where(row.account_id == but_against)
    await tx.session.execute(moved.values(account_id=account_id).execution_options(synchronize_session=False))
