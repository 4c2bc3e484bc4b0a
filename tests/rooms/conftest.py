"""What tests of several rooms share."""

import pytest
from tests.makers import House
from tests.rooms.crates import Crates, offer_of


@pytest.fixture
def crates(house: House) -> Crates:
    """A test's own room whose records can be imported; it has joined the house."""
    found = Crates()
    house.offer(offer_of(found))
    return found
