"""When two descriptions are one customer: pure decisions on names, identifiers, domains and families.

`normal_name` and `normal_identifier` give the spellings that are stored; `judge_match` and `rank_matches` compare what
was stored. Finding candidates among a million accounts is the store's work; what happens to a `possible` is a person's.
"""

from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.market.accounts.domain.family import (
    MOST_LEVELS,
    Span,
    Tie,
    TieEvidence,
    line_with,
    propose_tie,
    way_round,
)
from ecosystem_api.market.accounts.domain.identifiers import (
    IDENTIFIER_KINDS,
    IdentifierKind,
    identifier_register,
    normal_identifier,
)
from ecosystem_api.market.accounts.domain.keys import (
    COMMON,
    MOST_CANDIDATES,
    key_weight,
    name_keys,
    sound_core,
    weigh_by_holders,
)
from ecosystem_api.market.accounts.domain.match import (
    BANDS,
    DEFAULT_BAND,
    WEIGHTS,
    Evidence,
    EvidenceKind,
    Match,
    Outcome,
    is_overlap_certain,
    judge_match,
    rank_matches,
)
from ecosystem_api.market.accounts.domain.relation import LEAST_SIMILARITY, AccountView, Band
from ecosystem_api.market.accounts.domain.similarity import Weigh, name_similarity, word_weight

__all__ = [
    "BANDS",
    "COMMON",
    "DEFAULT_BAND",
    "IDENTIFIER_KINDS",
    "LEAST_SIMILARITY",
    "MOST_CANDIDATES",
    "MOST_LEVELS",
    "WEIGHTS",
    "AccountView",
    "Band",
    "Evidence",
    "EvidenceKind",
    "IdentifierKind",
    "Match",
    "Outcome",
    "Span",
    "Tie",
    "TieEvidence",
    "Weigh",
    "compact_name",
    "identifier_register",
    "is_overlap_certain",
    "judge_match",
    "key_weight",
    "line_with",
    "name_keys",
    "name_similarity",
    "normal_identifier",
    "normal_name",
    "propose_tie",
    "rank_matches",
    "sound_core",
    "way_round",
    "weigh_by_holders",
    "word_weight",
]
