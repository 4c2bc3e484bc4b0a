"""Names of companies in memory, found by the same keys and judged by the same law as in the service."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from ecosystem_api.market.accounts.domain import name_keys, sound_core
from ecosystem_api.market.recognition.domain import (
    COMMON,
    MOST_CANDIDATES,
    key_weight,
    name_similarity,
    weigh_by_holders,
)


class Index:
    """Companies by the names they are known by."""

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """Take (company, normal name) pairs."""
        self.names: dict[str, Counter[str]] = defaultdict(Counter)
        self.holders: dict[str, Counter[str]] = defaultdict(Counter)
        for company, name in names:
            self.put(company, name, 1)

    def put(self, company: str, name: str, times: int) -> None:
        """Add a name, or take it away with -1."""
        self.names[company][name] += times
        for key in name_keys(name):
            self.holders[key][company] += times
            if not self.holders[key][company]:
                del self.holders[key][company]

    def candidates(self, name: str, without: str | None = None) -> dict[str, float]:
        """How similar each company but one is that shares a key, the fifty of the rarest keys."""
        held = {key: [one for one in self.holders.get(key, ()) if one != without] for key in name_keys(name)}
        points: dict[str, float] = defaultdict(float)
        for companies in held.values():
            for company in companies if len(companies) <= COMMON else ():
                points[company] += key_weight(len(companies))
        weigh = weigh_by_holders({core: len(held[core]) for core in map(sound_core, name.split())})
        nearest = sorted(points, key=lambda one: (-points[one], one))[:MOST_CANDIDATES]
        return {
            company: max(name_similarity(name, one, weigh) for one, times in self.names[company].items() if times)
            for company in nearest
        }
