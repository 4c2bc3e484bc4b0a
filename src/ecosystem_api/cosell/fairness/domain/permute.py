"""A test that knows partners, not cases: whether the partners of a group stand out, judged by exchanging partners."""

from collections.abc import Collection, Mapping
from math import erfc, sqrt
from random import Random
from typing import Final

EXCHANGES: Final = 1_999
MANY: Final = 200
_SAME: Final = 1e-12
SEED: Final = 20_250_101
"""Always the same, so that one report gives one answer."""


def stands_out(residuals: Mapping[str, float], group: Collection[str]) -> float:
    """How often a group of so many partners, drawn by lot, stands out as much as this one: the p-value.

    Shape: `residuals` has for every partner what it got beyond its due; they sum up to 0. The group's sum is divided by
    its scatter over the partners, so that a group of large partners, which scatter more, does not stand out for that.
    Edges: the lot is drawn 1,999 times from a fixed seed, so the least p-value is 1/2,000; with 200 partners or more on
    both sides what it would give is known to be normal, and is reckoned.
    Source: studentised permutation test (Janssen 1997; Chung and Romano 2013, "Exact and asymptotically robust
    permutation tests", Ann Stat 41); its own draw counted (Phipson and Smyth 2010).
    """
    names = sorted(residuals)
    values = [(residuals[name], residuals[name] ** 2) for name in names]
    # The smaller side is the quicker one to draw: what it has beyond its due, the other lacks.
    is_smaller = 2 * len(group) <= len(names)
    own = [pair for name, pair in zip(names, values, strict=True) if (name in group) == is_smaller]
    part, every_square = len(own) / len(names), sum(square for _, square in values)

    def outstanding(chosen: Collection[tuple[float, float]]) -> float:
        whole, squares = sum(value for value, _ in chosen), sum(square for _, square in chosen)
        scatter = squares * (1 - part) ** 2 + (every_square - squares) * part**2
        return abs(whole) / sqrt(scatter) if scatter > 0 else 0.0

    found = outstanding(own)
    if len(own) >= MANY:
        return erfc(found / sqrt(2))
    lot = Random(SEED)  # noqa: S311  # a lot that can be drawn again, not a secret
    as_often = sum(outstanding(lot.sample(values, len(own))) >= found - _SAME for _ in range(EXCHANGES))
    return (as_often + 1) / (EXCHANGES + 1)
