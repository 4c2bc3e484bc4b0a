"""What this room does when a batch falls due."""

from ecosystem_api.exchange.imports import service
from ecosystem_api.kernel.ids import decode
from ecosystem_api.runtime.area import Handler
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard


async def _work(tx: Tx, who: Caller, heard: Heard) -> None:
    assert heard.offers is not None, "the worker tells every handler what the house offers"
    await service.work_batch(tx, decode("imp", heard.subject_id), heard.offers)


WORK = Handler(service.HANDLER, _work)
