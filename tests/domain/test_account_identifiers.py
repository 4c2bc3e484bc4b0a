"""Legal identifiers: one spelling each, and refusals that say what would be right."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.market.accounts.domain import IDENTIFIER_KINDS, identifier_register, normal_identifier

ACCEPTED = [
    ("duns", "15-048-3782", "150483782"),
    ("duns", " 150 483 782 ", "150483782"),
    ("lei", "5493001KJTIIGC8Y1R12", "5493001KJTIIGC8Y1R12"),
    ("lei", "5493 001k jtii gc8y 1r12", "5493001KJTIIGC8Y1R12"),
    ("lei", "HWUPKR0MPOU8FGXBT394", "HWUPKR0MPOU8FGXBT394"),
    ("company_number", "GB:01234567", "GB:1234567"),
    ("company_number", "gb 1234567", "GB:1234567"),
    ("company_number", "GB: SC 012345", "GB:SC012345"),
    ("company_number", "us-de: 0000123-4", "US-DE:1234"),
    ("company_number", "DE:HRB 6684", "DE:HRB6684"),
    ("company_number", "NO 923 609 016", "NO:923609016"),
    ("company_number", "FR:000", "FR:0"),
    ("vat", "de 136.695.976", "DE136695976"),
    ("vat", "ATU 13585627", "ATU13585627"),
    ("vat", "BE 0428.759.497", "BE0428759497"),
    ("vat", "BE 428759497", "BE0428759497"),
    ("vat", "GR 094014201", "EL094014201"),
    ("vat", "NL 8020.54.143.B01", "NL802054143B01"),
    ("vat", "FR 40 303 265 045", "FR40303265045"),
    ("vat", "ESX1234567L", "ESX1234567L"),
    ("vat", "CHE-116.281.710 MWST", "CHE116281710"),
    ("vat", "NO 923 609 016 MVA", "NO923609016"),
    ("vat", "AU 51 824 753 556", "AU51824753556"),
]

REFUSED = [
    ("duns", "15048378", "nine digits"),
    ("duns", "15048378X", "nine digits"),
    ("duns", "١٥٠٤٨٣٧٨٢", "nine digits"),
    ("lei", "5493001KJTIIGC8Y1R13", "they are 12"),
    ("lei", "5493001KJTIIGC8Y1R1", "18 letters or digits"),
    ("lei", "5493001KJTIIGC8Y1RXX", "two check digits"),
    ("company_number", "01234567", "country of its register"),
    ("company_number", "ZZ:123", "country of its register"),
    ("company_number", "GB:", "country of its register"),
    ("company_number", "GB:ABC", "at least one digit"),
    ("company_number", "GB:" + "1" * 31, "up to 30"),
    ("vat", "136695976", "two letters of its country"),
    ("vat", "DE12345678", "is no VAT number of DE"),
    ("vat", "AU ABCDEF", "is no VAT number of AU"),
    ("vat", "", "two letters of its country"),
    ("isin", "US0378331005", "duns, lei, company_number, vat"),
]


@pytest.mark.parametrize(("kind", "written", "normal"), ACCEPTED)
def test_a_number_has_one_spelling_however_it_is_written(kind: str, written: str, normal: str) -> None:
    assert normal_identifier(kind, written) == normal
    assert normal_identifier(kind, normal) == normal


@pytest.mark.parametrize(("kind", "written", "advice"), REFUSED)
def test_a_refused_number_says_what_would_be_right(kind: str, written: str, advice: str) -> None:
    with pytest.raises(ValueError, match=advice):
        normal_identifier(kind, written)


@given(st.integers(0, 19), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_a_single_wrong_character_never_passes_for_an_lei(place: int, character: str) -> None:
    lei = "5493001KJTIIGC8Y1R12"
    wrong = lei[:place] + character + lei[place + 1 :]
    # A letter counts as two digits, so the check promises to see a wrong character only among its own kind.
    if wrong != lei and character.isdigit() == lei[place].isdigit():
        with pytest.raises(ValueError, match="LEI"):
            normal_identifier("lei", wrong)


@given(st.sampled_from(IDENTIFIER_KINDS), st.text(max_size=25))
def test_any_text_is_normalised_for_good_or_refused_with_a_value_error(kind: str, text: str) -> None:
    try:
        normal = normal_identifier(kind, text)
    except ValueError:
        return
    assert normal_identifier(kind, normal) == normal


def test_numbers_of_different_registers_do_not_contradict_each_other() -> None:
    assert identifier_register("company_number", "GB:1") != identifier_register("company_number", "FR:2")
    assert identifier_register("company_number", "GB:1") == identifier_register("company_number", "GB:2")
    assert identifier_register("vat", "DE136695976") != identifier_register("vat", "ATU13585627")
    assert identifier_register("duns", "150483782") == identifier_register("duns", "804735132")
    assert identifier_register("duns", "150483782") != identifier_register("lei", "5493001KJTIIGC8Y1R12")
