"""News of a vendor."""

from pydantic import Field

from ecosystem_api.access.vendors.schemas import VendorId
from ecosystem_api.runtime.ledger import Event


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
