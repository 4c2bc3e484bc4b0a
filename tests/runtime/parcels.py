"""A small room for tests of the ledger: it sends parcels, hears of them and is reminded of them."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID

from pydantic import Field
from sqlalchemy import func, update
from tests import counting
from tests.makers import House

from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime.area import Area, Handler
from ecosystem_api.runtime.caller import Caller, system_caller
from ecosystem_api.runtime.database import Tx, scoped
from ecosystem_api.runtime.ledger import Event, Heard, plan, record, staff_only
from ecosystem_api.runtime.ledger.deliver import perform
from ecosystem_api.runtime.ledger.tables import CounterRow, DeliveryRow


class ParcelSent(Event):
    """A test's news."""

    type = "parcel.sent"
    audience = "partner"
    number: int = Field(description="Which.", examples=[1])
    cost: int = Field(default=0, description="For staff.", examples=[1], json_schema_extra=staff_only())


class ParcelWeighed(Event):
    """A test's news for staff."""

    type = "parcel.weighed"


class Hands:
    """Handlers of a test: what each heard, and what it is told to do."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        self.fault: Exception | None = None
        self.seconds = 0.0
        self.held: dict[str, asyncio.Event] = {}
        self.again: list[timedelta] = []
        self.is_forgetful = False

    async def run(self, tx: Tx, who: Caller, heard: Heard) -> None:
        self.heard.append(heard)
        await counting.count(tx, "effects")
        await asyncio.sleep(self.seconds)
        if heard.subject_id in self.held:
            await self.held[heard.subject_id].wait()
        if self.is_forgetful:
            tx.session.expire_all()
        if self.fault is not None:
            raise self.fault
        if self.again:
            await plan(tx, "test.parcels", subject_id=heard.subject_id, due_at=tx.now + self.again.pop(0))


async def send(house: House, vendor_id: UUID, number: int = 1) -> None:
    async with house.machinery.database.transaction(vendor_id) as tx:
        await record(
            tx, system_caller(vendor_id, "test"), ParcelSent(number=number), subject_id="p", partner_id=new_uuid()
        )


async def remind(house: House, vendor_id: UUID, *, subject_id: str = "p", **delta: float) -> None:
    async with house.machinery.database.transaction(vendor_id) as tx:
        await plan(tx, "test.parcels", subject_id=subject_id, due_at=tx.now + timedelta(**delta))


async def rows(house: House, vendor_id: UUID, handler: str = "test.parcels") -> list[DeliveryRow]:
    async with house.machinery.database.transaction(vendor_id) as tx:
        statement = scoped(tx, DeliveryRow).where(DeliveryRow.handler == handler)
        return list(await tx.session.scalars(statement.order_by(DeliveryRow.id)))


async def effects(house: House, vendor_id: UUID) -> int:
    async with house.machinery.database.transaction(vendor_id) as tx:
        found = await tx.session.scalar(scoped(tx, CounterRow, CounterRow.value).where(CounterRow.name == "effects"))
        return found or 0


async def lose_the_lease(house: House, vendor_id: UUID) -> None:
    """As when the worker that held it was killed half a minute ago."""
    async with house.machinery.database.transaction(vendor_id) as tx:
        late = {"lease_until": func.now() - timedelta(seconds=1), "due_at": tx.now}
        await tx.session.execute(update(DeliveryRow).where(DeliveryRow.lease_until.is_not(None)).values(late))


async def serve(house: House, vendor_id: UUID, worker: str, delivery_id: UUID) -> None:
    labour = house.worker.machinery
    await perform(labour.database, labour.catalog, vendor_id, delivery_id, worker)


def parcels(hands: Hands) -> Area:
    """The room as the house takes it."""
    listener = Handler("test.parcels", hands.run, on=("parcel.sent",))
    return Area("test/parcels", events=(ParcelSent, ParcelWeighed), handlers=(listener,))


async def until(is_so: Any, seconds: float = 15.0) -> None:
    async with asyncio.timeout(seconds):
        while not is_so():  # noqa: ASYNC110 - the worker under test has no event to wait for
            await asyncio.sleep(0.01)
