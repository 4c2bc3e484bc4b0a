"""Use cases of the vendor."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from ecosystem_api.access.vendors import store
from ecosystem_api.access.vendors.errors import ClockOnlyForward, ClockTooFar, NotASandbox
from ecosystem_api.access.vendors.events import ClockAdvanced, VendorCreated, VendorUpdated
from ecosystem_api.access.vendors.schemas import ClockAdvance, ClockRead, VendorCreate, VendorRead, VendorUpdate
from ecosystem_api.access.vendors.tables import VendorRow
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.instant import instant_text
from ecosystem_api.kernel.problem import FieldError, NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import apply_changes
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http.preconditions import expect_version
from ecosystem_api.runtime.ledger import record
from ecosystem_api.runtime.tenants import TenantRow, advance_clock, clock_ahead

FURTHEST = timedelta(days=3660)


async def open_vendor(tx: Tx, who: Caller, body: VendorCreate) -> VendorRead:
    """Make the vendor of this transaction. The operator's use case: no route leads here."""
    row = VendorRow(
        vendor_id=tx.vendor_id, id=tx.vendor_id, version=1, created_at=tx.now, updated_at=tx.now, **body.model_dump()
    )
    await tx.insert(TenantRow(vendor_id=tx.vendor_id, created_at=tx.now, is_sandbox=body.is_sandbox), row)
    event = VendorCreated(vendor_id=row.id, name=row.name)
    await record(tx, who, event, subject_id=encode("ven", row.id))
    return VendorRead.model_validate(row)


async def get_vendor(tx: Tx, vendor_id: UUID) -> VendorRead:
    """The caller's own vendor. Errors: `NotFound` for any other."""
    row = await store.find_vendor(tx)
    if row is None or row.id != vendor_id:
        raise NotFound()
    return VendorRead.model_validate(row)


async def current_vendor(tx: Tx) -> VendorRead:
    """The vendor of this transaction."""
    return await get_vendor(tx, tx.vendor_id)


async def update_vendor(tx: Tx, who: Caller, vendor_id: UUID, body: VendorUpdate, if_match: str | None) -> VendorRead:
    """Change the vendor's own record. Errors: `NotFound`, `PreconditionFailed`."""
    row = await store.find_vendor(tx, is_locked=True)
    if row is None or row.id != vendor_id:
        raise NotFound()
    expect_version(if_match, row.version)
    changes: dict[str, Any] = body.model_dump(exclude_unset=True)
    changed = apply_changes(row, changes, required={"name", "base_currency"}, now=tx.now)
    if changed:
        await record(tx, who, VendorUpdated(vendor_id=row.id, changed=changed), subject_id=encode("ven", row.id))
        await tx.flush()
    return VendorRead.model_validate(row)


async def read_clock(tx: Tx) -> ClockRead:
    """What time it is for this vendor: the service's time, unless it is a sandbox whose clock was moved."""
    ahead = await clock_ahead(tx)
    seconds = int(ahead.total_seconds()) if ahead is not None else 0
    return ClockRead(now=tx.now, is_sandbox=ahead is not None, ahead_seconds=seconds)


async def move_clock(tx: Tx, who: Caller, body: ClockAdvance) -> ClockRead:
    """Let time pass for a sandbox vendor: what falls due meanwhile is done by the worker at once.

    Units: whole seconds; a fraction of one is rounded up, so that the instant asked for has come.
    Errors: `NotASandbox`, `ClockOnlyForward`, `ClockTooFar`.
    """
    ahead = await clock_ahead(tx)
    if ahead is None:
        raise NotASandbox()
    if body.advance_to is not None:
        seconds = -int((tx.now - body.advance_to).total_seconds() // 1)
        if seconds <= 0:
            detail = f"It is {instant_text(tx.now)} in the sandbox; name a later instant."
            fault = FieldError("/advance_to", "in_past", detail)
            raise ClockOnlyForward(errors=[fault])
    else:
        assert body.advance_seconds is not None, "the schema wants one of the two"
        seconds = body.advance_seconds
    if ahead + timedelta(seconds=seconds) > FURTHEST:
        raise ClockTooFar(ahead_seconds=int(ahead.total_seconds()), most_seconds=int(FURTHEST.total_seconds()))
    reached = await advance_clock(tx, timedelta(seconds=seconds))
    now = tx.now + reached - ahead
    event = ClockAdvanced(vendor_id=tx.vendor_id, by_seconds=seconds, now=now)
    await record(tx, who, event, subject_id=encode("ven", tx.vendor_id))
    return ClockRead(now=now, is_sandbox=True, ahead_seconds=int(reached.total_seconds()))
