"""Take a registration from a bulk request."""

from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http.bulk import IfKnown
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.schemas import DealItem, DealRead, DealUpdate
from ecosystem_api.selling.deals.service.correct import update_deal
from ecosystem_api.selling.deals.service.draft import claiming_partner, create_deal
from ecosystem_api.selling.deals.service.read import get_deal
from ecosystem_api.selling.deals.service.submit import submit


async def put_deal(tx: Tx, who: Caller, body: DealItem, if_known: IfKnown) -> tuple[str, str]:
    """Draft a registration and submit it if asked, or keep or change the partner's one with this external id.

    Shape: (`created` | `updated` | `unchanged`, id). Edges: a known one keeps its customer, and is submitted if asked
    and if its state allows it. Errors: as drafting, changing and submitting.
    """
    partner_id = await claiming_partner(tx, who, body.partner_id)
    named = body.external_id if if_known != "refuse" else None
    known = await store.find_by_external_id(tx, partner_id, named.system, named.id) if named else None
    if known is None:
        deal_id, _ = await create_deal(tx, who, body)
        if body.submit:
            await submit(tx, who, deal_id, "*")
        return "created", encode("deal", deal_id)
    return await _meet(tx, who, known, body, if_known)


async def _meet(tx: Tx, who: Caller, deal_id: UUID, body: DealItem, if_known: IfKnown) -> tuple[str, str]:
    read = before = await get_deal(tx, who, deal_id)
    if if_known == "update":
        if changes := _changes(body, read):
            read = (await update_deal(tx, who, deal_id, DealUpdate.model_validate(changes), "*")).read(DealRead)
        if body.submit and "submit" in read.allowed_actions:
            read = (await submit(tx, who, deal_id, "*")).read(DealRead)
    return ("unchanged" if read.version == before.version else "updated"), encode("deal", deal_id)


def _changes(body: DealItem, before: DealRead) -> dict[str, Any]:
    """What an item says otherwise than the registration."""
    told = (body.model_fields_set & DealUpdate.model_fields.keys()) - {"account_id", "customer"}
    return {name: getattr(body, name) for name in told if getattr(body, name) != getattr(before, name)}
