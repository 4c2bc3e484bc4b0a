"""Due-rows: what a room wants to be reminded of, at an instant, once."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.dialects.postgresql import insert

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger.tables import IS_PENDING, THIS_TRANSACTION, CounterRow, DeliveryRow
from ecosystem_api.runtime.statement import Statement, Writes


def _remind(tx: Any, bound: Callable[[str, Any], Any]) -> Any:
    columns = DeliveryRow.__table__.columns
    own = {name: bound(name, columns[name].type) for name in ("id", "handler", "subject_id")}
    due_at = bound("due_at", columns["due_at"].type)
    values = {
        "owed_at": due_at,
        "due_at": due_at,
        "data": bound("data", columns["data"].type),
        "attempts": 0,
        "first_attempt_at": None,
        "last_error": None,
        "lease_holder": None,
        "lease_until": None,
    }
    statement = insert(DeliveryRow).values(vendor_id=tx.vendor_id, dedupe_key=own["subject_id"], **own, **values)
    return statement.on_conflict_do_update(
        index_elements=["vendor_id", "handler", "dedupe_key"],
        index_where=IS_PENDING & DeliveryRow.dedupe_key.is_not(None),
        set_={**values, "lease_holder": THIS_TRANSACTION},
    )


def _raise(tx: Any) -> Any:
    name = bindparam("name", type_=CounterRow.name.type)
    statement = insert(CounterRow).values(vendor_id=tx.vendor_id, name=name, value=1)
    raised = {"value": CounterRow.value + 1}
    return statement.on_conflict_do_update(index_elements=["vendor_id", "name"], set_=raised).returning(
        CounterRow.value
    )


_RAISE = Statement(_raise)


async def plan(tx: Tx, handler: str, *, subject_id: str, due_at: datetime, data: dict[str, Any] | None = None) -> None:
    """Remind `handler` of the subject at `due_at`; a live reminder of the same pair is moved instead of doubled.

    Edges: a worker that has leased the reminder but not begun loses it; a handler may plan its own next reminder.
    """
    writes = Writes()
    plan_with(writes, handler, subject_id=subject_id, due_at=due_at, data=data)
    await writes.send(tx)


def plan_with(
    writes: Writes, handler: str, *, subject_id: str, due_at: datetime, data: dict[str, Any] | None = None
) -> None:
    """Remind a handler as `plan` does, together with other writes: in their round trip."""
    writes.add(_remind, id=new_uuid(), handler=handler, subject_id=subject_id, due_at=due_at, data=data or {})


def _cancel(tx: Any, bound: Callable[[str, Any], Any]) -> Any:
    columns = DeliveryRow.__table__.columns
    return (
        update(DeliveryRow)
        .where(
            DeliveryRow.vendor_id == tx.vendor_id,
            DeliveryRow.handler == bound("handler", columns["handler"].type),
            DeliveryRow.dedupe_key == bound("subject_id", columns["dedupe_key"].type),
            IS_PENDING,
        )
        .values(
            state="cancelled",
            finished_at=bound("now", columns["finished_at"].type),
            lease_holder=THIS_TRANSACTION,
        )
    )


async def cancel(tx: Tx, handler: str, *, subject_id: str) -> None:
    """Take a reminder back; nothing happens if none is live."""
    writes = Writes()
    cancel_with(writes, tx, handler, subject_id=subject_id)
    await writes.send(tx)


def cancel_with(writes: Writes, tx: Tx, handler: str, *, subject_id: str) -> None:
    """Take a reminder back as `cancel` does, together with other writes: in their round trip."""
    writes.add(_cancel, handler=handler, subject_id=subject_id, now=tx.now)


async def next_number(tx: Tx, name: str) -> int:
    """The vendor's next running number of this name, given for good: nobody who wants the next one waits.

    Edges: a transaction that fails leaves a gap; within one second, a lower number may be committed after a higher one.
    """
    return int(await _RAISE.value_alone(tx, name=name))
