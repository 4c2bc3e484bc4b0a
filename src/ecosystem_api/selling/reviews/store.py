"""Queries of reviews."""

from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, bindparam, case, func, literal_column

from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.runtime.reading import instant, typed_id
from ecosystem_api.runtime.reading.sql import child_object
from ecosystem_api.runtime.statement import Row, Statement, Writes, any_of, literally
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.reviews.tables import ReviewApprovalRow, ReviewRow

# What happens to a case changes these; the rest is what it was opened with.
_MOVED: Final = (
    "status", "reasons", "decision_id", "due_at", "calendar", "spent", "running_since", "steps_taken", "escalated_to",
    "escalated_at", "holds_left", "held_at", "hold_until", "hold_reason", "hold_note", "approvals_needed",
    "approvals_given", "round", "on_silence",
    "assigned_to", "assigned_at", "overdue_at", "closed_at", "closed_how", "version", "updated_at",
)  # fmt: skip


def _lock(tx: Any) -> Select[Any]:
    statement = scoped(tx, ReviewRow, *ReviewRow.__table__.columns)
    return statement.where(ReviewRow.id == bindparam("review_id", type_=Uuid())).with_for_update()


_LOCK = Statement(_lock)


async def lock_review(tx: Tx, review_id: UUID) -> ReviewRow | None:
    """One case the caller may see, as it is now, locked until the transaction ends.

    Edges: the session does not know the row: what changes is written with `keep`.
    """
    found = await _LOCK.row(tx, review_id=review_id)
    return ReviewRow(**found) if found else None


def keep(writes: Writes, row: ReviewRow) -> None:
    """Write what happened to a case."""
    writes.change(ReviewRow, row.id, **{name: getattr(row, name) for name in _MOVED})


async def find_review(tx: Tx, review_id: UUID) -> ReviewRow | None:
    """One case the caller may see."""
    statement = scoped(tx, ReviewRow).where(ReviewRow.id == review_id)
    row: ReviewRow | None = await tx.session.scalar(statement.execution_options(populate_existing=True))
    return row


async def find_running(tx: Tx, subject_type: str, subject_id: str) -> UUID | None:
    """The case of a subject that has not ended."""
    statement = scoped(tx, ReviewRow, ReviewRow.id).where(
        ReviewRow.subject_id == subject_id, ReviewRow.subject_type == subject_type, ReviewRow.status != "closed"
    )
    found: UUID | None = await tx.session.scalar(statement)
    return found


async def running_of(tx: Tx, subject_type: str, subject_ids: Collection[str]) -> Sequence[ReviewRow]:
    """The cases of these subjects that have not ended and that the caller may see."""
    statement = scoped(tx, ReviewRow).where(
        ReviewRow.subject_id.in_(subject_ids), ReviewRow.subject_type == subject_type, ReviewRow.status != "closed"
    )
    return list(await tx.session.scalars(statement.execution_options(populate_existing=True)))


async def approvals_of(tx: Tx, review_id: UUID) -> Sequence[ReviewApprovalRow]:
    """The approvals that were signed, oldest first."""
    statement = scoped(tx, ReviewApprovalRow).where(ReviewApprovalRow.review_id == review_id)
    return list(await tx.session.scalars(statement.order_by(ReviewApprovalRow.id)))


async def running_by(tx: Tx, calendar_id: UUID, after: UUID | None, limit: int) -> Sequence[UUID]:
    """Cases that have not ended and run by a calendar, in the order of their ids."""
    statement = scoped(tx, ReviewRow, ReviewRow.id).where(
        ReviewRow.calendar_id == calendar_id, ReviewRow.status != "closed", ReviewRow.overdue_at.is_(None)
    )
    if after is not None:
        statement = statement.where(ReviewRow.id > after)
    return list(await tx.session.scalars(statement.order_by(ReviewRow.id).limit(literally(limit))))


async def assigned_to(tx: Tx, member_id: UUID) -> Sequence[UUID]:
    """Cases that have not ended and that somebody looks after."""
    statement = scoped(tx, ReviewRow, ReviewRow.id)
    statement = statement.where(ReviewRow.assigned_to == member_id, ReviewRow.status != "closed")
    return list(await tx.session.scalars(statement.order_by(ReviewRow.id)))


def lapsed(tx: Any) -> Select[Any]:
    """Cases whose time is over and that silence approves, be it that nobody has noticed yet. Shape: takes `now`."""
    row = ReviewRow
    return scoped(tx, row, row.id, row.subject_type, row.subject_id, row.due_at).where(
        row.on_silence == literal_column("'approve'"),
        row.status != literal_column("'closed'"),
        row.due_at <= bindparam("now", type_=INSTANT),
    )


def _lapsed_about(tx: Any) -> Select[Any]:
    about = engagement.decided_about(tx, ReviewRow.decision_id)
    return lapsed(tx).where(about == any_of("about", Text())).order_by(ReviewRow.due_at, ReviewRow.id)


_LAPSED_ABOUT = Statement(_lapsed_about)


async def lapsed_about(tx: Tx, subject_ids: Collection[str]) -> Sequence[Row]:
    """The lapsed cases in which decisions about these subjects wait to be followed, in the order of their due time."""
    return await _LAPSED_ABOUT.rows(tx, about=list(subject_ids), now=tx.now)


def brief_of(tx: Tx, review_id: Any) -> Any:
    """Where the review stands whose id another table's column holds, as JSON; null once it has ended."""
    row = ReviewRow
    told = {
        "status": row.status,
        "due_at": instant(row.due_at),
        "on_silence": row.on_silence,
        "is_overdue": row.overdue_at.is_not(None),
        "hold_reason": row.hold_reason,
        "hold_until": instant(row.hold_until),
        "version": row.version,
    }
    return _running(tx, review_id, child_object(told))


def desk_of(tx: Tx, review_id: Any) -> Any:
    """What only the vendor's side reads of it, as JSON; null once it has ended."""
    row = ReviewRow
    told = {
        "id": typed_id("rev", row.id),
        "assigned_to": typed_id("mem", row.assigned_to),
        "approvals_needed": row.approvals_needed,
        "approvals_given": row.approvals_given,
    }
    return _running(tx, review_id, child_object(told))


def version_of(tx: Tx, review_id: Any) -> Any:
    """Its version while it runs; 0 where there is none."""
    return func.coalesce(_running(tx, review_id, ReviewRow.version), literal_column("0"))


def _running(tx: Tx, review_id: Any, told: Any) -> Any:
    row = ReviewRow
    is_it = (row.id == review_id) & (row.status != literal_column("'closed'"))
    running = scoped(tx, row, told).where(is_it).correlate_except(row).scalar_subquery()
    return case((review_id.is_not(None), running))  # most were never reviewed: then nothing is looked for
