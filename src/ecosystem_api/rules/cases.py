"""Golden cases: what the author of a book holds to be right, run against what the book decides."""

from dataclasses import dataclass

from ecosystem_api.rules.book import Outcome
from ecosystem_api.rules.compiler import CompiledBook, facts_of_case
from ecosystem_api.rules.engine import decide


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What the book decided in one golden case, beside what it should have.

    Shape: `expected_reasons` is empty where the case holds the outcome alone.
    """

    name: str
    is_passed: bool
    expected_outcome: Outcome
    outcome: Outcome
    expected_reasons: tuple[str, ...]
    reasons: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What was expected and what came out, for whoever wrote the book."""
        expected = " because of ".join(filter(None, (self.expected_outcome, ", ".join(self.expected_reasons))))
        return f'"{self.name}" expects {expected}; the book says {self.outcome} because of {", ".join(self.reasons)}.'


def run_cases(compiled: CompiledBook) -> tuple[CaseResult, ...]:
    """Every golden case of a book, decided by it, in the book's order."""
    results = []
    for case in compiled.book.cases:
        verdict = decide(compiled, case.action, facts_of_case(case, compiled.custom))
        is_passed = verdict.outcome == case.outcome and case.reasons in ((), verdict.reasons)
        results.append(CaseResult(case.name, is_passed, case.outcome, verdict.outcome, case.reasons, verdict.reasons))
    return tuple(results)
