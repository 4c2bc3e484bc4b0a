"""Queries of deal registrations: their rows, what a judgement asks, and the protection they hold."""

from ecosystem_api.selling.deals.store.judgement import (
    Claim,
    Weighed,
    lock_partner,
    running_claims,
    waiting_at,
    waiting_for,
    weigh,
)
from ecosystem_api.selling.deals.store.merge import deals_of, deals_with, external_ids_of_both
from ecosystem_api.selling.deals.store.protection import (
    Terms,
    end,
    end_as_granted,
    extend,
    grant,
    held_at,
    keep_until,
    protections_of,
    take_out,
)
from ecosystem_api.selling.deals.store.rows import (
    clear_products,
    find_account_of,
    find_by_external_id,
    find_deal,
    keep,
    lock_deal,
    notes,
    products_of,
)
from ecosystem_api.selling.deals.store.standing import claims_and_queue, closed_since, open_registrations

__all__ = [
    "Claim",
    "Terms",
    "Weighed",
    "claims_and_queue",
    "clear_products",
    "closed_since",
    "deals_of",
    "deals_with",
    "end",
    "end_as_granted",
    "extend",
    "external_ids_of_both",
    "find_account_of",
    "find_by_external_id",
    "find_deal",
    "grant",
    "held_at",
    "keep",
    "keep_until",
    "lock_deal",
    "lock_partner",
    "notes",
    "open_registrations",
    "products_of",
    "protections_of",
    "running_claims",
    "take_out",
    "waiting_at",
    "waiting_for",
    "weigh",
]
