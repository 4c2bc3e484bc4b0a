"""Queries of rule books and decisions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.selling.engagement.tables import DecisionRow, RuleBookRow


async def find_book_in_force(tx: Tx, at: datetime) -> RuleBookRow | None:
    """The one book whose period contains the instant."""
    statement = scoped(tx, RuleBookRow).where(RuleBookRow.in_force.contains(at), RuleBookRow.status != "draft")
    row: RuleBookRow | None = await tx.session.scalar(statement)
    return row


async def find_book(tx: Tx, book_id: UUID) -> RuleBookRow | None:
    """One book."""
    row: RuleBookRow | None = await tx.session.scalar(scoped(tx, RuleBookRow).where(RuleBookRow.id == book_id))
    return row


async def find_decision(tx: Tx, decision_id: UUID) -> DecisionRow | None:
    """One decision the caller may see."""
    row: DecisionRow | None = await tx.session.scalar(scoped(tx, DecisionRow).where(DecisionRow.id == decision_id))
    return row


async def find_latest_decision(tx: Tx, subject_id: str) -> DecisionRow | None:
    """The decision about a subject that stands now."""
    statement = scoped(tx, DecisionRow).where(DecisionRow.subject_id == subject_id)
    row: DecisionRow | None = await tx.session.scalar(
        statement.order_by(DecisionRow.decided_at.desc(), DecisionRow.id.desc()).limit(1)
    )
    return row


def decisions(
    tx: Tx, *, subject_id: str | None, partner_id: UUID | None, outcome: str | None, kind: str | None
) -> Select[Any]:
    """Decisions the caller may see, filtered."""
    statement = scoped(tx, DecisionRow)
    for column, value in (
        (DecisionRow.subject_id, subject_id),
        (DecisionRow.partner_id, partner_id),
        (DecisionRow.outcome, outcome),
        (DecisionRow.kind, kind),
    ):
        if value is not None:
            statement = statement.where(column == value)
    return statement
