"""Judge facts by the book in force and keep the record: the rules' own decisions and a person's have one shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.kernel.reason import Reason, own_reason
from ecosystem_api.rules import (
    NO_RULE_MATCHED,
    UNASKED,
    Facts,
    Parameters,
    RuleBook,
    Verdict,
    decide,
    idle_days,
    protection_days,
    with_absent,
)
from ecosystem_api.runtime import metrics
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import record, tell_with
from ecosystem_api.runtime.statement import Row, Writes
from ecosystem_api.selling.engagement import store
from ecosystem_api.selling.engagement.events import DecisionMade, DecisionRecorded, EngagementChecked
from ecosystem_api.selling.engagement.schemas import Evidence, plain_evidence
from ecosystem_api.selling.engagement.service.books import book_in_force, compiled, compiled_book
from ecosystem_api.selling.engagement.tables import DecisionRow

GIVEN = "given"
"""Where a record keeps what was shown for it, beside the rows behind its facts."""
ASK = "No rule of the book is about this request: ask your partner manager how it can be registered."
"""What can be done where the book's default refuses or returns."""
SILENCE = own_reason("silence_approves", "Nobody decided in time, and the book says that silence approves.")


@dataclass(frozen=True)
class Judgement:
    """A recorded decision as the asking room needs it.

    Units: days of protection that an approval would get, and after how many without progress it would be idle.
    """

    decision_id: UUID
    outcome: str
    reasons: tuple[Reason, ...]
    remedies: tuple[str, ...]
    parameters: Parameters
    protection_days: int
    idle_days: int | None
    book_number: int


async def judge(
    tx: Tx,
    who: Caller,
    *,
    action: str,
    subject_id: str,
    partner_id: UUID | None,
    facts: Facts,
    evidence: Mapping[str, Any],
    given: Sequence[Evidence] = (),
    ruling_id: UUID | None = None,
    writes: Writes | None = None,
    is_silent: bool = False,
) -> Judgement:
    """Let the book in force decide, and record it, with the caller's other `writes` or at once.

    Edges: groups of facts that the action is not about may be left out. What a person granted by the decision
    `ruling_id` the rules may let wait, but neither refuse nor leave open: that decision is then recorded again. Where
    nobody has spoken in time (`is_silent`) and silence approves, what the rules would send to a person is approved;
    whatever else they say stands. Without a partner it is the vendor's own team that asks.
    Errors: `NotFound` when no book is in force.
    """
    case = _Case(subject_id, partner_id, action, {**UNASKED, **facts}, _with(evidence, given), is_silent)
    ruling = await store.find_decision(tx, ruling_id) if ruling_id else None
    granted = None
    if ruling is not None:
        by = ruling.decided_by_type, ruling.decided_by
        granted = _Person("approve", ruling.reasons[0], None, ruling.note, False, *by)
    return await _judge(tx, who, case, None, writes, granted=granted)


async def decide_as_person(
    tx: Tx,
    who: Caller,
    *,
    action: str,
    subject_id: str,
    partner_id: UUID | None,
    facts: Facts,
    evidence: Mapping[str, Any],
    outcome: str,
    reason: Reason,
    remedy: str | None,
    note: str | None,
    given: Sequence[Evidence] = (),
    has_runner_up: bool = False,
    writes: Writes | None = None,
) -> Judgement:
    """Record what a person decided; what the rules said of the same facts at that instant stands beside it."""
    case = _Case(subject_id, partner_id, action, {**UNASKED, **facts}, _with(evidence, given))
    person = _Person(outcome, reason, remedy, note, has_runner_up, who.actor_type, who.actor_id)
    return await _judge(tx, who, case, person, writes)


async def rules_now(tx: Tx) -> RuleBook:
    """What the book in force says. Errors: `NotFound` when none is."""
    return compiled(await book_in_force(tx)).book


async def preview(tx: Tx, who: Caller, *, action: str, partner_id: UUID, facts: Facts) -> tuple[Verdict, int]:
    """What the book would say, and the days of protection it would give. Creates nothing but a line in the ledger."""
    row = await book_in_force(tx)
    book = compiled(row)
    verdict = decide(book, action, with_absent(book.custom, {**UNASKED, **facts}))
    event = EngagementChecked(partner_id=partner_id, outcome=verdict.outcome, reasons=list(verdict.reasons))
    await record(tx, who, event, subject_id=f"engagement_check_{new_uuid()}")
    return verdict, protection_days(book.book.parameters, facts)


