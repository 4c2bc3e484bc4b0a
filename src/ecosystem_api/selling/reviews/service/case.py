"""Open, judge again and close cases: for the rooms whose subjects they are about, in their own transaction."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.kernel.reason import Reason
from ecosystem_api.market.calendars import service as calendars
from ecosystem_api.market.calendars.domain import hours_from_dict, hours_to_dict
from ecosystem_api.rules import DecidingTime, Parameters
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import cancel_with, plan_with, tell_with
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.reviews import store
from ecosystem_api.selling.reviews.domain import LIFECYCLE, Clock
from ecosystem_api.selling.reviews.errors import ReviewLapsed
from ecosystem_api.selling.reviews.events import ReviewClosed, ReviewNews, ReviewOpened
from ecosystem_api.selling.reviews.tables import ReviewRow

DUE, ESCALATE, RESUME = "reviews.due", "reviews.escalate", "reviews.resume"


@dataclass(frozen=True)
class Case:
    """What is to be reviewed, why, and by which book.

    Shape: `subject_id` is the TypeID of the subject; `approvals` is how many people must approve; `may_lapse` says
    whether silence can decide about such a subject at all, where the book lets it.
    """

    subject_type: str
    subject_id: str
    partner_id: UUID
    reasons: Sequence[Reason]
    decision_id: UUID
    parameters: Parameters
    book_number: int
    time: DecidingTime
    approvals: int = 1
    may_lapse: bool = True


async def open_case(tx: Tx, who: Caller, writes: Writes, case: Case) -> UUID:
    """Let a person decide, and the clock run; answer the id of the case.

    Edges: a subject has one case at a time. What needs two approvals waits for them: silence approves none of it.
    """
    book, time = case.parameters, case.time
    by_calendar = await calendars.clock_hours(tx, book.review_calendar) if time.clock == "business" else None
    clock = Clock(timedelta(hours=time.hours), timedelta(0), tx.now, by_calendar.hours if by_calendar else None)
    own: dict[str, Any] = {
        "id": new_uuid(),
        "partner_id": case.partner_id,
        "subject_type": case.subject_type,
        "subject_id": case.subject_id,
        "status": "open",
        "reasons": list(case.reasons),
        "decision_id": case.decision_id,
        "book_number": case.book_number,
        "opened_at": tx.now,
        "due_at": clock.ends_at(),
        "hours": time.hours,
        "clock": time.clock,
        "calendar_id": by_calendar.calendar_id if by_calendar else None,
        "calendar": hours_to_dict(by_calendar.hours, since=tx.now.date()) if by_calendar else None,
        "spent": clock.spent,
        "running_since": clock.running_since,
        "on_silence": book.on_silence if case.may_lapse and case.approvals == 1 else "nothing",
        "steps": [asdict(step) for step in book.escalation],
        "steps_taken": 0,
        "holds_left": book.research_hold.most if book.research_hold else 0,
        "hold_days": book.research_hold.days if book.research_hold else 0,
        "approvals_needed": case.approvals,
        "approvals_given": 0,
        "version": 1,
        "updated_at": tx.now,
    }
    row = ReviewRow(vendor_id=tx.vendor_id, **own)
    writes.insert(ReviewRow, **own)
    remind(writes, row)
    news(writes, tx, who, row, ReviewOpened, hours=row.hours, clock=row.clock, on_silence=row.on_silence)
    return row.id


async def judged_again(tx: Tx, writes: Writes, review_id: UUID, decision_id: UUID, reasons: Sequence[Reason]) -> None:
    """The rules still ask for a person: the case goes on, its clock too, with the newer decision behind it."""
    row = await get_locked(tx, review_id)
    row.decision_id, row.reasons = decision_id, list(reasons)
    touch(row, tx.now)
    store.keep(writes, row)


async def close_case(tx: Tx, who: Caller, writes: Writes, review_id: UUID, how: str) -> None:
    """End a case. Edges: nothing happens to one that has ended."""
    row = await get_locked(tx, review_id)
    if row.status == "closed":
        return
    row.status = LIFECYCLE.move(row.status, "close")
    row.closed_at, row.closed_how = tx.now, how
    row.spent, row.running_since = clock_of(row).spent_at(tx.now), None
    end_hold(row)
    touch(row, tx.now)
    store.keep(writes, row)
    for reminder in (DUE, ESCALATE, RESUME):
        cancel_with(writes, tx, reminder, subject_id=encode("rev", row.id))
    news(writes, tx, who, row, ReviewClosed, closed_how=how)


async def running_case(tx: Tx, subject_type: str, subject_id: str) -> UUID | None:
    """The case in which a person decides about a subject now; None where nobody does."""
    return await store.find_running(tx, subject_type, subject_id)


async def close_case_of(tx: Tx, who: Caller, writes: Writes, subject_type: str, subject_id: str, how: str) -> None:
    """End the case of a subject. Edges: nothing happens where there is none."""
    review_id = await running_case(tx, subject_type, subject_id)
    if review_id is not None:
        await close_case(tx, who, writes, review_id, how)


async def refuse_late_no(tx: Tx, subject_type: str, subject_id: str) -> None:
    """Once silence has approved a subject, nobody says no any more. Errors: `ReviewLapsed`."""
    review_id = await running_case(tx, subject_type, subject_id)
    lapsed_at = await silent_since(tx, review_id) if review_id is not None else None
    if lapsed_at is not None:
        raise ReviewLapsed(due_at=lapsed_at)


async def silent_since(tx: Tx, review_id: UUID) -> datetime | None:
    """Since when silence approves what a case is about; None while a person has time, or where silence does nothing."""
    row = await get_locked(tx, review_id)
    is_over = row.status != "closed" and row.on_silence == "approve" and row.due_at <= tx.now
    return row.due_at if is_over else None


async def is_silent(tx: Tx, review_id: UUID) -> bool:
    """Whether a case waits for nobody any more: its time is over, and silence approves."""
    row = await get_locked(tx, review_id)
    return row.status != "closed" and row.on_silence == "approve" and row.overdue_at is not None


async def get_locked(tx: Tx, review_id: UUID) -> ReviewRow:
    """The row of a case, held for a change. Errors: `NotFound`."""
    row = await store.lock_review(tx, review_id)
    if row is None:
        raise NotFound()
    return row


def clock_of(row: ReviewRow) -> Clock:
    """The clock of a case, by the hours that were told."""
    hours = hours_from_dict(row.calendar) if row.calendar is not None else None
    return Clock(timedelta(hours=row.hours), row.spent, row.running_since, hours)


def remind(writes: Writes, row: ReviewRow) -> None:
    """Plan what time does to a case next: its end, and the next step of its escalation."""
    plan_with(writes, DUE, subject_id=encode("rev", row.id), due_at=row.due_at)
    plan_step(writes, row)


def plan_step(writes: Writes, row: ReviewRow) -> None:
    """Plan the next step of the escalation, if there is one and the clock runs."""
    if row.steps_taken < len(row.steps):
        at = clock_of(row).share_at(row.steps[row.steps_taken]["after_percent"])
        if at is not None:
            plan_with(writes, ESCALATE, subject_id=encode("rev", row.id), due_at=at)


def end_hold(row: ReviewRow) -> None:
    """Nothing is held any more."""
    row.held_at = row.hold_until = row.hold_reason = row.hold_note = None


def news(writes: Writes, tx: Tx, who: Caller, row: ReviewRow, kind: type[ReviewNews], **more: Any) -> None:
    """News of a case as it stands now."""
    own = {
        "review_id": row.id,
        "subject_type": row.subject_type,
        "subject_id": row.subject_id,
        "due_at": row.due_at,
    }
    event = kind.model_validate({**own, **more})
    tell_with(writes, tx, who, event, subject_id=encode("rev", row.id), partner_id=row.partner_id)
