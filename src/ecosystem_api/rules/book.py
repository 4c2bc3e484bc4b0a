"""The rule book: published data that says what is allowed, in words a partner reads and conditions a machine checks."""

from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from ecosystem_api.kernel.canonical import content_hash
from ecosystem_api.rules import texts
from ecosystem_api.rules.custom import CustomFact
from ecosystem_api.rules.facts import Facts
from ecosystem_api.rules.parameters import Parameters, parameters_to_dict

Outcome = Literal["reject", "wait", "require", "review", "approve"]

OUTCOMES: Final[dict[Outcome, str]] = {
    "reject": "The request is refused.",
    "wait": "The request is queued behind a protected claim, by the time it was submitted.",
    "require": "The request comes back to the partner, who completes what is missing; it keeps its place.",
    "review": "A person decides.",
    "approve": "The request is granted at once.",
}
"""Every outcome with its effect, strongest first: among the rules that apply, the strongest outcome decides."""

ACTIONS: Final[dict[str, str]] = {
    "deal_registration.submit": "A partner submits a deal registration.",
    "deal_registration.extend": "A partner asks for a longer protection of an approved registration.",
    "deal_registration.amend": "A partner asks to change a registration after it was submitted.",
    "deal_registration.idle": "Nothing has happened with a protected deal for as long as its protection allows.",
    "lead.pass": "A lead is passed to a partner.",
    "vendor_opportunity.open": "The vendor's own team opens an opportunity.",
}
"""What a rule can be about, each with its meaning."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of engagement.

    Shape: `key` is unique in its book; `on` names actions; `when` is a condition in CEL over the facts and `params`;
    `reason` is a code for programs. `statement` is the published sentence and may fill in parameters ({capacity});
    `remedy` says what the partner can do and may fill in facts as well ({deal.missing}).
    """

    key: str
    statement: str
    on: tuple[str, ...]
    when: str
    outcome: Outcome
    reason: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class GoldenCase:
    """A request whose decision the author of a book holds to be right; a book that decides otherwise is not published.

    Shape: `facts` has only what differs from `example_facts()`, in which nothing stands in the way. With `reasons` the
    decision must give exactly these, strongest first; without, only the outcome is held.
    """

    name: str
    action: str
    facts: Facts
    outcome: Outcome
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleBook:
    """The rules and parameters of a vendor's program in one version.

    Shape: `custom` are the vendor's own fields that it reads.
    Edges: where no rule applies, `default_outcome` decides.
    """

    name: str
    version: int
    parameters: Parameters
    rules: tuple[Rule, ...]
    default_outcome: Outcome = "review"
    cases: tuple[GoldenCase, ...] = ()
    custom: tuple[CustomFact, ...] = ()

    @property
    def filled_in(self) -> frozenset[str]:
        """The facts and parameters whose values its remedies tell the partner they are for."""
        return frozenset(name for rule in self.rules for name in texts.placeholders(rule.remedy))


def book_to_dict(book: RuleBook) -> dict[str, Any]:
    """The whole book as JSON has it, every default written out, so that a stored book never changes its meaning.

    Edges: a book that reads no custom fields has no member for them, as books had none before there were any.
    """
    custom = [one.as_dict() for one in sorted(book.custom, key=lambda one: one.path)]
    return {
        "name": book.name,
        "version": book.version,
        "parameters": parameters_to_dict(book.parameters),
        "rules": [asdict(rule) | {"on": list(rule.on)} for rule in book.rules],
        "default_outcome": book.default_outcome,
        "cases": [_case_to_dict(case) for case in book.cases],
        **({"custom_fields": custom} if custom else {}),
    }


def book_hash(book: RuleBook) -> str:
    """The fingerprint of everything a book says: any change of a rule, a parameter or a word changes it.

    Edges: of a book that was stored by an earlier release, the fingerprint is that of its stored content: parameters
    that came later are absent there.
    """
    return content_hash(book_to_dict(book))


def _case_to_dict(case: GoldenCase) -> dict[str, Any]:
    facts = {group: dict(values) for group, values in case.facts.items()}
    return {**asdict(case), "facts": facts, "reasons": list(case.reasons)}
