"""Queries of leads, rankings and offers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_

from ecosystem_api.cosell.leads.tables import LeadOfferRow, LeadRoutingRow, LeadRow
from ecosystem_api.kernel.reason import own_reason
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered

_ANSWERED = ("accepted", "declined", "timed_out")
NOT_REGISTERED = own_reason(
    "not_registered", "The partner accepted a lead and registered no deal in time; it was taken back."
)
"""Why an accepted lead was taken back by time; it counts as answered and not as accepted."""


@dataclass(frozen=True, slots=True)
class History:
    """What a partner was offered and did with it, and what it has in hand."""

    answered: int = 0
    accepted: int = 0
    promptness: int = 0
    open_now: int = 0
    received: int = 0
    last_offered_at: datetime | None = None


async def find_lead(tx: Tx, lead_id: UUID, *, is_locked: bool = False) -> LeadRow | None:
    """One lead the caller may see. The lock makes everything that happens to a lead happen one by one."""
    statement = scoped(tx, LeadRow).where(LeadRow.id == lead_id)
    locked = statement.with_for_update().execution_options(populate_existing=True)
    row: LeadRow | None = await tx.session.scalar(locked if is_locked else statement)
    return row


async def find_by_external_id(tx: Tx, system: str, external_id: str) -> LeadRow | None:
    """The lead that another system knows under this id, locked."""
    statement = scoped(tx, LeadRow).where(LeadRow.external_system == system, LeadRow.external_id == external_id)
    row: LeadRow | None = await tx.session.scalar(statement.with_for_update())
    return row


def leads(tx: Tx, filters: Mapping[str, Any]) -> Select[Any]:
    """Leads the caller may see, filtered by columns of these names."""
    return filtered(tx, LeadRow, **filters)


def offers(tx: Tx, filters: Mapping[str, Any]) -> Select[Any]:
    """Offers the caller may see, filtered by columns of these names."""
    return filtered(tx, LeadOfferRow, **filters)


async def find_offer(tx: Tx, offer_id: UUID, *, is_locked: bool = False) -> LeadOfferRow | None:
    """One offer the caller may see. Whoever locks it has locked its lead before."""
    statement = scoped(tx, LeadOfferRow).where(LeadOfferRow.id == offer_id)
    locked = statement.with_for_update().execution_options(populate_existing=True)
    row: LeadOfferRow | None = await tx.session.scalar(locked if is_locked else statement)
    return row


async def find_standing_offer(tx: Tx, lead_id: UUID) -> LeadOfferRow | None:
    """The offer of a lead that is open or was accepted, the latest."""
    statement = scoped(tx, LeadOfferRow).where(
        LeadOfferRow.lead_id == lead_id, LeadOfferRow.status.in_(("open", "accepted"))
    )
    row: LeadOfferRow | None = await tx.session.scalar(statement.order_by(LeadOfferRow.id.desc()).limit(1))
    return row


async def partners_asked(tx: Tx, lead_id: UUID) -> set[UUID]:
    """The partners that were asked about a lead."""
    return set(await tx.session.scalars(scoped(tx, LeadOfferRow, LeadOfferRow.partner_id).where(_of(lead_id))))


def _of(lead_id: UUID) -> Any:
    return LeadOfferRow.lead_id == lead_id


async def find_routing(tx: Tx, routing_id: UUID) -> LeadRoutingRow | None:
    """One recorded ranking."""
    statement = scoped(tx, LeadRoutingRow).where(LeadRoutingRow.id == routing_id)
    row: LeadRoutingRow | None = await tx.session.scalar(statement)
    return row


def routings(tx: Tx, lead_id: UUID) -> Select[Any]:
    """The rankings by which a lead was routed."""
    return scoped(tx, LeadRoutingRow).where(LeadRoutingRow.lead_id == lead_id)


async def histories(tx: Tx, *, since: datetime, received_since: datetime) -> dict[UUID, History]:
    """What each partner was offered: answers since one instant, offers since another, and what is open now."""
    row = LeadOfferRow
    answered = (row.offered_at >= since) & (row.status.in_(_ANSWERED) | (row.reason == NOT_REGISTERED))
    promptness = func.coalesce(func.sum(row.promptness).filter(answered), 0)
    statement = scoped(
        tx,
        row,
        row.partner_id,
        func.count().filter(answered),
        func.count().filter((row.offered_at >= since) & (row.status == "accepted")),
        promptness,
        func.count().filter(row.status == "open"),
        func.count().filter(row.offered_at >= received_since),
        func.max(row.offered_at),
    ).where(or_(row.offered_at >= min(since, received_since), row.status == "open"))
    found: Any = await tx.session.execute(statement.group_by(row.partner_id))
    return {partner_id: History(*numbers) for partner_id, *numbers in found}


async def leads_in_hand(tx: Tx) -> dict[UUID, int]:
    """How many leads each partner has accepted and not registered yet."""
    statement = scoped(tx, LeadRow, LeadRow.partner_id, func.count()).where(LeadRow.status == "accepted")
    found: Any = await tx.session.execute(statement.group_by(LeadRow.partner_id))
    return dict(found.all())


async def rankings_between(tx: Tx, since: datetime, until: datetime) -> Sequence[Any]:
    """The rankings of a window with the partner that was offered the lead by each: (ranking, partner_id)."""
    statement = scoped(tx, LeadRoutingRow, LeadRoutingRow.ranking, LeadOfferRow.partner_id).join(
        LeadOfferRow,
        (LeadOfferRow.vendor_id == LeadRoutingRow.vendor_id) & (LeadOfferRow.lead_routing_id == LeadRoutingRow.id),
    )
    window = (LeadRoutingRow.created_at >= since) & (LeadRoutingRow.created_at < until)
    return list(await tx.session.execute(statement.where(window).order_by(LeadRoutingRow.id)))
