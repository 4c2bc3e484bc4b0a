"""How alike two name keys are: words matched softly and weighted, or the letters taken as a whole.

Law: words pair when they fit (Jaro-Winkler of at least 0.9, one to one, best pairs first). Two neighbouring words pair
with one when they are it but for the space and a letter ("worley parsons" in "worleyparsons canada"). Three shares
count:
- common: the weight of the words in pairs, each times how well it fits, of the weight of all words of both;
- contained: the same, of the words of the one name that lies more within the other ("aecom" in "aecom markham");
- letters: one minus the edit distance of the two compact forms, of the longer; below 0.8 it is chance and counts 0.

The likeness is 0.7 times the greater of common and letters, and 0.3 times the greater of contained and letters. Names
that begin with one word are more alike than that: companies are called by their first word, and what follows says what
they do and where. It closes 0.6 of what is missing, times the weight of the word and the square of contained: where
either name goes on in a way of its own, the two are relatives rather.

The similarity is the likeness on a scale that reads alike wherever it is used: at 0.75 of the scale, a likeness of
0.58, a spelling is worth a person's look, whether the company is known by its own name alone, when missed ones cost
more, or by all its spellings among thousands of others, when false ones do. Below and above it the scale is straight.

Words that say a trade, a place or how a bid is made weigh 0.3, others 1: "Bell Canada" and "Bell Mobility" share a word
and differ in the one that counts. A word that is said twice counts once. Numbers are never nearly equal: "1019837
Ontario" is not "1019838 Ontario".
Source: Winkler 1990 (string comparator); Cohen, Ravikumar and Fienberg 2003 (soft token matching); optimal string
alignment after Damerau 1964. The shares and the scale were chosen by cross-validation:
`benchmarks/recognition/quality.py`.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA, JaroWinkler

from ecosystem_api.kernel.countries import COUNTRIES
from ecosystem_api.kernel.names import compact_name, normal_name

Weigh = Callable[[str], float]

_LEAST_WORD_FIT: Final = 0.9
_LEAST_EDIT_RATIO: Final = 0.8
_CONTAINED_SHARE: Final = 0.3
_FIRST_WORD_SHARE: Final = 0.6
_LEAST_JOINED_FIT: Final = 0.95
_SHORTEST_JOINED: Final = 5
# From this likeness on a name is worth a look, which is 0.75 on the scale of the similarity.
_WORTH_A_LOOK: Final = (0.58, 0.75)
_LIGHT_WEIGHT: Final = 0.3
_TRADES_PLACES_AND_BIDS: Final = (
    "the and of for a an de la le les du des et y e und group groupe gruppe grupo gruppo holding holdings company"
    " corporation international global worldwide services service solutions solution systems system technologies"
    " technology technologie consulting consultants management enterprises enterprise industries industry partners"
    " associates networks communications software information business canadian american european division usa uk"
    " joint venture jv consortium team branch office partnership in at as by att attn operating regional national"
)
_LIGHT_WORDS: Final = frozenset(_TRADES_PLACES_AND_BIDS.split()) | frozenset(
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
    return _on_the_scale(likeness + (1 - likeness) * _FIRST_WORD_SHARE * shared.first * shared.contained**2)


def _on_the_scale(likeness: float) -> float:
    raw, told = _WORTH_A_LOOK
    if likeness < raw:
        return likeness * told / raw
    return told + (likeness - raw) * (1 - told) / (1 - raw)


def _numbers_disagree(left: str, right: str) -> bool:
    ours, theirs = _numbers_in(left), _numbers_in(right)
    return bool(ours and theirs) and ours != theirs


@lru_cache(maxsize=256)  # one key is compared with those of all candidates
def _numbers_in(key: str) -> frozenset[str]:
    return frozenset(word for word in key.split() if any(map(str.isdigit, word)))


class _Shared(NamedTuple):
    """What the words have in common, how far one name lies within the other, what a common first word weighs."""

    common: float
    contained: float
    first: float


class _Pair(NamedTuple):
    """Words of the left name that fit words of the right: one each, or two neighbours that the other writes as one."""

    fit: float
    left: tuple[int, ...]
    right: tuple[int, ...]


def _words_in_common(left: list[str], right: list[str], weigh: Weigh) -> _Shared:
    weights = [weigh(word) for word in left], [weigh(word) for word in right]
    taken_left: dict[int, float] = {}
    taken_right: dict[int, float] = {}
    first = 0.0
    for fit, ours, theirs in sorted(_pairs(left, right), key=lambda pair: (-pair.fit, pair.left, pair.right)):
        if taken_left.keys().isdisjoint(ours) and taken_right.keys().isdisjoint(theirs):
            taken_left |= {place: fit * weights[0][place] for place in ours}
            taken_right |= {place: fit * weights[1][place] for place in theirs}
            if ours[0] == theirs[0] == 0:
                first = min(1.0, sum(taken_left[place] for place in ours), sum(taken_right[place] for place in theirs))
    found_left, found_right = sum(taken_left.values()), sum(taken_right.values())
    all_left, all_right = sum(weights[0]), sum(weights[1])
    return _Shared(
        (found_left + found_right) / (all_left + all_right), max(found_left / all_left, found_right / all_right), first
    )


def _pairs(left: Sequence[str], right: Sequence[str]) -> Iterator[_Pair]:
    for i, mine in enumerate(left):
        for j, other in enumerate(right):
            if (fit := _word_fit(mine, other)) >= _LEAST_WORD_FIT:
                yield _Pair(fit, (i,), (j,))
    for fit, places, j in _joined(left, right):
        yield _Pair(fit, places, (j,))
    for fit, places, i in _joined(right, left):
        yield _Pair(fit, (i,), places)


def _joined(apart: Sequence[str], together: Sequence[str]) -> Iterator[tuple[float, tuple[int, int], int]]:
    """Neighbouring words that the other name writes as one: how well, where they stand, where it stands."""
    for place, (one, next_one) in enumerate(pairwise(apart)):
        length = len(one) + len(next_one)
        for other_place, other in enumerate(together):
            if length >= _SHORTEST_JOINED and abs(length - len(other)) <= 1:
                fit = _word_fit(one + next_one, other)
                if fit >= _LEAST_JOINED_FIT:
                    yield fit, (place, place + 1), other_place


def _word_fit(left: str, right: str) -> float:
    if left == right:
        return 1.0
    ours, theirs = len(left), len(right)
    # No word of half the length reaches the least fit, whatever its letters.
    if ours * 2 < theirs or theirs * 2 < ours:
        return 0.0
    if not (left.isalpha() and right.isalpha()) and any(map(str.isdigit, left + right)):
        return 0.0
    return JaroWinkler.similarity(left, right)
