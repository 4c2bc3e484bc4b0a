"""What a judgement, and whoever tells of claims, asks of them."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, func, literal_column

from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.runtime.statement import Row, Statement, any_of
from ecosystem_api.selling.claims.domain import Claim, Coverage, Extent, HeldClaim, UnendedClaim
from ecosystem_api.selling.claims.tables import STANDS_LAST, ProtectionRow

Wanted = Callable[[Any], Any]
# One that was over when it was granted has no bounds.
_ENDS_AT = func.coalesce(func.upper(ProtectionRow.period), ProtectionRow.created_at)
_LAST = Statement(
    lambda tx: (
        scoped(
            tx,
            ProtectionRow,
            func.lower(ProtectionRow.period).label("starts_at"),
            func.upper(ProtectionRow.period).label("ends_at"),
            ProtectionRow.region,
            ProtectionRow.basis,
            ProtectionRow.granted_until,
            ProtectionRow.idle_days,
            ProtectionRow.extensions,
            ProtectionRow.extended_days,
            ProtectionRow.ended_how,
            ProtectionRow.created_at,
        )
        .where(ProtectionRow.deal_id == bindparam("deal_id"))
        .order_by(STANDS_LAST.desc(), ProtectionRow.id)
        .limit(literal_column("1"))
    )
)


async def last_of(tx: Tx, deal_id: UUID) -> Row | None:
    """What stands of the claims of a registration: its products began and end together, so one row tells it."""
    return await _LAST.row(tx, deal_id=deal_id)


def running(tx: Any) -> Select[Any]:
    """The running claims on some customers. Shape: takes `account_ids` and `now`."""
    return unended(tx).where(*_runs())


def unended(tx: Any) -> Select[Any]:
    """The claims on some customers that nobody has ended, be it that their time is over. Shape: takes `account_ids`."""
    row = ProtectionRow
    return scoped(tx, row, row.deal_id, row.partner_id, row.product_id, row.region, _ENDS_AT.label("ends_at")).where(
        row.account_id == any_of("account_ids"), row.ended_how.is_(None)
    )


def overrun(tx: Any) -> Select[Any]:
    """Claims on some customers whose end has come without anybody having ended them. Shape: as `running`."""
    return unended(tx).where(bindparam("now", type_=INSTANT) >= _ENDS_AT)


def running_nearby(tx: Any, is_wanted: Wanted) -> Select[Any]:
    """Registrations of other partners with a running claim at some accounts, and its region.

    Shape: takes `relative_ids`, `partner_id` and `now`; `is_wanted` says of a product whether it counts.
    """
    row = ProtectionRow
    return scoped(tx, row, row.deal_id, row.region).where(
        row.account_id == any_of("relative_ids"),
        row.partner_id != bindparam("partner_id", type_=Uuid()),
        *_runs(),
        is_wanted(row.product_id),
    )


def last_ended(tx: Any, is_wanted: Wanted) -> Select[Any]:
    """When the last of the claims on some customers has ended that somebody or time has ended, for each region.

    Shape: takes `account_ids`; `is_wanted` says of a product whether it counts.
    """
    row = ProtectionRow
    is_one = (row.account_id == any_of("account_ids"), is_wanted(row.product_id), row.ended_how.is_not(None))
    at = func.upper(row.period)
    # One that ended at the very instant it began has no bounds, and was never in anybody's way.
    ended = scoped(tx, row, row.region, func.max(at).label("at")).where(*is_one, at.is_not(None))
    return ended.group_by(row.region)


def region_held(tx: Any, deal_id: Any) -> Any:
    """The region of the running claim of the registration of the SELECT around it; null where it counts everywhere."""
    row = ProtectionRow
    held = scoped(tx, row, row.region).where(row.deal_id == deal_id, row.ended_how.is_(None))
    return held.limit(literal_column("1")).correlate(deal_id.table).scalar_subquery()


def idle_days(tx: Any, deal_id: Any) -> Any:
    """The days without progress that end the claim of the registration of the SELECT around it; null where none do."""
    row = ProtectionRow
    held = scoped(tx, row, row.idle_days).where(row.deal_id == deal_id, row.ended_how.is_(None))
    return held.limit(literal_column("1")).correlate(deal_id.table).scalar_subquery()


def _held_at(tx: Any) -> Any:
    row = ProtectionRow
    holder = (row.deal_id, row.partner_id, row.account_id, row.region)
    began = func.min(func.lower(row.period))
    statement = scoped(tx, row, *holder, func.array_agg(row.product_id).label("product_ids"), began.label("starts_at"))
    return (
        statement.where(row.account_id == any_of("account_ids"), *_runs())
        .group_by(*holder)
        .order_by(began, row.deal_id)
    )


def _of_these(tx: Any) -> Any:
    row = ProtectionRow
    return scoped(tx, row, row.deal_id, row.partner_id, row.product_id, row.region).where(
        row.deal_id == any_of("deal_ids"), *_runs()
    )


def _ended_at(tx: Any) -> Any:
    row = ProtectionRow
    ended = scoped(tx, row, row.product_id, row.region, func.max(func.upper(row.period)).label("at"))
    is_one = (row.account_id == any_of("account_ids"), row.ended_how.is_not(None))
    return ended.where(*is_one).group_by(row.product_id, row.region)


_RUNNING, _HELD_AT, _OF_THESE = Statement(running), Statement(_held_at), Statement(_of_these)
_UNENDED, _ENDED_AT = Statement(unended), Statement(_ended_at)


async def unended_claims(tx: Tx, account_ids: Collection[UUID]) -> list[UnendedClaim]:
    """What is claimed of these customers until somebody ends it, be it that its time is over."""
    rows = await _UNENDED.rows(tx, account_ids=list(account_ids))
    return [UnendedClaim(row["deal_id"], claim_of(row).coverage, row["ends_at"]) for row in rows]


async def last_ends(tx: Tx, account_ids: Collection[UUID]) -> list[tuple[Coverage, datetime]]:
    """What was claimed of these customers before, and when the last claim on it ended."""
    return [
        (Coverage(frozenset({row["product_id"]}), Extent(row["region"])), row["at"])
        for row in await _ENDED_AT.rows(tx, account_ids=list(account_ids))
        if row["at"] is not None  # one that ended when it began has no bounds, and was never in anybody's way
    ]


async def running_claims(tx: Tx, account_ids: Collection[UUID]) -> list[Claim]:
    """Protected claims on these customers that neither anybody nor time has ended."""
    return [claim_of(row) for row in await _RUNNING.rows(tx, account_ids=list(account_ids), now=tx.now)]


async def claims_of(tx: Tx, deal_ids: Collection[UUID]) -> list[Claim]:
    """Running claims of these registrations."""
    return [claim_of(row) for row in await _OF_THESE.rows(tx, deal_ids=list(deal_ids), now=tx.now)]


def claim_of(row: Mapping[str, Any]) -> Claim:
    """A running claim as it was read, also as JSON has it."""
    deal_id, partner_id, product_id = (
        UUID(one) if isinstance(one, str) else one for one in (row["deal_id"], row["partner_id"], row["product_id"])
    )
    return Claim(deal_id, partner_id, product_id, Extent(row["region"]))


async def held_at(tx: Tx, account_ids: Collection[UUID]) -> list[HeldClaim]:
    """Running protections at these accounts, one for each registration and account, in the order they began."""
    rows = await _HELD_AT.rows(tx, account_ids=list(account_ids), now=tx.now) if account_ids else ()
    return [
        HeldClaim(
            row["deal_id"],
            row["partner_id"],
            row["account_id"],
            Coverage(frozenset(row["product_ids"]), Extent(row["region"])),
            row["starts_at"],
        )
        for row in rows
    ]


def _runs() -> tuple[Any, Any]:
    # Also what began after this transaction, which then had to wait for the customer's lock: so a claim is not asked
    # whether it contains the instant.
    return ProtectionRow.ended_how.is_(None), func.upper(ProtectionRow.period) > bindparam("now", type_=INSTANT)
