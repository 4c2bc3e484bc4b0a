"""Compare each group of partners with all others: approval, time to decision, offers of leads."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, sqrt
from statistics import median
from typing import Final, Literal

from ecosystem_api.cosell.fairness.domain.clusters import Tally, design_effect, residuals_of
from ecosystem_api.cosell.fairness.domain.distributions import holm, quantile, ranks_of_median
from ecosystem_api.cosell.fairness.domain.permute import stands_out
from ecosystem_api.cosell.fairness.domain.proportions import (
    Interval,
    Table,
    common_difference,
    difference,
    mantel_haenszel,
    wilson,
)

Verdict = Literal["differs", "no_difference_found", "too_few"]
LEVEL: Final = 0.05
CONFIDENCE: Final = 1 - LEVEL
FEWEST_PARTNERS: Final = 5
FEWEST_CASES: Final = 20


@dataclass(frozen=True, slots=True)
class Case:
    """One settled question: whose, which groups its partner belongs to, with what it is comparable, how it ended."""

    partner: str
    groups: tuple[str, ...]
    stratum: str
    hit: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """A group beside all others.

    Shape: where the group or the others are too few, only the counts stand; `plain` compares as they are, `adjusted`
    within strata; `chi_square` is the statistic of Mantel and Haenszel; `p_adjusted` is Holm's over all groups.
    """

    group: str
    n: int
    partners: int
    share: Interval | None = None
    plain: Interval | None = None
    adjusted: Interval | None = None
    chi_square: float | None = None
    p: float | None = None
    p_adjusted: float | None = None
    verdict: Verdict = "too_few"
    is_explained_by_mix: bool = False


def compare_shares(cases: Sequence[Case]) -> list[Compared]:
    """Whether each group's share of hits is that of comparable cases of others.

    Cases of one partner count as what they are worth in independent ones, and the verdict rests on the partners: what
    each got beyond its due, which is the share of all in its strata, and how often as many drawn by lot stand out so.
    """
    names = sorted({group for case in cases for group in case.groups})
    residuals = residuals_of(_tallies(cases))
    return _judged([_compare(name, cases, residuals) for name in names])


def _compare(name: str, cases: Sequence[Case], residuals: Mapping[str, float]) -> Compared:
    own, rest = (
        _tallies(case for case in cases if name in case.groups),
        _tallies(case for case in cases if name not in case.groups),
    )
    partners, n = len({one.partner for one in own}), sum(one.n for one in own)
    if not _is_enough(own) or not _is_enough(rest):
        return Compared(name, n, partners)
    by = design_effect(own, rest)
    whole = Table(*_shrunk(own, by), *_shrunk(rest, by))
    tables = _tables(own, rest, by)
    return Compared(
        group=name,
        n=n,
        partners=partners,
        share=wilson(whole.group_hits, whole.group_n, CONFIDENCE),
        plain=difference((whole.group_hits, whole.group_n), (whole.rest_hits, whole.rest_n), CONFIDENCE),
        adjusted=common_difference(tables, CONFIDENCE),
        chi_square=mantel_haenszel(tables),
        p=stands_out(residuals, {one.partner for one in own}),
    )


def _judged(found: Sequence[Compared]) -> list[Compared]:
    asked = [one for one in found if one.p is not None]
    adjusted = dict(zip((one.group for one in asked), holm([one.p or 0.0 for one in asked]), strict=True))
    return [_verdict(one, adjusted.get(one.group)) for one in found]


def _verdict(one: Compared, p_adjusted: float | None) -> Compared:
    if p_adjusted is None:
        return one
    differs = p_adjusted <= LEVEL
    return Compared(
        one.group, one.n, one.partners, one.share, one.plain, one.adjusted, one.chi_square, one.p, p_adjusted,
        "differs" if differs else "no_difference_found",
        is_explained_by_mix=_speaks(one.plain) and not differs and not _speaks(one.adjusted),
    )  # fmt: skip


def _speaks(interval: Interval | None) -> bool:
    return interval is not None and not interval.low <= 0 <= interval.high


def _tallies(cases: Iterable[Case]) -> list[Tally]:
    counted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for case in cases:
        counts = counted[case.partner, case.stratum]
        counts[0] += case.hit
        counts[1] += 1
    return [Tally(partner, stratum, hits, n) for (partner, stratum), (hits, n) in sorted(counted.items())]


def _is_enough(tallies: Collection[Tally]) -> bool:
    return len({one.partner for one in tallies}) >= FEWEST_PARTNERS and sum(one.n for one in tallies) >= FEWEST_CASES


def _shrunk(tallies: Iterable[Tally], by: float) -> tuple[float, float]:
    every = list(tallies)
    return sum(one.hits for one in every) / by, sum(one.n for one in every) / by


def _tables(own: Sequence[Tally], rest: Sequence[Tally], by: float) -> list[Table]:
    strata = sorted({one.stratum for one in (*own, *rest)})
    return [
        Table(
            *_shrunk((one for one in own if one.stratum == stratum), by),
            *_shrunk((one for one in rest if one.stratum == stratum), by),
        )
        for stratum in strata
    ]


@dataclass(frozen=True, slots=True)
class Timed:
    """One settled question and how long it took."""

    partner: str
    groups: tuple[str, ...]
    stratum: str
    hours: float


def compare_times(cases: Sequence[Timed]) -> list[tuple[Compared, Interval | None]]:
    """Whether a group's questions take longer than the middle of comparable ones, and the group's median.

    Shape: a hit is a question that took longer than the median of its stratum; beside it stands the median in hours.
    Source: the median test (Mood 1950; Brown and Mood 1951), stratified as the shares are.
    """
    middles = {
        stratum: median(case.hours for case in cases if case.stratum == stratum)
        for stratum in {case.stratum for case in cases}
    }
    slow = [Case(one.partner, one.groups, one.stratum, one.hours > middles[one.stratum]) for one in cases]
    return [(one, _median(one, slow, cases)) for one in compare_shares(slow)]


def _median(one: Compared, slow: Sequence[Case], cases: Sequence[Timed]) -> Interval | None:
    if one.verdict == "too_few":
        return None
    by = design_effect(_tallies(case for case in slow if one.group in case.groups))
    hours = sorted(case.hours for case in cases if one.group in case.groups)
    worth = max(1, floor(len(hours) / by))
    ranks = ranks_of_median(worth, CONFIDENCE)
    low, high = ranks or (1, worth)
    scale = len(hours) / worth
    first, last = max(0, floor((low - 1) * scale)), min(len(hours), round(high * scale)) - 1
    return Interval(median(hours), hours[first], hours[last])


@dataclass(frozen=True, slots=True)
class Shared:
    """A group's part of the offers of leads beside the part that equal chances among the eligible would have given."""

    group: str
    partners: int
    received: float | None = None
    expected: float | None = None
    surplus: Interval | None = None
    p: float | None = None
    p_adjusted: float | None = None
    verdict: Verdict = "too_few"


