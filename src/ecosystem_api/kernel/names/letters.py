"""Letters at their plainest: one spelling for accents, ligatures, Greek and Cyrillic.

Scripts without a simple letter-for-letter reading (Chinese, Japanese, Korean, Arabic, Hebrew, Thai, the Indian
scripts) stay as they are: a guessed romanisation would join companies that only sound alike.
"""

import unicodedata
from typing import Final

_LATIN: Final = {
    "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŧ": "t",
    "ŋ": "n", "ə": "e", "ĸ": "k", "ƒ": "f", "ƙ": "k", "ɓ": "b", "ɗ": "d",
}  # fmt: skip
_CYRILLIC: Final = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "ё": "e", "є": "ye", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "і": "i", "ї": "yi", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ў": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch",
    "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c",
    "џ": "dz", "ѓ": "g", "ѕ": "dz", "ќ": "k", "ә": "a", "ғ": "g", "қ": "q", "ң": "n", "ө": "o", "ұ": "u", "ү": "u",
    "һ": "h",
}  # fmt: skip
_GREEK: Final = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_CYRILLIC_TABLE: Final = str.maketrans(_CYRILLIC)
_LETTER_TABLE: Final = str.maketrans(_LATIN | _CYRILLIC | _GREEK)

# NFKC would turn the trade mark sign into the letters "tm".
_SIGNS: Final = str.maketrans(dict.fromkeys("™®©℠℗", " "))
# Accents of Latin, Greek and Cyrillic, Hebrew points, Arabic vowel marks and the stretching tatweel carry no name.
# The marks of other scripts do: Japanese ガ is not カ, and Indian vowels are marks.
_SILENT: Final = dict.fromkeys((*range(0x300, 0x370), *range(0x591, 0x5C8), 0x640, *range(0x64B, 0x653), 0x670))


def folded(text: str) -> str:
    """Compatibility forms and case are gone; letters are still those of their script, and punctuation stays."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text.translate(_SIGNS)).casefold())


def plain(text: str) -> str:
    """Folded text in its plainest letters: no accents; Greek and Cyrillic written in Latin letters."""
    # Cyrillic goes first: й and ї are letters of their own, which decomposing would turn into и and і.
    decomposed = unicodedata.normalize("NFD", text.translate(_CYRILLIC_TABLE)).translate(_SILENT)
    return unicodedata.normalize("NFC", decomposed.replace("ου", "ou").translate(_LETTER_TABLE))
