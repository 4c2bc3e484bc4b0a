"""How alike two name keys are: words matched softly and weighted, or the letters taken as a whole.

Law: words pair when they fit (Jaro-Winkler of at least 0.9, one to one, best pairs first). Three shares count:
- common: the weight of the words in pairs, each times how well it fits, of the weight of all words of both;
- contained: the same, of the words of the one name that lies more within the other ("aecom" in "aecom markham");
- letters: one minus the edit distance of the two compact forms, of the longer; below 0.7 it is chance and counts 0.

The similarity is 0.7 times the greater of common and letters, and 0.3 times the greater of contained and letters.

Words that say a trade or a place weigh 0.3, others 1: "Bell Canada" and "Bell Mobility" share a word and differ in the
one that counts. Numbers are never nearly equal: "1019837 Ontario" is not "1019838 Ontario".
Source: Winkler 1990 (string comparator); Cohen, Ravikumar and Fienberg 2003 (soft token matching).
"""

from collections import Counter
from collections.abc import Callable
from functools import lru_cache
from typing import Final

from ecosystem_api.kernel.countries import COUNTRIES
from ecosystem_api.kernel.names import compact_name, normal_name

Weigh = Callable[[str], float]

_LEAST_WORD_FIT: Final = 0.9
_LEAST_EDIT_RATIO: Final = 0.7
_CONTAINED_SHARE: Final = 0.3
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
    common, contained = _words_in_common(left.split(), right.split(), weigh)
    letters = _edit_ratio(compact_name(left), compact_name(right), min(common, contained))
    return (1 - _CONTAINED_SHARE) * max(common, letters) + _CONTAINED_SHARE * max(contained, letters)


def _numbers_disagree(left: str, right: str) -> bool:
    numbers = [{word for word in key.split() if any(map(str.isdigit, word))} for key in (left, right)]
    return bool(numbers[0] and numbers[1]) and numbers[0] != numbers[1]


def _words_in_common(left: list[str], right: list[str], weigh: Weigh) -> tuple[float, float]:
    """How much the words have in common, and how far the one name lies within the other."""
    fits = [
        (fit, i, j)
        for i, mine in enumerate(left)
        for j, other in enumerate(right)
        if (fit := _word_fit(mine, other)) >= _LEAST_WORD_FIT
    ]
    fits.sort(key=lambda found: (-found[0], found[1], found[2]))
    taken_left: dict[int, float] = {}
    taken_right: dict[int, float] = {}
    for fit, i, j in fits:
        if i not in taken_left and j not in taken_right:
            taken_left[i], taken_right[j] = fit * weigh(left[i]), fit * weigh(right[j])
    found_left, found_right = sum(taken_left.values()), sum(taken_right.values())
    all_left, all_right = sum(map(weigh, left)), sum(map(weigh, right))
    contained = max(found_left / all_left, found_right / all_right)
    return (found_left + found_right) / (all_left + all_right), contained


@lru_cache(maxsize=65_536)  # the words of a vendor's customers come again and again
def _word_fit(left: str, right: str) -> float:
    if left == right:
        return 1.0
    # No word of half the length reaches the least fit, whatever its letters.
    if min(len(left), len(right)) * 2 < max(len(left), len(right)) or any(map(str.isdigit, left + right)):
        return 0.0
    return jaro_winkler(left, right)


def jaro_winkler(left: str, right: str) -> float:
    """Two words are alike by the letters they share in nearly the same place; a common beginning counts extra.

    Shape: 0 to 1; up to four letters of common beginning close a tenth each of what is missing.
    """
    jaro = _jaro(left, right)
    prefix = 0
    for mine, other in zip(left[:4], right[:4], strict=False):
        if mine != other:
            break
        prefix += 1
    return jaro + prefix * 0.1 * (1 - jaro)


def _jaro(left: str, right: str) -> float:
    if left == right:
        return 1.0
    reach = max(max(len(left), len(right)) // 2 - 1, 0)
    used = [False] * len(right)
    mine: list[str] = []
    for i, letter in enumerate(left):
        for j in range(max(0, i - reach), min(len(right), i + reach + 1)):
            if not used[j] and right[j] == letter:
                used[j] = True
                mine.append(letter)
                break
    if not mine:
        return 0.0
    others = [letter for letter, is_used in zip(right, used, strict=True) if is_used]
    swaps = sum(a != b for a, b in zip(mine, others, strict=True)) / 2
    shared = len(mine)
    return (shared / len(left) + shared / len(right) + (shared - swaps) / shared) / 3


def _edit_ratio(left: str, right: str, least: float) -> float:
    """How alike the letters are; 0 when that is not above `least`, for then it changes nothing."""
    longest = max(len(left), len(right))
    # Letters that the other lacks cost an edit each: most pairs are refused without the table of distances.
    most = (Counter(left) & Counter(right)).total() / longest
    if most < _LEAST_EDIT_RATIO or most <= least:
        return 0.0
    ratio = 1 - edit_distance(left, right) / longest
    return ratio if ratio >= _LEAST_EDIT_RATIO else 0.0


def edit_distance(left: str, right: str) -> int:
    """The least number of letters put in, left out, changed or swapped with a neighbour that makes one the other.

    Source: optimal string alignment (Damerau 1964, with no letter edited twice).
    """
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, letter in enumerate(left, start=1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(right, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == right[j - 2] and left[i - 2] == other:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
