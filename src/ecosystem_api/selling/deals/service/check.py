"""Ask beforehand: what would be decided now. Creates nothing; every question is noted in the ledger."""

from uuid import UUID

from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.accounts.schemas import AccountCreate
from ecosystem_api.market.products import service as products
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.market.recognition.schemas import MatchRead
from ecosystem_api.network.fields import service as custom
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.deals.domain import RESOURCE
from ecosystem_api.selling.deals.schemas import CheckRead, CheckRequest, CheckStaffRead
from ecosystem_api.selling.deals.service.draft import claiming_partner
from ecosystem_api.selling.deals.service.weigh import ACTION, Asked, Customer, customer_of, gather
from ecosystem_api.selling.engagement import service as engagement

_BY_PERSON = ("review",)


async def check_deal(tx: Tx, who: Caller, body: CheckRequest) -> CheckRead:
    """What the rules would say of this deal if it were submitted now.

    Edges: a partner gets the outcome, what is missing and the remedies; reasons that would show who else is there are
    for the vendor's side. Errors: `PartnerNotNamed`, `OtherPartner`, `UnknownPartner`, `UnknownProduct`,
    `CustomFieldNotWritable`, `InvalidRequest` for an unknown account and for what a custom field does not take,
    `NotFound` while no rule book is in force.
    """
    partner_id = await claiming_partner(tx, who, body.partner_id)
    customer, matches, region = await _customer(tx, who, body.account_id, body.customer)
    values = await custom.take_values(tx, who, RESOURCE, body.custom_fields, {})
    named = await products.products_named(tx, [line.sku for line in body.products])
    asked = Asked(
        deal_id=None,
        partner_id=partner_id,
        deal_type=body.deal_type,
        country=body.country or customer.country,
        region=body.region or region,
        product_ids=frozenset(named.values()),
        amount_minor=body.amount.minor if body.amount else None,
        currency=body.amount.currency if body.amount else None,
        expected_close_on=body.expected_close_on,
        resubmissions=0,
        submitted_at=None,
        custom_fields=values,
    )
    gathered = await gather(tx, asked, customer)
    verdict, days = await engagement.preview(tx, who, action=ACTION, partner_id=partner_id, facts=gathered.facts)
    staff = None
    if not who.is_partner:
        length = gathered.facts["claims"]["queue_length"]
        staff = CheckStaffRead(reasons=list(verdict.reasons), matches=matches, queue_length=length)
    return CheckRead(
        outcome=verdict.outcome,
        missing=gathered.facts["deal"]["missing"],
        remedies=list(engagement.remedies_of(verdict)),
        decided_by="person" if verdict.outcome in _BY_PERSON else "rules",
        protection_days=days if verdict.outcome in ("approve", "review", "require") else None,
        region=gathered.weighed.coverage.extent.region,
        book_number=verdict.book_version,
        staff=staff,
    )


async def _customer(
    tx: Tx, who: Caller, account_id: UUID | None, described: AccountCreate | None
) -> tuple[Customer, list[MatchRead], str | None]:
    """What is known of the customer, the accounts it may be, and the region that a registration would have of it."""
    if account_id is not None:
        account = await accounts.require_account(tx, account_id)
        return customer_of(await recognition.know_account(tx, account.id)), [], account.region
    assert described is not None, "the schema wants one of the two"
    values = await custom.take_values(tx, who, "account", described.custom_fields, {}, place=f"/customer{custom.PLACE}")
    matches, known_id, uncertain = await recognition.match_account(tx, who, described)
    if known_id is not None:
        region = described.region or await _region_shown(tx, known_id)
        return customer_of(await recognition.know_account(tx, known_id)), matches, region
    unknown = Customer(
        country=described.country,
        region=described.region,
        is_customer=False,
        vendor_engaged_days=-1,
        ids=frozenset(),
        claim_account_id=None,
        uncertain=uncertain,
        relatives=recognition.relatives_among(uncertain),
        custom_fields=values,
    )
    return unknown, matches, described.region


async def _region_shown(tx: Tx, account_id: UUID) -> str | None:
    try:
        return (await accounts.get_account(tx, account_id)).region
    except NotFound:
        return None
