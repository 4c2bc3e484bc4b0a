"""Shares and their differences: estimates with intervals, and a test over strata."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from ecosystem_api.cosell.fairness.domain.distributions import quantile


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate between two bounds."""

    estimate: float
    low: float
    high: float


def wilson(successes: float, n: float, confidence: float = 0.95) -> Interval:
    """A share with its score interval.

    Source: Wilson 1927, "Probable inference, the law of succession, and statistical inference", JASA 22.
    """
    z, share = quantile(confidence), successes / n
    centre = (successes + z * z / 2) / (n + z * z)
    half = z / (n + z * z) * sqrt(n * share * (1 - share) + z * z / 4)
    return Interval(share, max(0.0, centre - half), min(1.0, centre + half))


def difference(one: tuple[float, float], other: tuple[float, float], confidence: float = 0.95) -> Interval:
    """The difference of two independent shares (successes, n), with its hybrid score interval.

    Source: Newcombe 1998, "Interval estimation for the difference between independent proportions", Stat Med 17,
    method 10.
    """
    first, second = wilson(*one, confidence), wilson(*other, confidence)
    gap = first.estimate - second.estimate
    down = sqrt((first.estimate - first.low) ** 2 + (second.high - second.estimate) ** 2)
    up = sqrt((first.high - first.estimate) ** 2 + (second.estimate - second.low) ** 2)
    return Interval(gap, gap - down, gap + up)


@dataclass(frozen=True, slots=True)
class Table:
    """One stratum: successes and cases of a group, and of the rest. Cases may be fractions, once they are shrunk."""

    group_hits: float
    group_n: float
    rest_hits: float
    rest_n: float

    @property
    def n(self) -> float:
        """All cases of the stratum."""
        return self.group_n + self.rest_n


def mantel_haenszel(tables: Iterable[Table]) -> float | None:
    """The statistic of the hypothesis that a group's share is the rest's in every stratum.

    Shape: chi-square with one degree of freedom, without continuity correction. Edges: None where no stratum has both
    sides and both outcomes, so that nothing can be compared.
    Source: Mantel and Haenszel 1959, "Statistical aspects of the analysis of data from retrospective studies".
    """
    surplus = variance = 0.0
    for table in tables:
        n, hits = table.n, table.group_hits + table.rest_hits
        if n <= 1 or not table.group_n or not table.rest_n:
            continue
        surplus += table.group_hits - table.group_n * hits / n
        variance += table.group_n * table.rest_n * hits * (n - hits) / (n * n * (n - 1))
    if variance <= 0:
        return None
    return surplus * surplus / variance


def common_difference(tables: Iterable[Table], confidence: float = 0.95) -> Interval | None:
    """The difference of the shares that the strata have in common: each weighed by how much it can tell.

    Source: Mantel-Haenszel weights (Greenland and Robins 1985); variance of Sato 1989, "On the variance estimator for
    the Mantel-Haenszel risk difference", Biometrics 45.
    """
    weights = gaps = p_part = q_part = 0.0
    for table in tables:
        n = table.n
        if not table.group_n or not table.rest_n:
            continue
        weight = table.group_n * table.rest_n / n
        weights += weight
        gaps += (table.group_hits * table.rest_n - table.rest_hits * table.group_n) / n
        missed_group, missed_rest = table.group_n - table.group_hits, table.rest_n - table.rest_hits
        p_part += (
            table.group_n**2 * table.rest_hits
            - table.rest_n**2 * table.group_hits
            + table.group_n * table.rest_n * (table.rest_n - table.group_n) / 2
        ) / (n * n)
        q_part += (table.group_hits * missed_rest + table.rest_hits * missed_group) / (2 * n)
    if not weights:
        return None
    gap = gaps / weights
    half = quantile(confidence) * sqrt(max(gap * p_part + q_part, 0.0)) / weights
    return Interval(gap, max(-1.0, gap - half), min(1.0, gap + half))
