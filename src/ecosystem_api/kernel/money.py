"""Money: a whole number of minor units in one currency. No float ever touches it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Self

from ecosystem_api.kernel.currencies import CURRENCIES

_DECIMAL = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?")
_INTEGER_DIGITS = 15


def exponent(currency: str) -> int:
    """How many decimal digits a currency has: 2 for EUR, 0 for JPY, 3 for BHD.

    Errors: ValueError when the code is not an active currency of ISO 4217.
    """
    if currency not in CURRENCIES:
        raise ValueError(f"{currency!r} is not an ISO 4217 currency code such as 'USD'")
    return CURRENCIES[currency][0]


@dataclass(frozen=True, order=False)
class Money:
    """An exact amount in one currency; amounts of different currencies never mix.

    Units: `minor` counts the currency's smallest units (cents, yen, fils) and may be negative.
    Errors: ValueError for an unknown currency, TypeError for anything but an integer.
    Edges: equality across currencies is False; order and sums across currencies are refused.
    """

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if type(self.minor) is not int:
            raise TypeError(f"minor units are a whole number, got {self.minor!r}")
        exponent(self.currency)

    @classmethod
    def parse(cls, amount: str, currency: str) -> Self:
        """The money that a decimal string such as "1250.00" names, exactly or not at all.

        Edges: fewer decimals than the currency has are fine ("1250" USD), more are refused even when they are zeros.
        Errors: ValueError for an unknown currency, a thousands separator, an exponent, a plus sign, a leading zero,
        more than 15 digits before the point, or anything that is not a number.
        """
        digits = exponent(currency)
        match = _DECIMAL.fullmatch(amount)
        if match is None:
            raise ValueError("the amount must be a decimal string such as '1250.00' or '-3', with no other characters")
        sign, whole, fraction = match[1], match[2], match[3] or ""
        if len(whole) > _INTEGER_DIGITS:
            raise ValueError(f"the amount has {len(whole)} digits before the point; at most {_INTEGER_DIGITS} are kept")
        if len(fraction) > digits:
            raise ValueError(f"{currency} has {digits} decimals; the amount has {len(fraction)}")
        minor = int(whole + fraction.ljust(digits, "0"))
        return cls(-minor if sign else minor, currency)

    @property
    def amount(self) -> str:
        """The decimal string with all decimals of the currency: "1250.00" in USD, "1250" in JPY."""
        digits = exponent(self.currency)
        text = str(abs(self.minor)).rjust(digits + 1, "0")
        sign = "-" if self.minor < 0 else ""
        return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else sign + text

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._comparable(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._comparable(other), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.minor < self._comparable(other)

    def __le__(self, other: "Money") -> bool:
        return self.minor <= self._comparable(other)

    def __gt__(self, other: "Money") -> bool:
        return self.minor > self._comparable(other)

    def __ge__(self, other: "Money") -> bool:
        return self.minor >= self._comparable(other)

    def split(self, weights: Sequence[int | Fraction]) -> "list[Money]":
        """Shares in proportion to the weights that sum to the whole, to the last minor unit.

        Edges: what rounding leaves over goes to the largest remainders, earlier first; a weight of zero gets nothing;
        a negative amount splits like its positive mirror.
        Errors: ValueError when a weight is negative or all are zero.
        Source: largest remainder method (Hamilton).
        """
        total = Fraction(sum(weights))
        if total <= 0 or min(weights) < 0:
            raise ValueError("weights must be zero or more, and at least one must be more than zero")
        quotas = [abs(self.minor) * Fraction(weight) / total for weight in weights]
        shares = [int(quota) for quota in quotas]
        by_remainder = sorted(range(len(quotas)), key=lambda i: shares[i] - quotas[i])
        for i in by_remainder[: abs(self.minor) - sum(shares)]:
            shares[i] += 1
        return [Money(-share if self.minor < 0 else share, self.currency) for share in shares]

    def _comparable(self, other: "Money") -> int:
        if self.currency != other.currency:
            raise ValueError(f"{self.currency} and {other.currency} do not mix; convert one of them first")
        return other.minor
