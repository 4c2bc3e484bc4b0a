"""What an examination answers."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How one thing was found. `unknown` could not be examined because of something that is wrong before it."""

    FINE = "ok"
    WRONG = "wrong"
    UNKNOWN = "not examined"


@dataclass(frozen=True)
class Finding:
    """One thing that was examined: what was found and, where it is wrong, what to do."""

    subject: str
    verdict: Verdict
    found: str
    remedy: str = ""


def fine(subject: str, found: str) -> Finding:
    """As it should be."""
    return Finding(subject, Verdict.FINE, found)


def wrong(subject: str, found: str, remedy: str) -> Finding:
    """Not as it should be, and what to do."""
    return Finding(subject, Verdict.WRONG, found, remedy)


def unknown(subject: str, because: str) -> Finding:
    """Could not be looked at."""
    return Finding(subject, Verdict.UNKNOWN, because)
