"""One line of a bulk import: drafted and judged like any other registration."""

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.money import Money
from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.network.partners import service as partners
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.schemas import DealCreate, DealExternalId, DealImport, DealProduct
from ecosystem_api.selling.deals.service.draft import create_deal
from ecosystem_api.selling.deals.service.submit import submit


async def import_deal(tx: Tx, who: Caller, line: DealImport) -> tuple[str, str]:
    """Draft a line's registration and submit it if asked; a line whose external id is known changes nothing.

    Shape: (`created` | `unchanged`, id). Errors: `InvalidRequest` for an unknown partner or account, and those of
    drafting and submitting.
    """
    partner = await partners.find_by_external_id(tx, line.system, line.partner_external_id)
    known = await store.find_by_external_id(tx, partner.id, line.system, line.external_id) if partner else None
    if known is not None:
        return "unchanged", encode("deal", known)
    account_id = await accounts.find_by_external_id(tx, line.system, line.account_external_id)
    unknown = [
        FieldError(f"/{name}", "unknown", f"Nothing has this id in the system {line.system}; import it first.")
        for name, found in (("partner_external_id", partner), ("account_external_id", account_id))
        if found is None
    ]
    if unknown:
        raise InvalidRequest(errors=unknown)
    amount = Money.parse(line.amount, line.currency) if line.amount and line.currency else None
    body = DealCreate(
        partner_id=partner.id if partner else None,
        title=line.title,
        account_id=account_id,
        description=line.description,
        deal_type=line.deal_type,
        country=line.country,
        region=line.region,
        products=[DealProduct(sku=sku) for sku in line.products],
        amount=amount,
        expected_close_on=line.expected_close_on,
        custom_fields=line.custom_fields,
        external_id=DealExternalId(system=line.system, id=line.external_id),
    )
    deal_id, _ = await create_deal(tx, who, body)
    if line.submit:
        await submit(tx, who, deal_id, "*")
    return "created", encode("deal", deal_id)
