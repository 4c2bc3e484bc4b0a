"""What the operator of an installation does: open a vendor, hand out its first credentials. No route leads here."""

from uuid import UUID

from ecosystem_api.access.clients import service as clients
from ecosystem_api.access.clients.schemas import ClientCreate, ClientWithSecret
from ecosystem_api.access.vendors import service as vendors
from ecosystem_api.access.vendors.schemas import VendorCreate, VendorRead
from ecosystem_api.kernel.ids import new_uuid
from ecosystem_api.runtime.caller import system_caller
from ecosystem_api.runtime.machinery import Machinery


async def open_vendor(
    machinery: Machinery, body: VendorCreate, vendor_id: UUID | None = None
) -> tuple[VendorRead, ClientWithSecret]:
    """Open a vendor with what every room gives a new one, and its first admin credential, in one transaction."""
    chosen = vendor_id or new_uuid()
    who = system_caller(chosen, "operator")
    async with machinery.database.transaction(chosen) as tx:
        vendor = await vendors.open_vendor(tx, who, body)
        for area in machinery.catalog.areas:
            if area.on_new_vendor is not None:
                await area.on_new_vendor(tx, who)
        admin = ClientCreate(name="First admin credential", role="admin")
        client = await clients.create_client(tx, who, admin, machinery)
    return vendor, client


async def make_client(machinery: Machinery, vendor_id: UUID, body: ClientCreate) -> ClientWithSecret:
    """Make a further credential of a vendor."""
    async with machinery.database.transaction(vendor_id) as tx:
        return await clients.create_client(tx, system_caller(vendor_id, "operator"), body, machinery)
