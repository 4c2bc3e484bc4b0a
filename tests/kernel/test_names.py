"""How spellings of one company become one key, and which companies must keep two."""

import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecosystem_api.kernel.names import compact_name, normal_name
from ecosystem_api.kernel.names.legal_forms import TRAILING_FORMS
from ecosystem_api.kernel.names.normal import _JOINERS

REAL_NAMES = [
    ("IBM Canada Ltd.", "ibm canada"),
    ("IBM Canada Limited", "ibm canada"),
    ("I.B.M. (Canada) Ltée", "ibm canada"),
    ("Société Générale S.A.", "societe generale"),
    ("SOCIETE GENERALE SA", "societe generale"),
    ("ÅF Pöyry AB", "af poyry"),
    ("Öl-Gesellschaft mbH", "ol gesellschaft"),
    ("株式会社日立製作所", "日立製作所"),
    ("日立製作所 株式会社", "日立製作所"),
    ("㈱日立製作所", "日立製作所"),
    ("中国石油天然气股份有限公司", "中国石油天然气"),
    ("삼성전자 주식회사", "삼성전자"),
    ("삼성전자(주)", "삼성전자"),
    ("บริษัท ปตท. จำกัด (มหาชน)", "ปตท"),
    ('טבע תעשיות פרמצבטיות בע"מ', "טבע תעשיות פרמצבטיות"),
    ("The Boring Company", "the boring company"),
    ("Boring Company, The", "the boring company"),
    ("The Boring Co., Ltd.", "the boring company"),
    ("The Coca-Cola Company", "coca cola"),
    ("Coca-Cola Co.", "coca cola"),
    ("3M Company", "3m"),
    ("3M Co", "3m"),
    ("AT&T Inc.", "at and t"),
    ("AT & T", "at and t"),
    ("Bell Canada", "bell canada"),
    ("Bell Mobility Inc.", "bell mobility"),
    ("Limited Brands, Inc.", "limited brands"),
    ("The Limited", "limited"),
    ("Volkswagen Aktiengesellschaft", "volkswagen"),
    ("Müller GmbH & Co. KG", "muller"),
    ("Henkel AG & Co. KGaA", "henkel"),
    ("Groß Weine e.K.", "gross weine"),
    ("Wolford GesmbH", "wolford"),
    ("A.P. Møller - Mærsk A/S", "ap moller maersk"),
    ("Nokia Oyj", "nokia"),
    ("Equinor ASA", "equinor"),
    ("Telefonaktiebolaget LM Ericsson (publ)", "telefonaktiebolaget lm ericsson"),
    ("Koninklijke Philips N.V.", "koninklijke philips"),
    ("Coöperatieve Rabobank U.A.", "cooperatieve rabobank"),
    ("Enel S.p.A.", "enel"),
    ("Ferrero S.r.l.", "ferrero"),
    ("ArcelorMittal S.à r.l.", "arcelormittal"),
    ("Orange S.A.S.", "orange"),
    ("Grupo Bimbo, S. A. B. de C. V.", "grupo bimbo"),
    ("Cemex S.A.B. de C.V.", "cemex"),
    ("Nestlé México S. de R.L. de C.V.", "nestle mexico"),
    ("Padaria Pão Quente EIRELI - ME", "padaria pao quente"),
    ("Petróleo Brasileiro S/A", "petroleo brasileiro"),
    ("Allegro sp. z o.o.", "allegro"),
    ("Spółka Węglowa Śląsk S.A.", "spolka weglowa slask"),
    ("Škoda Auto a.s.", "skoda auto"),
    ("Seznam.cz, a.s.", "seznam cz"),
    ("Alza spol. s r.o.", "alza"),
    ("Richter Gedeon Nyrt.", "richter gedeon"),
    ("Podravka d.d.", "podravka"),
    ("Gorenje d. o. o.", "gorenje"),
    ("Türkiye İş Bankası A.Ş.", "turkiye is bankasi"),
    ("ООО «Яндекс»", "yandeks"),
    ("ПАО «Газпром»", "gazprom"),
    ("OOO Gazprom", "gazprom"),
    ("Τράπεζα Πειραιώς Α.Ε.", "trapeza peiraios"),
    ("PT Bank Mandiri (Persero) Tbk", "bank mandiri"),
    ("Petronas Dagangan Sdn. Bhd.", "petronas dagangan"),
    ("BHP Pty Ltd", "bhp"),
    ("Naspers (Pty) Limited", "naspers"),
    ("Infosys Pvt. Ltd.", "infosys"),
    ("Tata Steel (P) Ltd", "tata steel"),
    ("Grab Holdings Pte. Ltd.", "grab holdings"),
    ("Toyota Motor Kabushiki Kaisha", "toyota motor"),
    ("Samsung Electronics Co., Ltd.", "samsung electronics"),
    ("Emirates NBD PJSC", "emirates nbd"),
    ("Smith & Co.", "smith"),
    ("AO Smith Corporation", "ao smith"),
    ("AB InBev", "ab inbev"),
    ("S. C. Johnson & Son, Inc.", "sc johnson and son"),
    ("Oracle Corporation Canada Inc.", "oracle canada"),
    ("Dell Inc. of Canada", "dell of canada"),
    ("Xwave, a division of Bell Aliant Regional Communications, LP", "xwave"),
    ("Foo Int'l Mfg. Svcs. of the Gov't", "foo international manufacturing services of the government"),
    ("Macy’s", "macys"),
    ("Acme™ Ltd.", "acme"),
    ("Ｆｕｌｌｗｉｄｔｈ　Ｌｔｄ", "fullwidth"),
    ("Plan B S. A.", "plan b"),
    ("C.A.S.A.", "casa"),
    ("S I Systems Ltd.", "si systems"),
    ("Mountain Equipment Co-op", "mountain equipment coop"),
]


