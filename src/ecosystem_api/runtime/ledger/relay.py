"""The relay: gives every event its gap-free place in the vendor's feed and owes it to whoever listens.

A reader that asks for `id > last` loses news of transactions that commit late. So nobody reads by id: the relay
locks the vendor's head, numbers what has been committed, and readers follow the numbers.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime import metrics
from ecosystem_api.runtime.area import Handler
from ecosystem_api.runtime.database import Database, Tx
from ecosystem_api.runtime.ledger.tables import DeliveryRow, EventHeadRow, EventRow

BATCH = 500


async def stamp(database: Database, vendor_id: UUID, listeners: Callable[[str], list[Handler]]) -> int:
    """Number up to `BATCH` events of a vendor and enqueue their deliveries, in one transaction; answer how many.

    Edges: two relays at once are harmless: the head's row lock lets one wait for the other. A crash before the
    commit leaves the events unnumbered, to be numbered next time; positions have no gaps and no doubles.
    """
    async with database.transaction(vendor_id) as tx:
        return await stamp_within(tx, listeners)


async def stamp_within(tx: Tx, listeners: Callable[[str], list[Handler]], own_owed_at: datetime | None = None) -> int:
    """Do what `stamp` does in a transaction that has more to do.

    Shape: news is owed since it happened; that of this very transaction since `own_owed_at`, if it ought to have
    happened then: so a worker that was away makes up for it in the order in which it would have come about.
    """
    this = {"vendor_id": tx.vendor_id}
    await tx.session.execute(insert(EventHeadRow).values(**this, position=0).on_conflict_do_nothing())
    head = await tx.session.scalar(
        select(EventHeadRow.position).where(EventHeadRow.vendor_id == tx.vendor_id).with_for_update()
    )
    waiting = (
        await tx.session.execute(
            select(EventRow.id, EventRow.type, EventRow.subject_id, EventRow.occurred_at)
            .where(EventRow.vendor_id == tx.vendor_id, EventRow.position.is_(None))
            .order_by(EventRow.id)
            .limit(BATCH)
        )
    ).all()
    if not waiting:
        return 0
    first = (head or 0) + 1
    await _write_positions(tx, [row.id for row in waiting], first)
    owed_at = {row.id: own_owed_at if row.occurred_at == tx.now and own_owed_at else row.occurred_at for row in waiting}
    owed = [
        {
            **this,
            "id": new_uuid(),
            "handler": handler.name,
            "event_id": row.id,
            "subject_id": row.subject_id,
            "owed_at": owed_at[row.id],
            "due_at": owed_at[row.id],
        }
        for row in waiting
        for handler in listeners(row.type)
    ]
    if owed:
        await tx.session.execute(insert(DeliveryRow), owed)
    await tx.session.execute(
        update(EventHeadRow)
        .where(EventHeadRow.vendor_id == tx.vendor_id)
        .values(position=first + len(waiting) - 1)
        .execution_options(synchronize_session=False)
    )
    tx.after_commit(lambda: metrics.STAMPED.inc(len(waiting)))
    return len(waiting)


async def skip_positions(database: Database, vendor_id: UUID, count: int) -> None:
    """Let a vendor's feed go on `count` positions later.

    Why: after a backup was restored, positions told since would be given to other events, and whoever had read so far
    would miss those.
    """
    async with database.transaction(vendor_id) as tx:
        later = insert(EventHeadRow).values(vendor_id=vendor_id, position=count)
        moved = {"position": EventHeadRow.position + count}
        await tx.session.execute(later.on_conflict_do_update(index_elements=[EventHeadRow.vendor_id], set_=moved))


async def _write_positions(tx: Tx, ids: list[UUID], first: int) -> None:
    places = (
        select(func.unnest(bindparam("ids", type_=ARRAY(Uuid))).label("id"))
        .add_columns(func.generate_series(first, first + len(ids) - 1).label("position"))
        .subquery()
    )
    await tx.session.execute(
        update(EventRow)
        .where(EventRow.vendor_id == tx.vendor_id, EventRow.id == places.c.id)
        .values(position=places.c.position)
        .execution_options(synchronize_session=False),
        {"ids": ids},
    )
