"""Judging: facts and a compiled book give a verdict; the same facts and the same book give the same verdict, always."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from ecosystem_api.rules import texts
from ecosystem_api.rules.book import ACTIONS, OUTCOMES, Outcome
from ecosystem_api.rules.compiler import CompiledBook, CompiledRule, Plan, RuleResult
from ecosystem_api.rules.errors import FactsInvalid
from ecosystem_api.rules.expression import activation
from ecosystem_api.rules.facts import GROUPS, Facts
from ecosystem_api.rules.snapshot import check_facts, facts_hash

NO_RULE_MATCHED: Final = "no_rule_matched"
RULE_FAILED: Final = "rule_not_evaluable"

_STRENGTH: Final[dict[Outcome, int]] = {outcome: rank for rank, outcome in enumerate(OUTCOMES)}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a book says about one request, with everything needed to explain it and to check it later.

    Shape: `results` has every rule of the action, in book order. `reasons` and `remedies` are those of the rules that
    apply, strongest first, then in book order, each once. `deciding_rule_keys` is empty when the default decided.
    """

    action: str
    outcome: Outcome
    results: tuple[RuleResult, ...]
    reasons: tuple[str, ...]
    remedies: tuple[str, ...]
    book_version: int
    book_hash: str
    facts_hash: str
    deciding_rule_keys: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """The verdict as JSON has it."""
        # Written out: `asdict` copies what cannot change anyway, and this is on the path of every decision.
        plain = {name: getattr(self, name) for name in _VERDICT if name != "results"}
        plain = {name: list(value) if isinstance(value, tuple) else value for name, value in plain.items()}
        return plain | {"results": [{name: getattr(one, name) for name in _RESULT} for one in self.results]}


