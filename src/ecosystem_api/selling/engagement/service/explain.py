"""Explain decisions to whoever they concern, and prove them again."""

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.rules import Parameters, Verdict, book_from_dict, verify
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, page_of
from ecosystem_api.selling.engagement import store
from ecosystem_api.selling.engagement.schemas import (
    DecisionRead,
    DecisionStaffRead,
    Evidence,
    RuleResultRead,
    VerificationRead,
)
from ecosystem_api.selling.engagement.service.books import compiled
from ecosystem_api.selling.engagement.service.declare import concerning, fields_shown
from ecosystem_api.selling.engagement.service.judge import GIVEN, SILENCE, spoken
from ecosystem_api.selling.engagement.tables import DecisionRow

_AS_TOLD: Final[Mapping[str, list[str]]] = {"outcome": [], "book": [], "facts": []}
# What a partner said or is. The rest of a snapshot is about the customer's standing with the vendor and about rivals.
_CONCERNS_PARTNER = ("deal", "partner", "progress", "protection", "request")


async def get_decision(tx: Tx, decision_id: UUID) -> DecisionRead:
    """One decision. Errors: `NotFound`."""
    row = await store.find_decision(tx, decision_id)
    if row is None:
        raise NotFound()
    return read_decision(tx, row, await _shown(tx))


async def latest_decision(tx: Tx, subject_id: str) -> DecisionRead:
    """The decision about a subject that stands now. Errors: `NotFound` while there is none."""
    row = await store.find_latest_decision(tx, subject_id)
    if row is None:
        raise NotFound("Nothing was decided yet.")
    return read_decision(tx, row, await _shown(tx))


async def list_decisions(
    tx: Tx, paging: Paging, *, subject_id: str | None, partner_id: UUID | None, outcome: str | None, kind: str | None
) -> Page[DecisionRead]:
    """Decisions the caller may see, newest first."""
    statement = store.decisions(tx, subject_id=subject_id, partner_id=partner_id, outcome=outcome, kind=kind)
    shown = await _shown(tx)
    return await page_of(tx, statement, paging, [(DecisionRow.id, True)], lambda row: read_decision(tx, row, shown))


async def verify_decision(tx: Tx, decision_id: UUID) -> VerificationRead:
    """Evaluate the recorded snapshot by its book again, and hold what readers are told of it against that.

    Edges: what a person decided is not in the rules; what they said of the same facts still is. Errors: `NotFound`.
    """
    row = await store.find_decision(tx, decision_id)
    book = await store.find_book(tx, row.rule_book_id) if row else None
    if row is None or book is None:
        raise NotFound()
    again = verify(row.verdict, compiled(book), row.facts)
    told = _told_otherwise(row, again.verdict) if again.verdict else _AS_TOLD
    differences = [*again.differences, *(one for part in told.values() for one in part)]
    return VerificationRead(
        holds=again.holds and not any(told.values()),
        outcome_holds=again.outcome_holds and not told["outcome"],
        results_hold=again.results_hold,
        book_holds=again.book_holds and not told["book"],
        facts_hold=again.facts_hold and not told["facts"],
        # A difference may quote the snapshot, which partners read in part only.
        differences=differences if tx.partner_id is None else [],
    )


async def deciders_of(tx: Tx, subject_ids: Collection[str]) -> frozenset[str]:
    """The people who have decided about these subjects, by whatever way."""
    return await store.deciders_of(tx, subject_ids)


async def parameters_of(tx: Tx, rule_book_id: UUID) -> Parameters:
    """The parameters of a book: what was published for a decision holds for what follows. Errors: `NotFound`."""
    book = await store.find_book(tx, rule_book_id)
    if book is None:
        raise NotFound()
    return book_from_dict(book.content).parameters


async def _shown(tx: Tx) -> Collection[tuple[str, str]]:
    return () if tx.partner_id is None else await fields_shown(tx)


def _told_otherwise(row: DecisionRow, verdict: Verdict) -> Mapping[str, list[str]]:
    """Where a record tells its readers something else than the rules say, by what does not hold then."""

    def differing(**recorded: tuple[Any, Any]) -> list[str]:
        pairs = recorded.items()
        return [f"{name} is told as {told!r} but is {now!r}" for name, (told, now) in pairs if told != now]

    outcome = differing(action=(row.action, verdict.action))
    if row.kind == "automatic":
        said, reasons, remedies = spoken(verdict, is_silent=row.reasons[:1] == [SILENCE])
        if row.remedies == list(verdict.remedies):
            remedies = verdict.remedies  # recorded before there was a remedy for what no rule is about
        outcome += differing(
            outcome=(row.outcome, said),
            reasons=(row.reasons, list(reasons)),
            remedies=(row.remedies, list(remedies)),
        )
    return {
        "outcome": outcome,
        "book": differing(
            book_number=(row.book_number, verdict.book_version), book_hash=(row.book_hash, verdict.book_hash)
        ),
        "facts": differing(facts_hash=(row.facts_hash, verdict.facts_hash)),
    }


def read_decision(tx: Tx, row: DecisionRow, shown: Collection[tuple[str, str]]) -> DecisionRead:
    """A decision as its reader may see it. Shape: `shown` are the custom fields that a partner reads."""
    is_staff = tx.partner_id is None
    facts: dict[str, Any] = row.facts if is_staff else concerning(row.facts, _CONCERNS_PARTNER, shown)
    staff = None
    if is_staff:
        given = [Evidence.model_validate(one) for one in row.evidence.get(GIVEN, ())]
        rows = {name: value for name, value in row.evidence.items() if name != GIVEN}
        staff = DecisionStaffRead(facts=row.facts, evidence=rows, given=given, decided_by=row.decided_by)
    return DecisionRead(
        id=row.id,
        subject_id=row.subject_id,
        partner_id=row.partner_id,
        action=row.action,
        kind=row.kind,  # type: ignore[arg-type]  # a check constraint holds the word
        outcome=row.outcome,  # type: ignore[arg-type]  # pydantic checks the word
        reasons=row.reasons,
        remedies=row.remedies,
        note=row.note,
        runner_up_percent=row.runner_up_percent,
        rule_book_id=row.rule_book_id,
        book_number=row.book_number,
        book_hash=row.book_hash,
        facts_hash=row.facts_hash if is_staff else None,
        facts=facts,
        # An evaluator's own words are for whoever wrote the rule.
        results=[
            RuleResultRead.model_validate(result if is_staff else {**result, "error": None})
            for result in row.verdict["results"]
        ],
        decided_by_type=row.decided_by_type,
        decided_at=row.decided_at,
        supersedes_id=row.supersedes_id,
        staff=staff,
    )
