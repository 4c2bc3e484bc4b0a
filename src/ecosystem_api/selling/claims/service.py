"""Use cases of claims: read what stands; what grants, extends and ends them is asked for by who judges."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.merge import Followed, Merge
from ecosystem_api.selling.claims import store
from ecosystem_api.selling.claims.answers import told_of
from ecosystem_api.selling.claims.domain import (
    EVERYWHERE,
    Claim,
    Coverage,
    Extent,
    HeldClaim,
    Terms,
    extent_of,
)
from ecosystem_api.selling.claims.schemas import ProtectionRead
from ecosystem_api.selling.claims.store import (
    claim_of,
    claims_of,
    count_against,
    end,
    end_as_granted,
    extend,
    grant,
    idle_days,
    keep_until,
    last_ended,
    last_ends,
    overrun,
    region_held,
    running,
    running_claims,
    running_nearby,
    take_out,
    unended,
    unended_claims,
)

__all__ = [
    "EVERYWHERE",
    "Claim",
    "Coverage",
    "Extent",
    "HeldClaim",
    "Terms",
    "claim_of",
    "claims_of",
    "count_against",
    "end",
    "end_as_granted",
    "extend",
    "extent_of",
    "follow_account",
    "grant",
    "held_claims",
    "idle_days",
    "is_protected",
    "keep_until",
    "last_ended",
    "last_ends",
    "overrun",
    "protection_of",
    "region_held",
    "running",
    "running_claims",
    "running_nearby",
    "take_out",
    "told_of",
    "unended",
    "unended_claims",
]


async def protection_of(tx: Tx, deal_id: UUID, last_activity_at: datetime) -> ProtectionRead | None:
    """The latest protection of a registration as one period: its products began and end together."""
    last = await store.last_of(tx, deal_id)
    if last is None:
        return None
    # Ended at the very instant it began: PostgreSQL keeps no bounds of an empty period.
    starts_at, ends_at = last["starts_at"] or last["created_at"], last["ends_at"] or last["created_at"]
    is_running, idle = last["ended_how"] is None, last["idle_days"]
    return ProtectionRead(
        starts_at=starts_at,
        ends_at=ends_at,
        granted_until=last["granted_until"] if is_running else None,
        idle_at=last_activity_at + timedelta(days=idle) if is_running and idle is not None else None,
        extensions=last["extensions"],
        extended_days=last["extended_days"],
        region=last["region"],
        basis=last["basis"],
        ended_how=last["ended_how"],
    )


async def is_protected(tx: Tx, deal_id: UUID) -> bool:
    """Whether the protection of a registration runs."""
    return bool(await store.claims_of(tx, [deal_id]))


async def held_claims(tx: Tx, account_ids: Collection[UUID]) -> list[HeldClaim]:
    """The protected claims on these customers, in the order in which they began.

    Edges: reads over all partners, so it must not be answered to one of them as it is.
    """
    async with tx.vendor_wide():
        return await store.held_at(tx, account_ids)


async def follow_account(tx: Tx, who: Caller, merge: Merge) -> Followed:
    """Claims stay with the account they were made at, and count by all ids of a customer.

    Edges: where an account is parted, the room of the registrations says which of their claims count where.
    """
    return Followed()
