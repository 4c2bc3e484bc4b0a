"""Create leads, keep what is known of them, close them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.cosell.leads import store
from ecosystem_api.cosell.leads.domain import EDITABLE, moved
from ecosystem_api.cosell.leads.errors import LeadExternalIdTaken, LeadNotEditable
from ecosystem_api.cosell.leads.events import LeadClosed, LeadCreated, LeadDiscarded, LeadUpdated
from ecosystem_api.cosell.leads.schemas import LeadClose, LeadCreate, LeadImport, LeadRead, LeadUpdate
from ecosystem_api.cosell.leads.service.offers import take_back
from ecosystem_api.cosell.leads.service.read import get_row, read_lead
from ecosystem_api.cosell.leads.service.tell import tell
from ecosystem_api.cosell.leads.tables import LeadRow
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError
from ecosystem_api.kernel.reason import of_person
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.accounts.schemas import AccountCreate, AccountRead
from ecosystem_api.market.products import service as products
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.market.recognition.schemas import AccountResolve
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.http.bulk import IfKnown

_CONTACT = ("name", "email", "phone", "job_title")
_REQUIRED = ("title", "country", "skills", "certifications", "product_ids")
_PLAIN = {
    "title", "need", "country", "region", "vertical", "skills", "certifications", "company_size", "source"
}  # fmt: skip


async def create_lead(tx: Tx, who: Caller, body: LeadCreate) -> LeadRead:
    """Create a lead. Describe the customer and the account is found, or made.

    Errors: `LeadExternalIdTaken`, `UnknownProduct`, `InvalidRequest` for an unknown account; in describing a customer
    `Forbidden`, `AmbiguousIdentifiers`, `IdentifierTaken`, `ExternalIdTaken`.
    """
    account = await _customer(tx, who, body.account_id, body.customer)
    row = LeadRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        account_id=account.id,
        external_system=body.external_id.system if body.external_id else None,
        external_id=body.external_id.id if body.external_id else None,
        status="new",
        rounds=0,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
        **await _columns(tx, body, _PLAIN | {"contact", "products", "amount"}),
    )
    row.country = body.country or account.country
    row.region = body.region or account.region
    try:
        await tx.insert(row)
    except IntegrityError as error:
        if constraint_name(error) == "uq_leads_external_id":
            detail = "Use GET with this external id to find it."
            raise LeadExternalIdTaken(errors=[FieldError("/external_id", "lead_external_id_taken", detail)]) from None
        raise
    await tell(tx, who, row, LeadCreated, account_id=row.account_id, source=row.source)
    return await read_lead(tx, who, row)


async def update_lead(tx: Tx, who: Caller, lead_id: UUID, body: LeadUpdate, if_match: str | None) -> LeadRead:
    """Change what is known of a lead; whom to turn to may be changed, or erased, at any time.

    Errors: `NotFound`, `LeadNotEditable`, `PreconditionFailed`, `UnknownProduct`.
    """
    row = await get_row(tx, lead_id, is_locked=True)
    if row.status not in EDITABLE and body.model_fields_set - {"contact"}:
        raise LeadNotEditable(f"It is {row.status}.")
    expect_version(if_match, row.version)
    await _change(tx, who, row, await _columns(tx, body, body.model_fields_set))
    return await read_lead(tx, who, row)


async def close_lead(tx: Tx, who: Caller, lead_id: UUID, body: LeadClose, if_match: str | None) -> LeadRead:
    """Nobody works on a lead any more. A partner closes those that it has accepted.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`.
    """
    row = await get_row(tx, lead_id, is_locked=True)
    was = row.status
    target = moved(was, "close", is_partner=who.is_partner)
    expect_version(if_match, row.version)
    row.status, row.closed_reason, row.closed_at, row.register_by = target, of_person(body.reason), tx.now, None
    touch(row, tx.now)
    if was == "offered":
        await take_back(tx, who, row, None)
    await tx.flush()
    if row.partner_id is None:
        await tell(tx, who, row, LeadDiscarded, reason=body.reason)
    else:
        await tell(tx, who, row, LeadClosed, partner_id=row.partner_id, reason=body.reason)
    return await read_lead(tx, who, row)


async def put_lead(tx: Tx, who: Caller, body: LeadCreate, if_known: IfKnown) -> tuple[str, str]:
    """Create a lead, or keep or change the one with this external id.

    Shape: (`created` | `updated` | `unchanged`, id). Edges: a known one keeps its customer. Errors: as creating and
    changing a lead.
    """
    named = body.external_id if if_known != "refuse" else None
    row = await store.find_by_external_id(tx, named.system, named.id) if named else None
    if row is None:
        return "created", encode("lead", (await create_lead(tx, who, body)).id)
    before = row.version
    if if_known == "update":
        sent = body.model_fields_set & LeadUpdate.model_fields.keys()
        columns = await _columns(tx, body, sent)
        if any(getattr(row, name) != value for name, value in columns.items()) and row.status not in EDITABLE:
            raise LeadNotEditable(f"It is {row.status}.")
        await _change(tx, who, row, columns)
    return ("unchanged" if row.version == before else "updated"), encode("lead", row.id)


async def import_lead(tx: Tx, who: Caller, line: LeadImport) -> tuple[str, str]:
    """One line of an import: creates the lead, or brings the one with this external id up to date.

    Errors: as creating and changing a lead.
    """
    return await put_lead(tx, who, line.as_create(), "update")


async def _customer(
    tx: Tx, who: Caller, account_id: UUID | None, customer: AccountCreate | None
) -> accounts.ReferredAccount | AccountRead:
    if customer is None:
        assert account_id is not None, "one of the two is given"
        return await accounts.require_account(tx, account_id)
    wanted: dict[str, Any] = {**customer.model_dump(exclude_unset=True), "on_match": "use"}
    return (await recognition.resolve_account(tx, who, AccountResolve.model_validate(wanted))).account


async def _columns(tx: Tx, body: LeadCreate | LeadUpdate, named: set[str]) -> dict[str, Any]:
    """What a body says of these fields, as the row keeps it."""
    found = {name: getattr(body, name) for name in named & _PLAIN}
    if "contact" in named:
        contact = body.contact
        found |= {f"contact_{part}": getattr(contact, part) if contact else None for part in _CONTACT}
    if "products" in named:
        lines = body.products
        known = await products.products_named(tx, [line.sku for line in lines or ()])
        found["product_ids"] = None if lines is None else [known[line.sku] for line in lines]
        found["quantities"] = [line.quantity for line in lines or ()]
    if "amount" in named:
        found["amount_minor"] = body.amount.minor if body.amount else None
        found["currency"] = body.amount.currency if body.amount else None
    return found


async def _change(tx: Tx, who: Caller, row: LeadRow, columns: Mapping[str, Any]) -> None:
    changed = apply_changes(row, columns, required=_REQUIRED, now=tx.now)
    if changed:
        await tx.flush()
        # As the wire names them: several columns are one field.
        parts = {"product_ids": "products", "quantities": "products", "amount_minor": "amount", "currency": "amount"}
        names = (pointer[1:] for pointer in changed)
        fields = {"contact" if name.startswith("contact_") else parts.get(name, name) for name in names}
        await tell(tx, who, row, LeadUpdated, changed=sorted(f"/{name}" for name in fields))
