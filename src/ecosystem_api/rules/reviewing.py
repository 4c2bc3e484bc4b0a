"""What a book says about reviews by people: whose hours count, who hears of a late one, what silence means."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ecosystem_api.kernel.counted import counted
from ecosystem_api.kernel.money import Money
from ecosystem_api.rules.conditions import Condition, amount_faults

ReviewClock = Literal["business", "wall"]
CLOCKS: Final[tuple[ReviewClock, ...]] = ("business", "wall")
Silence = Literal["nothing", "approve"]
SILENCES: Final[tuple[Silence, ...]] = ("nothing", "approve")
DecidingRole = Literal["manager", "admin"]
DECIDING_ROLES: Final[tuple[DecidingRole, ...]] = ("manager", "admin")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOverride(Condition):
    """Review hours of their own for requests that meet every condition it states."""

    hours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationStep:
    """After a share of the review hours, everybody in a role hears of a review that nobody has ended."""

    after_percent: int
    to_role: DecidingRole


@dataclass(frozen=True, slots=True, kw_only=True)
class ResearchHold:
    """How often the clock of one review may be stopped for research, and for how many calendar days each time."""

    most: int
    days: int


@dataclass(frozen=True, slots=True)
class DecidingTime:
    """Within how many hours a person decides, and which hours count."""

    hours: int
    clock: ReviewClock


def escalation_words(steps: Sequence[EscalationStep]) -> str:
    """The steps as a partner reads them: "after 50 % to manager, after 90 % to admin"."""
    return ", ".join(f"after {step.after_percent} % to {step.to_role}" for step in steps) or "none"


def research_hold_words(hold: ResearchHold | None) -> str:
    """The allowance as a partner reads it: "at most 1, of 5 days each"."""
    return f"at most {hold.most}, of {counted(hold.days, 'day')} each" if hold else "none"


def review_faults(
    escalation: Sequence[EscalationStep], hold: ResearchHold | None, four_eyes_above: Sequence[Money]
) -> Iterator[tuple[str, str]]:
    """What is wrong with these: (path such as "escalation/0/to_role", sentence) for each fault."""
    before = 0
    for index, step in enumerate(escalation):
        if not before < step.after_percent < 100:
            words = (
                f"must be between {before + 1} and 99, not {step.after_percent}: each step comes after the one before"
            )
            yield f"escalation/{index}/after_percent", words
        if step.to_role not in DECIDING_ROLES:
            yield f"escalation/{index}/to_role", f"must be one of {', '.join(DECIDING_ROLES)}"
        before = max(before, step.after_percent)
    for name, high in (("most", 10), ("days", 90)):
        if hold is not None and not 1 <= getattr(hold, name) <= high:
            yield f"research_hold/{name}", f"must be between 1 and {high}, not {getattr(hold, name)}"
    currencies = [amount.currency for amount in four_eyes_above]
    for index, amount in enumerate(four_eyes_above):
        yield from amount_faults(f"four_eyes_above/{index}", amount)
        if amount.currency in currencies[:index]:
            yield f"four_eyes_above/{index}/currency", f"{amount.currency} has an amount already; name each once"
