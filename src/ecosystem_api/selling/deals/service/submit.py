"""Submit: gather the facts, let the rules decide, act on the outcome, in one transaction."""

from collections.abc import Collection
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.selling.accounts import service as accounts
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import LIFECYCLE, OUTCOME_ACTIONS
from ecosystem_api.selling.deals.events import (
    DealApproved,
    DealNews,
    DealQueued,
    DealRejected,
    DealReturned,
    DealReviewStarted,
    DealSubmitted,
)
from ecosystem_api.selling.deals.schemas import DealRead
from ecosystem_api.selling.deals.service.claim import grant_claim, queue_rivals
from ecosystem_api.selling.deals.service.gather import ACTION, Asked, Customer, customer_of, gather
from ecosystem_api.selling.deals.service.read import moved_by, read_deal
from ecosystem_api.selling.deals.service.tell import tell
from ecosystem_api.selling.deals.tables import DealRow
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.service import Judgement
from ecosystem_api.selling.products import service as products

_NEWS: dict[str, type[DealNews]] = {
    "reject": DealRejected,
    "wait": DealQueued,
    "require": DealReturned,
    "review": DealReviewStarted,
    "approve": DealApproved,
}


async def submit(tx: Tx, who: Caller, deal_id: UUID, if_match: str | None) -> DealRead:
    """Ask for rights: the rules decide at once, or say who will.

    Edges: a registration that was returned keeps the place it had by its first submission; one that was rejected
    starts anew and counts as resubmitted. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`.
    """
    row, customer = await lock_with_customer(tx, deal_id)
    before = row.status
    target = moved_by(who, row, "submit")
    await store.lock_partner(tx, row.partner_id)
    expect_version(if_match, row.version)
    row.status, row.claim_account_id = target, customer.claim_account_id
    if before == "rejected":
        row.resubmissions += 1
        row.submitted_at = None
    row.submitted_at = row.submitted_at or tx.now
    row.reasons, row.remedies = [], []
    row.last_activity_at = tx.now
    touch(row, tx.now)
    await tell(tx, who, row, DealSubmitted)
    await settle(tx, who, row, customer)
    return await read_deal(tx, who, row)


async def settle(tx: Tx, who: Caller, row: DealRow, customer: Customer) -> Judgement:
    """Let the rules judge a submitted registration and act on the outcome. Its customer is locked already."""
    row.claim_account_id = customer.claim_account_id
    gathered = await gather(tx, await asked_of(tx, row), customer)
    judgement = await engagement.judge(
        tx,
        who,
        action=ACTION,
        subject_id=encode("deal", row.id),
        partner_id=row.partner_id,
        facts=gathered.facts,
        evidence=gathered.evidence,
    )
    row.status = LIFECYCLE.move(row.status, OUTCOME_ACTIONS[judgement.outcome])
    note_decision(tx, row, judgement)
    if judgement.outcome == "approve":
        await grant_claim(tx, row, judgement)
    await tell(tx, who, row, _NEWS[judgement.outcome])
    if judgement.outcome == "approve":
        await queue_rivals(tx, who, row, customer.ids)
    await tx.flush()
    return judgement


def note_decision(tx: Tx, row: DealRow, judgement: Judgement) -> None:
    """Put what was decided, and why, where its reader looks first."""
    row.decision_id = judgement.decision_id
    row.reasons, row.remedies = list(judgement.reasons), list(judgement.remedies)
    if judgement.outcome in ("approve", "reject"):
        row.decided_at = tx.now


async def lock_with_customer(tx: Tx, deal_id: UUID) -> tuple[DealRow, Customer]:
    """Lock the customer, then the registration, always in this order: decisions about one customer come one by one.

    Edges: all accounts that are certainly the customer are locked, for a claim may be held on any. Errors: `NotFound`.
    """
    seen = await store.find_deal(tx, deal_id)
    if seen is None:
        raise NotFound()
    customer = customer_of(await accounts.know_account(tx, seen.account_id))
    await lock_accounts(tx, customer.ids)
    row = await store.find_deal(tx, deal_id, is_locked=True)
    if row is None:
        raise NotFound()
    return row, customer


async def lock_accounts(tx: Tx, account_ids: Collection[UUID]) -> None:
    """Lock the accounts that are one customer, in the order of their ids. Errors: `NotFound`."""
    for account_id in sorted(account_ids):
        await accounts.lock_account(tx, account_id)


async def asked_of(tx: Tx, row: DealRow) -> Asked:
    """A registration as rules see it."""
    claimed = (await store.products_of(tx, [row.id]))[row.id]
    named = await products.products_with(tx, [one.product_id for one in claimed])
    return Asked(
        deal_id=row.id,
        partner_id=row.partner_id,
        deal_type=row.deal_type,
        country=row.country,
        region=row.region,
        product_ids=frozenset(one.product_id for one in claimed),
        skus=tuple(product.sku for product in named.values()),
        amount_minor=row.amount_minor,
        currency=row.currency,
        expected_close_on=row.expected_close_on,
        resubmissions=row.resubmissions,
        submitted_at=row.submitted_at,
    )
