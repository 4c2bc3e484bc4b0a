"""How alike two name keys are: words matched softly and weighted, or the letters taken as a whole.

Law: words pair when they fit (Jaro-Winkler of at least 0.9, one to one, best pairs first). Three shares count:
- common: the weight of the words in pairs, each times how well it fits, of the weight of all words of both;
- contained: the same, of the words of the one name that lies more within the other ("aecom" in "aecom markham");
- letters: one minus the edit distance of the two compact forms, of the longer; below 0.8 it is chance and counts 0.

The likeness is 0.7 times the greater of common and letters, and 0.3 times the greater of contained and letters. Names
that begin with one word are more alike than that: companies are called by their first word, and what follows says what
they do and where. It closes 0.4 of what is missing, times the weight of the word and the square of contained: where
either name goes on in a way of its own, the two are relatives rather.

Words that say a trade or a place weigh 0.3, others 1: "Bell Canada" and "Bell Mobility" share a word and differ in the
one that counts. A word that is said twice counts once. Numbers are never nearly equal: "1019837 Ontario" is not
"1019838 Ontario".
Source: Winkler 1990 (string comparator); Cohen, Ravikumar and Fienberg 2003 (soft token matching); optimal string
alignment after Damerau 1964. The shares were chosen by cross-validation: `benchmarks/recognition/quality.py`.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from ecosystem_api.kernel.countries import COUNTRIES
from ecosystem_api.kernel.names import compact_name, normal_name

Weigh = Callable[[str], float]

_LEAST_WORD_FIT: Final = 0.9
_LEAST_EDIT_RATIO: Final = 0.8
_CONTAINED_SHARE: Final = 0.3
_FIRST_WORD_SHARE: Final = 0.4
_LIGHT_WEIGHT: Final = 0.3
_TRADES_AND_PLACES: Final = (
    "the and of for a an de la le les du des et y e und group groupe gruppe grupo gruppo holding holdings company"
    " corporation international global worldwide services service solutions solution systems system technologies"
    " technology technologie consulting consultants management enterprises enterprise industries industry partners"
    " associates networks communications software information business canadian american european division usa uk"
)
_LIGHT_WORDS: Final = frozenset(_TRADES_AND_PLACES.split()) | frozenset(
    word for country in COUNTRIES.values() for word in normal_name(country).split()
)


def word_weight(word: str) -> float:
    """A word that says only a trade or a place weighs less than one that tells companies apart."""
    return _LIGHT_WEIGHT if word in _LIGHT_WORDS else 1.0


def name_similarity(left: str, right: str, weigh: Weigh = word_weight) -> float:
    """Two keys are alike from 0 (nothing in common) to 1 (equal but for spaces), whichever comes first.

    Shape: `left` and `right` are keys of `normal_name`; `weigh` gives a word's weight, above 0.
    Edges: an empty key is like nothing. Keys that both hold numbers, and not the same ones, score 0.
    """
    if not left or not right or _numbers_disagree(left, right):
        return 0.0
    if compact_name(left) == compact_name(right):
        return 1.0
    left, right = sorted((left, right))  # ties between words are then broken alike, whoever asks
    shared = _words_in_common(list(dict.fromkeys(left.split())), list(dict.fromkeys(right.split())), weigh)
    ratio = OSA.normalized_similarity(compact_name(left), compact_name(right), score_cutoff=_LEAST_EDIT_RATIO)
    likeness = (1 - _CONTAINED_SHARE) * max(shared.common, ratio) + _CONTAINED_SHARE * max(shared.contained, ratio)
    return likeness + (1 - likeness) * _FIRST_WORD_SHARE * shared.first * shared.contained**2


def _numbers_disagree(left: str, right: str) -> bool:
    numbers = [{word for word in key.split() if any(map(str.isdigit, word))} for key in (left, right)]
    return bool(numbers[0] and numbers[1]) and numbers[0] != numbers[1]


class _Shared(NamedTuple):
    """What the words have in common, how far one name lies within the other, what a common first word weighs."""

    common: float
    contained: float
    first: float


def _words_in_common(left: list[str], right: list[str], weigh: Weigh) -> _Shared:
    fits = [
        (fit, i, j)
        for i, mine in enumerate(left)
        for j, other in enumerate(right)
        if (fit := _word_fit(mine, other)) >= _LEAST_WORD_FIT
    ]
    fits.sort(key=lambda found: (-found[0], found[1], found[2]))
    weights = [weigh(word) for word in left], [weigh(word) for word in right]
    taken_left: dict[int, float] = {}
    taken_right: dict[int, float] = {}
    first = 0.0
    for fit, i, j in fits:
        if i not in taken_left and j not in taken_right:
            taken_left[i], taken_right[j] = fit * weights[0][i], fit * weights[1][j]
            if i == j == 0:
                first = min(taken_left[0], taken_right[0])
    found_left, found_right = sum(taken_left.values()), sum(taken_right.values())
    all_left, all_right = sum(weights[0]), sum(weights[1])
    return _Shared(
        (found_left + found_right) / (all_left + all_right), max(found_left / all_left, found_right / all_right), first
    )


@lru_cache(maxsize=65_536)  # the words of a vendor's customers come again and again
def _word_fit(left: str, right: str) -> float:
    if left == right:
        return 1.0
    # No word of half the length reaches the least fit, whatever its letters.
    if min(len(left), len(right)) * 2 < max(len(left), len(right)) or any(map(str.isdigit, left + right)):
        return 0.0
    return JaroWinkler.similarity(left, right)
