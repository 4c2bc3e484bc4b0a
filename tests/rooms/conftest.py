"""What tests of several rooms share."""

import pytest
from tests.makers import House, a_product
from tests.rooms.courts import Office
from tests.rooms.crates import Crates, offer_of
from tests.rooms.markets import REGIONAL, Market


@pytest.fixture
def crates(house: House) -> Crates:
    """A test's own room whose records can be imported; it has joined the house."""
    found = Crates()
    house.offer(offer_of(found))
    return found


@pytest.fixture
async def office(house: House) -> Office:
    vendor, admin = await house.vendor()
    await a_product(admin)
    return Office(house, vendor, admin, await house.client(vendor, "manager"))


@pytest.fixture
async def market(house: House) -> Market:
    vendor, admin = await house.vendor()
    for sku in ("EDR-100", "XDR-200"):
        await a_product(admin, sku)
    return Market(house, vendor, admin)


@pytest.fixture
async def regional(market: Market) -> Market:
    await market.book(**REGIONAL)
    return market
