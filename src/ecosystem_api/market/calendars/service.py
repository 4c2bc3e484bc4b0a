"""Use cases of calendars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, NotFound
from ecosystem_api.market.calendars import store
from ecosystem_api.market.calendars.domain import (
    DAYS,
    STANDARD,
    Hours,
    clock_of,
    hours_of,
    minutes_of,
    opened_after,
    overlapping,
)
from ecosystem_api.market.calendars.errors import CalendarKeyTaken, DefaultNeeded, HoursUnusable
from ecosystem_api.market.calendars.events import CalendarAdded, CalendarUpdated
from ecosystem_api.market.calendars.schemas import (
    CalendarCreate,
    CalendarRead,
    CalendarUpdate,
    DueRead,
    Holiday,
    OpeningHours,
    stored,
)
from ecosystem_api.market.calendars.tables import CalendarRow
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes, touch
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.http import Page, Paging, expect_version, page_of
from ecosystem_api.runtime.ledger import record

_REQUIRED = {"name", "time_zone", "hours", "holidays", "is_default"}


@dataclass(frozen=True)
class ClockHours:
    """The hours by which a clock runs, and the calendar they are of; no calendar where the vendor has none."""

    calendar_id: UUID | None
    hours: Hours


async def add_calendar(tx: Tx, who: Caller, body: CalendarCreate) -> CalendarRead:
    """Add a calendar; a vendor's first one is its default. Errors: `CalendarKeyTaken`, `HoursUnusable`."""
    standing = await store.lock_default(tx)
    if body.is_default:
        await _leave_default(tx, who, standing)
    row = CalendarRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        key=body.key,
        name=body.name,
        time_zone=body.time_zone,
        hours=_week(body.hours),
        holidays=_holidays(body.holidays),
        is_default=body.is_default or not standing,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    try:
        await tx.insert(row)
    except IntegrityError as error:
        if constraint_name(error) == "uq_calendars_vendor_id_key":
            raise CalendarKeyTaken(errors=[FieldError("/key", "calendar_key_taken", "Use another key.")]) from None
        raise
    event = CalendarAdded(calendar_id=row.id, key=row.key, is_default=row.is_default)
    await record(tx, who, event, subject_id=encode("cal", row.id))
    return CalendarRead.model_validate(row)


async def get_calendar(tx: Tx, calendar_id: UUID) -> CalendarRead:
    """One calendar. Errors: `NotFound`."""
    return CalendarRead.model_validate(await _get(tx, calendar_id))


async def list_calendars(tx: Tx, paging: Paging, *, key: str | None) -> Page[CalendarRead]:
    """Calendars by their key."""
    return await page_of(
        tx, store.calendars(tx, key=key), paging, [(CalendarRow.key, False)], CalendarRead.model_validate
    )


async def update_calendar(
    tx: Tx, who: Caller, calendar_id: UUID, body: CalendarUpdate, if_match: str | None
) -> CalendarRead:
    """Change a calendar. Clocks that run by it go on as they were told, unless `moves_clocks` says otherwise.

    Errors: `NotFound`, `PreconditionFailed`, `HoursUnusable`, `DefaultNeeded`, `InvalidRequest`.
    """
    standing = await store.lock_default(tx)
    row = await _get(tx, calendar_id, is_locked=True)
    expect_version(if_match, row.version)
    changes: dict[str, Any] = body.model_dump(exclude_unset=True, exclude={"moves_clocks"})
    if body.hours is not None:
        changes["hours"] = _week(body.hours)
    if body.holidays is not None:
        changes["holidays"] = _holidays(body.holidays)
    if body.is_default and not row.is_default:
        await _leave_default(tx, who, standing)
    elif body.is_default is False and row.is_default:
        detail = "Send is_default: true to the calendar that takes its place."
        raise DefaultNeeded(errors=[FieldError("/is_default", "default_calendar_needed", detail)])
    changed = apply_changes(row, changes, required=_REQUIRED, now=tx.now)
    if changed or body.moves_clocks:
        await tx.flush()
        await _tell(tx, who, row, changed, moves_clocks=body.moves_clocks)
    return CalendarRead.model_validate(row)


