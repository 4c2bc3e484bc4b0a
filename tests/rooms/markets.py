"""What tests of claims by region share: one customer, one product, and partners who want it here and there."""

from typing import Any

import asyncpg
from tests.makers import Api, House, a_book_with, a_partner, a_submission, ok

DEALS = "/v1/deal-registrations"
REGIONAL = {"overlap_by_region": True}


class Market:
    """A vendor, its book, and partners by name, which all want one product of one customer."""

    def __init__(self, house: House, vendor: Any, admin: Api) -> None:
        self.house, self.vendor, self.admin = house, vendor, admin
        self.partners: dict[str, Api] = {}

    async def partner(self, name: str, **fields: Any) -> Api:
        if name not in self.partners:
            self.partners[name] = (await a_partner(self.house, self.vendor, name, **fields))[1]
        return self.partners[name]

    async def asks(self, name: str, region: str | None = None, **fields: Any) -> Any:
        """A partner submits for a region."""
        self.house.clock.move(seconds=1)
        return await a_submission(await self.partner(name), region=region, **fields)

    async def act(self, deal: Any, verb: str, body: Any = None) -> Any:
        return ok(await self.admin.act(f"{DEALS}/{deal['id']}/{verb}", body))

    async def read(self, deal: Any) -> Any:
        return ok(await self.admin.get(f"{DEALS}/{deal['id']}"))

    async def stand(self, *deals: Any) -> list[str]:
        return [(await self.read(deal))["status"] for deal in deals]

    async def places(self, *deals: Any) -> list[int | None]:
        queues = [(await self.read(deal))["queue"] for deal in deals]
        return [queue and queue["place"] for queue in queues]

    async def release(self, deal: Any) -> None:
        self.house.clock.move(seconds=1)
        await self.act(deal, "release")
        await self.house.drain()

    async def book(self, **parameters: Any) -> None:
        self.house.clock.move(seconds=1)
        await a_book_with(self.admin, parameters={"capacity": 100, **parameters})
        self.house.clock.move(seconds=1)
        await self.house.drain()


async def overlapping(house: House) -> int:
    """Pairs of running claims of which one is one too many, counted by the rows themselves."""
    owner = await asyncpg.connect(house.settings.database_url)
    try:
        count: int = await owner.fetchval(
            "select count(*) from protections one join protections other on one.id < other.id"
            " and (one.vendor_id, one.account_id, one.product_id)"
            " = (other.vendor_id, other.account_id, other.product_id)"
            " and one.ended_how is null and other.ended_how is null and one.period && other.period"
            " and (one.region is null or other.region is null or one.region = other.region)"
        )
    finally:
        await owner.close()
    return count
