"""Gather the facts that rules judge a registration by, and the evidence behind them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.network.partners import service as partners
from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.accounts import service as accounts
from ecosystem_api.selling.accounts.domain import Match
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import Waiting, missing_fields, queue_of

ACTION = "deal_registration.submit"


@dataclass(frozen=True)
class Asked:
    """A deal as rules see it, whether it is a registration or only a question beforehand."""

    deal_id: UUID | None
    partner_id: UUID
    deal_type: str
    country: str
    region: str | None
    product_ids: frozenset[UUID]
    skus: tuple[str, ...]
    amount_minor: int | None
    currency: str | None
    expected_close_on: date | None
    resubmissions: int
    submitted_at: datetime | None


@dataclass(frozen=True)
class Gathered:
    """A snapshot ready to be judged, and the rows behind it, which only the vendor's side may read."""

    facts: dict[str, dict[str, Any]]
    evidence: dict[str, Any]


@dataclass(frozen=True)
class Customer:
    """What is known of the customer; `ids` are all accounts that are certainly it, none for an unknown one."""

    country: str
    region: str | None
    is_customer: bool
    vendor_engaged_days: int
    ids: frozenset[UUID]
    claim_account_id: UUID | None
    uncertain: tuple[Match, ...]


def customer_of(known: accounts.AccountKnowledge) -> Customer:
    """A known account: its claims count against the oldest of the accounts that are certainly the same company."""
    return Customer(
        country=known.country,
        region=known.region,
        is_customer=known.is_customer,
        vendor_engaged_days=known.vendor_engaged_days,
        ids=known.same_ids,
        claim_account_id=min(known.same_ids),
        uncertain=known.uncertain,
    )


async def gather(tx: Tx, asked: Asked, customer: Customer) -> Gathered:
    """The snapshot. Reads over all partners, so the answer to a partner is redacted by whoever shows it."""
    async with tx.vendor_wide():
        partner = await partners.partner_facts(tx, asked.partner_id)
        claims = await store.running_claims(tx, customer.ids, asked.product_ids)
        others = [claim for claim in claims if claim.partner_id != asked.partner_id]
        own = [claim for claim in claims if claim.partner_id == asked.partner_id and claim.deal_id != asked.deal_id]
        queues = await store.waiting_for(tx, customer.ids)
        waiting = queue_of(asked.product_ids, [one for queue in queues.values() for one in queue])
        queue = [one for one in waiting if one.deal_id != asked.deal_id]
        is_behind = await _is_behind_the_next(tx, asked, customer, queue)
        doubtful = await store.accounts_with_rivals(
            tx, [UUID(match.account_id) for match in customer.uncertain], asked.product_ids, asked.partner_id
        )
        open_now = await store.count_open(tx, asked.partner_id, asked.deal_id)
    facts: dict[str, dict[str, Any]] = {
        "deal": _deal_facts(tx, asked),
        "partner": {
            "status": partner.status,
            "personas": sorted(partner.personas),
            "tier": partner.tier,
            "country": partner.country,
            "territories": sorted(partner.territories),
            "open_registrations": open_now,
            "certifications": sorted(partner.certifications),
        },
        "account": {
            "country": customer.country,
            "is_customer": customer.is_customer,
            "vendor_engaged": customer.vendor_engaged_days >= 0,
            "vendor_engaged_days": customer.vendor_engaged_days,
        },
        "claims": {
            "held_by_other": bool(others) or is_behind,
            "held_by_self": bool(own),
            "possible_matches": len(doubtful),
            "queue_length": len(queue),
        },
    }
    evidence = {
        "claims": _deals({claim.deal_id for claim in (*others, *own)}),
        "queue": [encode("deal", one.deal_id) for one in queue],
        "possible_customers": [_evidence(match) for match in customer.uncertain if UUID(match.account_id) in doubtful],
    }
    return Gathered(facts, evidence)


async def _is_behind_the_next(tx: Tx, asked: Asked, customer: Customer, queue: Sequence[Waiting]) -> bool:
    """Whether another partner, earlier in the queue, waits for nothing but the worker since the claim ended.

    Whoever asks in that moment would otherwise overtake all who wait.
    """
    own = (asked.submitted_at or tx.now, asked.deal_id or UUID(int=2**128 - 1))
    before = [one for one in queue if one.partner_id != asked.partner_id and (one.submitted_at, one.deal_id) < own]
    wanted = {product_id for one in before for product_id in one.product_ids}
    held = {claim.product_id for claim in await store.running_claims(tx, customer.ids, wanted)} if before else set()
    return any(not one.product_ids & held for one in before)


def _deal_facts(tx: Tx, asked: Asked) -> dict[str, Any]:
    closes = asked.expected_close_on
    return {
        "amount_minor": asked.amount_minor or 0,
        "currency": asked.currency or "",
        "type": asked.deal_type,
        "products": sorted(asked.skus),
        "country": asked.country,
        "region": asked.region or "",
        "missing": missing_fields(
            amount_minor=asked.amount_minor, products=asked.product_ids, expected_close_on=closes
        ),
        "expected_close_days": max((closes - tx.now.date()).days, -1) if closes else -1,
        "resubmissions": asked.resubmissions,
    }


def _deals(ids: Collection[UUID]) -> list[str]:
    return sorted(encode("deal", deal_id) for deal_id in ids)


def _evidence(match: Match) -> dict[str, Any]:
    return {
        "account_id": encode("acc", UUID(match.account_id)),
        "outcome": match.outcome,
        "score": match.score,
        "because": [found.sentence for found in match.evidence],
    }
