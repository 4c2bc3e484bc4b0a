"""By which keys a similar name is found: the sound core of its words, and of its beginning and end.

A misspelling mostly touches vowels, doubled letters, an ending or a space; what is left without them is found by
equality, which an ordinary index answers among a million accounts, also under row-level security. Keys only find
candidates: whether a candidate is the customer, `market/recognition` decides on the names themselves.
"""

from functools import lru_cache
from itertools import pairwise
from typing import Final

from ecosystem_api.kernel.names import compact_name

_EDGE: Final = 5
_LONGEST: Final = 40
_SHORTEST_CORE: Final = 4  # fewer consonants are shared by words that have nothing to do with each other
_VOWELS: Final = frozenset("aeiouy")


@lru_cache(maxsize=4_096)  # forms, trades and places come again and again in the names of customers
def sound_core(word: str) -> str:
    """What misspellings of a word have in common: its first letter and its consonants, without repeats or a final s.

    Edges: a word with fewer than four of them is its own core but for the final s; one of at most three letters, with a
    digit, or of letters that are not Latin is its own core.
    """
    if len(word) <= 3 or not (word.isascii() and word.isalpha()):
        return word[:_LONGEST]
    letters = [word[0]]
    for letter in word[1:]:
        if letter not in _VOWELS and letter != letters[-1]:
            letters.append(letter)
    core = "".join(letters)
    if len(core) > 2 and core.endswith("s"):
        core = core[:-1]
    return core[:_LONGEST] if len(core) >= _SHORTEST_CORE else word.removesuffix("s")[:_LONGEST]


def name_keys(name: str) -> frozenset[str]:
    """The keys of a normal name: each word, neighbouring words, its first and its last letters.

    Shape: a word's key is its core; those of two words "a b", of the first letters "^…", of the last "…$". A word
    in a script that writes no spaces is read in pairs of letters.
    """
    cores = [sound_core(word) for word in name.split()]
    whole = compact_name(name)
    keys = {*cores, *(f"{one} {other}"[:_LONGEST] for one, other in pairwise(cores))}
    if len(whole) > _EDGE:
        keys |= {f"^{whole[:_EDGE]}", f"{whole[-_EDGE:]}$"}
    for word in name.split():
        if len(word) > 3 and not word.isascii():
            keys |= {f"{one}{other}$" for one, other in pairwise(word[:_LONGEST])}
    return frozenset(keys)
