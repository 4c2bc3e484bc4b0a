"""Correct a registration while it may be corrected: a draft, one that was returned, one that was rejected."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.network.fields import service as custom
from ecosystem_api.network.fields.domain import merged_values
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.reading import Written
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import EDITABLE_STATUSES, RESOURCE
from ecosystem_api.selling.deals.errors import NotEditable
from ecosystem_api.selling.deals.events import DealUpdated
from ecosystem_api.selling.deals.schemas import DealRead, DealUpdate
from ecosystem_api.selling.deals.service.draft import claimed_products, named_account, write_products
from ecosystem_api.selling.deals.service.read import show_deal
from ecosystem_api.selling.deals.service.search import keep_words_of
from ecosystem_api.selling.deals.service.tell import tell
from ecosystem_api.selling.deals.tables import DealRow

REQUIRED = {"title", "deal_type", "country", "account_id", "customer", "custom_fields"}
_APART = {"products", "amount", "account_id", "customer"}


async def update_deal(tx: Tx, who: Caller, deal_id: UUID, body: DealUpdate, if_match: str | None) -> Written[DealRead]:
    """Change a draft, a returned or a rejected registration; what changes is judged when it is submitted again.

    Edges: one that was returned keeps its place, unless it names another company or claims more, a product or where
    claims are by region another one: its place then counts from now, for nobody may wait behind a claim that was not
    made yet. Custom fields that partners do not write are no part of what is registered: the vendor's side changes them
    in any state.
    Errors: `NotFound`, `NotEditable`, `PreconditionFailed`, `UnknownProduct`, `CustomFieldNotWritable`,
    `InvalidRequest` for an unknown account and for what a custom field does not take; in describing a
    customer `AmbiguousIdentifiers`, `IdentifierTaken`, `ExternalIdTaken`.
    """
    row = await _editable(tx, who, deal_id, body, if_match)
    sent = await sent_of(tx, who, row, body)
    is_same_company = True
    if sent.account_id is not None:
        is_same_company = row.account_id in (await recognition.know_account(tx, sent.account_id)).same_ids
    region = row.region
    changed = apply_changes(row, sent.columns, required=REQUIRED, now=tx.now)
    claimed, before = sent.claimed, sent.before
    if claimed != before:
        changed.append("/products")
        touch(row, tx.now)
    if changed:
        if row.status == "action_required":
            by_region = row.region != region and await store.claims_by_region(tx)
            one, other = (
                claims.Coverage(frozenset(products), claims.extent_of(where, by_region=by_region))
                for products, where in ((before, region), (claimed, row.region))
            )
            if not (is_same_company and one.includes(other)):
                row.submitted_at = tx.now
        await _write(tx, who, row, claimed, before.keys())
    return await show_deal(tx, who, row.id)


@dataclass(frozen=True)
class Sent:
    """What a change of a registration says: its columns, and the products before and after with their units.

    Shape: `account_id` is another customer that is named, or None.
    """

    columns: Mapping[str, Any]
    account_id: UUID | None
    before: Mapping[UUID, int]
    claimed: Mapping[UUID, int]


async def sent_of(tx: Tx, who: Caller, row: DealRow, body: DealUpdate, place: str | None = custom.PLACE) -> Sent:
    """Read a change as the columns it means; nothing is written but a customer that is described for the first time.

    Shape: `place` is where the request names custom fields; None for what was judged already.
    Errors: `UnknownProduct`, `CustomFieldNotWritable`, `InvalidRequest` for an unknown account and for what a custom
    field does not take; in describing a customer `AmbiguousIdentifiers`, `IdentifierTaken`, `ExternalIdTaken`.
    """
    before = {one["product_id"]: one["quantity"] for one in (await store.products_of(tx, [row.id]))[row.id]}
    columns = body.model_dump(exclude_unset=True, exclude=_APART)
    if "amount" in body.model_fields_set:
        columns |= {
            "amount_minor": body.amount.minor if body.amount else None,
            "currency": body.amount.currency if body.amount else None,
        }
    if body.custom_fields is not None:
        held = row.custom_fields
        if place is None:
            columns["custom_fields"] = merged_values(held, body.custom_fields)
        else:
            taken = await custom.take_values(tx, who, RESOURCE, body.custom_fields, held, place=place)
            columns["custom_fields"] = taken
    # Null clears what may be cleared; a registration always has a customer.
    columns |= {name: None for name in ("account_id", "customer") if name in body.model_fields_set}
    account_id = None
    if body.account_id is not None or body.customer is not None:
        account_id = (await named_account(tx, who, body.account_id, body.customer, row.partner_id)).id
        columns = {name: value for name, value in columns.items() if name != "customer"} | {"account_id": account_id}
    claimed = dict(await claimed_products(tx, body.products or [])) if "products" in body.model_fields_set else before
    return Sent(columns, account_id, before, claimed)


async def _editable(tx: Tx, who: Caller, deal_id: UUID, body: DealUpdate, if_match: str | None) -> DealRow:
    row = await store.lock_deal(tx, deal_id)
    if row is None:
        raise NotFound()
    if row.status not in EDITABLE_STATUSES and not await _is_kept(tx, who, body):
        raise NotEditable(f"A registration that is {row.status} cannot be changed.", status_now=row.status)
    expect_version(if_match, row.version)
    return row


async def _is_kept(tx: Tx, who: Caller, body: DealUpdate) -> bool:
    """Whether a change is about nothing but what the vendor's side keeps for itself."""
    is_alone = body.model_fields_set == {"custom_fields"}
    return is_alone and await custom.are_kept(tx, who, RESOURCE, body.custom_fields or {})


async def _write(tx: Tx, who: Caller, row: DealRow, claimed: Mapping[UUID, int], before: Collection[UUID]) -> None:
    writes = Writes()
    await keep_content(tx, writes, row, claimed, before)
    tell(writes, tx, who, row, DealUpdated)
    await writes.send(tx)


async def keep_content(
    tx: Tx, writes: Writes, row: DealRow, claimed: Mapping[UUID, int], before: Collection[UUID]
) -> None:
    """Write what a registration says now, its products and the words by which it is found."""
    if claimed or before:
        await store.clear_products(tx, row.id)
        write_products(writes, row, list(claimed.items()))
    store.keep(writes, row, with_content=True)
    keep_words_of(writes, row)
