"""The few distributions that the report needs, from the standard library alone."""

from math import comb, floor, sqrt
from statistics import NormalDist
from typing import Final

_STANDARD: Final = NormalDist()
_EXACT: Final = 500


def quantile(confidence: float) -> float:
    """The normal deviate between whose two signs this share lies: 1.96 for 0.95."""
    return _STANDARD.inv_cdf((1 + confidence) / 2)


def holm(p_values: list[float]) -> list[float]:
    """Each p-value adjusted so that the chance of a single false alarm among all of them keeps its level.

    Source: Holm 1979, "A simple sequentially rejective multiple test procedure", Scand J Stat 6.
    """
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    adjusted, largest = [1.0] * len(p_values), 0.0
    for place, index in enumerate(order):
        largest = max(largest, min(1.0, p_values[index] * (len(p_values) - place)))
        adjusted[index] = largest
    return adjusted


def ranks_of_median(n: int, confidence: float) -> tuple[int, int] | None:
    """The places, from 1, of the two ordered values between which the median lies with this confidence at least.

    Edges: None where so few values cannot give it; above 500 by the normal approximation.
    Source: the sign test's interval; Conover 1999, section 3.2.
    """
    if n > _EXACT:
        lower = floor((n + 1) / 2 - quantile(confidence) * sqrt(n) / 2)
        return lower, n + 1 - lower
    tail, lower, below = (1 - confidence) / 2, 0, 0.0
    for successes in range(n // 2 + 1):
        below += comb(n, successes) / 2**n
        if below > tail:
            break
        lower = successes + 1
    return (lower, n + 1 - lower) if lower else None