def _with(evidence: Mapping[str, Any], given: Sequence[Evidence]) -> Mapping[str, Any]:
    return {**evidence, GIVEN: plain_evidence(given)} if given else evidence


@dataclass(frozen=True)
class _Case:
    subject_id: str
    partner_id: UUID | None
    action: str
    facts: Facts
    evidence: Mapping[str, Any]
    is_silent: bool = False


@dataclass(frozen=True)
class _Person:
    outcome: str
    reason: Reason
    remedy: str | None
    note: str | None
    has_runner_up: bool
    actor_type: str
    actor_id: str


async def _judge(
    tx: Tx,
    who: Caller,
    case: _Case,
    person: _Person | None,
    writes: Writes | None,
    *,
    granted: _Person | None = None,
) -> Judgement:
    standing = await store.find_standing(tx, case.subject_id, case.action, tx.now, partner_id=case.partner_id)
    if standing is None:
        raise NotFound("No rule book was in force at that instant.")
    book = await compiled_book(tx, standing["id"], standing["content_hash"])
    case = replace(case, facts=with_absent(book.custom, case.facts))
    verdict = decide(book, case.action, case.facts)
    if granted is not None and verdict.outcome not in ("approve", "wait"):
        person = granted
    outcome, reasons, remedies = spoken(verdict, is_silent=case.is_silent)
    if person is not None:
        outcome, reasons, remedies = person.outcome, [person.reason], [person.remedy] if person.remedy else []
    judgement = Judgement(
        decision_id=new_uuid(),
        outcome=outcome,
        reasons=tuple(reasons),
        remedies=tuple(remedies),
        parameters=book.book.parameters,
        protection_days=protection_days(book.book.parameters, case.facts),
        idle_days=idle_days(book.book.parameters, case.facts),
        book_number=verdict.book_version,
    )
    kept = writes or Writes()
    _keep(kept, tx, who, case, person, standing, verdict, judgement)
    if writes is None:
        await kept.send(tx)
    return judgement


def spoken(verdict: Verdict, *, is_silent: bool) -> tuple[str, Sequence[Reason], Sequence[str]]:
    """What is decided, why, and what can be done about it: by the rules, or by silence in a person's place."""
    if is_silent and verdict.outcome == "review":
        return "approve", [SILENCE, *verdict.reasons], []
    return verdict.outcome, verdict.reasons, remedies_of(verdict)


def remedies_of(verdict: Verdict) -> Sequence[str]:
    """What can be done about a verdict. Edges: a book says nothing of what none of its rules is about; this does."""
    if verdict.reasons == (NO_RULE_MATCHED,) and verdict.outcome in ("reject", "require"):
        return [ASK]
    return verdict.remedies


def _keep(
    writes: Writes,
    tx: Tx,
    who: Caller,
    case: _Case,
    person: _Person | None,
    standing: Row,
    verdict: Verdict,
    judgement: Judgement,
) -> None:
    kind = "human" if person else "automatic"
    decided_by = person.actor_id if person else "rules"
    writes.insert(
        DecisionRow,
        id=judgement.decision_id,
        partner_id=case.partner_id,
        partner_size=(standing["partner_size"] or "") if case.partner_id else None,
        subject_id=case.subject_id,
        action=verdict.action,
        kind=kind,
        outcome=judgement.outcome,
        reasons=list(judgement.reasons),
        remedies=list(judgement.remedies),
        note=person.note if person else None,
        runner_up_percent=judgement.parameters.runner_up_percent if person and person.has_runner_up else None,
        rule_book_id=standing["id"],
        book_number=verdict.book_version,
        book_hash=verdict.book_hash,
        facts=case.facts,
        facts_hash=verdict.facts_hash,
        verdict=verdict.as_dict(),
        evidence=case.evidence,
        decided_by_type=person.actor_type if person else "rules",
        decided_by=decided_by,
        # Never before the decision that it supersedes: a clock that steps back must not reorder the record.
        decided_at=max(standing["before_at"] or tx.now, tx.now),
        supersedes_id=standing["before_id"],
    )
    tx.after_commit(metrics.DECISIONS.labels(verdict.action, kind, judgement.outcome).inc)
    news = DecisionMade if case.partner_id else DecisionRecorded
    event = news(
        decision_id=judgement.decision_id,
        subject_id=case.subject_id,
        action=verdict.action,
        kind=kind,
        outcome=judgement.outcome,  # type: ignore[arg-type]  # pydantic checks the word
        reasons=list(judgement.reasons),
        decided_by=decided_by,
    )
    tell_with(writes, tx, who, event, subject_id=case.subject_id, partner_id=case.partner_id)
