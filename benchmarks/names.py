"""Invented companies, whose words are as unevenly common as those of real ones."""

import random
from itertools import product

_BEGINS = ("b", "br", "c", "d", "dr", "f", "g", "gl", "h", "k", "l", "m", "n", "p", "qu", "r", "s", "st", "t", "v", "z")
_VOWELS = ("a", "e", "i", "o", "u", "au", "ei")
_ENDS = ("", "l", "n", "r", "s", "nd", "rt")
_TRADES = ("Foods", "Robotics", "Logistics", "Energy", "Clinics", "Bank", "Motors", "Media", "Steel", "Textiles",
           "Analytics", "Foundry", "Airways", "Pharma", "Insurance", "Retail", "Chemicals", "Optics")  # fmt: skip
_FORMS = ("GmbH", "AG", "Inc.", "Ltd", "S.A.", "")
_WORDS = 20_000


class Names:
    """A stock of words, the same in every run. A word's rank is drawn squared: few are common, most are rare."""

    def __init__(self) -> None:
        syllables = ["".join(parts) for parts in product(_BEGINS, _VOWELS, _ENDS)]
        chance = random.Random(0)
        self._words = [
            "".join(chance.choices(syllables, k=chance.choice((2, 2, 3)))).capitalize() for _ in range(_WORDS)
        ]

    def word(self, chance: random.Random) -> str:
        """One word of the stock."""
        return self._words[int(_WORDS * chance.random() ** 2)]

    def company(self, chance: random.Random) -> str:
        """A name: one word or two, a trade, mostly a legal form."""
        words = [self.word(chance) for _ in range(chance.choice((1, 1, 2)))]
        return " ".join([*words, chance.choice(_TRADES), chance.choice(_FORMS)]).strip()
