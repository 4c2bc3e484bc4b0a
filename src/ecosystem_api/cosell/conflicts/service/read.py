"""Read opportunities and conflicts as their reader may see them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from ecosystem_api.cosell.conflicts import store
from ecosystem_api.cosell.conflicts.domain import allowed_actions
from ecosystem_api.cosell.conflicts.schemas import (
    ConflictRead,
    ConflictStaffRead,
    DisclosedRead,
    OpportunityExternalId,
    OpportunityRead,
)
from ecosystem_api.cosell.conflicts.schemas.opportunities import OpportunityConflict
from ecosystem_api.cosell.conflicts.tables import ConflictRow, VendorOpportunityRow
from ecosystem_api.kernel.money import Money
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.market.products import service as products
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, page_of

ANSWER, DECIDE = "conflicts:answer", "conflicts:decide"


async def get_opportunity(tx: Tx, opportunity_id: UUID) -> OpportunityRead:
    """One opportunity. Errors: `NotFound`."""
    row = await store.find_opportunity(tx, opportunity_id)
    if row is None:
        raise NotFound()
    return (await read_opportunities(tx, [row]))[0]


async def list_opportunities(
    tx: Tx,
    paging: Paging,
    *,
    status: str | None,
    account_id: UUID | None,
    system: str | None,
    external_id: str | None,
) -> Page[OpportunityRead]:
    """Opportunities of the vendor's own team, newest first."""
    statement = store.opportunities(tx, status=status, account_id=account_id, system=system, external_id=external_id)
    page = await page_of(tx, statement, paging, [(VendorOpportunityRow.id, True)], lambda row: row)
    return Page(data=await read_opportunities(tx, page.data), next_cursor=page.next_cursor)


async def get_conflict(tx: Tx, who: Caller, conflict_id: UUID) -> ConflictRead:
    """One conflict. Errors: `NotFound`."""
    row = await store.find_conflict(tx, conflict_id)
    if row is None:
        raise NotFound()
    return await read_conflict(tx, who, row)


async def list_conflicts(
    tx: Tx,
    who: Caller,
    paging: Paging,
    *,
    status: str | None,
    obligation: str | None,
    partner_id: UUID | None,
    deal_id: UUID | None,
    opportunity_id: UUID | None,
    is_overdue: bool,
) -> Page[ConflictRead]:
    """Conflicts the caller may see, newest first. Edges: a partner cannot ask by the vendor's opportunity."""
    statement = store.conflicts(
        tx,
        status=status,
        obligation=obligation,
        partner_id=partner_id,
        deal_id=deal_id,
        opportunity_id=opportunity_id if who.is_staff else None,
        overdue_at=tx.now if is_overdue else None,
    )
    page = await page_of(tx, statement, paging, [(ConflictRow.id, True)], lambda row: row)
    return Page(data=await read_conflicts(tx, who, page.data), next_cursor=page.next_cursor)


async def read_conflict(tx: Tx, who: Caller, row: ConflictRow) -> ConflictRead:
    """A row as its reader may see it."""
    return (await read_conflicts(tx, who, [row]))[0]


async def read_conflicts(tx: Tx, who: Caller, rows: Sequence[ConflictRow]) -> list[ConflictRead]:
    """Rows as answers. What a partner reads of the vendor's opportunity is what the book let it know."""
    async with tx.vendor_wide():
        subjects = await store.opportunities_with(tx, {row.opportunity_id for row in rows})
        skus = await products.skus_of(tx, {one for row in subjects.values() for one in row.product_ids})
    return [_conflict(who, row, subjects[row.opportunity_id], skus) for row in rows]


async def read_opportunities(tx: Tx, rows: Sequence[VendorOpportunityRow]) -> list[OpportunityRead]:
    """Rows as answers, for the vendor's side."""
    conflicts = await store.conflicts_of(tx, [row.id for row in rows])
    skus = await products.skus_of(tx, {one for row in rows for one in row.product_ids})
    return [_opportunity(row, conflicts.get(row.id, []), skus) for row in rows]


def _conflict(who: Caller, row: ConflictRow, subject: VendorOpportunityRow, skus: Mapping[UUID, str]) -> ConflictRead:
    shown = {"amount", "opened_on", "products", "stage"} if who.is_staff else set(row.disclosed)
    known: dict[str, Any] = {
        "products": sorted(skus[one] for one in subject.product_ids),
        "stage": subject.stage,
        "amount": _amount(subject),
        "opened_on": subject.opened_on,
    }
    told = {name: value if name in shown else None for name, value in known.items()}
    staff = ConflictStaffRead(
        opportunity_id=subject.id, decision_id=subject.decision_id, because=row.because, ended_by=row.ended_by
    )
    plain = set(ConflictRead.model_fields) & set(row.__table__.columns.keys())
    own = {name: getattr(row, name) for name in plain}
    return ConflictRead.model_validate(
        own
        | {
            "deal_registration_id": row.deal_id,
            "is_overdue": row.overdue_at is not None,
            "opportunity": DisclosedRead.model_validate(told),
            "allowed_actions": actions_of(who, row),
            "staff": staff if who.is_staff else None,
        }
    )


def actions_of(who: Caller, row: ConflictRow) -> list[str]:
    """What a caller may do with a conflict now."""
    return allowed_actions(
        row.status, is_partner=who.is_partner, may_answer=ANSWER in who.scopes, may_decide=DECIDE in who.scopes
    )


def _opportunity(
    row: VendorOpportunityRow, conflicts: Sequence[ConflictRow], skus: Mapping[UUID, str]
) -> OpportunityRead:
    plain = set(OpportunityRead.model_fields) & set(row.__table__.columns.keys())
    own: dict[str, Any] = {name: getattr(row, name) for name in plain}
    return OpportunityRead.model_validate(
        own
        | {
            "external_id": OpportunityExternalId(system=row.external_system, id=row.external_id),
            "products": sorted(skus[one] for one in row.product_ids),
            "amount": _amount(row),
            "conflicts": [OpportunityConflict.model_validate(one, from_attributes=True) for one in conflicts],
        }
    )


def _amount(row: VendorOpportunityRow) -> Money | None:
    return None if row.amount_minor is None or row.currency is None else Money(row.amount_minor, row.currency)
