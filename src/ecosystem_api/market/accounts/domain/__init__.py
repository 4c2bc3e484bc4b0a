"""What accounts are called, numbered and related by: pure spellings and the law of families.

`normal_identifier` gives the spellings of numbers that are stored, `name_keys` the keys by which similar names
are found. Whether two accounts are one customer is the law of `market/recognition`.
"""

from ecosystem_api.market.accounts.domain.family import MOST_LEVELS, Span, Tie, TieEvidence, line_with, way_round
from ecosystem_api.market.accounts.domain.identifiers import (
    IDENTIFIER_KINDS,
    IdentifierKind,
    identifier_register,
    normal_identifier,
)
from ecosystem_api.market.accounts.domain.keys import name_keys, sound_core

__all__ = [
    "IDENTIFIER_KINDS",
    "MOST_LEVELS",
    "IdentifierKind",
    "Span",
    "Tie",
    "TieEvidence",
    "identifier_register",
    "line_with",
    "name_keys",
    "normal_identifier",
    "sound_core",
    "way_round",
]
