"""Take an opportunity of the vendor's own team as its CRM tells it."""

from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.cosell.conflicts import store
from ecosystem_api.cosell.conflicts.errors import OpportunityBusy
from ecosystem_api.cosell.conflicts.events import (
    OpportunityClosed,
    OpportunityNews,
    OpportunityOpened,
    OpportunityUpdated,
)
from ecosystem_api.cosell.conflicts.schemas import OpportunityRead, OpportunityWrite
from ecosystem_api.cosell.conflicts.service.match import judge_and_match
from ecosystem_api.cosell.conflicts.service.read import read_opportunities
from ecosystem_api.cosell.conflicts.tables import VendorOpportunityRow
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.products import service as products
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.market.recognition.schemas import AccountResolve
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http.bulk import IfKnown
from ecosystem_api.runtime.ledger import record
from ecosystem_api.selling.claims.domain import extent_of

# What the book judges, or claims are matched with; the rest is the seller's own notes.
_ELSEWHERE = {"/account_id", "/product_ids"}
_JUDGED = _ELSEWHERE | {"/region", "/amount_minor", "/currency", "/status", "/opened_on", "/last_activity_on"}
_KEY = "uq_vendor_opportunities_vendor_id_external_system_external_id"


async def put_opportunity(tx: Tx, who: Caller, body: OpportunityWrite) -> tuple[str, OpportunityRead]:
    """Keep an opportunity as the CRM tells it, let the book judge it while it is open, and match it with claims.

    Shape: (`created` | `updated` | `unchanged`, the opportunity). Edges: what is not told is not known any more; only
    the customer of one that was won or lost stays where it was.
    Errors: `UnknownProduct`, `OpportunityBusy`, `InvalidRequest` for an unknown account; in describing a customer
    `Forbidden` for `staff` without accounts:manage, `AmbiguousIdentifiers`, `IdentifierTaken`, `ExternalIdTaken`.
    """
    told = await _told(tx, who, body)
    # The customer first, as in every decision: a merge has it when it comes to the opportunities there.
    told["account_id"] = (await recognition.know_locked(tx, told["account_id"])).id
    row = await store.lock_known(tx, body.external_id.system, body.external_id.id)
    if row is None:
        row = await _create(tx, body, told)
        await _tell(tx, who, row, OpportunityOpened)
        if row.status == "open":
            await judge_and_match(tx, who, row)
        return "created", (await read_opportunities(tx, [row]))[0]
    before, region = row.status, row.region
    changed = apply_changes(row, told, required=(), now=tx.now)
    if not changed:
        return "unchanged", (await read_opportunities(tx, [row]))[0]
    is_elsewhere = bool(_ELSEWHERE & set(changed)) or ("/region" in changed and await _is_elsewhere(tx, row, region))
    if is_elsewhere or (before != "open" and row.status == "open"):
        row.known_since = tx.now
    await tx.flush()
    is_closed = before == "open" and row.status != "open"
    await _tell(tx, who, row, OpportunityClosed if is_closed else OpportunityUpdated, changed)
    if _JUDGED & set(changed):
        await judge_and_match(tx, who, row)
    return "updated", (await read_opportunities(tx, [row]))[0]


async def bulk_opportunity(tx: Tx, who: Caller, body: OpportunityWrite, if_known: IfKnown) -> tuple[str, str]:
    """Keep one of many opportunities: one that is known is always kept as it is told, as in a single request."""
    outcome, read = await put_opportunity(tx, who, body)
    return outcome, encode("vopp", read.id)


async def _told(tx: Tx, who: Caller, body: OpportunityWrite) -> dict[str, Any]:
    named = await products.products_named(tx, body.products)
    return {
        "account_id": await _customer(tx, who, body),
        "title": body.title,
        "product_ids": sorted(set(named.values())),
        "region": body.region,
        "amount_minor": body.amount.minor if body.amount else None,
        "currency": body.amount.currency if body.amount else None,
        "stage": body.stage,
        "status": body.status,
        "owner": body.owner,
        "opened_on": body.opened_on,
        "last_activity_on": body.last_activity_on,
    }


async def _customer(tx: Tx, who: Caller, body: OpportunityWrite) -> UUID:
    if body.account_id is not None:
        return (await accounts.require_account(tx, body.account_id)).id
    assert body.customer is not None, "the schema wants one of the two"
    described: dict[str, Any] = {**body.customer.model_dump(exclude_unset=True), "on_match": "use"}
    return (await recognition.resolve_account(tx, who, AccountResolve.model_validate(described))).account.id


async def _is_elsewhere(tx: Tx, row: VendorOpportunityRow, before: str | None) -> bool:
    """Whether it is now about a region that it was not about; without one of its own it is about its customer's."""
    customers = (await accounts.require_account(tx, row.account_id)).region
    was, now = (extent_of(region or customers) for region in (before, row.region))
    return not was.includes(now)


async def _create(tx: Tx, body: OpportunityWrite, told: dict[str, Any]) -> VendorOpportunityRow:
    row = VendorOpportunityRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        external_system=body.external_id.system,
        external_id=body.external_id.id,
        known_since=tx.now,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        **told,
    )
    try:
        async with tx.session.begin_nested():
            await tx.insert(row)
    except IntegrityError as error:
        if constraint_name(error) == _KEY:
            raise OpportunityBusy() from None
        raise
    return row


async def _tell(
    tx: Tx, who: Caller, row: VendorOpportunityRow, news: type[OpportunityNews], changed: list[str] | None = None
) -> None:
    said: dict[str, Any] = {"vendor_opportunity_id": row.id, "account_id": row.account_id, "status": row.status}
    if news is OpportunityUpdated:
        said["changed"] = changed
    await record(tx, who, news.model_validate(said), subject_id=encode("vopp", row.id))
