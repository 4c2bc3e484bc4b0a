"""The rules of engagement: published rules, judged facts, explained verdicts. Pure, and importable alone.

A vendor publishes a `RuleBook`; `compile_book` refuses it while anything in it is wrong; `decide` evaluates every
rule of an action over a snapshot of facts, lets the strongest outcome decide and keeps every reason; `verify` proves a
recorded verdict again; `as_markdown` and `as_html` are what partners read. Used by every room that must say yes, no or
not yet. It loads no facts, stores no verdicts and knows no database, no framework and no clock.

>>> from ecosystem_api.rules import DEFAULT_BOOK, compile_book, decide, example_facts, verify
>>> book = compile_book(DEFAULT_BOOK)
>>> facts = example_facts()
>>> decide(book, "deal_registration.submit", facts).outcome
'approve'
>>> facts["claims"]["held_by_other"] = True
>>> verdict = decide(book, "deal_registration.submit", facts)
>>> verdict.outcome, verdict.reasons, verify(verdict.as_dict(), book, facts).holds
('wait', ('protected_claim',), True)
"""

from ecosystem_api.rules.book import ACTIONS, OUTCOMES, GoldenCase, Outcome, Rule, RuleBook, book_hash, book_to_dict
from ecosystem_api.rules.boundary import boundary_facts, with_overlay
from ecosystem_api.rules.cases import CaseResult, run_cases
from ecosystem_api.rules.compare import Change, compare_books
from ecosystem_api.rules.compiler import CompiledBook, RuleResult, compile_book, with_declared
from ecosystem_api.rules.conditions import ProtectionOverride
from ecosystem_api.rules.custom import CUSTOM_GROUPS, CUSTOM_TYPES, CustomFact, with_absent
from ecosystem_api.rules.default_book import DEFAULT_BOOK
from ecosystem_api.rules.engine import NO_RULE_MATCHED, Verdict, Verification, decide, outcome_again, strongest, verify
from ecosystem_api.rules.errors import FactsInvalid, RuleBookInvalid, RuleError
from ecosystem_api.rules.facts import FACTS, UNASKED, Fact, Facts, example_facts
from ecosystem_api.rules.parameters import (
    SETTINGS,
    Parameters,
    approvals_needed,
    idle_days,
    is_material,
    protection_days,
    review_hours,
    review_time,
    ruling_time,
)
from ecosystem_api.rules.reach import Apart, Reach
from ecosystem_api.rules.reading import book_from_dict
from ecosystem_api.rules.render import as_html, as_markdown, facts_as_markdown
from ecosystem_api.rules.reviewing import DecidingTime, EscalationStep, ResearchHold, ReviewOverride
from ecosystem_api.rules.simulation import Coverage, Flip, Recorded, Tally
from ecosystem_api.rules.snapshot import check_facts, facts_hash
from ecosystem_api.rules.warnings import BookWarning, book_warnings

__all__ = [
    "ACTIONS",
    "CUSTOM_GROUPS",
    "CUSTOM_TYPES",
    "DEFAULT_BOOK",
    "FACTS",
    "NO_RULE_MATCHED",
    "OUTCOMES",
    "SETTINGS",
    "UNASKED",
    "Apart",
    "BookWarning",
    "CaseResult",
    "Change",
    "CompiledBook",
    "Coverage",
    "CustomFact",
    "DecidingTime",
    "EscalationStep",
    "Fact",
    "Facts",
    "FactsInvalid",
    "Flip",
    "GoldenCase",
    "Outcome",
    "Parameters",
    "ProtectionOverride",
    "Reach",
    "Recorded",
    "ResearchHold",
    "ReviewOverride",
    "Rule",
    "RuleBook",
    "RuleBookInvalid",
    "RuleError",
    "RuleResult",
    "Tally",
    "Verdict",
    "Verification",
    "approvals_needed",
    "as_html",
    "as_markdown",
    "book_from_dict",
    "book_hash",
    "book_to_dict",
    "book_warnings",
    "boundary_facts",
    "check_facts",
    "compare_books",
    "compile_book",
    "decide",
    "example_facts",
    "facts_as_markdown",
    "facts_hash",
    "idle_days",
    "is_material",
    "outcome_again",
    "protection_days",
    "review_hours",
    "review_time",
    "ruling_time",
    "run_cases",
    "strongest",
    "verify",
    "with_absent",
    "with_declared",
    "with_overlay",
]
