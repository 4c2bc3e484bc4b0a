"""Compiling a rule book: everything that can be known to be wrong is found before a partner is ever judged by it."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from ecosystem_api.kernel.reason import Reason, of_book
from ecosystem_api.rules import texts
from ecosystem_api.rules.book import ACTIONS, OUTCOMES, GoldenCase, Outcome, Rule, RuleBook, book_hash
from ecosystem_api.rules.custom import CUSTOM, CUSTOM_GROUPS, CustomFact, custom_faults, names_of, with_absent
from ecosystem_api.rules.errors import FactsInvalid, RuleBookInvalid, RuleError
from ecosystem_api.rules.expression import Condition, ConditionInvalid, compile_condition, compile_together
from ecosystem_api.rules.facts import FACTS, Facts, example_facts
from ecosystem_api.rules.messages import Language, language_of
from ecosystem_api.rules.parameters import parameter_faults, parameter_values, parameter_words
from ecosystem_api.rules.snapshot import Wanted, check_facts, wanted_facts

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
    reason: Reason
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
    """The rules of one action in book order, and what their conditions read.

    Shape: `together` is one program that evaluates all of them, where CEL accepts one; `hits` is what each says when it
    applies. `facts` and `custom` are looked for in a snapshot; `given` are the parameters, by their paths.
    """

    rules: tuple[CompiledRule, ...]
    hits: tuple[RuleResult, ...]
    together: Any | None
    facts: tuple[Wanted, ...]
    custom: tuple[CustomFact, ...]
    given: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CompiledBook:
    """A book without faults, ready to decide. Immutable, so that any number of decisions may share it.

    Shape: `custom` are the vendor's own fields that it may read, `language` what its conditions may name.
    """

    book: RuleBook
    hash: str
    plans: Mapping[str, Plan]
    reads: frozenset[str]
    custom: tuple[CustomFact, ...]
    language: Language


def compile_book(
    book: RuleBook, *, fingerprint: str | None = None, custom: Collection[CustomFact] | None = None
) -> CompiledBook:
    """A book can decide only when nothing in it is wrong.

    Shape: `fingerprint` is that of the stored content the book was read from; without, the book's own. `custom` are the
    vendor's own fields as they are now, for a book that is being written; without, those that the book declares.
    Errors: RuleBookInvalid with every fault of the book at once, in its own order.
    """
    words = parameter_words(book.parameters)
    declared = book.custom if custom is None else tuple(custom)
    if errors := list(_custom_errors(declared)):
        raise RuleBookInvalid(errors)
    errors = [*_book_errors(book), *_settings_errors(book, declared), *_case_errors(book.cases, declared)]
    compiled: list[CompiledRule] = []
    keys: set[str] = set()
    for index, rule in enumerate(book.rules):
        faults = list(_rule_errors(index, rule, keys, words, _told_facts(declared)))
        keys.add(rule.key)
        try:
            condition = compile_condition(rule.when, declared)
        except ConditionInvalid as error:
            faults += [
                RuleError(rule.key, "when", fault.line, fault.column, fault.message, f"/rules/{index}/when")
                for fault in error.faults
            ]
        else:
            if not faults:
                compiled.append(_compiled(rule, condition, words, _told_facts(declared)))
        errors += faults
    if errors:
        raise RuleBookInvalid(errors)
    given = {f"params.{name}": value for name, value in parameter_values(book.parameters).items()}
    on = {action: [one for one in compiled if action in one.rule.on] for action in ACTIONS}
    return CompiledBook(
        book=book,
        hash=fingerprint or book_hash(book),
        plans={action: _plan(rules, declared, given) for action, rules in on.items()},
        reads=frozenset().union(*(one.reads for one in compiled)),
        custom=declared,
        language=language_of(declared),
    )


def with_declared(compiled: CompiledBook) -> RuleBook:
    """The book as it is published: with the custom fields that it names, so that it decides by itself from then on."""
    named = set(compiled.reads) | {f"deal.{one}" for one in _material_keys(compiled.book)}
    for case in compiled.book.cases:
        named |= {f"{group}.{CUSTOM}.{key}" for group, values in case.facts.items() for key in values.get(CUSTOM, {})}
    kept = sorted((one for one in compiled.custom if one.path in named), key=lambda one: one.path)
    return replace(compiled.book, custom=tuple(replace(one, choices=(), is_told=True) for one in kept))


def facts_of_case(case: GoldenCase, custom: Collection[CustomFact] = ()) -> Facts:
    """The whole snapshot a case speaks of: the example, in which nothing stands in the way, with what differs.

    Edges: a custom field that the case does not name has no value.
    """
    facts: dict[str, dict[str, Any]] = example_facts()
    for group, values in case.facts.items():
        facts[group] = {**facts.get(group, {}), **values}
    return with_absent(custom, facts)


def published_sentences(rule: Rule, book: RuleBook) -> tuple[str, str]:
    """The statement and the remedy as published: parameters filled in, facts named in words."""
    words = parameter_words(book.parameters)
    return texts.fill(rule.statement, words), texts.fill(rule.remedy, {**words, **_told_facts(book.custom)})


def _told_facts(declared: Iterable[CustomFact]) -> Mapping[str, str]:
    """The facts that a remedy may fill in, as published sentences name them; of the vendor's own what partners read."""
    return {**FACT_WORDS, **{one.path: one.words for one in declared if one.is_told}}


