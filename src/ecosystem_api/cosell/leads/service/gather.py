"""Gather what a ranking is made of: the lead, its customer, and how every partner stands now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from ecosystem_api.cosell.leads import store
from ecosystem_api.cosell.leads.domain import ACTION, facts_for
from ecosystem_api.cosell.leads.store import History
from ecosystem_api.cosell.leads.tables import LeadRow
from ecosystem_api.cosell.routing.domain import Policy
from ecosystem_api.cosell.routing.service import Standing
from ecosystem_api.kernel.ids import encode
from ecosystem_api.market.products import service as products
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.network.fields import service as fields
from ecosystem_api.network.partners import service as partners
from ecosystem_api.network.partners.domain import PartnerProfile
from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.deals.service import DealRecord
from ecosystem_api.selling.engagement import service as engagement

_MEMBERS = ("active", "suspended")
"""Partners that are looked at: the others have no agreement by which a lead could be theirs."""


@dataclass(frozen=True)
class Gathered:
    """A snapshot, complete: what the rule book says of each partner stands in it. Units: JSON as it is kept."""

    snapshot: dict[str, Any]
    rule_book_id: UUID
    book_hash: str


async def gather(tx: Tx, row: LeadRow, standing: Standing, *, ask_again: bool) -> Gathered:
    """How everything stands now. Reads over all partners."""
    policy = standing.policy
    known = await recognition.know_account(tx, row.account_id)
    extent = await deals.extent_now(tx, row.region)
    claimants = await deals.claimants(tx, known.same_ids, row.product_ids, extent)
    family = await deals.claimants(tx, known.relatives, row.product_ids, extent)
    skus = await products.skus_of(tx, row.product_ids)
    in_use = await fields.list_in_use(tx)
    asked = set() if ask_again else await store.partners_asked(tx, row.id)
    snapshot: dict[str, Any] = {
        "lead": {
            "country": row.country,
            "region": row.region or "",
            "vertical": row.vertical or "",
            "skills": list(row.skills),
            "certifications": list(row.certifications),
            "products": sorted(skus.values()),
            "amount_minor": row.amount_minor or 0,
            "currency": row.currency or "",
        },
        "account": {
            "country": known.country,
            "is_customer": known.is_customer,
            "vendor_engaged": known.vendor_engaged_days >= 0,
            "vendor_engaged_days": known.vendor_engaged_days,
            **fields.custom_facts(in_use, "account", known.custom_fields),
        },
        "claims": {
            "holders": sorted(encode("par", one) for one in claimants.partner_ids),
            "family_holders": sorted(encode("par", one) for one in family.partner_ids),
            "possible_matches": len(known.uncertain),
            "queue_length": claimants.queue_length,
        },
        "floor_record": {"routed": standing.floor_record.routed, "given": standing.floor_record.given},
        "candidates": await _candidates(tx, policy, asked, in_use),
    }
    facts = [facts_for(snapshot, entry) for entry in snapshot["candidates"]]
    foresight = await engagement.foresee(tx, ACTION, facts)
    for entry, said in zip(snapshot["candidates"], foresight.cases, strict=True):
        entry["outcome"], entry["reasons"] = said.outcome, list(said.reasons)
    return Gathered(snapshot, foresight.rule_book_id, foresight.book_hash)


async def _candidates(
    tx: Tx, policy: Policy, asked: set[UUID], in_use: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    profiles = await partners.partner_profiles(tx, _MEMBERS)
    since = tx.now - timedelta(days=policy.history_days)
    received_since = tx.now - timedelta(days=policy.floor.window_days)
    histories = await store.histories(tx, since=since, received_since=received_since)
    in_hand = await store.leads_in_hand(tx)
    records = await deals.deal_records(tx, since)
    nothing, none = History(), DealRecord(0, 0, 0)
    return [
        _entry(
            one,
            histories.get(one.partner_id, nothing),
            records.get(one.partner_id, none),
            accepted_now=in_hand.get(one.partner_id, 0),
            is_asked=one.partner_id in asked,
        )
        | fields.custom_facts(in_use, "partner", one.custom_fields)
        for one in profiles
    ]


def _entry(
    partner: PartnerProfile, history: History, record: DealRecord, *, accepted_now: int, is_asked: bool
) -> dict[str, Any]:
    last = history.last_offered_at
    return {
        "partner_id": encode("par", partner.partner_id),
        "status": partner.status,
        "country": partner.country,
        "territories": sorted(partner.territories),
        "regions": sorted(partner.regions),
        "verticals": sorted(partner.verticals),
        "skills": sorted(partner.skills),
        "certifications": sorted(partner.certifications),
        "personas": sorted(partner.personas),
        "tier": partner.tier,
        "record": {
            "answered": history.answered,
            "accepted": history.accepted,
            "promptness": int(history.promptness),
            "closed": record.closed,
            "won": record.won,
        },
        "open_registrations": record.open_now,
        "in_hand": history.open_now + accepted_now,
        "received": history.received,
        "last_offered_at": last.isoformat() if last else "",
        "is_asked": is_asked,
    }
