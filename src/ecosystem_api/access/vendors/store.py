"""Queries of the vendor."""

from ecosystem_api.access.vendors.tables import VendorRow
from ecosystem_api.runtime.database import Tx, scoped


async def find_vendor(tx: Tx, *, is_locked: bool = False) -> VendorRow | None:
    """The vendor of this transaction; locked against other writers if asked."""
    statement = scoped(tx, VendorRow)
    row: VendorRow | None = await tx.session.scalar(statement.with_for_update() if is_locked else statement)
    return row
