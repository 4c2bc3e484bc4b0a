"""The fairness report's numbers are the published ones; a planted bias is found, and none where there is none."""

import math
import random

import pytest

from ecosystem_api.cosell.fairness.domain import (
    Case,
    Table,
    Tally,
    Timed,
    amount_bands,
    common_difference,
    compare_offers,
    compare_shares,
    compare_times,
    design_effect,
    difference,
    holm,
    mantel_haenszel,
    ranks_of_median,
    stands_out,
    wilson,
)


def near(*values: float) -> object:
    return pytest.approx(values, abs=5e-5)


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilsons_interval_is_that_of_newcombes_table(hits: int, n: int, low: float, high: float) -> None:
    # Newcombe 1998, "Two-sided confidence intervals for the single proportion", Stat Med 17, table I, method 3.
    found = wilson(hits, n)
    assert (found.low, found.high) == near(low, high)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
    ],
)
def test_the_interval_of_a_difference_is_that_of_newcombes_table(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    # Newcombe 1998, "Interval estimation for the difference between independent proportions", table II, method 10.
    found = difference(one, other)
    assert (found.low, found.high) == near(low, high)


# Bickel, Hammel and O'Connell 1975, Science 187: by department, men admitted and applied, women admitted and applied.
BERKELEY = [
    Table(512, 825, 89, 108), Table(353, 560, 17, 25), Table(120, 325, 202, 593),
    Table(138, 417, 131, 375), Table(53, 191, 94, 393), Table(22, 373, 24, 341),
]  # fmt: skip


def test_berkeley_admitted_men_more_often_and_no_department_did() -> None:
    whole = difference((1198, 2691), (557, 1835))
    assert whole.low > 0.11
    # R: mantelhaen.test(UCBAdmissions, correct = FALSE) gives X-squared = 1.5246.
    assert mantel_haenszel(BERKELEY) == pytest.approx(1.5246, abs=5e-5)
    common = common_difference(BERKELEY)
    assert common is not None
    assert common.low < 0 < common.high


def test_a_statistic_without_anything_to_compare_is_none() -> None:
    assert mantel_haenszel([Table(3, 3, 4, 4), Table(2, 5, 0, 0)]) is None
    assert common_difference([Table(2, 5, 0, 0)]) is None


def test_the_worth_of_clustered_cases_is_that_of_rao_and_scott() -> None:
    # Weil's litters (1970), in Rao and Scott 1992, table 1: pups alive after lactation, of those alive at four days.
    control = "13/13 12/12 9/9 9/9 8/8 8/8 12/13 11/12 9/10 9/10 8/9 11/13 4/5 5/7 7/10 7/10"
    treated = "12/12 11/11 10/10 9/9 10/11 9/10 9/10 8/9 8/9 4/5 7/9 4/7 5/10 3/6 3/10 0/7"

    def litters(text: str) -> list[Tally]:
        pairs = [tuple(map(int, pair.split("/"))) for pair in text.split()]
        return [Tally(f"litter {place}", "", hits, n) for place, (hits, n) in enumerate(pairs)]

    assert design_effect(litters(control)) == pytest.approx(1.232495, abs=5e-7)
    assert design_effect(litters(treated)) == pytest.approx(3.952861, abs=5e-7)
    assert design_effect([Tally("one", "", 3, 9)]) == 1.0
    assert design_effect(Tally(f"p{number}", "", 5, 10) for number in range(9)) == 1.0


def test_p_values_are_adjusted_as_holm_has_it() -> None:
    # As R's p.adjust has it.
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def test_the_interval_of_a_median_stands_on_the_places_that_tables_give() -> None:
    # Conover 1999, table A3: 95 % for n = 20 from the 6th to the 15th; fewer than six values cannot give it.
    assert [ranks_of_median(n, 0.95) for n in (5, 6, 20, 1000)] == [None, (1, 6), (6, 15), (469, 532)]


def test_amounts_are_compared_within_their_currency() -> None:
    amounts = [(100, "EUR"), (200, "EUR"), (300, "EUR"), (10_000, "JPY"), (0, "EUR"), (5, "")]
    assert amount_bands(amounts) == ["EUR1", "EUR2", "EUR3", "JPY3", "unknown", "unknown"]


SIZES = ("small", "medium", "large", "global")


def a_world(
    seed: int, *, bias: float = 0.0, likeness: float = 0.0, partners: int = 40, mix: bool = False
) -> list[Case]:
    """Registrations of partners of four sizes.

    `bias` is taken off the chance of the small ones, `likeness` is how much partners differ among themselves (standard
    deviation in logits), and with a `mix` the small ones ask more often for what is refused to everybody.
    """
    draw, cases = random.Random(seed), []
    for number in range(partners):
        size, own = SIZES[number % 4], draw.gauss(0, likeness)
        for _ in range(1 + min(40, int(draw.expovariate(0.125)))):
            is_large = draw.random() < ((0.8 if size == "small" else 0.2) if mix else 0.4)
            base = 0.4 if is_large else 0.75
            chance = 1 / (1 + math.exp(-math.log(base / (1 - base)) - own)) - (bias if size == "small" else 0)
            cases.append(Case(f"par_{number}", (size,), "large" if is_large else "usual", draw.random() < chance))
    return cases


def verdicts(cases: list[Case]) -> dict[str, str]:
    return {one.group: one.verdict for one in compare_shares(cases)}


def test_a_planted_bias_is_found() -> None:
    found = [verdicts(a_world(seed, bias=0.25, partners=64)) for seed in range(12)]
    # 25 points at 16 small partners of some nine deals each: the power is above nine in ten.
    assert sum(one["small"] == "differs" for one in found) >= 10


def test_none_is_found_where_there_is_none_whatever_makes_partners_alike_or_deals_different() -> None:
    worlds = [
        *(a_world(seed) for seed in range(10)),
        *(a_world(seed, likeness=1.0) for seed in range(10, 20)),
        *(a_world(seed, mix=True) for seed in range(20, 30)),
        *(a_world(seed, mix=True, likeness=0.7, partners=24) for seed in range(30, 40)),
    ]
    alarms = sum("differs" in verdicts(world).values() for world in worlds)
    # At a level of 5 % six alarms in 40 are as rare as one in 60; without partners as the unit there are twice as many.
    assert alarms <= 5


def test_another_mix_of_deals_is_not_called_another_treatment() -> None:
    (small,) = [one for one in compare_shares(a_world(3, mix=True, partners=80)) if one.group == "small"]
    assert small.plain is not None
    assert small.plain.high < 0
    assert (small.verdict, small.is_explained_by_mix) == ("no_difference_found", True)


def test_few_partners_are_not_judged_however_many_their_cases() -> None:
    cases = [Case(f"few {n % 4}", ("few",), "", False) for n in range(400)]
    cases += [Case(f"many {n % 50}", ("many",), "", True) for n in range(400)]
    assert verdicts(cases) == {"few": "too_few", "many": "too_few"}
    assert all(one.share is None and one.p is None for one in compare_shares(cases))
    assert compare_shares([]) == []


def test_many_partners_are_reckoned_as_the_lot_would_have_it() -> None:
    draw = random.Random(5)
    residuals = {f"par_{n:03}": draw.gauss(0, 1) for n in range(398)}
    mean = sum(residuals.values()) / len(residuals)
    residuals = {name: value - mean for name, value in residuals.items()}
    drawn = stands_out(residuals, {name for name in residuals if name < "par_199"})
    more = {**residuals, "par_998": 0.0, "par_999": 0.0}
    reckoned = stands_out(more, {name for name in more if name < "par_199" or name == "par_998"})
    assert reckoned == pytest.approx(drawn, abs=0.04)


def test_one_report_gives_one_answer() -> None:
    world = a_world(1, bias=0.1)
    assert compare_shares(world) == compare_shares(list(reversed(world)))


def test_who_waits_longer_is_found() -> None:
    draw = random.Random(2)
    cases = [
        Timed(f"par_{n % 40}", (SIZES[n % 4],), "", draw.expovariate(1 / (60 if n % 4 == 0 else 20)))
        for n in range(480)
    ]
    found = {one.group: (one, middle) for one, middle in compare_times(cases)}
    small, middle = found["small"]
    assert small.verdict == "differs"
    assert middle is not None
    assert middle.low < 60 * math.log(2) < middle.high
    assert found["large"][1].high < middle.low  # type: ignore[union-attr]  # it is not too few


def test_a_group_that_gets_more_leads_than_its_chances_is_found_and_a_star_alone_is_not() -> None:
    draw = random.Random(4)
    partners = [f"par_{n:02}" for n in range(40)]
    groups = {one: (SIZES[place % 4],) for place, one in enumerate(partners)}

    def offers(weigh: dict[str, float]) -> list[tuple[str, list[str]]]:
        found = []
        for _ in range(400):
            eligible = draw.sample(partners, 8)
            found.append((draw.choices(eligible, [weigh.get(one, 1.0) for one in eligible])[0], eligible))
        return found

    liked = {one: 4.0 for one in partners if groups[one] == ("large",)}
    n, found = compare_offers(offers(liked), groups)
    by = {one.group: one for one in found}
    assert (n, by["large"].verdict) == (400, "differs")
    assert by["large"].received > by["large"].expected  # type: ignore[operator]  # it is not too few
    _, found = compare_offers(offers({"par_02": 30.0}), groups)
    assert {one.verdict for one in found} == {"no_difference_found"}
    assert compare_offers([("par_00", ["par_00"])], groups) == (0, [])
