"""Cases of one partner are alike: what many cases of few partners are worth, in independent ones."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """A partner's cases in one stratum."""

    partner: str
    stratum: str
    hits: int
    n: int


def design_effect(*sides: Iterable[Tally]) -> float:
    """By how much cases must be divided to count as independent ones; never below 1.

    The partners' shares are compared with that of their side in their stratum; where they scatter no more than
    independent cases do, it is 1. Two sides that are compared have one effect in common, learned from the partners of
    both, because a side of few would tell little of its own.
    Edges: 1 where there is nothing to learn from: no more partners than sides, or shares of 0 and 1 alone.
    Source: Rao and Scott 1992, "A simple method for the analysis of clustered binary data", Biometrics 48; with
    residuals taken within strata, so that a different mix of deals is not taken for likeness.
    """
    scatter = independent = 0.0
    partners = 0
    for side in sides:
        every = list(side)
        shares, residuals = _shares(every), residuals_of(every)
        independent += sum(one.n * shares[one.stratum] * (1 - shares[one.stratum]) for one in every)
        scatter += sum(value * value for value in residuals.values())
        partners += len(residuals)
    if partners <= len(sides) or independent <= 0:
        return 1.0
    return max(1.0, scatter * partners / (partners - len(sides)) / independent)


def residuals_of(tallies: Iterable[Tally]) -> Mapping[str, float]:
    """For every partner its hits beyond its due: the share that all have in each of its strata. They sum up to 0."""
    every = list(tallies)
    shares = _shares(every)
    found: dict[str, float] = {}
    for one in every:
        found[one.partner] = found.get(one.partner, 0.0) + one.hits - one.n * shares[one.stratum]
    return found


def _shares(tallies: Iterable[Tally]) -> Mapping[str, float]:
    hits: dict[str, int] = {}
    cases: dict[str, int] = {}
    for one in tallies:
        hits[one.stratum] = hits.get(one.stratum, 0) + one.hits
        cases[one.stratum] = cases.get(one.stratum, 0) + one.n
    return {stratum: hits[stratum] / cases[stratum] for stratum in cases if cases[stratum]}
