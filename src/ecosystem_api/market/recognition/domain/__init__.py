"""When two descriptions are one customer: pure decisions on names, identifiers, domains and families.

`judge_match` and `rank_matches` compare what accounts are known by. Finding candidates among a million accounts is the
store's work; what happens to a `possible` is a person's.
"""

from ecosystem_api.market.recognition.domain.keys import COMMON, MOST_CANDIDATES, key_weight, weigh_by_holders
from ecosystem_api.market.recognition.domain.match import (
    BANDS,
    DEFAULT_BAND,
    WEIGHTS,
    Evidence,
    EvidenceKind,
    Match,
    Outcome,
    judge_match,
    rank_matches,
)
from ecosystem_api.market.recognition.domain.relation import LEAST_SIMILARITY, AccountView, Band
from ecosystem_api.market.recognition.domain.similarity import Weigh, name_similarity, word_weight
from ecosystem_api.market.recognition.domain.ties import propose_tie

__all__ = [
    "BANDS",
    "COMMON",
    "DEFAULT_BAND",
    "LEAST_SIMILARITY",
    "MOST_CANDIDATES",
    "WEIGHTS",
    "AccountView",
    "Band",
    "Evidence",
    "EvidenceKind",
    "Match",
    "Outcome",
    "Weigh",
    "judge_match",
    "key_weight",
    "name_similarity",
    "propose_tie",
    "rank_matches",
    "weigh_by_holders",
    "word_weight",
]
