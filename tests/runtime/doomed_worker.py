"""A worker process for the tests that kill it: the real worker over the house and rooms that count what they do.

Configured by the environment as every worker is. It says `ready` when its loops have begun and runs until killed.
"""

import asyncio
import os
from datetime import timedelta
from uuid import UUID

from tests import counting
from tests.rooms.crates import Crates, offer_of
from tests.runtime.parcels import ParcelSent

from ecosystem_api.app import build_machinery
from ecosystem_api.exchange.imports.service import work
from ecosystem_api.runtime.area import Area, Catalog, Handler
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard, deliver
from ecosystem_api.runtime.settings import WORKER_ROLE, Settings
from ecosystem_api.runtime.worker import Worker

DAWDLE_SECONDS = float(os.environ["DAWDLE_SECONDS"])  # between the effect and its commit: a time to be killed in


async def count(tx: Tx, who: Caller, heard: Heard) -> None:
    """The effect that must happen once per event: one counter per event, raised by one."""
    assert isinstance(heard.event_id, UUID)
    await counting.count(tx, f"heard:{heard.event_id}")
    await asyncio.sleep(DAWDLE_SECONDS)


async def main() -> None:
    deliver.LEASE = timedelta(seconds=1)  # the half minute of real life, so that a test need not wait it out
    work.BATCH_ROWS = 20  # more batches, so that more of them are cut short
    machinery = build_machinery(Settings(), role=WORKER_ROLE)
    counting = Area("test/counting", events=(ParcelSent,), handlers=(Handler("test.count", count, ("parcel.sent",)),))
    machinery.catalog = Catalog({**machinery.catalog.house, "test": (counting, offer_of(Crates()))})
    running = asyncio.create_task(Worker(machinery).run(asyncio.Event()))
    print("ready", flush=True)
    await running


if __name__ == "__main__":
    asyncio.run(main())
