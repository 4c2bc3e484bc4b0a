"""Make a deal registration of a lead."""

from typing import Any
from uuid import UUID

from ecosystem_api.cosell.leads.domain import moved
from ecosystem_api.cosell.leads.events import LeadConverted
from ecosystem_api.cosell.leads.schemas import LeadRegister
from ecosystem_api.cosell.leads.service.idle import refuse_late
from ecosystem_api.cosell.leads.service.read import amount_of, get_row, lines_of
from ecosystem_api.cosell.leads.service.tell import tell
from ecosystem_api.market.products import service as products
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.reading import Written
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.deals.schemas import DealCreate, DealRead


async def register_lead(
    tx: Tx, who: Caller, lead_id: UUID, body: LeadRegister, if_match: str | None
) -> tuple[UUID, Written[DealRead]]:
    """Register a lead as a deal, judged by the rules like any other; where it came from stays on it.

    Shape: the registration's id, and what its reader sees of it.
    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `UnknownProduct`, `CloseDatePast`, `RecordMerged`.
    """
    row = await get_row(tx, lead_id, is_locked=True)
    target = moved(row.status, "register", is_partner=who.is_partner)
    await refuse_late(tx, row)
    expect_version(if_match, row.version)
    lines = body.products
    if lines is None:
        lines = lines_of(row, await products.skus_of(tx, row.product_ids))
    wanted: dict[str, Any] = {
        "partner_id": row.partner_id,
        "account_id": row.account_id,
        "title": body.title or row.title,
        "description": body.description or row.need,
        "deal_type": body.deal_type,
        "country": row.country,
        "region": row.region,
        "products": lines,
        "amount": body.amount or amount_of(row),
        "expected_close_on": body.expected_close_on,
    }
    deal_id, drafted = await deals.create_deal(tx, who, DealCreate.model_validate(wanted), lead_id=row.id)
    row.status, row.deal_id, row.converted_at, row.register_by = target, deal_id, tx.now, None
    touch(row, tx.now)
    await tx.flush()
    assert row.partner_id is not None, "an accepted lead is some partner's"
    await tell(tx, who, row, LeadConverted, partner_id=row.partner_id, deal_registration_id=deal_id)
    return deal_id, await deals.submit(tx, who, deal_id, "*") if body.submit else drafted
