"""Watch over a simulation: one whose stretches keep failing ends as failed, and says why."""

from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import plan
from ecosystem_api.runtime.ledger.read import find_reminder
from ecosystem_api.selling.engagement import store
from ecosystem_api.selling.engagement.events import SimulationFailed
from ecosystem_api.selling.engagement.service.simulate import HANDLER, OPEN, PATIENCE, WATCH, tell

_ENOUGH_ATTEMPTS = 3
_LOST = "The stretch was lost again and again."


async def watch_simulation(tx: Tx, who: Caller, simulation_id: UUID) -> None:
    """Give a simulation up that has not moved for a quarter of an hour though it was tried several times.

    Edges: one that only waits for its turn, because much else is due, is looked at again later. The attempt that is
    still planned finds nothing to do: taking it back would lock it and the simulation in the worker's opposite order.
    """
    row = await store.find_simulation(tx, simulation_id, is_locked=True)
    if row is None or row.status not in OPEN:
        return
    subject = encode("sim", row.id)
    attempt = await find_reminder(tx, HANDLER, subject)
    was_tried = attempt is not None and (attempt.attempts >= _ENOUGH_ATTEMPTS or attempt.state == "dead")
    if attempt is None or not was_tried or row.updated_at > tx.now - PATIENCE:
        await plan(tx, WATCH, subject_id=subject, due_at=tx.now + PATIENCE)
        return
    row.status, row.finished_at, row.failed_because = "failed", tx.now, attempt.last_error or _LOST
    touch(row, tx.now)
    await tx.flush()
    await tell(tx, who, row, SimulationFailed, reason=row.failed_because)
