"""Legal identifiers of a company: one spelling for each number, so that equal numbers compare equal.

Kinds: `duns` (Dun & Bradstreet), `lei` (legal entity identifier), `company_number` (national register), `vat`
(value-added-tax number). What is checked is the shape and, for the LEI, its check digits; whether the number was ever
issued only its register knows.
"""

import re
from collections.abc import Callable
from typing import Final, Literal, get_args

from ecosystem_api.kernel.countries import COUNTRIES

IdentifierKind = Literal["duns", "lei", "company_number", "vat"]
IDENTIFIER_KINDS: Final[tuple[IdentifierKind, ...]] = get_args(IdentifierKind)

_FILLING: Final = re.compile(r"[\s.\-\u2010-\u2015/_]+")
# The register's country, perhaps with its subdivision, then a colon or a space, then the number.
_REGISTERED: Final = re.compile(r"([A-Za-z]{2}(?:-[A-Za-z0-9]{1,3})?)(?:\s*:\s*|\s+)(.+)", re.DOTALL)

# VIES spells Greece EL and Northern Ireland XI; neither is an ISO 3166-1 code.
_VAT_SHAPES: Final = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}", "DE": r"\d{9}",
    "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}", "HR": r"\d{11}", "HU": r"\d{8}", "IE": r"\d[A-Z0-9+*]\d{5}[A-Z]{1,2}",
    "IT": r"\d{11}", "LT": r"\d{9}|\d{12}", "LU": r"\d{8}", "LV": r"\d{11}", "MT": r"\d{8}",
    "NL": r"[A-Z0-9+*]{10}\d{2}", "PL": r"\d{10}", "PT": r"\d{9}", "RO": r"\d{2,10}", "SE": r"\d{12}", "SI": r"\d{8}",
    "SK": r"\d{10}", "GB": r"\d{9}|\d{12}|GD\d{3}|HA\d{3}", "XI": r"\d{9}|\d{12}|GD\d{3}|HA\d{3}", "CH": r"E\d{9}",
    "NO": r"\d{9}",
}  # fmt: skip
_VAT_ELSEWHERE: Final = r"[A-Z0-9]{4,15}"
_VAT_ENDINGS: Final = {"CH": r"(MWST|TVA|IVA|TPV)$", "NO": r"MVA$"}


def normal_identifier(kind: str, value: str) -> str:
    """Every accepted way to write a number gives one spelling, and that spelling gives itself.

    Shape: `duns` nine digits; `lei` twenty capitals and digits; `company_number` "GB:1234567" or "US-DE:1234567",
    leading zeros of an all-digit number dropped, for registers print them and people don't; `vat` the country's prefix
    and the number without marks.
    Errors: ValueError, with what would be right, for an unknown kind or a value that cannot be such a number.
    Source: ISO 17442 and ISO 7064 MOD 97-10 (LEI); VIES formats of the European Commission (VAT).
    """
    for known in IDENTIFIER_KINDS:
        if kind == known:
            return _NORMAL[known](value)
    raise ValueError(f"{kind!r} is no kind of identifier; the kinds are {', '.join(IDENTIFIER_KINDS)}.")


def identifier_register(kind: str, value: str) -> str:
    """Who gives out the number: one company has one number there, so two numbers are two companies.

    Shape: `value` is normal. A company may have a number in each of several countries' registers, but one DUNS number
    and one LEI.
    """
    if kind == "company_number":
        return f"{kind} {value.partition(':')[0]}"
    return f"{kind} {value[:2]}" if kind == "vat" else kind


def _plain(value: str) -> str:
    return _FILLING.sub("", value).upper()


def _is_ascii_alnum(value: str) -> bool:
    return value.isascii() and value.isalnum()


def _normal_duns(value: str) -> str:
    digits = _plain(value)
    if not re.fullmatch(r"[0-9]{9}", digits):
        raise ValueError(f"A DUNS number has nine digits, such as 15-048-3782; {value!r} does not.")
    return digits


def _normal_lei(value: str) -> str:
    lei = _plain(value)
    if not re.fullmatch(r"[A-Z0-9]{18}[0-9]{2}", lei):
        raise ValueError(
            f"An LEI has 18 letters or digits and two check digits, such as 5493001KJTIIGC8Y1R12; {value!r} does not."
        )
    # ISO 7064 reads letters as 10 to 35, which is what base 36 does.
    if int("".join(str(int(character, 36)) for character in lei)) % 97 != 1:
        body = "".join(str(int(character, 36)) for character in lei[:18])
        check = 98 - int(body + "00") % 97
        raise ValueError(f"The check digits of LEI {value!r} are wrong; for these 18 characters they are {check:02d}.")
    return lei


def _normal_company_number(value: str) -> str:
    match = _REGISTERED.fullmatch(value.strip())
    if match is None or match[1][:2].upper() not in COUNTRIES:
        raise ValueError(
            "A company number starts with the country of its register (ISO 3166), such as GB:01234567 or"
            f" US-DE:1234567; {value!r} does not."
        )
    number = _plain(match[2])
    if not _is_ascii_alnum(number) or not any(map(str.isdigit, number)) or len(number) > 30:
        raise ValueError(
            f"A company number has up to 30 letters and digits, at least one digit; {match[2]!r} does not."
        )
    if number.isdigit():
        number = number.lstrip("0") or "0"
    return f"{match[1].upper()}:{number}"


def _normal_vat(value: str) -> str:
    text = _plain(value)
    text = f"EL{text[2:]}" if text.startswith("GR") else text
    country, number = text[:2], text[2:]
    number = re.sub(_VAT_ENDINGS.get(country, "(?!)"), "", number)
    if country not in _VAT_SHAPES and country not in COUNTRIES:
        raise ValueError(
            f"A VAT number starts with the two letters of its country, such as DE123456789; {value!r} does not."
        )
    # A Belgian number of nine digits is one of before 2005, when a zero was put in front.
    number = f"0{number}" if country == "BE" and len(number) == 9 else number
    shape = _VAT_SHAPES.get(country, _VAT_ELSEWHERE)
    if not number.isascii() or not re.fullmatch(shape, number) or not any(map(str.isdigit, number)):
        raise ValueError(
            f"{value!r} is no VAT number of {country}: after {country} comes what the pattern {shape} describes."
        )
    return country + number


_NORMAL: Final[dict[IdentifierKind, Callable[[str], str]]] = {
    "duns": _normal_duns,
    "lei": _normal_lei,
    "company_number": _normal_company_number,
    "vat": _normal_vat,
}
