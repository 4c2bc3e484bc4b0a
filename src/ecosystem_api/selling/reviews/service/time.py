"""What time does to a case: its hold ends, a share of it passes, it is over; and a calendar moves its clock."""

from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.market.calendars import service as calendars
from ecosystem_api.market.calendars.domain import hours_to_dict
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import plan
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.reviews import store
from ecosystem_api.selling.reviews.events import ReviewDueMoved, ReviewEscalated, ReviewLapsed, ReviewOverdue
from ecosystem_api.selling.reviews.service.case import (
    DUE,
    ESCALATE,
    RESUME,
    clock_of,
    get_locked,
    news,
    plan_step,
    remind,
)
from ecosystem_api.selling.reviews.service.tend import run_on
from ecosystem_api.selling.reviews.tables import ReviewRow

FOLLOW = "reviews.follow_calendar"
STRETCH = 200


async def end_hold_by_time(tx: Tx, who: Caller, review_id: UUID) -> None:
    """A hold has lasted as long as it was said to: the clock runs on from that very instant."""
    row = await store.lock_review(tx, review_id)
    if row is not None and row.status == "on_hold":
        await _run_on_or_wait(tx, who, row)


async def fall_due(tx: Tx, who: Caller, review_id: UUID) -> None:
    """Nobody has decided in time: the partner is told, and where silence approves, the subject's room hears it.

    Edges: nothing happens twice, nor to a case that has ended; one whose clock stood meanwhile is asked again later.
    """
    row = await store.lock_review(tx, review_id)
    if row is None or row.status == "closed" or row.overdue_at is not None:
        return
    if row.status == "on_hold" and not await _run_on_or_wait(tx, who, row):
        return
    if row.due_at > tx.now:
        await plan(tx, DUE, subject_id=encode("rev", row.id), due_at=row.due_at)
        return
    row.overdue_at = row.due_at
    touch(row, tx.now)
    writes = Writes()
    store.keep(writes, row)
    news(writes, tx, who, row, ReviewLapsed if row.on_silence == "approve" else ReviewOverdue)
    await writes.send(tx)


async def escalate_by_time(tx: Tx, who: Caller, review_id: UUID) -> None:
    """A share of the time has passed: the role that the book names hears of it. The next step is planned."""
    row = await store.lock_review(tx, review_id)
    if row is None or row.status != "open" or row.steps_taken >= len(row.steps):
        return
    step = row.steps[row.steps_taken]
    at = clock_of(row).share_at(step["after_percent"])
    assert at is not None, "the clock of an open case runs"
    if at > tx.now:
        await plan(tx, ESCALATE, subject_id=encode("rev", row.id), due_at=at)
        return
    row.steps_taken += 1
    row.escalated_to, row.escalated_at = step["to_role"], at
    touch(row, tx.now)
    writes = Writes()
    store.keep(writes, row)
    news(writes, tx, who, row, ReviewEscalated, **step, reason=None, assigned_to=row.assigned_to)
    plan_step(writes, row)
    await writes.send(tx)


async def follow_calendar(tx: Tx, who: Caller, calendar_id: UUID, after: UUID | None) -> None:
    """Work the clocks that run by a calendar out again, a stretch of them; the next stretch is planned.

    Edges: what has passed has passed by the old hours; what is over stays over.
    """
    hours = await calendars.hours_by_id(tx, calendar_id)
    stretch = await store.running_by(tx, calendar_id, after, STRETCH)
    for review_id in stretch:
        row = await get_locked(tx, review_id)
        if row.status == "closed" or row.overdue_at is not None or row.due_at <= tx.now:
            continue
        clock = clock_of(row).moved(tx.now, hours)
        before, row.due_at = row.due_at, clock.ends_at(row.hold_until)
        row.calendar = hours_to_dict(hours, since=row.opened_at.date())
        row.spent, row.running_since = clock.spent, clock.running_since
        touch(row, tx.now)
        writes = Writes()
        store.keep(writes, row)
        remind(writes, row)
        if row.due_at != before:
            news(writes, tx, who, row, ReviewDueMoved, was_due_at=before)
        await writes.send(tx)
    if len(stretch) == STRETCH:
        data = {"after": str(stretch[-1])}
        await plan(tx, FOLLOW, subject_id=encode("cal", calendar_id), due_at=tx.now, data=data)


async def _run_on_or_wait(tx: Tx, who: Caller, row: ReviewRow) -> bool:
    """Whether the hold has ended; if it has not, it is asked again when it does."""
    assert row.hold_until is not None, "a hold has an end"
    if row.hold_until > tx.now:
        await plan(tx, RESUME, subject_id=encode("rev", row.id), due_at=row.hold_until)
        return False
    await run_on(tx, who, row)
    return True
