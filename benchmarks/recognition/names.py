"""Names of a million companies, by seed: families of words as real registers have them, and spellings people send.

A rare word of its own, then what the company does, where, and its legal form. How often a word comes follows a power
law, as in registers: few first words and trades are everywhere, most words are rare.
"""

import random
from collections.abc import Iterator

_ONSETS, _VOWELS, _CODAS, _ENDINGS, _TRADES, _PLACES = (
    words.split()
    for words in (
        "b br c ch cl d dr f fl g gr h j k kr l m n p pr qu r s sch st t tr v w z",
        "a e i o u ai ea ie ou",
        "b ck d ft l ll lm m n nd ng nt r rd rk s sk st t x",
        "a o en er ex ia ica in is ix on or um us y",
        "Software Logistics Energy Foods Steel Textiles Robotics Clinics Insurance Motors Media Marine Aviation"
        " Chemicals Pharma Instruments Security Networks Systems Solutions Services Consulting Engineering Holdings"
        " Construction Partners Capital Bank Telecom Mining Timber Paper Glass Optics Dental Medical Laboratories",
        "Deutschland France Canada Iberia Nordic Austria Polska Italia Benelux America Pacific Ontario Bavaria",
    )
)
_FORMS = ("GmbH", "AG", "Inc.", "LLC", "Ltd", "S.A.", "S.p.A.", "B.V.", "Corp.", "SE", "AB", "Oy", "SAS", "Pty Ltd")
COUNTRIES = ("DE", "US", "CA", "FR", "GB", "JP", "BR", "IN")


def company_names(count: int, seed: int = 7) -> Iterator[tuple[str, str, str | None]]:
    """Name, country and domain of each; three of five have a domain."""
    chance = random.Random(seed)
    words = _vocabulary(chance, max(2_000, count // 4))
    for number in range(count):
        # The exponent leaves the commonest word in about one name of five hundred.
        first = words[int(len(words) * chance.random() ** 1.7)]
        parts = [first]
        if chance.random() < 0.35:
            parts.append(words[int(len(words) * chance.random() ** 1.7)])
        if chance.random() < 0.85:
            parts.append(_TRADES[int(len(_TRADES) * chance.random() ** 2)])
        if chance.random() < 0.2:
            parts.append(chance.choice(_PLACES))
        name = " ".join([*parts, chance.choice(_FORMS)])
        domain = f"{first.lower()}-{number}.example" if chance.random() < 0.6 else None
        yield name, chance.choice(COUNTRIES), domain


def spelled(name: str, chance: random.Random) -> str:
    """The name as somebody sends it: as it is, without its form, with a word more, or with a slip of the keyboard."""
    words = name.split()
    way = chance.random()
    if way < 0.25:
        return name
    if way < 0.5:
        return " ".join(words[:-1])
    if way < 0.65:
        return " ".join([*words[:-1], chance.choice(_PLACES)])
    place = chance.randrange(max(len(words) - 2, 1))
    word = words[place]
    at = chance.randrange(1, len(word))
    slip = chance.choice(
        (word[:at] + word[at + 1 :], word[:at] + word[at - 1] + word[at:], word[:at] + "e" + word[at:])
    )
    return " ".join([*words[:place], slip, *words[place + 1 : -1]])


def _vocabulary(chance: random.Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        syllables = chance.choice((1, 2, 2, 3))
        word = "".join(chance.choice(_ONSETS) + chance.choice(_VOWELS) for _ in range(syllables))
        found[(word + chance.choice(_CODAS if chance.random() < 0.5 else _ENDINGS)).capitalize()] = None
    return list(found)
