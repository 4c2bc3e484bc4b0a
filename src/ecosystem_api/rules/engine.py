"""Judging: facts and a compiled book give a verdict; the same facts and the same book give the same verdict, always."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from itertools import compress
from typing import Any, Final

from ecosystem_api.kernel.reason import Reason, own_reason
from ecosystem_api.rules import texts
from ecosystem_api.rules.book import ACTIONS, OUTCOMES, Outcome
from ecosystem_api.rules.compiler import CompiledBook, Plan, RuleResult
from ecosystem_api.rules.custom import CUSTOM
from ecosystem_api.rules.errors import FactsInvalid
from ecosystem_api.rules.expression import activation
from ecosystem_api.rules.facts import Facts
from ecosystem_api.rules.snapshot import check_facts, facts_hash, has_custom, known_facts

NO_RULE_MATCHED: Final = own_reason(
    "no_rule_matched", "No rule of the book is about this request; its `default_outcome` decided."
)
RULE_FAILED: Final = own_reason(
    "rule_not_evaluable", "A rule could not be evaluated: a person decides, for a fault never approves."
)

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
    reasons: tuple[Reason, ...]
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
    """What a book would decide about a recorded snapshot, and the rules that speak; without the cost of a verdict.

    Shape: the results are those that do not say no, in book order; their remedies still wait for facts.
    Edges: None when the snapshot lacks a fact that a rule of the action reads, or rules are not written about the
    action: what was not known then cannot be judged now. Facts that no rule reads are not looked at.
    """
    plan = compiled.plans.get(action)
    bound = None if plan is None else _bound(plan, compiled, facts)
    if plan is None or bound is None:
        return None
    answers = _answers_at_a_stroke(plan, bound)
    if answers is None:
        speaking = tuple(one for one in _asked_alone(plan, bound) if one.matched is not False)
    else:
        speaking = tuple(compress(plan.hits, answers))
    return strongest((one.outcome for one in speaking), compiled.book.default_outcome), speaking


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
    bound = _bound(plan, compiled, facts)
    assert bound is not None, "the facts were checked"
    answers = _answers_at_a_stroke(plan, bound)
    if answers is None:
        results: Iterable[RuleResult] = _asked_alone(plan, bound)
    else:
        results = (one.hit if answer else one.miss for one, answer in zip(plan.rules, answers, strict=True))
    return tuple(
        _with_facts(result, one.remedy, facts) if result.matched and one.remedy is not None else result
        for one, result in zip(plan.rules, results, strict=True)
    )


def _bound(plan: Plan, compiled: CompiledBook, facts: Facts) -> Any | None:
    """What the conditions of a plan read, or None where the snapshot lacks some of it."""
    known = known_facts(facts, plan.facts)
    if known is None:
        return None
    if plan.custom:
        if not has_custom(facts, plan.custom):
            return None
        for group in {one.group for one in plan.custom}:
            known[f"{group}.{CUSTOM}"] = compiled.language.custom(group, facts[group].get(CUSTOM, {}))
    known.update(plan.given)
    return activation(known, compiled.language)


def _answers_at_a_stroke(plan: Plan, bound: Any) -> list[bool] | None:
    """What each condition of a plan says; None where one of them failed, of which CEL does not say which."""
    if not plan.rules:
        return []
    if plan.together is None:
        return None
    try:
        answers = plan.together.eval(bound).plain_value()
    except RuntimeError:  # limits of the evaluator are raised, other errors come back as values
        return None
    return answers if type(answers) is list and {*map(type, answers)} == {bool} else None


def _asked_alone(plan: Plan, bound: Any) -> Iterator[RuleResult]:
    """What each rule says, asked by itself."""
    for one in plan.rules:
        try:
            answer = one.condition.program.eval(bound).value()
        except RuntimeError as error:
            answer = str(error)
        if answer is True or answer is False:
            yield one.hit if answer else one.miss
        else:
            yield replace(one.hit, matched=None, outcome="review", reason=RULE_FAILED, remedy="", error=str(answer))


def _with_facts(result: RuleResult, remedy: str, facts: Facts) -> RuleResult:
    named = {path: _spoken(facts, path) for path in texts.placeholders(remedy)}
    return replace(result, remedy=texts.fill(remedy, named))


def _spoken(facts: Facts, path: str) -> str:
    value: Any = facts
    for name in path.split("."):
        value = value[name]
    if value is None:
        return "none"
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
