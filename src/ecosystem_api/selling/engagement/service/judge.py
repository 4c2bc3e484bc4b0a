"""Judge facts by the book in force and keep the record: the rules' own decisions and a person's have one shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.rules import Facts, Parameters, Verdict, decide, protection_days
from ecosystem_api.runtime import metrics
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import record
from ecosystem_api.selling.engagement import store
from ecosystem_api.selling.engagement.events import DecisionMade, EngagementChecked
from ecosystem_api.selling.engagement.service.books import book_in_force, compiled
from ecosystem_api.selling.engagement.tables import DecisionRow, RuleBookRow


@dataclass(frozen=True)
class Judgement:
    """A recorded decision as the asking room needs it. Units: days of protection that an approval would get."""

    decision_id: UUID
    outcome: str
    reasons: tuple[str, ...]
    remedies: tuple[str, ...]
    parameters: Parameters
    protection_days: int
    book_number: int


async def judge(
    tx: Tx,
    who: Caller,
    *,
    action: str,
    subject_id: str,
    partner_id: UUID,
    facts: Facts,
    evidence: Mapping[str, Any],
) -> Judgement:
    """Let the book in force decide, and record it. Errors: `NotFound` when no book is in force."""
    row = await book_in_force(tx)
    verdict = decide(compiled(row), action, facts)
    return await _keep(tx, who, row, verdict, facts, evidence, subject_id, partner_id)


async def decide_as_person(
    tx: Tx,
    who: Caller,
    *,
    action: str,
    subject_id: str,
    partner_id: UUID,
    facts: Facts,
    evidence: Mapping[str, Any],
    outcome: str,
    reason: str,
    remedy: str | None,
    note: str | None,
) -> Judgement:
    """Record what a person decided; what the rules said of the same facts at that instant stands beside it."""
    row = await book_in_force(tx)
    verdict = decide(compiled(row), action, facts)
    person = _Person(outcome, reason, remedy, note)
    return await _keep(tx, who, row, verdict, facts, evidence, subject_id, partner_id, person)


async def preview(tx: Tx, who: Caller, *, action: str, partner_id: UUID, facts: Facts) -> tuple[Verdict, int]:
    """What the book would say, and the days of protection it would give. Creates nothing but a line in the ledger."""
    row = await book_in_force(tx)
    book = compiled(row)
    verdict = decide(book, action, facts)
    event = EngagementChecked(partner_id=partner_id, outcome=verdict.outcome, reasons=list(verdict.reasons))
    await record(tx, who, event, subject_id=f"engagement_check_{new_uuid()}")
    return verdict, protection_days(book.book.parameters, facts)


@dataclass(frozen=True)
class _Person:
    outcome: str
    reason: str
    remedy: str | None
    note: str | None


async def _keep(
    tx: Tx,
    who: Caller,
    book: RuleBookRow,
    verdict: Verdict,
    facts: Facts,
    evidence: Mapping[str, Any],
    subject_id: str,
    partner_id: UUID,
    person: _Person | None = None,
) -> Judgement:
    before = await store.find_latest_decision(tx, subject_id)
    outcome = person.outcome if person else verdict.outcome
    reasons: Sequence[str] = [person.reason] if person else verdict.reasons
    remedies: Sequence[str] = ([person.remedy] if person.remedy else []) if person else verdict.remedies
    row = DecisionRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=partner_id,
        subject_id=subject_id,
        action=verdict.action,
        kind="human" if person else "automatic",
        outcome=outcome,
        reasons=list(reasons),
        remedies=list(remedies),
        note=person.note if person else None,
        rule_book_id=book.id,
        book_number=verdict.book_version,
        book_hash=verdict.book_hash,
        facts={group: dict(values) for group, values in facts.items()},
        facts_hash=verdict.facts_hash,
        verdict=verdict.as_dict(),
        evidence=dict(evidence),
        decided_by_type=who.actor_type if person else "rules",
        decided_by=who.actor_id if person else "rules",
        decided_at=_after(before, tx.now),
        supersedes_id=before.id if before else None,
    )
    await tx.insert(row)
    tx.after_commit(metrics.DECISIONS.labels(row.action, row.kind, row.outcome).inc)
    event = DecisionMade(
        decision_id=row.id,
        subject_id=subject_id,
        action=row.action,
        kind=row.kind,
        outcome=row.outcome,  # type: ignore[arg-type]  # pydantic checks the word
        reasons=row.reasons,
        decided_by=row.decided_by,
    )
    await record(tx, who, event, subject_id=subject_id, partner_id=partner_id)
    parameters = compiled(book).book.parameters
    return Judgement(
        decision_id=row.id,
        outcome=outcome,
        reasons=tuple(reasons),
        remedies=tuple(remedies),
        parameters=parameters,
        protection_days=protection_days(parameters, facts),
        book_number=verdict.book_version,
    )


def _after(before: DecisionRow | None, now: datetime) -> datetime:
    """Now, but never before the decision that it supersedes: a clock that steps back must not reorder the record."""
    return max(before.decided_at, now) if before else now
