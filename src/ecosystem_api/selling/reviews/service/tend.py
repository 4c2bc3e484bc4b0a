"""People tend a case: one looks after it, stops its clock, lets it run on, asks for somebody higher."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from ecosystem_api.access.members import service as members
from ecosystem_api.kernel.counted import counted
from ecosystem_api.kernel.ids import decode, encode
from ecosystem_api.kernel.instant import instant_text
from ecosystem_api.kernel.problem import FieldError, NotFound
from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import cancel_with, plan_with
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.reviews import store
from ecosystem_api.selling.reviews.domain import moved
from ecosystem_api.selling.reviews.errors import (
    HoldNotAllowed,
    HoldTooLong,
    MayNotDecide,
    PersonNeeded,
    ReviewerDecided,
)
from ecosystem_api.selling.reviews.events import ReviewAssigned, ReviewEscalated, ReviewHeld, ReviewResumed
from ecosystem_api.selling.reviews.schemas import ReviewAssign, ReviewEscalate, ReviewHold, ReviewRead
from ecosystem_api.selling.reviews.service.case import (
    DUE,
    ESCALATE,
    RESUME,
    clock_of,
    end_hold,
    get_locked,
    news,
    remind,
)
from ecosystem_api.selling.reviews.service.read import read_review
from ecosystem_api.selling.reviews.tables import ReviewRow


async def take(tx: Tx, who: Caller, review_id: UUID, if_match: str | None, catalog: Catalog) -> ReviewRead:
    """Whoever calls looks after the case.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `PersonNeeded`, `MayNotDecide`, `ReviewerDecided`.
    """
    row = await get_locked(tx, review_id)
    return await _assign(tx, who, row, person_of(who), if_match, catalog, "take")


async def assign(
    tx: Tx, who: Caller, review_id: UUID, body: ReviewAssign, if_match: str | None, catalog: Catalog
) -> ReviewRead:
    """Somebody looks after the case, or nobody any more.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `MayNotDecide`, `ReviewerDecided`.
    """
    row = await get_locked(tx, review_id)
    return await _assign(tx, who, row, body.member_id, if_match, catalog, "assign")


async def hold(tx: Tx, who: Caller, review_id: UUID, body: ReviewHold, if_match: str | None) -> ReviewRead:
    """Stop the clock for research, as often and as long as the book allows; the partner reads why, in coarse words.

    Edges: `due_at` is then when an answer is due if the hold lasts until its end; an earlier end brings it forward.
    Errors: `NotFound`, `IllegalMove`, `HoldNotAllowed`, `HoldTooLong`, `PreconditionFailed`.
    """
    row = await get_locked(tx, review_id)
    target = moved(row.status, "hold")
    if row.holds_left < 1:
        raise HoldNotAllowed("The book under which it was opened allows no further hold.", holds_left=0)
    if row.due_at <= tx.now:
        raise HoldNotAllowed("Its time is over.", due_at=row.due_at)
    expect_version(if_match, row.version)
    last = tx.now + timedelta(days=row.hold_days)
    until = body.until_at or last
    if not tx.now < until <= last:
        held = counted(row.hold_days, "day")
        detail = f"Later than now and no later than {instant_text(last)}, which is {held} from now."
        raise HoldTooLong(errors=[FieldError("/until_at", "hold_too_long", detail)])
    clock = clock_of(row).stopped(tx.now)
    row.status, row.spent, row.running_since, row.due_at = target, clock.spent, None, clock.ends_at(until)
    row.holds_left -= 1
    row.held_at, row.hold_until, row.hold_reason, row.hold_note = tx.now, until, body.reason, body.note
    touch(row, tx.now)
    writes = Writes()
    subject = encode("rev", row.id)
    cancel_with(writes, tx, ESCALATE, subject_id=subject)
    plan_with(writes, RESUME, subject_id=subject, due_at=until)
    plan_with(writes, DUE, subject_id=subject, due_at=row.due_at)
    store.keep(writes, row)
    news(writes, tx, who, row, ReviewHeld, reason=body.reason, hold_until=until)
    await writes.send(tx)
    return await read_review(tx, who, row.id)


async def resume(tx: Tx, who: Caller, review_id: UUID, if_match: str | None) -> ReviewRead:
    """Let the clock run on before the hold ends by itself. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`."""
    row = await get_locked(tx, review_id)
    moved(row.status, "resume")
    expect_version(if_match, row.version)
    await run_on(tx, who, row)
    return await read_review(tx, who, row.id)


async def escalate(tx: Tx, who: Caller, review_id: UUID, body: ReviewEscalate, if_match: str | None) -> ReviewRead:
    """Everybody in a role hears of the case; who looks after it and its clock stay as they are.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`.
    """
    row = await get_locked(tx, review_id)
    moved(row.status, "escalate")
    expect_version(if_match, row.version)
    row.escalated_to, row.escalated_at = body.to_role, tx.now
    touch(row, tx.now)
    writes = Writes()
    store.keep(writes, row)
    told = {"to_role": body.to_role, "after_percent": None, "reason": body.reason, "assigned_to": row.assigned_to}
    news(writes, tx, who, row, ReviewEscalated, **told)
    await writes.send(tx)
    return await read_review(tx, who, row.id)


async def run_on(tx: Tx, who: Caller, row: ReviewRow) -> None:
    """The clock of a held case runs on: from now, or from the end of its hold if that has come."""
    assert row.hold_until is not None, "a hold has an end"
    clock = clock_of(row).started(min(row.hold_until, tx.now))
    row.status, row.running_since, row.due_at = moved(row.status, "resume"), clock.running_since, clock.ends_at()
    end_hold(row)
    touch(row, tx.now)
    writes = Writes()
    cancel_with(writes, tx, RESUME, subject_id=encode("rev", row.id))
    remind(writes, row)
    store.keep(writes, row)
    news(writes, tx, who, row, ReviewResumed)
    await writes.send(tx)


async def leave_all_of(tx: Tx, who: Caller, member_id: UUID, catalog: Catalog | None) -> None:
    """Somebody who may decide no longer looks after nothing any more; who still may keeps everything."""
    for review_id in await store.assigned_to(tx, member_id):
        row = await get_locked(tx, review_id)
        if (
            row.assigned_to == member_id
            and row.status != "closed"
            and not await _may_decide(tx, member_id, row, catalog)
        ):
            await _hand(tx, who, row, None)


def person_of(who: Caller) -> UUID:
    """The member who calls. Errors: `PersonNeeded` where a machine does."""
    if who.actor_type != "member":
        raise PersonNeeded()
    return decode("mem", who.actor_id)


def refuse_decider(actor_id: str, deciders: Collection[str]) -> None:
    """Refuse whoever has decided in a matter before. Errors: `ReviewerDecided`."""
    if actor_id in deciders:
        raise ReviewerDecided(reviewer=actor_id)


async def _assign(
    tx: Tx, who: Caller, row: ReviewRow, member_id: UUID | None, if_match: str | None, catalog: Catalog, action: str
) -> ReviewRead:
    moved(row.status, action)
    expect_version(if_match, row.version)
    if member_id is not None and not await _may_decide(tx, member_id, row, catalog):
        detail = "Not an active member of the vendor's side who may decide about this subject."
        raise MayNotDecide(errors=[FieldError("/member_id", "may_not_decide", detail)])
    subject = catalog.subjects[row.subject_type]
    if member_id is not None and subject.deciders is not None:
        deciders = await subject.deciders(tx, decode(subject.prefix, row.subject_id))
        refuse_decider(encode("mem", member_id), deciders)
    if row.assigned_to != member_id:
        await _hand(tx, who, row, member_id)
    return await read_review(tx, who, row.id)


async def _hand(tx: Tx, who: Caller, row: ReviewRow, member_id: UUID | None) -> None:
    row.assigned_to, row.assigned_at = member_id, tx.now if member_id else None
    touch(row, tx.now)
    writes = Writes()
    store.keep(writes, row)
    news(writes, tx, who, row, ReviewAssigned, member_id=member_id)
    await writes.send(tx)


async def _may_decide(tx: Tx, member_id: UUID, row: ReviewRow, catalog: Catalog | None) -> bool:
    assert catalog is not None, "the house knows its subjects"
    try:
        member = await members.get_member(tx, member_id)
    except NotFound:
        return False
    wanted = catalog.subjects[row.subject_type].decide
    is_staff = member.partner_id is None and member.status == "active"
    return is_staff and wanted in catalog.permissions(Role(member.role))
