"""What makes two deals comparable in size, without a rate of exchange."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

_BANDS: Final = 3


def amount_bands(amounts: Sequence[tuple[int, str]]) -> list[str]:
    """The band of each amount, (minor units, currency), in thirds of those of its own currency.

    Edges: an amount that is not known, 0 or without a currency, stands in a band of its own.
    """
    known: dict[str, list[int]] = defaultdict(list)
    for minor, currency in amounts:
        if minor and currency:
            known[currency].append(minor)
    cuts = {currency: _cuts(sorted(values)) for currency, values in known.items()}
    return [
        f"{currency}{bisect_right(cuts[currency], minor) + 1}" if minor and currency else "unknown"
        for minor, currency in amounts
    ]


def _cuts(values: Sequence[int]) -> list[int]:
    return [values[len(values) * part // _BANDS] for part in range(1, _BANDS)]
