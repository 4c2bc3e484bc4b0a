"""The law of a budget: a bucket that refills evenly, kept as one instant, the one at which it is full again.

One number says everything: how much is left, how long until the next is free, how long until all is. Taking moves the
instant ahead by what was taken; a bucket nobody touches fills without anybody counting.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import ceil, floor
from typing import NamedTuple

_ROUNDING = 1e-6
MOST_KEYS = 50_000


@dataclass(frozen=True, slots=True)
class Policy:
    """A budget: `quota` requests in `window_seconds`, refilled evenly, usable at once. `lease` is how many of a shared
    budget one process may reserve ahead.
    """

    name: str
    quota: int
    window_seconds: int
    lease: int = 1

    @property
    def interval_seconds(self) -> float:
        """How long one request takes to be free again."""
        return self.window_seconds / self.quota

    def __str__(self) -> str:
        return f'"{self.name}";q={self.quota};w={self.window_seconds}'


class Level(NamedTuple):
    """What is left of a budget, and the seconds until all of it is free again."""

    policy: Policy
    remaining: int
    reset_seconds: int

    def __str__(self) -> str:
        return f'"{self.policy.name}";r={self.remaining};t={self.reset_seconds}'


class Spent(Exception):  # noqa: N818 - named for what happened; the caller makes a refusal of it
    """A budget has too little left."""

    def __init__(self, policy: Policy, wait_seconds: float) -> None:
        super().__init__(policy.name)
        self.policy = policy
        self.wait_seconds = wait_seconds


def level_of(policy: Policy, full_at: float, now: float) -> Level:
    """How full a bucket is at `now` that will be full at `full_at`."""
    until_full = min(max(full_at - now, 0.0), policy.window_seconds)
    left = floor((policy.window_seconds - until_full) / policy.interval_seconds + _ROUNDING)
    return Level(policy, left, ceil(until_full - _ROUNDING))


def standing(full_at: float, window_seconds: int, now: float) -> float:
    """The instant that counts: not before now; one that a clock since set back has left far ahead is forgotten."""
    return now if full_at > now + 2 * window_seconds else max(full_at, now)


class Buckets:
    """The buckets of one process.

    Edges: all wanted budgets are taken from, or none. A clock set back costs nobody more than one window more. Of more
    keys than `most_keys` the full ones are forgotten first, which changes nothing, then the oldest.
    """

    def __init__(self, most_keys: int = MOST_KEYS) -> None:
        self._full_at: dict[tuple[str, Hashable], float] = {}
        self._most_keys = most_keys

    def take(self, wanted: Sequence[tuple[Policy, Hashable]], now: float) -> list[Level]:
        """Take one from each budget; answer what is left of them. Errors: `Spent` for the first that is."""
        after: list[tuple[tuple[str, Hashable], float]] = []
        levels: list[Level] = []
        for policy, key in wanted:
            name = (policy.name, key)
            window = policy.window_seconds
            full_at = standing(self._full_at.get(name, now), window, now) + policy.interval_seconds
            if full_at > now + window + _ROUNDING:
                raise Spent(policy, full_at - now - window)
            after.append((name, full_at))
            levels.append(level_of(policy, full_at, now))
        self._full_at.update(after)
        if len(self._full_at) > self._most_keys:
            self._forget(now)
        return levels

    def _forget(self, now: float) -> None:
        kept = [(name, full_at) for name, full_at in self._full_at.items() if full_at > now]
        self._full_at = dict(kept[-self._most_keys // 2 :])
