"""What this room does when a stretch of a simulation falls due."""

from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.area import Handler
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard
from ecosystem_api.selling.engagement import service


async def _work(tx: Tx, who: Caller, heard: Heard) -> None:
    await service.work_simulation(tx, who, decode("sim", heard.subject_id))


async def _watch(tx: Tx, who: Caller, heard: Heard) -> None:
    await service.watch_simulation(tx, who, decode("sim", heard.subject_id))


HANDLERS = (Handler(service.SIMULATION_HANDLER, _work), Handler(service.SIMULATION_WATCH, _watch))
