"""Write news in the caller's transaction: it exists exactly if what it tells of exists."""

from uuid import UUID

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger.event import Event
from ecosystem_api.runtime.ledger.tables import EventRow
from ecosystem_api.runtime.statement import Writes


async def record(tx: Tx, who: Caller, event: Event, *, subject_id: str, partner_id: UUID | None = None) -> UUID:
    """Append an event; answer its id. It gets its position from the relay, after the commit.

    Edges: an event of audience `partner` needs the partner it concerns. Errors: ValueError without one.
    """
    writes = Writes()
    event_id = tell_with(writes, tx, who, event, subject_id=subject_id, partner_id=partner_id)
    await writes.send(tx)
    return event_id


def tell_with(
    writes: Writes, tx: Tx, who: Caller, event: Event, *, subject_id: str, partner_id: UUID | None = None
) -> UUID:
    """Append an event as `record` does, together with other writes: in their round trip."""
    if event.audience == "partner" and partner_id is None:
        raise ValueError(f"{event.type} is read by a partner: say which")
    data, staff_data = event.split()
    event_id = new_uuid()
    writes.insert(
        EventRow,
        id=event_id,
        type=event.type,
        audience=event.audience,
        partner_id=partner_id,
        subject_id=subject_id,
        actor_type=who.actor_type,
        actor_id=who.actor_id,
        request_id=who.request_id,
        occurred_at=tx.now,
        data=data,
        staff_data=staff_data,
    )
    return event_id
