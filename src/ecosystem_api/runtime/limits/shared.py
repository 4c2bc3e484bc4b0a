"""Budgets that all processes share: a bucket is a row, and taking from it is one statement.

Where exactness matters (tokens, imports, probes) every request asks the row. Writes are many, so a process reserves
some ahead and spends them from memory: one at first, twice as many each time they were gone before their short life
was over. What it did not spend by then is lost, never spent twice: the budget is never exceeded, by any number of
processes.
"""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Text, case, delete, func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from ecosystem_api.runtime.database import Base, Database, Tx
from ecosystem_api.runtime.ledger.tables import INSTANT
from ecosystem_api.runtime.limits.bucket import Level, Policy, Spent, level_of

LEASE_LIFE = timedelta(seconds=5)
MOST_LEASES = 10_000


class RateBucketRow(Base):
    """The instant at which one budget is full again. A bucket that is full has no need of a row."""

    __tablename__ = "rate_buckets"
    __table_args__ = ({"info": {"scope": "machinery"}},)

    vendor_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    full_at: Mapped[datetime] = mapped_column(INSTANT)


async def take_shared(tx: Tx, policy: Policy, key: str, count: int = 1) -> Level:
    """Take from a budget in this transaction; rolled back with it. Errors: `Spent`, when less than `count` is left."""
    name = f"{policy.name}:{key}"
    window = timedelta(seconds=policy.window_seconds)
    cost = timedelta(seconds=policy.interval_seconds * count)
    now, latest = literal(tx.now, INSTANT), literal(tx.now + window, INSTANT)
    # What a clock since set back has left far ahead is forgotten, as in `bucket.standing`.
    is_ahead = RateBucketRow.full_at > literal(tx.now + 2 * window, INSTANT)
    full_at = case((is_ahead, now), else_=func.greatest(RateBucketRow.full_at, now))
    statement = (
        insert(RateBucketRow)
        .values(vendor_id=tx.vendor_id, name=name, full_at=tx.now + cost)
        .on_conflict_do_update(
            index_elements=["vendor_id", "name"],
            set_={"full_at": full_at + literal(cost)},
            where=full_at + literal(cost) <= latest,
        )
        .returning(RateBucketRow.full_at)
    )
    found = await tx.session.scalar(statement)
    if found is None:
        stands = await tx.session.scalar(
            select(RateBucketRow.full_at).where(RateBucketRow.vendor_id == tx.vendor_id, RateBucketRow.name == name)
        )
        missing = ((stands or tx.now) + cost - window - tx.now).total_seconds()
        raise Spent(policy, max(missing, 0.0))
    return level_of(policy, found.timestamp(), tx.now.timestamp())


async def forget_full(tx: Tx) -> None:
    """Delete the vendor's buckets that are full: an absent one is."""
    await tx.session.execute(
        delete(RateBucketRow).where(RateBucketRow.vendor_id == tx.vendor_id, RateBucketRow.full_at < tx.now)
    )


@dataclass(slots=True)
class _Lease:
    """Requests reserved ahead by this process."""

    size: int = 1
    left: int = 0
    beyond: int = 0
    ends_at: datetime | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def spend(self, policy: Policy, now: datetime) -> Level | None:
        """One of those reserved, or None when there is none that still counts."""
        # Also one that ends too far ahead is over: the clock was set back.
        if not self.left or self.ends_at is None or not now < self.ends_at <= now + LEASE_LIFE:
            return None
        self.left -= 1
        left = self.beyond + self.left
        return Level(policy, left, round((policy.quota - left) * policy.interval_seconds))


class SharedBudgets:
    """What this process has reserved of shared budgets."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._leases: dict[tuple[UUID, str, str], _Lease] = {}

    async def take(self, vendor_id: UUID, policy: Policy, key: str) -> Level:
        """Take one. Errors: `Spent`."""
        lease = self._leases.setdefault((vendor_id, policy.name, key), _Lease())
        level = lease.spend(policy, self._database.clock())
        if level is not None:
            return level
        async with lease.turn:  # one reservation at a time; who waited finds what it brought
            return lease.spend(policy, self._database.clock()) or await self._reserve(vendor_id, policy, key, lease)

    async def _reserve(self, vendor_id: UUID, policy: Policy, key: str, lease: _Lease) -> Level:
        now = self._database.clock()
        was_used_up = not lease.left and lease.ends_at is not None and now < lease.ends_at
        wanted = min(lease.size * 2, policy.lease) if was_used_up else 1
        async with self._database.transaction(vendor_id, now=now) as tx:
            try:
                level = await take_shared(tx, policy, key, wanted)
            except Spent:
                if wanted == 1:
                    raise
                wanted = 1
                level = await take_shared(tx, policy, key)
        lease.size, lease.left, lease.beyond, lease.ends_at = wanted, wanted - 1, level.remaining, now + LEASE_LIFE
        if len(self._leases) > MOST_LEASES:
            self._leases = {name: kept for name, kept in self._leases.items() if kept.left or kept.turn.locked()}
        return Level(policy, level.remaining + lease.left, level.reset_seconds)