_VERDICT: Final = tuple(field.name for field in fields(Verdict))
_RESULT: Final = tuple(field.name for field in fields(RuleResult))


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a recorded verdict is what its book says about its facts. `differences` has a sentence for each doubt.

    Shape: `verdict` is the one made now; None when the facts cannot be judged any more.
    """

    outcome_holds: bool
    results_hold: bool
    book_holds: bool
    facts_hold: bool
    differences: tuple[str, ...]
    verdict: Verdict | None

    @property
    def holds(self) -> bool:
        """True when nothing about the recorded verdict differs."""
        return self.outcome_holds and self.results_hold and self.book_holds and self.facts_hold


def decide(compiled: CompiledBook, action: str, facts: Facts) -> Verdict:
    """Every rule of the action is evaluated; the strongest outcome of those that apply decides; every reason is kept.

    Edges: where no rule applies, the book's default decides. A rule that cannot be evaluated (an overflow, an index
    beyond a list) counts as one that asks for review, and its error is kept: a fault never approves.
    Errors: FactsInvalid with every fault of the facts; ValueError for an action that rules are not written about.
    """
    check_facts(facts, custom=compiled.custom)
    return _judge(compiled, action, facts)


def outcome_again(compiled: CompiledBook, action: str, facts: Facts) -> tuple[Outcome, tuple[RuleResult, ...]] | None:
    """What a book would decide about a recorded snapshot, and what each rule says; without the cost of a verdict.

    Edges: None when the snapshot lacks a fact that the book reads, or the action is none that rules are written about:
    what was not known then cannot be judged now.
    """
    plan = compiled.plans.get(action)
    if plan is None:
        return None
    try:
        check_facts(facts, needed=compiled.reads, custom=compiled.custom)
    except FactsInvalid:
        return None
    results = _results(plan, compiled, facts)
    speaking = (one.outcome for one in results if one.matched is not False)
    return strongest(speaking, compiled.book.default_outcome), results


def verify(verdict: Mapping[str, Any], compiled: CompiledBook, facts: Facts) -> Verification:
    """A recorded verdict holds when judging its facts by its book once more gives the same, to the last rule and hash.

    Shape: `verdict` is what `Verdict.as_dict` gave, perhaps after a way through JSON.
    Edges: facts that did not exist when the snapshot was taken may be absent from it, as long as the book reads none of
    them. Facts that cannot be judged, or an unknown action, do not hold; nothing is raised.
    """
    try:
        check_facts(facts, needed=compiled.reads, custom=compiled.custom)
        again = _judge(compiled, str(verdict.get("action")), facts)
    except (FactsInvalid, ValueError) as error:
        return Verification(False, False, False, False, (str(error),), None)
    now = again.as_dict()

    def differing(*names: str) -> list[str]:
        return [
            f"{name} was recorded as {verdict.get(name)!r} but is {now[name]!r}"
            for name in names
            if name not in verdict or verdict[name] != now[name]
        ]

    outcome = differing("outcome", "deciding_rule_keys", "reasons", "remedies")
    results = list(_differing_results(verdict.get("results"), now["results"]))
    book = differing("book_version", "book_hash")
    snapshot = differing("facts_hash")
    differences = (*outcome, *results, *book, *snapshot)
    return Verification(not outcome, not results, not book, not snapshot, differences, again)


def strongest(outcomes: Iterable[Outcome], default: Outcome) -> Outcome:
    """The strongest of some outcomes: reject, wait, require, review, approve; the default when there are none."""
    return min(outcomes, key=_STRENGTH.__getitem__, default=default)


def _judge(compiled: CompiledBook, action: str, facts: Facts) -> Verdict:
    plan = compiled.plans.get(action)
    if plan is None:
        raise ValueError(f"{action!r} is not an action that rules are written about: {', '.join(ACTIONS)}")
    results = _results(plan, compiled, facts)
    speaking = sorted((one for one in results if one.matched is not False), key=lambda one: _STRENGTH[one.outcome])
    outcome = strongest((one.outcome for one in speaking), compiled.book.default_outcome)
    return Verdict(
        action=action,
        outcome=outcome,
        results=results,
        reasons=tuple(dict.fromkeys(one.reason for one in speaking)) or (NO_RULE_MATCHED,),
        remedies=tuple(dict.fromkeys(one.remedy for one in speaking if one.remedy)),
        book_version=compiled.book.version,
        book_hash=compiled.hash,
        facts_hash=facts_hash(facts),
        deciding_rule_keys=tuple(one.key for one in speaking if one.outcome == outcome),
    )


def _results(plan: Plan, compiled: CompiledBook, facts: Facts) -> tuple[RuleResult, ...]:
    known = {group: compiled.language.message(group, facts.get(group, {})) for group in GROUPS}
    known["params"] = compiled.parameters
    bound = activation(known, compiled.language)
    answers = _answers_at_a_stroke(plan, bound)
    if answers is None:
        # One of them failed, and CEL does not say which: ask each by itself.
        return tuple(_asked_alone(one, bound, facts) for one in plan.rules)
    return tuple(
        (one.hit if one.remedy is None else _with_facts(one, facts)) if answer else one.miss
        for one, answer in zip(plan.rules, answers, strict=True)
    )


def _answers_at_a_stroke(plan: Plan, bound: Any) -> list[bool] | None:
    if not plan.rules:
        return []
    if plan.together is None:
        return None
    try:
        answers = plan.together.eval(bound).plain_value()
    except RuntimeError:  # limits of the evaluator are raised, other errors come back as values
        return None
    return answers if type(answers) is list and all(type(answer) is bool for answer in answers) else None


def _asked_alone(one: CompiledRule, bound: Any, facts: Facts) -> RuleResult:
    try:
        answer = one.condition.program.eval(bound).value()
    except RuntimeError as error:
        answer = str(error)
    if answer is True:
        return one.hit if one.remedy is None else _with_facts(one, facts)
    if answer is False:
        return one.miss
    return replace(one.hit, matched=None, outcome="review", reason=RULE_FAILED, remedy="", error=str(answer))


def _with_facts(one: CompiledRule, facts: Facts) -> RuleResult:
    assert one.remedy is not None
    named = {path: _spoken(facts, path) for path in texts.placeholders(one.remedy)}
    return replace(one.hit, remedy=texts.fill(one.remedy, named))


def _spoken(facts: Facts, path: str) -> str:
    group, name = path.split(".")
    value = facts[group][name]
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(value) or "none"
    return str(value)


def _differing_results(recorded: object, now: list[dict[str, Any]]) -> Iterable[str]:
    if not isinstance(recorded, list) or len(recorded) != len(now):
        yield f"the results of {len(now)} rules were expected"
        return
    for before, after in zip(recorded, now, strict=True):
        if _without_wording(before) != _without_wording(after):
            yield f"the result of rule {after['key']} was recorded as {before!r} but is {after!r}"


def _without_wording(result: object) -> object:
    # The text of an error belongs to the release of CEL that wrote it; that there was one belongs to the verdict.
    return {**result, "error": result.get("error") is not None} if isinstance(result, dict) else result
