"""What may be read of the ledger: the vendor's feed as one caller sees it, and the deliveries its operators tend."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select

from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.ledger.tables import IS_PENDING, DeliveryRow, EventRow
from ecosystem_api.runtime.statement.parts import literally


async def events_after(
    tx: Tx, position: int, limit: int, *, types: Collection[str] = (), subject_id: str | None = None
) -> Sequence[EventRow]:
    """Stamped events behind a position that the caller may see, in the order of the feed.

    Shape: `types` are whole names; empty means all.
    """
    statement = scoped(tx, EventRow).where(EventRow.position > position)
    if types:
        statement = statement.where(EventRow.type.in_(types))
    if subject_id is not None:
        statement = statement.where(EventRow.subject_id == subject_id)
    return list(await tx.session.scalars(statement.order_by(EventRow.position).limit(literally(limit))))


def deliveries(tx: Tx, *, state: str | None = None, handler: str | None = None) -> Select[Any]:
    """The vendor's deliveries, filtered."""
    statement = scoped(tx, DeliveryRow)
    if state is not None:
        statement = statement.where(DeliveryRow.state == state)
    if handler is not None:
        statement = statement.where(DeliveryRow.handler == handler)
    return statement


async def find_delivery(tx: Tx, delivery_id: UUID, *, is_locked: bool = False) -> DeliveryRow | None:
    """One delivery of the vendor."""
    statement = scoped(tx, DeliveryRow).where(DeliveryRow.id == delivery_id)
    row: DeliveryRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row


async def find_reminder(tx: Tx, handler: str, subject_id: str) -> DeliveryRow | None:
    """The latest reminder of a handler about a subject, in whatever state."""
    statement = deliveries(tx, handler=handler).where(DeliveryRow.subject_id == subject_id)
    row: DeliveryRow | None = await tx.session.scalar(statement.order_by(DeliveryRow.id.desc()).limit(1))
    return row


async def live_reminder(tx: Tx, handler: str, subject_id: str) -> DeliveryRow | None:
    """What a handler is still to be reminded of about a subject, be it that a worker has it in hand."""
    statement = scoped(tx, DeliveryRow).where(
        DeliveryRow.handler == handler, DeliveryRow.dedupe_key == subject_id, IS_PENDING
    )
    row: DeliveryRow | None = await tx.session.scalar(statement.execution_options(populate_existing=True))
    return row


async def revive(tx: Tx, row: DeliveryRow) -> None:
    """Make a dead delivery due again, with a fresh day of attempts.

    Errors: IntegrityError on `uq_deliveries_live` when a newer reminder of the same subject has taken its place.
    """
    row.state, row.finished_at = "pending", None
    row.due_at, row.first_attempt_at, row.attempts = tx.now, None, 0
    await tx.flush()
