"""The law of the fairness report: what is compared, how surely, and in which careful words. Pure, standard library."""

from ecosystem_api.cosell.fairness.domain.clusters import Tally, design_effect
from ecosystem_api.cosell.fairness.domain.compare import (
    CONFIDENCE,
    FEWEST_CASES,
    FEWEST_PARTNERS,
    LEVEL,
    Case,
    Compared,
    Shared,
    Timed,
    Verdict,
    compare_offers,
    compare_shares,
    compare_times,
)
from ecosystem_api.cosell.fairness.domain.distributions import holm, ranks_of_median
from ecosystem_api.cosell.fairness.domain.permute import EXCHANGES, SEED, stands_out
from ecosystem_api.cosell.fairness.domain.plot import WIDTH, Mark, forest, place
from ecosystem_api.cosell.fairness.domain.proportions import (
    Interval,
    Table,
    common_difference,
    difference,
    mantel_haenszel,
    wilson,
)
from ecosystem_api.cosell.fairness.domain.strata import amount_bands

__all__ = [
    "CONFIDENCE",
    "EXCHANGES",
    "FEWEST_CASES",
    "FEWEST_PARTNERS",
    "LEVEL",
    "SEED",
    "WIDTH",
    "Case",
    "Compared",
    "Interval",
    "Mark",
    "Shared",
    "Table",
    "Tally",
    "Timed",
    "Verdict",
    "amount_bands",
    "common_difference",
    "compare_offers",
    "compare_shares",
    "compare_times",
    "design_effect",
    "difference",
    "forest",
    "holm",
    "mantel_haenszel",
    "place",
    "ranks_of_median",
    "stands_out",
    "wilson",
]