@pytest.mark.parametrize(("name", "key"), REAL_NAMES)
def test_a_real_name_has_this_key(name: str, key: str) -> None:
    assert normal_name(name) == key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bell Canada", "Bell Mobility"),
        ("The Boring Company", "Boring Inc."),
        ("IBM Canada Ltd.", "IBM Corporation"),
        ("Siemens AG", "Siemens Energy AG"),
        ("Limited Brands", "Brands Inc."),
        ("1019837 Ontario Inc.", "1019838 Ontario Inc."),
        ("ガス株式会社", "カス株式会社"),
        ("Berkshire Hathaway", "Berkshire Hathaway Energy"),
        ("Samsung Electronics", "Samsung Electro-Mechanics"),
    ],
)
def test_different_companies_keep_different_keys(one: str, other: str) -> None:
    assert normal_name(one) != normal_name(other)


@pytest.mark.parametrize(
    "form", ["AG", "Ltd.", "S.A.", "The", "The Co", "S. de R.L. de C.V.", "株式会社", "ООО", "ь", "&"]
)
def test_a_name_that_is_only_a_form_is_kept(form: str) -> None:
    assert normal_name(form) or not any(map(str.isalnum, form))


@pytest.mark.parametrize("text", ["", "  ", "!!!", "—", "™", "()"])
def test_text_without_letters_and_digits_has_no_key(text: str) -> None:
    assert normal_name(text) == ""


@pytest.mark.parametrize("form", sorted({f.strip() for line in TRAILING_FORMS.values() for f in line.split(";")}))
def test_every_listed_form_goes_from_the_end_of_a_name(form: str) -> None:
    assert normal_name(f"Zebra Quartz {form}") == "zebra quartz"
    assert normal_name(f"ZEBRA QUARTZ, {form.upper()}") == "zebra quartz"


@given(st.text(max_size=40))
def test_the_key_of_a_key_is_itself(name: str) -> None:
    key = normal_name(name)
    assert normal_name(key) == key


# Words that are forms, abbreviations, articles and marks meet in every order here, which free text hardly ever does.
_PIECES = st.sampled_from(
    [
        *"abco",
        "the",
        "and",
        "of",
        "company",
        "co",
        "inc",
        "ltd",
        "limited",
        "s",
        "a",
        "de",
        "cv",
        "rl",
        "pt",
        "ооо",
        "ао",
        "株式会社",
        "株",
        "(株)",
        "intl",
        "canada",
        "division",
        "gmbh",
        "&",
        ",",
        ".",
        "/",
        "-",
        "'",
        "acme",
        "3",
        "й",
        "ü",
        "ß",
    ]
)


@given(st.lists(st.tuples(_PIECES, st.sampled_from(["", " "])), max_size=9))
def test_the_key_of_a_key_is_itself_for_names_made_of_forms(pieces: list[tuple[str, str]]) -> None:
    key = normal_name("".join(piece + space for piece, space in pieces))
    assert normal_name(key) == key


@given(st.text(max_size=30))
def test_only_text_without_letters_and_digits_has_an_empty_key(name: str) -> None:
    has_some = any(map(str.isalnum, unicodedata.normalize("NFKC", name.translate({ord(c): " " for c in "™®©℠℗"}))))
    assert bool(normal_name(name)) or not has_some


_WORD = st.text(alphabet=string.ascii_lowercase, min_size=2, max_size=9)


@given(
    st.lists(_WORD, min_size=1, max_size=5),
    st.lists(st.sampled_from([" ", "-", ", ", " - ", ". ", "/", " (", ") ", "  ", "_"]), min_size=5, max_size=5),
    st.data(),
)
def test_case_and_punctuation_make_no_difference(words: list[str], marks: list[str], data: st.DataObject) -> None:
    spelled = "".join(
        data.draw(st.sampled_from([str.lower, str.upper, str.title]))(word) + mark
        for word, mark in zip(words, marks, strict=False)
    )
    assert normal_name(spelled) == normal_name(" ".join(words))


@given(
    # A form behind a word that joins is part of the name: "Fils et Co.", "Bank of Inc."
    st.lists(
        _WORD.filter(lambda word: normal_name(f"Qzebra {word}").split()[-1] not in _JOINERS), min_size=1, max_size=4
    ),
    st.sampled_from(["Inc.", "GmbH", "S.A.", "Pty Ltd", "sp. z o.o.", "K.K."]),
)
def test_a_closing_form_makes_no_difference(words: list[str], form: str) -> None:
    name = "Qzebra " + " ".join(words)  # a first word of its own, so that the rest may be any form
    assert normal_name(f"{name} {form}") == normal_name(name)


def test_compact_keys_forget_spaces_only() -> None:
    assert compact_name(normal_name("PricewaterhouseCoopers LLP")) == compact_name(
        normal_name("Pricewaterhouse Coopers")
    )
    assert compact_name("bell canada") != compact_name("bell canadas")
