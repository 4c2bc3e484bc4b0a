"""What a route says of its cost: a budget of its own, and how important it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastapi import Depends

from ecosystem_api.runtime.limits.bulkhead import Priority

WRITES = "writes"


class Counted:
    """A dependency that names the route's own budget."""

    def __init__(self, budget: str) -> None:
        self.budget = budget

    async def __call__(self) -> None:
        return None


class Ranked:
    """A dependency that says how important a route is."""

    def __init__(self, priority: Priority) -> None:
        self.priority = priority

    async def __call__(self) -> None:
        return None


def counted(budget: str) -> Any:
    """Say that a route has a budget of its own, in the place of the budget of writes."""
    return Depends(Counted(budget))


def ranked(priority: Priority) -> Any:
    """Say how important a route is, where its method does not."""
    return Depends(Ranked(priority))


@dataclass(frozen=True, slots=True)
class Rule:
    """What one method of a route costs. `budget` is the shared one it takes from besides those of every request."""

    budget: str | None
    priority: Priority

    @property
    def is_free(self) -> bool:
        """Whether it counts for nothing: an orchestrator's question whether the process lives."""
        return self.priority is Priority.HEALTH


def rule_of(markers: Iterable[Any], methods: Iterable[str], *, is_public: bool) -> Rule:
    """The rule of a route, from its markers and methods."""
    own = [marker for marker in markers if isinstance(marker, Counted | Ranked)]
    budget = next((marker.budget for marker in own if isinstance(marker, Counted)), None)
    rank = next((marker.priority for marker in own if isinstance(marker, Ranked)), None)
    reads = set(methods) <= {"GET", "HEAD"}
    if budget is None and not reads and not is_public:
        budget = WRITES
    return Rule(budget, rank if rank is not None else Priority.READ if reads else Priority.WRITE)