def compare_offers(
    offers: Sequence[tuple[str, Collection[str]]], groups: dict[str, tuple[str, ...]]
) -> tuple[int, list[Shared]]:
    """Whether a group gets the part of the offers that equal chances would give it.

    Shape: an offer is (who got it, who was eligible); `groups` says where each partner belongs. Answers the number of
    offers with a choice, and the groups. Each partner's surplus (offers it got, less its equal chances) is one
    observation, so a star among the partners does not make its group one.
    """
    chances: dict[str, float] = defaultdict(float)
    got: dict[str, int] = defaultdict(int)
    with_choice = [(winner, eligible) for winner, eligible in offers if len(eligible) > 1]
    for winner, eligible in with_choice:
        got[winner] += 1
        for one in eligible:
            chances[one] += 1 / len(eligible)
    surplus = {one: got[one] - chance for one, chance in chances.items()}
    names = sorted({name for one in chances for name in groups[one]})
    found = [_share(name, len(with_choice), surplus, got, chances, groups) for name in names]
    asked = [one.p for one in found if one.p is not None]
    adjusted = iter(holm(asked))
    return len(with_choice), [one if one.p is None else _told(one, next(adjusted)) for one in found]


def _share(
    name: str,
    n: int,
    surplus: dict[str, float],
    got: dict[str, int],
    chances: dict[str, float],
    groups: dict[str, tuple[str, ...]],
) -> Shared:
    own = {one for one in surplus if name in groups[one]}
    others = len(surplus) - len(own)
    if min(len(own), others) < FEWEST_PARTNERS or n < FEWEST_CASES:
        return Shared(name, len(own))
    scatter = sum(value * value for value in surplus.values()) / (len(surplus) - 1)
    deviation = sqrt(scatter * len(own) * others / len(surplus))
    whole = sum(surplus[one] for one in own)
    half = quantile(CONFIDENCE) * deviation
    return Shared(
        group=name,
        partners=len(own),
        received=sum(got[one] for one in own) / n,
        expected=sum(chances[one] for one in own) / n,
        surplus=Interval(whole / n, (whole - half) / n, (whole + half) / n),
        p=stands_out(surplus, own),
    )


def _told(one: Shared, p_adjusted: float) -> Shared:
    verdict: Verdict = "differs" if p_adjusted <= LEVEL else "no_difference_found"
    return Shared(one.group, one.partners, one.received, one.expected, one.surplus, one.p, p_adjusted, verdict)
