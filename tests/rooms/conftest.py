"""What tests of several rooms share."""

import pytest
from tests.makers import House, a_product
from tests.rooms.courts import Office
from tests.rooms.crates import Crates, offer_of


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
