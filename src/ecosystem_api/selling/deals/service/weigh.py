"""Gather the facts that rules judge a registration by, and the evidence behind them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.market.products import service as products
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.market.recognition.domain import Match
from ecosystem_api.network.fields import service as custom
from ecosystem_api.network.partners import service as partners
from ecosystem_api.network.partners.domain import PartnerFacts
from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.claims.schemas import ProtectionRead
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import RESOURCE, Waiting, missing_fields, queue_of
from ecosystem_api.selling.deals.tables import DealRow

ACTION = "deal_registration.submit"


@dataclass(frozen=True)
class Asked:
    """A deal as rules see it, whether it is a registration or only a question beforehand.

    Shape: `product_ids` are those of a question or a proposal; None stands for the registration's own, which are read
    with everything else. `extent` is where it claims, if its protection says so; None leaves that to what it holds now,
    and to the book in force.
    """

    deal_id: UUID | None
    partner_id: UUID
    deal_type: str
    country: str
    region: str | None
    product_ids: frozenset[UUID] | None
    amount_minor: int | None
    currency: str | None
    expected_close_on: date | None
    resubmissions: int
    submitted_at: datetime | None
    stage: str = "prospect"
    last_activity_at: datetime | None = None
    extent: claims.Extent | None = None
    custom_fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Gathered:
    """A snapshot ready to be judged, and the rows behind it, which only the vendor's side may read.

    Shape: `in_the_way` are the running claims of other registrations on what this one claims; `is_kept_out` says that
    it cannot have it now: for these, or because another partner is next.
    """

    facts: dict[str, dict[str, Any]]
    evidence: dict[str, Any]
    weighed: store.Weighed
    in_the_way: tuple[claims.Claim, ...]
    is_kept_out: bool


@dataclass(frozen=True)
class Customer:
    """What is known of the customer.

    Shape: `ids` are all accounts that are certainly it, none for an unknown one; `relatives` those of its family.
    """

    country: str
    region: str | None
    is_customer: bool
    vendor_engaged_days: int
    ids: frozenset[UUID]
    claim_account_id: UUID | None
    uncertain: tuple[Match, ...]
    relatives: frozenset[UUID]
    custom_fields: Mapping[str, Any]


def customer_of(known: recognition.AccountKnowledge) -> Customer:
    """A known account: its claims count against the oldest of the accounts that are certainly the same company."""
    return Customer(
        country=known.country,
        region=known.region,
        is_customer=known.is_customer,
        vendor_engaged_days=known.vendor_engaged_days,
        ids=known.same_ids,
        claim_account_id=min(known.same_ids),
        uncertain=known.uncertain,
        relatives=known.relatives,
        custom_fields=known.custom_fields,
    )


def asked_of(row: DealRow) -> Asked:
    """A registration as rules see it."""
    return Asked(
        deal_id=row.id,
        partner_id=row.partner_id,
        deal_type=row.deal_type,
        country=row.country,
        region=row.region,
        product_ids=None,
        amount_minor=row.amount_minor,
        currency=row.currency,
        expected_close_on=row.expected_close_on,
        resubmissions=row.resubmissions,
        submitted_at=row.submitted_at,
        stage=row.stage,
        last_activity_at=row.last_activity_at,
        custom_fields=row.custom_fields,
    )


async def gather(tx: Tx, asked: Asked, customer: Customer, **more: dict[str, Any]) -> Gathered:
    """The snapshot, with more groups of facts where the action is about more.

    Edges: reads over all partners, so the answer to a partner is redacted by whoever shows it.
    """
    async with tx.vendor_wide():
        partner = await partners.partner_facts(tx, asked.partner_id)
        weighed = await store.weigh(
            tx,
            deal_id=asked.deal_id,
            partner_id=asked.partner_id,
            product_ids=asked.product_ids,
            region=asked.region,
            extent=asked.extent,
            account_ids=customer.ids,
            uncertain_ids=[UUID(match.account_id) for match in customer.uncertain],
            relative_ids=customer.relatives,
        )
        skus = await products.skus_of(tx, weighed.coverage.product_ids)
    elsewhere = (claim for claim in weighed.claims if claim.deal_id != asked.deal_id)
    held = tuple(claim for claim in elsewhere if claim.coverage.overlaps(weighed.coverage))
    others = {claim.deal_id for claim in held if claim.partner_id != asked.partner_id}
    own = {claim.deal_id for claim in held if claim.partner_id == asked.partner_id}
    queue = [one for one in queue_of(weighed.coverage, weighed.queue) if one.deal_id != asked.deal_id]
    is_behind = _is_behind_the_next(tx, asked, weighed.claims, queue)
    facts: dict[str, dict[str, Any]] = {
        "deal": _deal_facts(tx, asked, sorted(skus.values()), weighed),
        "partner": _partner_facts(partner, weighed),
        "account": {
            "country": customer.country,
            "is_customer": customer.is_customer,
            "vendor_engaged": customer.vendor_engaged_days >= 0,
            "vendor_engaged_days": customer.vendor_engaged_days,
            **custom.custom_facts(weighed.fields, "account", customer.custom_fields),
        },
        "claims": {
            "held_by_other": bool(others) or is_behind,
            "held_by_self": bool(own),
            "held_by_relative": bool(weighed.family_claims),
            "possible_matches": len(weighed.doubtful),
            "queue_length": len(queue),
        },
        "progress": _progress_facts(tx, asked, weighed),
        **more,
    }
    evidence = {
        "claims": _deals(others | own),
        "family_claims": _deals(weighed.family_claims),
        "queue": [encode("deal", one.deal_id) for one in queue],
        "possible_customers": [_evidence(m) for m in customer.uncertain if UUID(m.account_id) in weighed.doubtful],
    }
    return Gathered(facts, evidence, weighed, held, bool(held) or is_behind)


def _is_behind_the_next(tx: Tx, asked: Asked, held: Sequence[claims.Claim], queue: Sequence[Waiting]) -> bool:
    """Whether another partner, earlier in the queue, waits for nothing but the worker since the claim ended.

    Whoever asks in that moment would otherwise overtake all who wait.
    """
    own = (asked.submitted_at or tx.now, asked.deal_id or UUID(int=2**128 - 1))
    before = [one for one in queue if one.partner_id != asked.partner_id and one.place < own]
    return any(one.coverage.is_free(claim.coverage for claim in held) for one in before)


def _deal_facts(tx: Tx, asked: Asked, skus: list[str], weighed: store.Weighed) -> dict[str, Any]:
    closes = asked.expected_close_on
    return {
        "amount_minor": asked.amount_minor or 0,
        "currency": asked.currency or "",
        "type": asked.deal_type,
        "products": skus,
        "country": asked.country,
        "region": asked.region or "",
        "missing": missing_fields(
            amount_minor=asked.amount_minor,
            products=skus,
            expected_close_on=closes,
            custom_keys=weighed.lacking(asked.custom_fields),
        ),
        "expected_close_days": max((closes - tx.now.date()).days, -1) if closes else -1,
        "resubmissions": asked.resubmissions,
        **custom.custom_facts(weighed.fields, RESOURCE, asked.custom_fields),
    }


def protection_facts(tx: Tx, protection: ProtectionRead) -> dict[str, Any]:
    """A protection as rules see it."""
    ends_at = protection.granted_until or protection.ends_at
    return {
        "days_left": max((ends_at - tx.now).days, 0),
        "extensions": protection.extensions,
        "extended_days": protection.extended_days,
    }


def _partner_facts(partner: PartnerFacts, weighed: store.Weighed) -> dict[str, Any]:
    return {
        "status": partner.status,
        "personas": sorted(partner.personas),
        "tier": partner.tier,
        "country": partner.country,
        "territories": sorted(partner.territories),
        "open_registrations": weighed.open_now,
        "certifications": sorted(partner.certifications),
        **custom.custom_facts(weighed.fields, "partner", partner.custom_fields),
    }


def _progress_facts(tx: Tx, asked: Asked, weighed: store.Weighed) -> dict[str, Any]:
    return {
        "stage": asked.stage,
        "activities": list(weighed.activities),
        "idle_days": max((tx.now - asked.last_activity_at).days, 0) if asked.last_activity_at else 0,
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
