"""The stored name of a company: how two spellings of one company become one key.

Law, in this order:

1. Letters: compatibility forms, case and accents go; Greek and Cyrillic become Latin letters, other scripts stay.
   Legal forms written in their own letters (株式会社, ООО) go while they can still be told apart.
2. Words: "&" is "and"; apostrophes join; every other mark parts; letters standing alone join ("I.B.M." is "ibm").
3. Abbreviations are written out ("intl", "govt"); "the" at either end goes.
4. Legal forms go from the end ("Inc.", "Pty Ltd", "S. de R.L. de C.V."), a few from the front ("PT", "OOO") and their
   abbreviations from the middle, never so that nothing or only an article is left; so does a form in front of a
   closing country ("Oracle Corporation Canada"). "Limited Brands" keeps its "limited"; "The … Company" around a
   single word is a name of its own and stays whole.
5. "…, a division of …" goes: the company meant is the division, and its parent is told elsewhere.

Countries, "Group" and "Holdings" stay: they tell the members of a family apart. "Müller" and "Mueller" stay two keys:
"ue" is not always "ü"; the similarity of names finds such pairs and leaves them to a person.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from ecosystem_api.kernel.countries import COUNTRIES
from ecosystem_api.kernel.names.legal_forms import (
    ATTACHED_FORMS,
    CYRILLIC_FORMS,
    INNER_FORMS,
    LEADING_FORMS,
    TRAILING_FORMS,
)
from ecosystem_api.kernel.names.letters import folded, plain

LONGEST_WORD: Final = 64
_ABBREVIATIONS: Final = {
    "intl": "international", "natl": "national", "govt": "government", "dept": "department", "mfg": "manufacturing",
    "svcs": "services", "svc": "service", "srvcs": "services", "mgmt": "management", "mgt": "management",
    "assn": "association", "assocs": "associates", "bros": "brothers", "univ": "university", "grp": "group",
    "hldgs": "holdings", "hldg": "holding", "inds": "industries", "engrg": "engineering", "engg": "engineering",
    "labs": "laboratories", "finl": "financial", "inst": "institute", "prods": "products", "props": "properties",
    "ents": "enterprises", "cos": "companies", "ctr": "center", "centre": "center", "hosp": "hospital",
    "equip": "equipment", "comms": "communications", "telecomms": "telecommunications", "rwy": "railway",
    "pharms": "pharmaceuticals", "solns": "solutions",
}  # fmt: skip
_COMPANY: Final = frozenset({"co", "company"})
_PARTS: Final = frozenset({"division", "subsidiary", "branch", "unit", "department"})
_JOINERS: Final = frozenset({"the", "and", "of", "for", "de", "et", "und", "y"})
_APOSTROPHE: Final = re.compile(r"(?<=\w)['’‘`´ʼ′](?=\w)")
_COOP: Final = re.compile(r"\bco-op")


@lru_cache(maxsize=4096)
def normal_name(name: str) -> str:
    """Spellings of one company give one key; the key of a key is itself.

    Shape: lower-case words with one space between them; Latin letters and digits, or the letters of a script that is
    not transliterated.
    Edges: empty only when the name holds no letter and no digit. A name that is nothing but a legal form ("AG") keeps
    it.
    """
    key, again = name, _once(name)
    # What one pass brings together may be a form for the next ("株 式 会 社"); passes only shorten or write out.
    while again != key:
        key, again = again, _once(again)
    return key


def compact_name(key: str) -> str:
    """Two keys that differ in their spaces alone have one compact form ("pricewaterhouse coopers")."""
    return key.replace(" ", "")


def words_of(text: str) -> list[str]:
    """The words of any text as they are searched for: without case and accents, nothing left out.

    Shape: each once, in the order of the text. Edges: of a very long word only its beginning counts.
    """
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _words(plain(folded(text)))))


def _once(name: str) -> str:
    text = folded(name)
    words = _settled(_words(plain(_without_native_forms(text))))
    # Letters that transliterate to nothing, such as a lone soft sign, are their own key.
    return " ".join(words) or "".join(character for character in text if character.isalnum())


def _without_native_forms(text: str) -> str:
    for form in _ATTACHED:
        text = _if_named(text.strip().removeprefix(form), text)
        text = _if_named(text.strip().removesuffix(form), text)
    text = _if_named(_CYRILLIC_FRONT.sub("", text), text)
    return _if_named(_CYRILLIC_END.sub("", text), text)


def _if_named(shorter: str, longer: str) -> str:
    return shorter if any(character.isalnum() for character in shorter) else longer


def _words(text: str) -> list[str]:
    """Words of a text; a chunk whose marks part only single letters ("s.r.o.", "a/s") is one word."""
    words: list[str] = []
    for chunk in _COOP.sub("coop", _APOSTROPHE.sub("", text)).replace("&", " and ").split():
        parts = "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in chunk).split()
        words.extend(["".join(parts)] if len(parts) > 1 and all(len(part) == 1 for part in parts) else parts)
    return words


def _fused(words: Sequence[str]) -> list[str]:
    """Single characters standing next to each other become one word."""
    fused: list[str] = []
    in_run = False
    for word in words:
        if in_run and len(word) == 1:
            fused[-1] += word
        else:
            fused.append(word)
        in_run = len(word) == 1
    return fused


def _settled(words: list[str]) -> list[str]:
    """Apply the rules on words until none applies any more."""
    if all(len(word) == 1 for word in words):
        words = _fused(words)  # a name of single letters is an acronym: its end is no legal form
    before: list[str] = []
    while words != before:
        before = words
        words = [_ABBREVIATIONS.get(word, word) for word in words]
        if len(words) > 1 and words[-1] == "the":
            words = ["the", *words[:-1]]
        if _is_the_company(words):
            return ["the", words[1], "company"]
        words = _without_leading_form(_without_trailing_form(_without_division_clause(words)))
        words = _without_inner_forms(_without_form_before_country(words))
        if len(words) > 1 and words[0] == "the":
            words = words[1:]
        if words == before:
            words = _fused(words)
    return words


def _is_the_company(words: Sequence[str]) -> bool:
    """ "The Boring Company" and "The Boring Co., Ltd." are names; "The Coca-Cola Company" has more than one word."""
    if len(words) < 3 or words[0] != "the" or words[2] not in _COMPANY:
        return False
    return len(words) == 3 or tuple(words[3:]) in _TRAILING


def _without_trailing_form(words: list[str]) -> list[str]:
    for size in range(min(_LONGEST, len(words) - 1), 0, -1):
        rest, tail = words[:-size], words[-size:]
        if tuple(_fused(tail)) in _TRAILING and _is_name(rest):
            return rest
    return words


def _without_leading_form(words: list[str]) -> list[str]:
    for size in range(min(_LONGEST, len(words) - 1), 0, -1):
        head, rest = words[:size], words[size:]
        if tuple(head) in _LEADING and _is_name(rest):
            return rest
    return words


def _without_inner_forms(words: list[str]) -> list[str]:
    return [word for place, word in enumerate(words) if place in (0, len(words) - 1) or word not in _INNER]


def _without_form_before_country(words: list[str]) -> list[str]:
    for size in range(1, min(_LONGEST_COUNTRY, len(words) - 2) + 1):
        if tuple(words[-size:]) in _COUNTRIES:
            return [*_without_trailing_form(words[:-size]), *words[-size:]]
    return words


def _without_division_clause(words: list[str]) -> list[str]:
    for place in range(1, len(words) - 2):
        if words[place] in {"a", "an"} and words[place + 1] in _PARTS and words[place + 2] == "of":
            return words[:place]
    return words


def _is_name(words: Sequence[str]) -> bool:
    """What is left may stand alone: it does not end in a word that waits for another."""
    return words[-1] not in _JOINERS


def _forms(entries: Iterable[str]) -> frozenset[tuple[str, ...]]:
    """Forms in the shape that words of a name have, so that one entry covers every way to write it."""
    written = (form for entry in entries for form in entry.split(";"))
    return frozenset(tuple(_fused(_words(plain(folded(form))))) for form in written)


_TRAILING: Final = _forms(TRAILING_FORMS.values())
_LEADING: Final = _forms([LEADING_FORMS])
_INNER: Final = frozenset(form[0] for form in _forms([INNER_FORMS]))
# Written out, "S. de R. L. de C. V." is seven words; single letters make a form longer than its entry.
_LONGEST: Final = 8
_COUNTRIES: Final = frozenset(tuple(_words(plain(folded(name)))) for name in (*COUNTRIES.values(), "USA", "UK"))
_LONGEST_COUNTRY: Final = 3
_ATTACHED: Final = tuple(folded(form) for form in ATTACHED_FORMS)
_cyrillic: Final = "|".join(
    re.escape(folded(form).strip()) for form in sorted(CYRILLIC_FORMS.split(";"), key=len, reverse=True)
)
_CYRILLIC_FRONT: Final = re.compile(rf"^\W*(?:{_cyrillic})(?=\W)")
_CYRILLIC_END: Final = re.compile(rf"(?<=\W)(?:{_cyrillic})\W*$")
