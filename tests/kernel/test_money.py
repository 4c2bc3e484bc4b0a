"""Money is exact, stays in its currency and divides without loss."""

import operator
import re
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ecosystem_api.kernel.countries import COUNTRIES
from ecosystem_api.kernel.currencies import CURRENCIES
from ecosystem_api.kernel.money import Money, exponent

CODES = st.sampled_from(sorted(CURRENCIES))
MINORS = st.integers(-(10**15) + 1, 10**15 - 1)
MONEYS = st.builds(Money, MINORS, CODES)
WEIGHTS = st.lists(
    st.integers(0, 10**6) | st.fractions(min_value=0, max_value=100, max_denominator=1000), min_size=1, max_size=12
)


@given(MONEYS)
def test_an_amount_written_and_parsed_is_the_same_money(money: Money) -> None:
    assert Money.parse(money.amount, money.currency) == money


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "written"),
    [
        ("1250.00", "USD", 125_000, "1250.00"),
        ("1250", "USD", 125_000, "1250.00"),
        ("1250.5", "USD", 125_050, "1250.50"),
        ("0.05", "EUR", 5, "0.05"),
        ("-0.05", "EUR", -5, "-0.05"),
        ("-0.00", "EUR", 0, "0.00"),
        ("1250", "JPY", 1250, "1250"),
        ("-7", "JPY", -7, "-7"),
        ("0.001", "BHD", 1, "0.001"),
        ("1.0001", "CLF", 10_001, "1.0001"),
        ("999999999999999.99", "USD", 99_999_999_999_999_999, "999999999999999.99"),
    ],
)
def test_an_amount_keeps_every_digit_of_its_currency(amount: str, currency: str, minor: int, written: str) -> None:
    money = Money.parse(amount, currency)
    assert (money.minor, money.amount, str(money)) == (minor, written, f"{written} {currency}")


@pytest.mark.parametrize(
    "amount",
    [
        "",
        " 1",
        "1 ",
        "1\n",
        "+1",
        "1.",
        ".5",
        "01",
        "1,250.00",
        "1_000",
        "1e3",
        "1E3",
        "NaN",
        "Infinity",
        "--1",
        "١",
        "$5",
    ],
)
def test_anything_but_a_plain_decimal_string_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="decimal string such as"):
        Money.parse(amount, "USD")


@pytest.mark.parametrize(
    ("amount", "currency"), [("1.000", "USD"), ("1.0", "JPY"), ("1.0001", "BHD"), ("1.00001", "CLF")]
)
def test_more_decimals_than_the_currency_has_are_refused(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match=f"{currency} has {exponent(currency)} decimals"):
        Money.parse(amount, currency)


def test_more_than_fifteen_digits_before_the_point_are_refused() -> None:
    with pytest.raises(ValueError, match="16 digits"):
        Money.parse("1" + "0" * 15, "USD")


@pytest.mark.parametrize("currency", ["", "usd", "US", "XXX", "XAU", "XTS", "BTC", "DEM"])
def test_a_code_that_is_no_active_currency_is_refused(currency: str) -> None:
    with pytest.raises(ValueError, match="not an ISO 4217 currency"):
        Money.parse("1", currency)
    with pytest.raises(ValueError, match="not an ISO 4217 currency"):
        Money(1, currency)


@pytest.mark.parametrize("minor", [1.0, True, "1"])
def test_minor_units_are_integers_and_nothing_else(minor: object) -> None:
    with pytest.raises(TypeError, match="whole number"):
        Money(minor, "USD")  # type: ignore[arg-type]  # the wrong type is the point


@given(MINORS, MINORS, CODES)
def test_sums_differences_and_order_are_those_of_the_minor_units(one: int, other: int, code: str) -> None:
    a, b = Money(one, code), Money(other, code)
    assert a + b == Money(one + other, code)
    assert (a + b) - b == a
    assert [a < b, a <= b, a > b, a >= b, a == b] == [
        one < other,
        one <= other,
        one > other,
        one >= other,
        one == other,
    ]


@pytest.mark.parametrize(
    "operation",
    [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge],
    ids=lambda o: o.__name__,
)
def test_currencies_never_mix(operation: Callable[[Money, Money], object]) -> None:
    with pytest.raises(ValueError, match="USD and EUR do not mix"):
        operation(Money(1, "USD"), Money(1, "EUR"))


def test_equal_numbers_of_different_currencies_are_different_money() -> None:
    assert Money(1, "USD") != Money(1, "EUR")


@given(MONEYS, WEIGHTS)
def test_shares_sum_to_the_whole_and_stay_within_one_unit_of_their_quota(
    money: Money, weights: list[int | Fraction]
) -> None:
    assume(any(weights))
    shares = money.split(weights)
    assert sum(share.minor for share in shares) == money.minor
    assert {share.currency for share in shares} == {money.currency}
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share.minor - money.minor * Fraction(weight) / sum(weights)) < 1
        assert weight or not share.minor


def test_left_over_units_go_to_the_largest_remainder_and_then_to_the_earlier() -> None:
    assert [share.minor for share in Money(100, "USD").split([1, 1, 1])] == [34, 33, 33]
    assert [share.minor for share in Money(-100, "USD").split([1, 1, 1])] == [-34, -33, -33]
    assert [share.minor for share in Money(10, "USD").split([1, 5, 6])] == [1, 4, 5]


@pytest.mark.parametrize("weights", [[], [0], [0, 0], [3, -1], [Fraction(-1, 2)]])
def test_weights_that_divide_nothing_are_refused(weights: list[int | Fraction]) -> None:
    with pytest.raises(ValueError, match="weights"):
        Money(100, "USD").split(weights)


def test_the_currency_table_has_the_exponents_of_the_standard() -> None:
    by_exponent = {digits: {code for code, row in CURRENCIES.items() if row[0] == digits} for digits in (0, 3, 4)}
    assert " ".join(sorted(by_exponent[0])) == ("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF")
    assert by_exponent[3] == {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"}
    assert by_exponent[4] == {"CLF", "UYW"}
    assert {digits for digits, _ in CURRENCIES.values()} == {0, 2, 3, 4}


def test_the_currency_table_holds_tender_and_funds_but_no_metal_and_no_placeholder() -> None:
    assert len(CURRENCIES) == 164
    assert all(re.fullmatch("[A-Z]{3}", code) and name for code, (_, name) in CURRENCIES.items())
    assert {code for code in CURRENCIES if code.startswith("X")} == {"XAF", "XCD", "XCG", "XOF", "XPF"}


def test_the_country_table_holds_every_assigned_code_and_no_invented_one() -> None:
    assert len(COUNTRIES) == len(set(COUNTRIES.values())) == 249
    assert all(re.fullmatch("[A-Z]{2}", code) and name.strip() == name for code, name in COUNTRIES.items())
    assert not COUNTRIES.keys() & {"UK", "EU", "XK", "AN", "SU", "YU", "ZZ"}
    assert (COUNTRIES["DE"], COUNTRIES["CI"], COUNTRIES["TR"]) == ("Germany", "Côte d'Ivoire", "Türkiye")
