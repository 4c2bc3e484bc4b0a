"""Read leads and offers as their reader may see them."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from ecosystem_api.cosell.leads import store
from ecosystem_api.cosell.leads.domain import allowed_actions, offer_actions
from ecosystem_api.cosell.leads.schemas import (
    LeadContact,
    LeadDisclosed,
    LeadExternalId,
    LeadOfferRead,
    LeadOfferStaffRead,
    LeadRead,
    LeadStaffRead,
)
from ecosystem_api.cosell.leads.tables import LeadOfferRow, LeadRow
from ecosystem_api.kernel.money import Money
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.market.products import service as products
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, page_of
from ecosystem_api.selling.deals.schemas import DealProduct

_SAME = (
    "id", "status", "partner_id", "account_id", "title", "need", "country", "region", "vertical", "skills",
    "certifications", "company_size", "source", "closed_reason", "accepted_at", "register_by", "converted_at",
    "closed_at", "version", "created_at", "updated_at",
)  # fmt: skip
_SAME_OFFER = (
    "id", "lead_id", "partner_id", "status", "points", "criteria", "decision_id", "offered_at", "expires_at",
    "answered_at", "reason", "note", "version", "created_at", "updated_at",
)  # fmt: skip


async def get_lead(tx: Tx, who: Caller, lead_id: UUID) -> LeadRead:
    """One lead. Errors: `NotFound`."""
    return await read_lead(tx, who, await get_row(tx, lead_id))


async def list_leads(tx: Tx, who: Caller, paging: Paging, filters: Mapping[str, Any]) -> Page[LeadRead]:
    """Leads the caller may see, newest first."""
    page = await page_of(tx, store.leads(tx, filters), paging, [(LeadRow.id, True)], lambda row: row)
    return Page(data=await _read_leads(tx, who, page.data), next_cursor=page.next_cursor)


async def get_offer(tx: Tx, offer_id: UUID) -> LeadOfferRead:
    """One offer. Errors: `NotFound`."""
    row = await store.find_offer(tx, offer_id)
    if row is None:
        raise NotFound()
    return read_offer(tx, row)


async def list_offers(tx: Tx, paging: Paging, filters: Mapping[str, Any]) -> Page[LeadOfferRead]:
    """Offers the caller may see, newest first."""
    keys = [(LeadOfferRow.id, True)]
    return await page_of(tx, store.offers(tx, filters), paging, keys, lambda row: read_offer(tx, row))


async def get_row(tx: Tx, lead_id: UUID, *, is_locked: bool = False) -> LeadRow:
    """The row of a lead the caller may see. Errors: `NotFound`."""
    row = await store.find_lead(tx, lead_id, is_locked=is_locked)
    if row is None:
        raise NotFound()
    return row


async def read_lead(tx: Tx, who: Caller, row: LeadRow) -> LeadRead:
    """One row as its reader may see it."""
    return (await _read_leads(tx, who, [row]))[0]


def read_offer(tx: Tx, row: LeadOfferRow) -> LeadOfferRead:
    """One offer as its reader may see it."""
    staff = (
        LeadOfferStaffRead(round=row.round, lead_routing_id=row.lead_routing_id, is_by_hand=row.is_by_hand)
        if tx.partner_id is None
        else None
    )
    return LeadOfferRead.model_validate(
        {
            **{name: getattr(row, name) for name in _SAME_OFFER},
            "allowed_actions": offer_actions(row.status, row.expires_at, tx.now),
            "lead": LeadDisclosed.model_validate(row.disclosed),
            "staff": staff,
        }
    )


def lines_of(row: LeadRow, skus: Mapping[UUID, str]) -> list[DealProduct]:
    """The products of a lead, in the order in which they were named."""
    return [
        DealProduct(sku=skus[product_id], quantity=quantity)
        for product_id, quantity in zip(row.product_ids, row.quantities, strict=True)
    ]


def amount_of(row: LeadRow) -> Money | None:
    """The estimated value of a lead."""
    return Money(row.amount_minor, row.currency) if row.amount_minor is not None and row.currency else None


async def _read_leads(tx: Tx, who: Caller, rows: Sequence[LeadRow]) -> list[LeadRead]:
    skus = await products.skus_of(tx, {product_id for row in rows for product_id in row.product_ids})
    return [_read(who, row, skus) for row in rows]


def _read(who: Caller, row: LeadRow, skus: Mapping[UUID, str]) -> LeadRead:
    contact = None
    if row.contact_name is not None:
        parts = ("name", "email", "phone", "job_title")
        contact = LeadContact.model_validate({part: getattr(row, f"contact_{part}") for part in parts})
    external = None
    if row.external_system is not None and row.external_id is not None:
        external = LeadExternalId(system=row.external_system, id=row.external_id)
    return LeadRead.model_validate(
        {
            **{name: getattr(row, name) for name in _SAME},
            "allowed_actions": allowed_actions(row.status, is_partner=who.is_partner),
            "contact": contact,
            "products": lines_of(row, skus),
            "amount": amount_of(row),
            "deal_registration_id": row.deal_id,
            "staff": None if who.is_partner else LeadStaffRead(external_id=external, rounds=row.rounds),
        }
    )
