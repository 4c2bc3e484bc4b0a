"""Queries of calls."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, delete
from sqlalchemy.dialects.postgresql import insert

from ecosystem_api.access.calls.tables import CallRow, DeprecatedCallRow
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.filters import filtered
from ecosystem_api.runtime.statement import Statement, given, inserting_all


def calls_of(
    tx: Tx, actor_id: str, *, request_id: str | None, route: str | None, status: int | None, is_refused: bool | None
) -> Select[Any]:
    """One principal's calls, filtered."""
    statement = filtered(tx, CallRow, request_id=request_id, route=route, status=status)
    statement = statement.where(CallRow.actor_id == actor_id)
    if is_refused is not None:
        statement = statement.where(CallRow.status >= 400 if is_refused else CallRow.status < 400)
    return statement


def deprecated_calls(tx: Tx) -> Select[Any]:
    """Counts of deprecated calls that the caller may see."""
    return scoped(tx, DeprecatedCallRow)


async def insert_calls(tx: Tx, columns: Mapping[str, Sequence[Any]]) -> None:
    """Write calls down: each column's values as one list."""
    await _INSERT.rows(tx, **columns)


async def trim(tx: Tx, actor_id: str, kept: int) -> None:
    """Forget a principal's calls but the newest `kept`."""
    await _TRIM.rows(tx, actor_id=actor_id, kept=kept)


def _trimming(tx: Any) -> Any:
    own = CallRow.actor_id == given("actor_id")
    newest = scoped(tx, CallRow, CallRow.id).where(own).order_by(CallRow.id.desc())
    oldest = newest.offset(given("kept", Integer)).limit(1).scalar_subquery()
    return delete(CallRow).where(CallRow.vendor_id == tx.vendor_id, own, CallRow.id <= oldest)


# A second's rows in one statement: one for each row costs as much as the requests it tells of.
_INSERT = inserting_all(CallRow, *(column.name for column in CallRow.__table__.c if column.name != "vendor_id"))
_TRIM = Statement(_trimming)


async def forget_before(tx: Tx, calls: datetime, deprecated: datetime) -> None:
    """Forget what is older."""
    await tx.session.execute(delete(CallRow).where(CallRow.vendor_id == tx.vendor_id, CallRow.called_at < calls))
    await tx.session.execute(
        delete(DeprecatedCallRow).where(
            DeprecatedCallRow.vendor_id == tx.vendor_id, DeprecatedCallRow.last_called_at < deprecated
        )
    )


async def count_deprecated(tx: Tx, found: dict[str, Any]) -> None:
    """Add to a principal's count of one operation."""
    statement = insert(DeprecatedCallRow).values(vendor_id=tx.vendor_id, **found)
    await tx.session.execute(
        statement.on_conflict_do_update(
            index_elements=["vendor_id", "actor_id", "operation"],
            set_={
                "calls": DeprecatedCallRow.calls + statement.excluded.calls,
                "last_called_at": statement.excluded.last_called_at,
            },
        )
    )
