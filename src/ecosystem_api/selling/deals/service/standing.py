"""Tell rooms above how all partners stand: who claims a customer, how busy each is, how its deals ended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals import store


@dataclass(frozen=True, slots=True)
class Claimants:
    """Partners with a right on a customer that another would have to wait for, and how many wait already."""

    partner_ids: frozenset[UUID]
    queue_length: int


@dataclass(frozen=True, slots=True)
class DealRecord:
    """A partner's registrations: open now, and since an instant closed and among them won."""

    open_now: int
    closed: int
    won: int


async def extent_now(tx: Tx, region: str | None) -> claims.Extent:
    """Where something of this region would claim by the book in force."""
    return claims.extent_of(region, by_region=await store.claims_by_region(tx))


async def claimants(
    tx: Tx, account_ids: Collection[UUID], product_ids: Collection[UUID], extent: claims.Extent
) -> Claimants:
    """Who holds a protected claim on the customer and one of the products there, or is next to get one that has just
    ended.

    Edges: no products stand for all of them. Reads over all partners, so it must not be answered as it is.
    """
    wanted = frozenset(product_ids)
    async with tx.vendor_wide():
        running = await claims.running_claims(tx, account_ids)
        queues = await store.waiting_for(tx, account_ids)

    def is_wanted(coverage: claims.Coverage) -> bool:
        return coverage.overlaps(claims.Coverage(wanted or coverage.product_ids, extent))

    holders = {claim.partner_id for claim in running if is_wanted(claim.coverage)}
    waiting = [one for queue in queues.values() for one in queue if is_wanted(one.coverage)]
    held = [claim.coverage for claim in running]
    holders |= {one.partner_id for one in waiting if one.coverage.is_free(held)}
    return Claimants(frozenset(holders), len(waiting))


async def deal_records(tx: Tx, since: datetime) -> Mapping[UUID, DealRecord]:
    """How every partner with registrations stands. Reads over all partners, so it must not be answered as it is."""
    async with tx.vendor_wide():
        open_now = await store.open_registrations(tx)
        closed = await store.closed_since(tx, since)
    return {
        partner_id: DealRecord(open_now.get(partner_id, 0), *closed.get(partner_id, (0, 0)))
        for partner_id in open_now.keys() | closed.keys()
    }
