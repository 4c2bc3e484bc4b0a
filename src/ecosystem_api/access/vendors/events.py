"""News of a vendor."""

from pydantic import Field

from ecosystem_api.access.vendors.schemas import VendorId
from ecosystem_api.runtime.ledger import Event
from ecosystem_api.runtime.wire import Instant


class VendorCreated(Event):
    """A vendor's ecosystem was opened."""

    type = "vendor.created"
    vendor_id: VendorId = Field(description="The vendor.")
    name: str = Field(description="Its name.", examples=["Northwind Security"])


class VendorUpdated(Event):
    """A vendor changed its own record."""

    type = "vendor.updated"
    vendor_id: VendorId = Field(description="The vendor.")
    changed: list[str] = Field(description="JSON pointers of what changed.", examples=[["/name"]])


class ClockAdvanced(Event):
    """A sandbox's clock was moved."""

    type = "vendor.clock_advanced"
    vendor_id: VendorId = Field(description="The sandbox.")
    by_seconds: int = Field(description="How many seconds passed at once.", examples=[7862400])
    now: Instant = Field(description="The instant it shows since.")
