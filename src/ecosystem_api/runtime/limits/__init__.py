"""Limits: how much one caller, partner, vendor and address may ask, and who goes first when there is too much to do.

Budgets are buckets that refill evenly. Requests count in the memory of each process; tokens, writes, imports and probes
count in PostgreSQL, over all processes. At the database a vendor has a share of the connections.
"""

from ecosystem_api.runtime.limits.bulkhead import Priority
from ecosystem_api.runtime.limits.charge import IMPORTS, PROBES, Limits, limit_headers
from ecosystem_api.runtime.limits.errors import Overloaded, TooManyAtOnce
from ecosystem_api.runtime.limits.rule import Rule, counted, ranked, rule_of
from ecosystem_api.runtime.limits.shared import RateBucketRow, forget_full

__all__ = [
    "IMPORTS",
    "PROBES",
    "Limits",
    "Overloaded",
    "Priority",
    "RateBucketRow",
    "Rule",
    "TooManyAtOnce",
    "counted",
    "forget_full",
    "limit_headers",
    "ranked",
    "rule_of",
]
