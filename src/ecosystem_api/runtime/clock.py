"""What time it is, as a value that a test or a sandbox can move."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, in UTC, by the machine's clock."""
    return datetime.now(UTC)


class MovableClock:
    """A clock that runs with the machine's and can be moved.

    Shape: call it for the instant; `move(days=91)` shifts all later answers.
    Edges: moving backwards is allowed; leases of the worker never use this clock but the database's.
    """

    def __init__(self, base: Clock = system_clock) -> None:
        self._base = base
        self._shift = timedelta(0)

    def __call__(self) -> datetime:
        return self._base() + self._shift

    def move(self, **delta: float) -> datetime:
        """Shift the clock by a timedelta's keywords and return the new instant."""
        self._shift += timedelta(**delta)
        return self()
