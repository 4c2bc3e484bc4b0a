"""What the keys of a name tell: the more accounts have one, the less."""

from collections.abc import Mapping
from math import log
from typing import Final

from ecosystem_api.market.accounts.domain import sound_core
from ecosystem_api.market.recognition.domain.similarity import Weigh, word_weight

COMMON: Final = 200  # a key that more accounts have finds nobody: it says a trade, a place or a first name
MOST_CANDIDATES: Final = 50
_UNKNOWN_WEIGHT: Final = 0.5


def key_weight(holders: int) -> float:
    """A key weighs less the more accounts have it: one alone 1, `COMMON` of them about a sixth."""
    return 1 / (1 + log(max(holders, 1)))


def weigh_by_holders(holders: Mapping[str, int]) -> Weigh:
    """How much a word tells, by how many accounts have it in their name; a trade or place never weighs more than that.

    Shape: `holders` counts accounts by key, for every word asked about; a word that no account has is most often a
    misspelling or an addition, and weighs half.
    """

    def weigh(word: str) -> float:
        count = holders.get(sound_core(word))
        if count is None:
            return word_weight(word)
        return min(word_weight(word), key_weight(count) if count else _UNKNOWN_WEIGHT)

    return weigh
