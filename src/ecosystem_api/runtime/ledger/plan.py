"""Due-rows: what a room wants to be reminded of, at an instant, once."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger.tables import IS_PENDING, CounterRow, DeliveryRow


async def plan(tx: Tx, handler: str, *, subject_id: str, due_at: datetime, data: dict[str, Any] | None = None) -> None:
    """Remind `handler` of the subject at `due_at`; a live reminder of the same pair is moved instead of doubled.

    Edges: a worker that has leased the reminder but not begun loses it; a handler may plan its own next reminder.
    """
    values = {
        "owed_at": due_at,
        "due_at": due_at,
        "data": data or {},
        "attempts": 0,
        "first_attempt_at": None,
        "last_error": None,
        "lease_holder": None,
        "lease_until": None,
    }
    statement = insert(DeliveryRow).values(
        vendor_id=tx.vendor_id, id=new_uuid(), handler=handler, subject_id=subject_id, dedupe_key=subject_id, **values
    )
    await tx.session.execute(
        statement.on_conflict_do_update(
            index_elements=["vendor_id", "handler", "dedupe_key"],
            index_where=IS_PENDING & DeliveryRow.dedupe_key.is_not(None),
            set_=values,
        )
    )


async def cancel(tx: Tx, handler: str, *, subject_id: str) -> None:
    """Take a reminder back; nothing happens if none is live."""
    await tx.session.execute(
        update(DeliveryRow)
        .where(
            DeliveryRow.vendor_id == tx.vendor_id,
            DeliveryRow.handler == handler,
            DeliveryRow.dedupe_key == subject_id,
            IS_PENDING,
        )
        .values(state="cancelled", finished_at=tx.now)
        .execution_options(synchronize_session=False)
    )


async def next_number(tx: Tx, name: str) -> int:
    """The vendor's next running number of this name; a rolled-back transaction gives its number back."""
    statement = insert(CounterRow).values(vendor_id=tx.vendor_id, name=name, value=1)
    raised = statement.on_conflict_do_update(
        index_elements=["vendor_id", "name"], set_={"value": CounterRow.value + 1}
    ).returning(CounterRow.value)
    value = await tx.session.scalar(raised)
    assert value is not None
    return int(value)
