"""Read registrations as their reader may see them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.money import Money
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, page_of
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import (
    PROTECTED_ONCE_STATUSES,
    Waiting,
    allowed_actions,
    missing_fields,
    moved,
    queue_of,
    queue_place,
)
from ecosystem_api.selling.deals.schemas import (
    DealExternalId,
    DealProduct,
    DealRead,
    DealStaffRead,
    ProtectionRead,
    QueueRead,
)
from ecosystem_api.selling.deals.tables import DealProductRow, DealRow, ProtectionRow
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.schemas import DecisionRead
from ecosystem_api.selling.products import service as products

WRITE, DECIDE = "deals:write", "deals:decide"
_AS_THEY_ARE = (
    "id", "partner_id", "account_id", "title", "description", "deal_type", "country", "region", "expected_close_on",
    "status", "stage", "reasons", "remedies", "decision_id", "submitted_at", "decided_at", "closed_at", "lost_reason",
    "last_activity_at", "version", "created_at", "updated_at",
)  # fmt: skip


async def get_deal(tx: Tx, who: Caller, deal_id: UUID) -> DealRead:
    """One registration. Errors: `NotFound`."""
    row = await store.find_deal(tx, deal_id)
    if row is None:
        raise NotFound()
    return await read_deal(tx, who, row)


async def list_deals(
    tx: Tx, who: Caller, paging: Paging, filters: dict[str, Any], *, by_submission: bool, is_ascending: bool
) -> Page[DealRead]:
    """Registrations the caller may see, by the day they were drafted or submitted.

    Edges: by submission, those never submitted are left out.
    """
    statement = store.deals(tx, filters)
    column: Any = DealRow.created_at
    if by_submission:
        column = DealRow.submitted_at
        statement = statement.where(DealRow.submitted_at.is_not(None))
    keys = [(column, not is_ascending), (DealRow.id, not is_ascending)]
    page = await page_of(tx, statement, paging, keys, lambda row: row)
    return Page(data=await read_deals(tx, who, page.data), next_cursor=page.next_cursor)


async def deal_decision(tx: Tx, deal_id: UUID) -> DecisionRead:
    """The decision that stands about a registration. Errors: `NotFound`."""
    if await store.find_deal(tx, deal_id) is None:
        raise NotFound()
    return await engagement.latest_decision(tx, encode("deal", deal_id))


async def read_deal(tx: Tx, who: Caller, row: DealRow) -> DealRead:
    """A row as its reader may see it."""
    return (await read_deals(tx, who, [row]))[0]


async def read_deals(tx: Tx, who: Caller, rows: Sequence[DealRow]) -> list[DealRead]:
    """Rows as answers, with one query per kind of child however many rows there are."""
    ids = [row.id for row in rows]
    claimed = await store.products_of(tx, ids)
    named = await products.products_with(tx, {one.product_id for each in claimed.values() for one in each})
    skus = {key: product.sku for key, product in named.items()}
    protections = await store.protections_of(tx, [row.id for row in rows if row.status in PROTECTED_ONCE_STATUSES])
    queues = await queues_of(tx, {row.claim_account_id for row in rows if row.status == "waiting"})
    return [
        _read(who, row, claimed[row.id], skus, protections[row.id], queue_read(row, claimed[row.id], queues))
        for row in rows
    ]


async def queues_of(tx: Tx, claim_account_ids: set[UUID | None]) -> dict[UUID, list[Waiting]]:
    """The queues of some customers, over all partners."""
    wanted = [account_id for account_id in claim_account_ids if account_id is not None]
    if not wanted:
        return {}
    async with tx.vendor_wide():
        return await store.waiting_for(tx, wanted)


def queue_read(row: DealRow, claimed: Sequence[DealProductRow], queues: dict[UUID, list[Waiting]]) -> QueueRead | None:
    """The place of a waiting registration among those that want a product in common."""
    if row.status != "waiting" or row.claim_account_id is None:
        return None
    queue = queue_of(frozenset(one.product_id for one in claimed), queues.get(row.claim_account_id, []))
    place = queue_place(row.id, queue)
    return QueueRead(place=place, length=len(queue)) if place else None


def moved_by(who: Caller, row: DealRow, action: str) -> str:
    """The status after a caller's action. Errors: `IllegalMove`, listing what the caller may do instead."""
    may_write, may_decide = WRITE in who.scopes, DECIDE in who.scopes
    return moved(row.status, row.stage, action, may_write=may_write, may_decide=may_decide)


def actions_of(who: Caller, row: DealRow) -> list[str]:
    """What a caller may do with a registration now."""
    return allowed_actions(row.status, row.stage, may_write=WRITE in who.scopes, may_decide=DECIDE in who.scopes)


def number_of(row: DealRow) -> str:
    """The registration's number as people say it."""
    return f"DR-{row.number:06d}"


def amount_of(row: DealRow) -> Money | None:
    """The expected value."""
    return None if row.amount_minor is None or row.currency is None else Money(row.amount_minor, row.currency)


def protection_read(rows: Sequence[ProtectionRow]) -> ProtectionRead | None:
    """The latest protection as one period: its products began and end together."""
    if not rows:
        return None
    last = rows[-1]
    lower, upper = last.period.lower, last.period.upper
    if lower is None or upper is None:
        # Ended at the very instant it began: PostgreSQL keeps no bounds of an empty period.
        lower = upper = last.created_at
    return ProtectionRead(starts_at=lower, ends_at=upper, basis=last.basis, ended_how=last.ended_how)


def _read(
    who: Caller,
    row: DealRow,
    claimed: Sequence[DealProductRow],
    skus: dict[UUID, str],
    protections: Sequence[ProtectionRow],
    queue: QueueRead | None,
) -> DealRead:
    own = {name: getattr(row, name) for name in _AS_THEY_ARE}
    closed = None
    if row.closed_amount_minor is not None and row.currency is not None:
        closed = Money(row.closed_amount_minor, row.currency)
    external = None
    if row.external_system is not None and row.external_id is not None:
        external = DealExternalId(system=row.external_system, id=row.external_id)
    lines = sorted(
        (DealProduct(sku=skus[one.product_id], quantity=one.quantity) for one in claimed), key=lambda p: p.sku
    )
    staff = None
    if not who.is_partner:
        staff = DealStaffRead(claim_account_id=row.claim_account_id, created_by_partner=row.created_by_partner)
    return DealRead(
        **own,
        number=number_of(row),
        products=lines,
        amount=amount_of(row),
        missing=missing_fields(amount_minor=row.amount_minor, products=lines, expected_close_on=row.expected_close_on),
        protection=protection_read(protections),
        queue=queue,
        allowed_actions=actions_of(who, row),
        external_id=external,
        closed_amount=closed,
        staff=staff,
    )
