"""Draft a registration and change it while it may be changed."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.kernel.problem import FieldError, NotFound
from ecosystem_api.network.partners import service as partners
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger.plan import next_number
from ecosystem_api.selling.accounts import service as accounts
from ecosystem_api.selling.accounts.schemas import AccountCreate, AccountRead, AccountResolve
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import EDITABLE_STATUSES
from ecosystem_api.selling.deals.errors import ExternalIdInUse, NotEditable, OtherPartner, PartnerNotNamed
from ecosystem_api.selling.deals.events import DealCreated, DealUpdated
from ecosystem_api.selling.deals.schemas import DealCreate, DealProduct, DealRead, DealUpdate
from ecosystem_api.selling.deals.service.read import read_deal
from ecosystem_api.selling.deals.service.tell import tell
from ecosystem_api.selling.deals.tables import DealProductRow, DealRow
from ecosystem_api.selling.products import service as products

_REQUIRED = {"title", "deal_type", "country"}


async def create_deal(tx: Tx, who: Caller, body: DealCreate) -> DealRead:
    """Draft a registration.

    Errors: `RecordMerged`, `PartnerNotNamed`, `OtherPartner`,
    `UnknownPartner`, `UnknownProduct`, `ExternalIdInUse`, `InvalidRequest`
    for an unknown account; in describing a customer `AmbiguousIdentifiers`, `IdentifierTaken`, `ExternalIdTaken`.
    """
    partner_id = await claiming_partner(tx, who, body.partner_id)
    account = await named_account(tx, who, body.account_id, body.customer)
    row = DealRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=partner_id,
        number=await next_number(tx, "deal_registration"),
        account_id=account.id,
        title=body.title,
        description=body.description,
        deal_type=body.deal_type,
        country=body.country or account.country,
        region=body.region or account.region,
        amount_minor=body.amount.minor if body.amount else None,
        currency=body.amount.currency if body.amount else None,
        expected_close_on=body.expected_close_on,
        status="draft",
        stage="prospect",
        reasons=[],
        remedies=[],
        created_by_partner=who.is_partner,
        resubmissions=0,
        last_activity_at=tx.now,
        external_system=body.external_id.system if body.external_id else None,
        external_id=body.external_id.id if body.external_id else None,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    try:
        await tx.insert(row)
    except IntegrityError as error:
        if constraint_name(error) == "uq_deal_registrations_external_id":
            fault = FieldError("/external_id", "deal_external_id_taken", "Use GET with this external id to find it.")
            raise ExternalIdInUse(errors=[fault]) from None
        raise
    async with tx.vendor_wide():
        await accounts.link_partner(tx, account.id, partner_id)
    await write_products(tx, row, body.products)
    await tell(tx, who, row, DealCreated)
    return await read_deal(tx, who, row)


async def update_deal(tx: Tx, who: Caller, deal_id: UUID, body: DealUpdate, if_match: str | None) -> DealRead:
    """Change a draft, a returned or a rejected registration.

    Errors: `NotFound`, `NotEditable`, `PreconditionFailed`, `UnknownProduct`.
    """
    row = await store.find_deal(tx, deal_id, is_locked=True)
    if row is None:
        raise NotFound()
    if row.status not in EDITABLE_STATUSES:
        raise NotEditable(f"A registration that is {row.status} cannot be changed.", status_now=row.status)
    expect_version(if_match, row.version)
    sent = body.model_dump(exclude_unset=True, exclude={"products", "amount"})
    if "amount" in body.model_fields_set:
        sent |= {
            "amount_minor": body.amount.minor if body.amount else None,
            "currency": body.amount.currency if body.amount else None,
        }
    changed = apply_changes(row, sent, required=_REQUIRED, now=tx.now)
    if "products" in body.model_fields_set:
        await store.clear_products(tx, row.id)
        await write_products(tx, row, body.products or [])
        if not changed:
            touch(row, tx.now)
        changed.append("/products")
    if changed:
        await tell(tx, who, row, DealUpdated)
        await tx.flush()
    return await read_deal(tx, who, row)


async def claiming_partner(tx: Tx, who: Caller, partner_id: UUID | None) -> UUID:
    """For whom a deal is registered: a partner for itself, staff for a partner they name.

    Errors: `PartnerNotNamed`, `OtherPartner`, `InvalidRequest` for an unknown partner.
    """
    if who.partner_id is not None:
        if partner_id not in (None, who.partner_id):
            raise OtherPartner()
        return who.partner_id
    if partner_id is None:
        raise PartnerNotNamed(errors=[FieldError("/partner_id", "missing", "The id of the partner.")])
    await partners.require_partner(tx, partner_id)
    return partner_id


async def named_account(tx: Tx, who: Caller, account_id: UUID | None, customer: AccountCreate | None) -> AccountRead:
    """The customer of a deal: named by id, or described and then found or created."""
    if account_id is not None:
        return await accounts.require_account(tx, account_id)
    assert customer is not None, "the schema wants one of the two"
    wanted: dict[str, Any] = {**customer.model_dump(exclude_unset=True), "on_match": "use"}
    return (await accounts.resolve_account(tx, who, AccountResolve.model_validate(wanted))).account


async def write_products(tx: Tx, row: DealRow, lines: Sequence[DealProduct]) -> None:
    """Put products on a registration. Errors: `UnknownProduct`."""
    named = await products.products_named(tx, [line.sku for line in lines])
    await tx.insert(
        *(
            DealProductRow(
                vendor_id=tx.vendor_id,
                deal_id=row.id,
                product_id=named[line.sku].id,
                partner_id=row.partner_id,
                quantity=line.quantity,
            )
            for line in lines
        )
    )