async def due_after(tx: Tx, calendar_id: UUID, from_at: datetime | None, hours: float) -> DueRead:
    """When so many business hours have passed, by a calendar as it is now. Errors: `NotFound`."""
    row = await _get(tx, calendar_id)
    begins = from_at or tx.now
    due_at = opened_after(_hours(row.time_zone, row.hours, row.holidays), begins, timedelta(hours=hours))
    return DueRead(from_at=begins, hours=hours, due_at=due_at)


async def clock_hours(tx: Tx, key: str | None) -> ClockHours:
    """The hours by which a clock that begins now runs: those of the calendar with this key, or of the default one.

    Edges: a vendor without a calendar has the `STANDARD` hours. A key that a book in force names is always there, for
    a book is published only with calendars that are, and calendars stay.
    """
    found = await store.find_for_clock(tx, key)
    if found is None:
        return ClockHours(None, STANDARD)
    return ClockHours(found["id"], _hours(found["time_zone"], found["hours"], found["holidays"]))


async def has_calendar(tx: Tx, key: str) -> bool:
    """Whether the vendor has a calendar with this key."""
    return await store.find_for_clock(tx, key) is not None


async def hours_by_id(tx: Tx, calendar_id: UUID) -> Hours:
    """The hours of one calendar as they are now. Errors: `NotFound`."""
    row = await _get(tx, calendar_id)
    return _hours(row.time_zone, row.hours, row.holidays)


async def _get(tx: Tx, calendar_id: UUID, *, is_locked: bool = False) -> CalendarRow:
    row = await store.find_calendar(tx, calendar_id, is_locked=is_locked)
    if row is None:
        raise NotFound()
    return row


async def _leave_default(tx: Tx, who: Caller, standing: Sequence[CalendarRow]) -> None:
    for row in standing:
        row.is_default = False
        touch(row, tx.now)
        await tx.flush()
        await _tell(tx, who, row, ["/is_default"], moves_clocks=False)


async def _tell(tx: Tx, who: Caller, row: CalendarRow, changed: list[str], *, moves_clocks: bool) -> None:
    event = CalendarUpdated(
        calendar_id=row.id, key=row.key, is_default=row.is_default, changed=changed, moves_clocks=moves_clocks
    )
    await record(tx, who, event, subject_id=encode("cal", row.id))


def _week(hours: Sequence[OpeningHours]) -> list[dict[str, Any]]:
    """The week in order. Errors: `HoursUnusable`."""
    spans = [(DAYS.index(one.day), minutes_of(one.opens), minutes_of(one.closes)) for one in hours]
    for place, (_, opens, closes) in enumerate(spans):
        if opens >= closes:
            raise HoursUnusable(errors=[FieldError(f"/hours/{place}/closes", "hours_unusable", "Later than opens.")])
    for place, day in enumerate(DAYS):
        if overlapping([(opens, closes) for of, opens, closes in spans if of == place]):
            detail = f"Hours of {day} overlap; give each stretch of the day once."
            raise HoursUnusable(errors=[FieldError("/hours", "hours_unusable", detail)])
    return [
        {"day": DAYS[day], "opens": clock_of(opens), "closes": clock_of(closes)} for day, opens, closes in sorted(spans)
    ]


def _holidays(holidays: Sequence[Holiday]) -> list[dict[str, Any]]:
    kept: list[dict[str, Any]] = stored(sorted(holidays, key=lambda one: (one.from_on, one.until_on, one.name)))
    return kept


def _hours(time_zone: str, week: Sequence[Any], holidays: Sequence[Any]) -> Hours:
    spans = [(one["day"], minutes_of(one["opens"]), minutes_of(one["closes"])) for one in week]
    days = [Holiday.model_validate(one) for one in holidays]
    return hours_of(time_zone, spans, [(one.from_on, one.until_on) for one in days])
