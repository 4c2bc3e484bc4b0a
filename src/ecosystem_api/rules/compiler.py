"""Compiling a rule book: everything that can be known to be wrong is found before a partner is ever judged by it."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ecosystem_api.rules import texts
from ecosystem_api.rules.book import ACTIONS, OUTCOMES, GoldenCase, Outcome, Rule, RuleBook, book_hash
from ecosystem_api.rules.errors import FactsInvalid, RuleBookInvalid, RuleError
from ecosystem_api.rules.expression import Condition, ConditionInvalid, compile_condition, compile_together
from ecosystem_api.rules.facts import FACTS, Facts, example_facts
from ecosystem_api.rules.messages import GROUP_MESSAGES
from ecosystem_api.rules.parameters import parameter_faults, parameter_values, parameter_words
from ecosystem_api.rules.snapshot import check_facts

MOST_RULES: Final = 200
MOST_CASES: Final = 500
LONGEST_SENTENCE: Final = 1_000
FACT_WORDS: Final[Mapping[str, str]] = {fact.path: fact.words for fact in FACTS}

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")
_NEEDS_REMEDY: Final = ("reject", "require")


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule said about one request.

    Shape: `matched` is None when the rule could not be evaluated; then `error` says why and `outcome` is review.
    """

    key: str
    matched: bool | None
    outcome: Outcome
    reason: str
    remedy: str
    statement: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule ready to be evaluated. Both of its plain answers are made beforehand: most decisions build nothing.

    Shape: `remedy` is a sentence that still waits for facts, or None when it waits for none; `reads` are the paths of
    the facts and parameters that its condition and its remedy use.
    """

    rule: Rule
    condition: Condition
    hit: RuleResult
    miss: RuleResult
    remedy: str | None
    reads: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """The rules of one action in book order, and one program that evaluates all of them, where CEL accepts one."""

    rules: tuple[CompiledRule, ...]
    together: Any | None


@dataclass(frozen=True, slots=True)
class CompiledBook:
    """A book without faults, ready to decide. Immutable, so that any number of decisions may share it."""

    book: RuleBook
    hash: str
    plans: Mapping[str, Plan]
    parameters: Any
    reads: frozenset[str]


def compile_book(book: RuleBook, *, fingerprint: str | None = None) -> CompiledBook:
    """A book can decide only when nothing in it is wrong.

    Shape: `fingerprint` is that of the stored content the book was read from; without, the book's own.
    Errors: RuleBookInvalid with every fault of the book at once, in its own order.
    """
    words = parameter_words(book.parameters)
    errors = [*_book_errors(book), *_settings_errors(book), *_case_errors(book.cases)]
    compiled: list[CompiledRule] = []
    keys: set[str] = set()
    for index, rule in enumerate(book.rules):
        faults = list(_rule_errors(index, rule, keys, words))
        keys.add(rule.key)
        try:
            condition = compile_condition(rule.when)
        except ConditionInvalid as error:
            faults += [
                RuleError(rule.key, "when", fault.line, fault.column, fault.message, f"/rules/{index}/when")
                for fault in error.faults
            ]
        else:
            if not faults:
                compiled.append(_compiled(rule, condition, words))
        errors += faults
    if errors:
        raise RuleBookInvalid(errors)
    return CompiledBook(
        book=book,
        hash=fingerprint or book_hash(book),
        plans={action: _plan([one for one in compiled if action in one.rule.on]) for action in ACTIONS},
        parameters=GROUP_MESSAGES["params"](**parameter_values(book.parameters)),
        reads=frozenset().union(*(one.reads for one in compiled)),
    )


def facts_of_case(case: GoldenCase) -> Facts:
    """The whole snapshot a case speaks of: the example, in which nothing stands in the way, with what differs."""
    facts: dict[str, dict[str, Any]] = example_facts()
    for group, values in case.facts.items():
        facts[group] = {**facts.get(group, {}), **values}
    return facts


def published_sentences(rule: Rule, book: RuleBook) -> tuple[str, str]:
    """The statement and the remedy as published: parameters filled in, facts named in words."""
    words = parameter_words(book.parameters)
    return texts.fill(rule.statement, words), texts.fill(rule.remedy, {**words, **FACT_WORDS})


def _plan(rules: list[CompiledRule]) -> Plan:
    return Plan(tuple(rules), compile_together([one.rule.when for one in rules]) if rules else None)


def _compiled(rule: Rule, condition: Condition, words: Mapping[str, str]) -> CompiledRule:
    statement = texts.fill(rule.statement, words)
    # Facts keep their braces until a decision knows them.
    remedy = texts.fill(rule.remedy, {**words, **{path: f"{{{path}}}" for path in FACT_WORDS}})
    named = frozenset(FACT_WORDS).intersection(texts.placeholders(rule.remedy))
    hit = RuleResult(rule.key, True, rule.outcome, rule.reason, remedy, statement)
    miss = RuleResult(rule.key, False, rule.outcome, rule.reason, "", statement)
    return CompiledRule(rule, condition, hit, miss, remedy if named else None, condition.reads | named)


def _book_errors(book: RuleBook) -> Iterator[RuleError]:
    def refuse(field: str, message: str) -> RuleError:
        return RuleError(None, field, None, None, message, f"/{field}")

    if not book.name.strip() or len(book.name) > LONGEST_SENTENCE:
        yield refuse("name", f"must have between 1 and {LONGEST_SENTENCE} characters")
    if not 1 <= book.version < 2**31:
        yield refuse("version", "must be a whole number from 1")
    if book.default_outcome not in OUTCOMES:
        yield refuse("default_outcome", f"{book.default_outcome!r} is not one of {', '.join(OUTCOMES)}")
    if len(book.rules) > MOST_RULES:
        yield refuse("rules", f"has {len(book.rules)} rules; at most {MOST_RULES} are allowed")


def _settings_errors(book: RuleBook) -> Iterator[RuleError]:
    for path, message in parameter_faults(book.parameters):
        yield RuleError(None, f"parameters/{path}", None, None, message, f"/parameters/{path}")


def _case_errors(cases: tuple[GoldenCase, ...]) -> Iterator[RuleError]:
    if len(cases) > MOST_CASES:
        yield RuleError(None, "cases", None, None, f"has {len(cases)} cases; at most {MOST_CASES} are run", "/cases")
    names: set[str] = set()
    for index, case in enumerate(cases):
        for field, message in _faults_of_case(case, names):
            yield RuleError(None, f"cases/{index}/{field}", None, None, message, f"/cases/{index}/{field}")
        names.add(case.name)


def _faults_of_case(case: GoldenCase, names: set[str]) -> Iterator[tuple[str, str]]:
    if not case.name.strip() or len(case.name) > LONGEST_SENTENCE:
        yield "name", f"must have between 1 and {LONGEST_SENTENCE} characters"
    if case.name in names:
        yield "name", f"{case.name!r} is the name of an earlier case; each case has its own"
    if case.action not in ACTIONS:
        yield "action", f"{case.action!r} is not one of {', '.join(ACTIONS)}"
    if case.outcome not in OUTCOMES:
        yield "outcome", f"{case.outcome!r} is not one of {', '.join(OUTCOMES)}"
    try:
        check_facts(facts_of_case(case))
    except FactsInvalid as refused:
        yield from (("facts" + error.pointer, error.detail) for error in refused.errors)


def _rule_errors(index: int, rule: Rule, keys: set[str], words: Mapping[str, str]) -> Iterator[RuleError]:
    def refuse(field: str, message: str) -> RuleError:
        return RuleError(rule.key, field, None, None, message, f"/rules/{index}/{field}")

    if not _CODE.fullmatch(rule.key):
        yield refuse("key", "must be lower-case letters, digits and underscores, beginning with a letter, at most 63")
    if rule.key in keys:
        yield refuse("key", f"{rule.key!r} is the key of an earlier rule; each rule has its own")
    if not _CODE.fullmatch(rule.reason):
        yield refuse("reason", "must be a code of lower-case letters, digits and underscores, at most 63")
    if rule.outcome not in OUTCOMES:
        yield refuse("outcome", f"{rule.outcome!r} is not one of {', '.join(OUTCOMES)}")
    if not rule.on:
        yield refuse("on", f"names no action; it names at least one of {', '.join(ACTIONS)}")
    for action in dict.fromkeys(rule.on):
        if action not in ACTIONS:
            yield refuse("on", f"{action!r} is not one of {', '.join(ACTIONS)}")
        if rule.on.count(action) > 1:
            yield refuse("on", f"{action!r} is named twice")
    if not rule.statement.strip():
        yield refuse("statement", "is empty; partners read it")
    if rule.outcome in _NEEDS_REMEDY and not rule.remedy.strip():
        yield refuse("remedy", f"is empty; a rule whose outcome is {rule.outcome} says what the partner can do")
    yield from _sentence_errors(rule, refuse, words)


def _sentence_errors(
    rule: Rule, refuse: Callable[[str, str], RuleError], words: Mapping[str, str]
) -> Iterator[RuleError]:
    for field, known in (("statement", words), ("remedy", {**words, **FACT_WORDS})):
        text = getattr(rule, field)
        if len(text) > LONGEST_SENTENCE:
            yield refuse(field, f"has {len(text)} characters; at most {LONGEST_SENTENCE} are allowed")
        for message in texts.faults(text, known):
            yield refuse(field, message)
