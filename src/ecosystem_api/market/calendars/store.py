"""Queries of calendars."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, bindparam

from ecosystem_api.market.calendars.tables import CalendarRow
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered
from ecosystem_api.runtime.locks import lock_name
from ecosystem_api.runtime.statement import Row, Statement


def _for_clock(tx: Any) -> Select[Any]:
    own = (CalendarRow.id, CalendarRow.time_zone, CalendarRow.hours, CalendarRow.holidays)
    key = bindparam("key", type_=Text())
    is_meant = (CalendarRow.key == key) | (key.is_(None) & CalendarRow.is_default)
    return scoped(tx, CalendarRow, *own).where(is_meant)


_FOR_CLOCK = Statement(_for_clock)


async def find_calendar(tx: Tx, calendar_id: UUID, *, is_locked: bool = False) -> CalendarRow | None:
    """One calendar."""
    statement = scoped(tx, CalendarRow).where(CalendarRow.id == calendar_id)
    row: CalendarRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row


async def find_for_clock(tx: Tx, key: str | None) -> Row | None:
    """What a clock needs of the calendar with this key, or of the default one."""
    return await _FOR_CLOCK.row(tx, key=key)


async def lock_default(tx: Tx) -> Sequence[CalendarRow]:
    """Let nobody else choose the default until the transaction ends; answer the one there is now, if any."""
    await lock_name(tx, "default calendar")
    return list(await tx.session.scalars(scoped(tx, CalendarRow).where(CalendarRow.is_default).with_for_update()))


def calendars(tx: Tx, *, key: str | None) -> Select[Any]:
    """Calendars, filtered."""
    return filtered(tx, CalendarRow, key=key)
