"""The law of routing: what a policy says, what each criterion is worth, who comes first and why. Pure."""

from ecosystem_api.cosell.routing.domain.criteria import CRITERIA, WHOLE, Candidate, Record, Wanted, pool_of
from ecosystem_api.cosell.routing.domain.policy import DISCLOSABLE, Floor, Policy, policy_of
from ecosystem_api.cosell.routing.domain.rank import Criterion, FloorRecord, Left, Placed, Ranking, rank, score_of

__all__ = [
    "CRITERIA",
    "DISCLOSABLE",
    "WHOLE",
    "Candidate",
    "Criterion",
    "Floor",
    "FloorRecord",
    "Left",
    "Placed",
    "Policy",
    "Ranking",
    "Record",
    "Wanted",
    "policy_of",
    "pool_of",
    "rank",
    "score_of",
]
