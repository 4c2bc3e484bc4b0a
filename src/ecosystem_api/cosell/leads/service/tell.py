"""Tell the ledger what happened to a lead."""

from typing import Any
from uuid import UUID

from ecosystem_api.cosell.leads.tables import LeadOfferRow, LeadRow
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Event, record


async def tell(
    tx: Tx, who: Caller, row: LeadRow, news: type[Event], *, partner_id: UUID | None = None, **more: Any
) -> None:
    """News of a lead as it stands now; with a partner, news that the partner reads."""
    event = news.model_validate({"lead_id": row.id, "status": row.status, **more})
    await record(tx, who, event, subject_id=encode("lead", row.id), partner_id=partner_id)


async def tell_partner(tx: Tx, who: Caller, row: LeadRow, offer: LeadOfferRow, news: type[Event], **more: Any) -> None:
    """News of an offer, for the partner that it was made to."""
    await tell(tx, who, row, news, partner_id=offer.partner_id, lead_offer_id=offer.id, **more)
