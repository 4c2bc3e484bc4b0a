"""What must be true of a customer's registrations whatever happened at the same instant, read from committed rows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any
from uuid import UUID

import asyncpg

from ecosystem_api.kernel.ids import decode

RIGHT = {
    "approved": {"approve"}, "waiting": {"wait", "approve"}, "in_review": {"review"}, "action_required": {"require"},
    "rejected": {"reject"}, "revoked": {"reject"}, "superseded": {"reject"},
}  # fmt: skip
"""Which outcome of its last decision a status may follow from. One that the rules approve waits behind a claim."""

_DEALS = """
select d.id, d.status, d.submitted_at, d.decision_id, d.claim_account_id,
       coalesce(a.merged_into_id, a.id) as account_id, d.region,
       a.merged_into_id is not null as is_left_behind, (select array_agg(p.product_id) from deal_products p
       where p.vendor_id = d.vendor_id and p.deal_id = d.id) as products
from deal_registrations d join accounts a on (a.vendor_id, a.id) = (d.vendor_id, d.account_id)
where d.vendor_id = $1 and d.id = any($2)
"""
_CLAIMS = """
select deal_id, account_id, product_id, region, ended_how is null as is_running from protections
where vendor_id = $1 and deal_id = any($2)
"""
_DECISIONS = """
select id, subject_id, action, outcome, supersedes_id from decisions
where vendor_id = $1 and subject_id = any($2) order by decided_at, id
"""
_APPROVALS = """
select subject_id, count(*) filter (where type = 'deal_registration.approved') as told from events
where vendor_id = $1 and subject_id = any($2) group by subject_id
"""
_UNDONE = """
select handler, state, last_error from deliveries
where vendor_id = $1 and state in ('pending', 'dead') and last_error is not null
"""


@dataclass(frozen=True)
class Deal:
    """A registration as it is committed.

    Shape: `asked` is the region it names; `region` where its claim counts, if it holds one, else where it would.
    `once_held` is all that it held at any time, and where.
    """

    id: UUID
    status: str
    submitted_at: datetime | None
    decision_id: UUID | None
    account_id: UUID
    asked: str | None
    region: str | None
    products: frozenset[UUID]
    held: frozenset[UUID]
    once_held: frozenset[tuple[UUID, str | None]]

    def meets(self, other: "Deal") -> bool:
        """Whether both count in one place."""
        return None in (self.region, other.region) or self.region == other.region

    def wants(self, product: UUID, region: str | None) -> bool:
        """Whether it claims a product there."""
        return product in self.products and (None in (self.region, region) or self.region == region)

    @property
    def place(self) -> tuple[datetime, UUID]:
        assert self.submitted_at is not None
        return self.submitted_at, self.id


async def agreed(
    owner_url: str,
    vendor_id: UUID,
    before: dict[str, Any],
    chosen: Collection[str] = (),
    *,
    by_region: bool = False,
) -> dict[str, Deal]:
    """The registrations as they ended, by the names they have in `before`.

    Shape: `chosen` are those that a person may have preferred to who came first; `by_region` says what the book says.
    """
    owner = await asyncpg.connect(owner_url)
    try:
        deals = await _deals(owner, vendor_id, before, by_region=by_region)
        await _recorded(owner, vendor_id, before, deals)
        undone = await owner.fetch(_UNDONE, vendor_id)
    finally:
        await owner.close()
    assert not undone, undone
    _one_holder(deals)
    _nobody_lost_a_place(before, deals, chosen)
    return deals


async def _deals(
    owner: asyncpg.Connection, vendor_id: UUID, before: dict[str, Any], *, by_region: bool
) -> dict[str, Deal]:
    ids = {decode("deal", deal["id"]): name for name, deal in before.items()}
    rows, claims = [await owner.fetch(sql, vendor_id, list(ids)) for sql in (_DEALS, _CLAIMS)]
    found = {}
    for row in rows:
        own = [one for one in claims if one["deal_id"] == row["id"]]
        held = [one for one in own if one["is_running"]]
        assert not row["is_left_behind"], f"{ids[row['id']]} stands at an account that was merged into another"
        assert {one["account_id"] for one in held} <= {row["claim_account_id"]}, "a claim is held where it counts"
        regions = {one["region"] for one in held}
        assert len(regions) <= 1, "a claim counts in one place"
        region = regions.pop() if regions else row["region"] if by_region else None
        assert row["status"] != "approved" or region == (row["region"] if by_region else None), (
            "where it was registered"
        )
        products = frozenset(row["products"])
        found[ids[row["id"]]] = Deal(
            row["id"], row["status"], row["submitted_at"], row["decision_id"], row["account_id"], row["region"], region,
            products, frozenset(one["product_id"] for one in held),
            frozenset((one["product_id"], one["region"]) for one in own),
        )  # fmt: skip
    return found


def _one_holder(deals: dict[str, Deal]) -> None:
    for one, other in combinations(deals.values(), 2):
        is_shared = one.account_id == other.account_id and one.meets(other) and one.held & other.held
        assert not is_shared, "two hold one product at one customer"
    for name, deal in deals.items():
        assert deal.held == (deal.products if deal.status == "approved" else frozenset()), name


def _nobody_lost_a_place(before: dict[str, Any], deals: dict[str, Deal], chosen: Collection[str]) -> None:
    waited = {deals[name].id for name, deal in before.items() if deal["status"] == "waiting"}
    for name, deal in deals.items():
        was = before[name]["submitted_at"]
        # A product more, or another region, is a claim made now.
        is_another = len(deal.products) > len(before[name]["products"]) or deal.asked != before[name]["region"]
        is_kept = was is None or deal.submitted_at == datetime.fromisoformat(was)
        assert is_kept or is_another, f"{name} lost its place"
        others = [one for one in deals.values() if one.id != deal.id and one.account_id == deal.account_id]
        held = frozenset(product for one in others if one.meets(deal) for product in one.held)
        if deal.status == "waiting":
            assert deal.products & held, f"{name} waits for nothing"
        if deal.status == "approved" and before[name]["status"] != "approved" and name not in chosen:
            longer = [one for one in others if one.id in waited and one.status == "waiting" and one.place < deal.place]
            for one in longer:
                third = [other for other in others if other.id != one.id]
                held = frozenset(product for other in third if other.meets(one) for product in other.held)
                # Who wants more waits for all of it, and meanwhile a part that nobody holds goes to others.
                was_held = any(
                    one.wants(*what) and not deal.wants(*what) for other in third for what in other.once_held
                )
                is_rival = deal.meets(one) and one.products & deal.products
                assert not is_rival or one.products & held or was_held, f"{name} overtook who waited longer"


async def _recorded(owner: asyncpg.Connection, vendor_id: UUID, before: dict[str, Any], deals: dict[str, Deal]) -> None:
    """Every status follows from a decision on the record; each decision replaces the one before, and only one does."""
    names = {deal["id"]: name for name, deal in before.items()}
    rows = await owner.fetch(_DECISIONS, vendor_id, list(names))
    told = {row["subject_id"]: row["told"] for row in await owner.fetch(_APPROVALS, vendor_id, list(names))}
    for deal_id, name in names.items():
        deal = deals[name]
        records = [row for row in rows if row["subject_id"] == deal_id and row["action"] == "deal_registration.submit"]
        replaced = [row["supersedes_id"] for row in records]
        assert replaced == [None, *(row["id"] for row in records)][: len(records)], f"{name}: {records}"
        assert (deal.decision_id is None) == (not records)
        if records:
            assert deal.decision_id == records[-1]["id"], f"{name} does not show its last decision"
            assert records[-1]["outcome"] in RIGHT.get(deal.status, {records[-1]["outcome"]}), (name, deal.status)
        approvals = sum(row["outcome"] == "approve" for row in records)
        assert told.get(deal_id, 0) <= approvals, f"{name} was approved without a record"
