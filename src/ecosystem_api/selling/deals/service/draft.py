"""Draft a registration."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.kernel.problem import FieldError
from ecosystem_api.market.accounts.schemas import AccountCreate
from ecosystem_api.market.products import service as products
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.market.recognition.schemas import AccountResolve
from ecosystem_api.network.fields import service as custom
from ecosystem_api.network.partners import service as partners
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.ledger.plan import next_number
from ecosystem_api.runtime.reading import Written
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals.domain import RESOURCE
from ecosystem_api.selling.deals.errors import ExternalIdInUse, OtherPartner, PartnerNotNamed
from ecosystem_api.selling.deals.events import DealCreated
from ecosystem_api.selling.deals.schemas import DealCreate, DealProduct, DealRead
from ecosystem_api.selling.deals.service.read import show_deal
from ecosystem_api.selling.deals.service.search import keep_words_of
from ecosystem_api.selling.deals.service.tell import tell
from ecosystem_api.selling.deals.tables import DealProductRow, DealRow


async def create_deal(
    tx: Tx, who: Caller, body: DealCreate, *, lead_id: UUID | None = None
) -> tuple[UUID, Written[DealRead]]:
    """Draft a registration, perhaps of a lead that the vendor passed on; answer its id and what its reader sees.

    Errors: `RecordMerged`, `PartnerNotNamed`, `OtherPartner`,
    `UnknownPartner`, `UnknownProduct`, `ExternalIdInUse`, `CustomFieldNotWritable`, `InvalidRequest`
    for an unknown account and for what a custom field does not take; in describing a
    customer `AmbiguousIdentifiers`, `IdentifierTaken`, `ExternalIdTaken`.
    """
    partner_id = await claiming_partner(tx, who, body.partner_id)
    claimed = await claimed_products(tx, body.products)
    values = await custom.take_values(tx, who, RESOURCE, body.custom_fields, {})
    account = await named_account(tx, who, body.account_id, body.customer, partner_id)
    own: dict[str, Any] = {
        "id": new_uuid(),
        "partner_id": partner_id,
        "number": await next_number(tx, "deal_registration"),
        "account_id": account.id,
        "title": body.title,
        "description": body.description,
        "deal_type": body.deal_type,
        "country": body.country or account.country,
        # Also what a partner says of a customer that it is not shown.
        "region": body.region or (body.customer.region if body.customer else None) or account.region,
        "amount_minor": body.amount.minor if body.amount else None,
        "currency": body.amount.currency if body.amount else None,
        "expected_close_on": body.expected_close_on,
        "custom_fields": values,
        "status": "draft",
        "stage": "prospect",
        "reasons": [],
        "remedies": [],
        "created_by_partner": who.is_partner,
        "lead_id": lead_id,
        "resubmissions": 0,
        "last_activity_at": tx.now,
        "external_system": body.external_id.system if body.external_id else None,
        "external_id": body.external_id.id if body.external_id else None,
        "version": 1,
        "created_at": tx.now,
        "updated_at": tx.now,
    }
    row = DealRow(vendor_id=tx.vendor_id, **own)
    writes = Writes()
    writes.insert(DealRow, **own)
    write_products(writes, row, claimed)
    keep_words_of(writes, row, is_new=True)
    tell(writes, tx, who, row, DealCreated)
    try:
        await writes.send(tx)
    except IntegrityError as error:
        if constraint_name(error) == "uq_deal_registrations_external_id":
            fault = FieldError("/external_id", "deal_external_id_taken", "Use GET with this external id to find it.")
            raise ExternalIdInUse(errors=[fault]) from None
        raise
    return row.id, await show_deal(tx, who, row.id)


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


async def named_account(
    tx: Tx, who: Caller, account_id: UUID | None, customer: AccountCreate | None, partner_id: UUID
) -> recognition.Named:
    """The customer of a deal: named by id, or described and then found or created."""
    body = None
    if customer is not None:
        wanted: dict[str, Any] = {**customer.model_dump(exclude_unset=True), "on_match": "use"}
        body = AccountResolve.model_validate(wanted)
    return await recognition.name_customer(tx, who, account_id, body, partner_id)


async def claimed_products(tx: Tx, lines: Sequence[DealProduct]) -> list[tuple[UUID, int]]:
    """The products that lines name, and how many units. Errors: `UnknownProduct`."""
    named = await products.products_named(tx, [line.sku for line in lines])
    return [(named[line.sku], line.quantity) for line in lines]


def write_products(writes: Writes, row: DealRow, claimed: Sequence[tuple[UUID, int]]) -> None:
    """Put products on a registration."""
    for product_id, quantity in claimed:
        own = {"deal_id": row.id, "product_id": product_id, "partner_id": row.partner_id, "quantity": quantity}
        writes.insert(DealProductRow, **own)
