"""What tests of the ledger share."""

import pytest
from tests.makers import House
from tests.runtime.parcels import Hands, parcels


@pytest.fixture
def hands(house: House) -> Hands:
    """The handlers of a test's own room, which has joined the house."""
    found = Hands()
    house.offer(parcels(found))
    return found
