"""Rows of registrations: find, lock, write, list."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, bindparam, delete, literal_column, or_

from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.runtime.statement import Row, Statement, Writes, any_of
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals.domain import AMENDABLE_STATUSES
from ecosystem_api.selling.deals.tables import DealNoteRow, DealProductRow, DealRow
from ecosystem_api.selling.reviews import service as reviews

# What the moves of a registration change. The rest is its content, which only drafting and correcting write.
_MOVED: Final = (
    "claim_account_id", "status", "stage", "reasons", "remedies", "decision_id", "restored_by_id", "review_id",
    "override_review_id",
    "resubmissions",
    "submitted_at", "decided_at", "closed_at", "closed_amount_minor", "lost_reason", "last_activity_at", "version",
    "updated_at",
)  # fmt: skip
_CONTENT: Final = (
    "account_id", "title", "description", "deal_type", "country", "region", "amount_minor", "currency",
    "expected_close_on", "custom_fields",
)  # fmt: skip


def _whole(tx: Any) -> Select[Any]:
    return scoped(tx, DealRow, *DealRow.__table__.columns).where(DealRow.id == bindparam("deal_id"))


def _idle(tx: Any) -> Select[Any]:
    idle_at = DealRow.last_activity_at + claims.idle_days(tx, DealRow.id) * literal_column("interval '24 hours'")
    return scoped(tx, DealRow, DealRow.id, idle_at.label("idle_at")).where(
        DealRow.claim_account_id == any_of("account_ids"),
        DealRow.status == literal_column("'approved'"),
        idle_at <= bindparam("now", type_=INSTANT),
    )


def _lock_in_turn(tx: Any) -> Select[Any]:
    is_late = or_(reviews.lapsed(tx).exists(), claims.overrun(tx).exists(), _idle(tx).correlate(None).exists())
    return _whole(tx).add_columns(is_late.label("is_late")).with_for_update(key_share=True)


_LOCK = Statement(lambda tx: _whole(tx).with_for_update(key_share=True))
_LOCK_IN_TURN = Statement(_lock_in_turn)
_FIND_ACCOUNT = Statement(lambda tx: _whole(tx).with_only_columns(DealRow.account_id))
_IDLE = Statement(_idle)
_JUDGED_AT = Statement(
    lambda tx: scoped(tx, DealRow, DealRow.id).where(
        DealRow.claim_account_id == any_of("account_ids"),
        DealRow.status.in_([literal_column(f"'{status}'") for status in AMENDABLE_STATUSES]),
    )
)
_PRODUCTS = Statement(
    lambda tx: (
        scoped(tx, DealProductRow, DealProductRow.deal_id, DealProductRow.product_id, DealProductRow.quantity)
        .where(DealProductRow.deal_id == any_of("deal_ids"))
        .order_by(DealProductRow.product_id)
    )
)


async def find_deal(tx: Tx, deal_id: UUID) -> DealRow | None:
    """One registration the caller may see."""
    statement = scoped(tx, DealRow).where(DealRow.id == deal_id)
    # Moves write past the session: what it read of this registration before may be older than they are.
    row: DealRow | None = await tx.session.scalar(statement.execution_options(populate_existing=True))
    return row


async def lock_deal(tx: Tx, deal_id: UUID) -> DealRow | None:
    """One registration the caller may see, as it is now, locked until the transaction ends.

    Edges: the session does not know the row: what a move changes is written with `keep`.
    """
    found = await _LOCK.row(tx, deal_id=deal_id)
    return DealRow(**found) if found else None


async def lock_in_turn(tx: Tx, deal_id: UUID, account_ids: Collection[UUID]) -> tuple[DealRow, bool] | None:
    """One registration as `lock_deal` has it, and whether anything may be overdue at the accounts of its customer.

    Edges: of reviews it is only known whether one of the vendor's is: what it is about is asked where one is.
    """
    found = await _LOCK_IN_TURN.row(tx, deal_id=deal_id, account_ids=list(account_ids), now=tx.now)
    if found is None:
        return None
    columns = dict(found)
    is_late = columns.pop("is_late")
    return DealRow(**columns), is_late


async def judged_at(tx: Tx, account_ids: Collection[UUID]) -> list[UUID]:
    """Registrations at these accounts about which, or about a change of which, somebody may have to decide."""
    return [row["id"] for row in await _JUDGED_AT.rows(tx, account_ids=list(account_ids))]


async def idle_at(tx: Tx, account_ids: Collection[UUID]) -> list[tuple[UUID, datetime]]:
    """Protected registrations at these accounts with which nothing has happened for too long, and since when that is.

    Edges: by the days alone, be it that their partners have had no notice yet.
    """
    rows = await _IDLE.rows(tx, account_ids=list(account_ids), now=tx.now)
    return [(row["id"], row["idle_at"]) for row in rows]


async def find_account_of(tx: Tx, deal_id: UUID) -> UUID | None:
    """The customer of a registration the caller may see."""
    found: UUID | None = await _FIND_ACCOUNT.value(tx, deal_id=deal_id)
    return found


def keep(writes: Writes, row: DealRow, *, with_content: bool = False) -> None:
    """Write what a move changed in a registration; with its content, what a correction changed."""
    names = (*_MOVED, *_CONTENT) if with_content else _MOVED
    writes.change(DealRow, row.id, **{name: getattr(row, name) for name in names})


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


async def products_of(tx: Tx, deal_ids: Collection[UUID]) -> dict[UUID, list[Row]]:
    """The products of these registrations: `product_id` and `quantity`."""
    found: dict[UUID, list[Row]] = defaultdict(list)
    for row in await _PRODUCTS.rows(tx, deal_ids=list(deal_ids)) if deal_ids else ():
        found[row["deal_id"]].append(row)
    return found


async def coverage_of(tx: Tx, deal_id: UUID, region: str | None, *, by_region: bool) -> claims.Coverage:
    """What a registration of this region claims."""
    product_ids = frozenset(one["product_id"] for one in (await products_of(tx, [deal_id]))[deal_id])
    return claims.Coverage(product_ids, claims.extent_of(region, by_region=by_region))


async def clear_products(tx: Tx, deal_id: UUID) -> None:
    """Take all products off a registration."""
    await tx.session.execute(
        delete(DealProductRow).where(DealProductRow.vendor_id == tx.vendor_id, DealProductRow.deal_id == deal_id)
    )


def notes(tx: Tx, deal_id: UUID) -> Select[Any]:
    """The notes on a registration that the caller may read."""
    return scoped(tx, DealNoteRow).where(DealNoteRow.deal_id == deal_id)
