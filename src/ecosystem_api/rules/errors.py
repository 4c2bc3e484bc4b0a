"""The refusals of the rules engine: a book that may not be published, and facts that may not be judged."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from ecosystem_api.kernel.problem import FieldError, Problem


@dataclass(frozen=True, slots=True)
class RuleError:
    """One fault in a rule book, at the place where its author has to change it.

    Shape: `rule_key` is None for a fault of the book itself; `field` is the member of the rule (`when`, `remedy`) or of
    the book (`version`, `parameters/capacity`); `pointer` is a JSON pointer into the book's dict form.
    Units: `line` and `column` count from 1, in characters of the expression; None where there is no expression.
    """

    rule_key: str | None
    field: str
    line: int | None
    column: int | None
    message: str
    pointer: str

    def __str__(self) -> str:
        place = self.field if self.rule_key is None else f"{self.rule_key}.{self.field}"
        where = "" if self.line is None else f", line {self.line}, column {self.column}"
        return f"{place}{where}: {self.message}"


class RuleBookInvalid(Problem):
    """The rule book has faults; `rule_errors` names every one with its rule, line and column."""

    status = 422
    code = "rule_book_invalid"
    title = "Rule book invalid"

    def __init__(self, rule_errors: Sequence[RuleError]) -> None:
        """All faults of a book are told at once, so that an author mends it in one go."""
        self.rule_errors = tuple(rule_errors)
        super().__init__(
            "The rule book has faults: " + "; ".join(str(error) for error in self.rule_errors),
            errors=[FieldError(error.pointer, "invalid_rule_book", error.message) for error in self.rule_errors],
            rule_errors=[asdict(error) for error in self.rule_errors],
        )


class FactsInvalid(Problem):
    """The facts cannot be judged; `errors` names each that is missing, unknown or of the wrong type."""

    status = 422
    code = "facts_invalid"
    title = "Facts invalid"
