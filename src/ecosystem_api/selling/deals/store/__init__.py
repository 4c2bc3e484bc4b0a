"""Queries of deal registrations: their rows and what a judgement asks."""

from ecosystem_api.selling.deals.store.judgement import (
    Weighed,
    claims_by_region,
    lock_partner,
    waiting_at,
    waiting_for,
    weigh,
)
from ecosystem_api.selling.deals.store.merge import (
    count_against,
    customers_waited_for,
    deals_at,
    deals_of,
    deals_with,
    external_ids_of_both,
    partners_at,
    rename_customer,
    undecided_at,
)
from ecosystem_api.selling.deals.store.rows import (
    clear_products,
    coverage_of,
    find_account_of,
    find_by_external_id,
    find_deal,
    keep,
    lock_deal,
    notes,
    products_of,
)
from ecosystem_api.selling.deals.store.standing import closed_since, open_registrations

__all__ = [
    "Weighed",
    "claims_by_region",
    "clear_products",
    "closed_since",
    "count_against",
    "coverage_of",
    "customers_waited_for",
    "deals_at",
    "deals_of",
    "deals_with",
    "external_ids_of_both",
    "find_account_of",
    "find_by_external_id",
    "find_deal",
    "keep",
    "lock_deal",
    "lock_partner",
    "notes",
    "open_registrations",
    "partners_at",
    "products_of",
    "rename_customer",
    "undecided_at",
    "waiting_at",
    "waiting_for",
    "weigh",
]