def _plan(rules: list[CompiledRule], custom: Collection[CustomFact], given: Mapping[str, Any]) -> Plan:
    reads = frozenset[str]().union(*(one.condition.reads for one in rules))
    return Plan(
        rules=tuple(rules),
        hits=tuple(one.hit for one in rules),
        together=compile_together([one.rule.when for one in rules], custom) if rules else None,
        facts=wanted_facts(reads),
        custom=tuple(one for one in custom if one.path in reads),
        given={path: value for path, value in given.items() if path in reads},
    )


def _compiled(rule: Rule, condition: Condition, words: Mapping[str, str], told: Mapping[str, str]) -> CompiledRule:
    statement = texts.fill(rule.statement, words)
    # Facts keep their braces until a decision knows them.
    remedy = texts.fill(rule.remedy, {**words, **{path: f"{{{path}}}" for path in told}})
    named = frozenset(told).intersection(texts.placeholders(rule.remedy))
    reason = of_book(rule.reason)
    hit = RuleResult(rule.key, True, rule.outcome, reason, remedy, statement)
    miss = RuleResult(rule.key, False, rule.outcome, reason, "", statement)
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


def _custom_errors(declared: Collection[CustomFact]) -> Iterator[RuleError]:
    for place, member, message in custom_faults(declared):
        field = f"custom_fields/{place}/{member}"
        yield RuleError(None, field, None, None, message, f"/{field}")


def _settings_errors(book: RuleBook, declared: Collection[CustomFact]) -> Iterator[RuleError]:
    faults = list(parameter_faults(book.parameters))
    known = {f"{CUSTOM}.{one.key}" for one in declared if one.group == "deal"}
    faults += [
        (
            "material_fields",
            f"custom_fields has no field {name.partition('.')[2]}; there are: {names_of(declared, 'deal')}",
        )
        for name in _material_keys(book)
        if name not in known
    ]
    for path, message in faults:
        yield RuleError(None, f"parameters/{path}", None, None, message, f"/parameters/{path}")


def _material_keys(book: RuleBook) -> list[str]:
    """The custom fields of a deal whose change is material: `custom.{key}` for `custom_fields.{key}`."""
    named = [name.partition(".") for name in book.parameters.material_fields]
    return [f"{CUSTOM}.{key}" for head, _, key in named if head == "custom_fields"]


def _case_errors(cases: tuple[GoldenCase, ...], declared: Collection[CustomFact]) -> Iterator[RuleError]:
    if len(cases) > MOST_CASES:
        yield RuleError(None, "cases", None, None, f"has {len(cases)} cases; at most {MOST_CASES} are run", "/cases")
    names: set[str] = set()
    for index, case in enumerate(cases):
        for field, message in _faults_of_case(case, names, declared):
            yield RuleError(None, f"cases/{index}/{field}", None, None, message, f"/cases/{index}/{field}")
        names.add(case.name)


def _faults_of_case(case: GoldenCase, names: set[str], declared: Collection[CustomFact]) -> Iterator[tuple[str, str]]:
    if not case.name.strip() or len(case.name) > LONGEST_SENTENCE:
        yield "name", f"must have between 1 and {LONGEST_SENTENCE} characters"
    if case.name in names:
        yield "name", f"{case.name!r} is the name of an earlier case; each case has its own"
    if case.action not in ACTIONS:
        yield "action", f"{case.action!r} is not one of {', '.join(ACTIONS)}"
    if case.outcome not in OUTCOMES:
        yield "outcome", f"{case.outcome!r} is not one of {', '.join(OUTCOMES)}"
    for group in CUSTOM_GROUPS:
        held = case.facts.get(group, {}).get(CUSTOM, {})
        known = {one.key for one in declared if one.group == group}
        for key in held if isinstance(held, Mapping) else ():
            if key not in known:
                yield f"facts/{group}/{CUSTOM}/{key}", f"is no field; there are: {names_of(declared, group)}"
    try:
        check_facts(facts_of_case(case, declared), custom=declared)
    except FactsInvalid as refused:
        yield from (("facts" + error.pointer, error.detail) for error in refused.errors)


def _rule_errors(
    index: int, rule: Rule, keys: set[str], words: Mapping[str, str], told: Mapping[str, str]
) -> Iterator[RuleError]:
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
    yield from _sentence_errors(rule, refuse, words, told)


def _sentence_errors(
    rule: Rule, refuse: Callable[[str, str], RuleError], words: Mapping[str, str], told: Mapping[str, str]
) -> Iterator[RuleError]:
    for field, known in (("statement", words), ("remedy", {**words, **told})):
        text = getattr(rule, field)
        if len(text) > LONGEST_SENTENCE:
            yield refuse(field, f"has {len(text)} characters; at most {LONGEST_SENTENCE} are allowed")
        for message in texts.faults(text, known):
            yield refuse(field, message)
