"""Queries of calls."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Integer, Select, Text, bindparam, cast, delete, func, select
from sqlalchemy.dialects.postgresql import insert

from ecosystem_api.access.calls.tables import CallRow, DeprecatedCallRow
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.statement import Statement, given


def calls_of(
    tx: Tx, actor_id: str, *, request_id: str | None, route: str | None, status: int | None, is_refused: bool | None
) -> Select[Any]:
    """One principal's calls, filtered."""
    statement = scoped(tx, CallRow).where(CallRow.actor_id == actor_id)
    if request_id is not None:
        statement = statement.where(CallRow.request_id == request_id)
    if route is not None:
        statement = statement.where(CallRow.route == route)
    if status is not None:
        statement = statement.where(CallRow.status == status)
    if is_refused is not None:
        statement = statement.where(CallRow.status >= 400 if is_refused else CallRow.status < 400)
    return statement


def deprecated_calls(tx: Tx) -> Select[Any]:
    """Counts of deprecated calls that the caller may see."""
    return scoped(tx, DeprecatedCallRow)


async def insert_calls(tx: Tx, columns: Mapping[str, Sequence[Any]]) -> None:
    """Write calls down: each column's values as one list, the names of parameters as PostgreSQL writes a list."""
    await _INSERT.rows(tx, **columns)


async def trim(tx: Tx, actor_id: str, kept: int) -> None:
    """Forget a principal's calls but the newest `kept`."""
    await _TRIM.rows(tx, actor_id=actor_id, kept=kept)


def _inserting(scope: Any) -> Any:
    """All rows of a second in one statement, for one statement a row costs as much as the requests it tells of."""
    columns = {name: column for name, column in CallRow.__table__.c.items() if name != "vendor_id"}
    given = {name: _one_each(name, column.type).label(name) for name, column in columns.items()}
    rows = select(scope.vendor_id.label("vendor_id"), *given.values())
    return insert(CallRow).from_select(["vendor_id", *given], rows)


def _one_each(name: str, kind: Any) -> Any:
    is_list = isinstance(kind, ARRAY)  # a list of lists would come apart to its last element
    one = func.unnest(bindparam(name, type_=ARRAY(Text() if is_list else kind)))
    return cast(one, kind) if is_list else one


def _trimming(tx: Any) -> Any:
    own = CallRow.actor_id == given("actor_id")
    newest = scoped(tx, CallRow, CallRow.id).where(own).order_by(CallRow.id.desc())
    oldest = newest.offset(given("kept", Integer)).limit(1).scalar_subquery()
    return delete(CallRow).where(CallRow.vendor_id == tx.vendor_id, own, CallRow.id <= oldest)


_INSERT, _TRIM = Statement(_inserting), Statement(_trimming)


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
