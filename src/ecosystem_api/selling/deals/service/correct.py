"""Correct a registration while it may be corrected: a draft, one that was returned, one that was rejected."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import EDITABLE_STATUSES
from ecosystem_api.selling.deals.errors import NotEditable
from ecosystem_api.selling.deals.events import DealUpdated
from ecosystem_api.selling.deals.schemas import DealRead, DealUpdate
from ecosystem_api.selling.deals.service.draft import claimed_products, named_account, write_products
from ecosystem_api.selling.deals.service.read import read_deal
from ecosystem_api.selling.deals.service.search import keep_words_of
from ecosystem_api.selling.deals.service.tell import tell
from ecosystem_api.selling.deals.tables import DealRow

_REQUIRED = {"title", "deal_type", "country", "account_id", "customer"}
_APART = {"products", "amount", "account_id", "customer"}


async def update_deal(tx: Tx, who: Caller, deal_id: UUID, body: DealUpdate, if_match: str | None) -> DealRead:
    """Change a draft, a returned or a rejected registration; what changes is judged when it is submitted again.

    Edges: one that was returned keeps its place, unless it names another company or claims a product more: its place
    then counts from now, for nobody may wait behind a claim that was not made yet.
    Errors: `NotFound`, `NotEditable`, `PreconditionFailed`, `UnknownProduct`, `InvalidRequest` for an unknown account;
    in describing a customer `AmbiguousIdentifiers`, `IdentifierTaken`, `ExternalIdTaken`.
    """
    row = await _editable(tx, deal_id, if_match)
    before = {one["product_id"]: one["quantity"] for one in (await store.products_of(tx, [deal_id]))[deal_id]}
    claimed = before
    sent = body.model_dump(exclude_unset=True, exclude=_APART)
    if "amount" in body.model_fields_set:
        sent |= {
            "amount_minor": body.amount.minor if body.amount else None,
            "currency": body.amount.currency if body.amount else None,
        }
    # Null clears what may be cleared; a registration always has a customer.
    sent |= {name: None for name in ("account_id", "customer") if name in body.model_fields_set}
    is_same_company = True
    if body.account_id is not None or body.customer is not None:
        named = await named_account(tx, who, body.account_id, body.customer, row.partner_id)
        is_same_company = row.account_id in (await accounts.know_account(tx, named.id)).same_ids
        sent = {name: value for name, value in sent.items() if name != "customer"} | {"account_id": named.id}
    changed = apply_changes(row, sent, required=_REQUIRED, now=tx.now)
    if "products" in body.model_fields_set:
        claimed = dict(await claimed_products(tx, body.products or []))
    if claimed != before:
        changed.append("/products")
        touch(row, tx.now)
    if changed:
        if row.status == "action_required" and not (is_same_company and claimed.keys() <= before.keys()):
            row.submitted_at = tx.now
        await _write(tx, who, row, claimed, before.keys())
    return await read_deal(tx, who, row)


async def _editable(tx: Tx, deal_id: UUID, if_match: str | None) -> DealRow:
    row = await store.lock_deal(tx, deal_id)
    if row is None:
        raise NotFound()
    if row.status not in EDITABLE_STATUSES:
        raise NotEditable(f"A registration that is {row.status} cannot be changed.", status_now=row.status)
    expect_version(if_match, row.version)
    return row


async def _write(tx: Tx, who: Caller, row: DealRow, claimed: dict[UUID, int], before: Collection[UUID]) -> None:
    writes: Any = Writes()
    if claimed.keys() or before:
        await store.clear_products(tx, row.id)
        write_products(writes, row, list(claimed.items()))
    store.keep(writes, row, with_content=True)
    keep_words_of(writes, row)
    tell(writes, tx, who, row, DealUpdated)
    await writes.send(tx)
