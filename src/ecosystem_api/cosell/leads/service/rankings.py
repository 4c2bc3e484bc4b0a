"""Read recorded rankings, and make them again to see whether they hold."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from ecosystem_api.cosell.leads import store
from ecosystem_api.cosell.leads.domain import ACTION, facts_for, rank_again
from ecosystem_api.cosell.leads.schemas import LeadRoutingRead, LeftRead, PlacedRead, RoutingVerificationRead
from ecosystem_api.cosell.leads.tables import LeadRoutingRow
from ecosystem_api.cosell.routing import service as routing
from ecosystem_api.kernel.canonical import content_hash
from ecosystem_api.kernel.ids import decode
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, page_of
from ecosystem_api.selling.engagement import service as engagement

_SAME = (
    "lead_id", "round", "routing_policy_id", "policy_number", "policy_hash", "rule_book_id", "book_hash",
    "snapshot_hash", "ranking_hash", "created_at",
)  # fmt: skip


async def get_routing(tx: Tx, routing_id: UUID) -> LeadRoutingRead:
    """One recorded ranking. Errors: `NotFound`."""
    return read_ranking(await _get(tx, routing_id))


async def list_routings(tx: Tx, lead_id: UUID, paging: Paging) -> Page[LeadRoutingRead]:
    """The rankings by which a lead was routed, newest first. Errors: `NotFound`."""
    if await store.find_lead(tx, lead_id) is None:
        raise NotFound()
    return await page_of(tx, store.routings(tx, lead_id), paging, [(LeadRoutingRow.id, True)], read_ranking)


async def verify_routing(tx: Tx, routing_id: UUID) -> RoutingVerificationRead:
    """Judge and rank the recorded snapshot again, by the policy and the book of then. Errors: `NotFound`."""
    row = await _get(tx, routing_id)
    policy, policy_hash = await routing.published_policy(tx, row.routing_policy_id)
    entries: list[dict[str, Any]] = row.snapshot["candidates"]
    facts = [facts_for(row.snapshot, entry) for entry in entries]
    foresight = await engagement.foresee(tx, ACTION, facts, rule_book_id=row.rule_book_id)
    differences = [] if foresight.book_hash == row.book_hash else ["the rule book has another fingerprint"]
    for entry, said in zip(entries, foresight.cases, strict=True):
        if (entry["outcome"], entry["reasons"]) != (said.outcome, list(said.reasons)):
            differences.append(f"of {entry['partner_id']} the rules said {entry['outcome']} and now say {said.outcome}")
    rules_hold = not differences
    policy_holds, snapshot_holds = policy_hash == row.policy_hash, content_hash(row.snapshot) == row.snapshot_hash
    again = rank_again(policy, row.snapshot).as_dict()
    ranking_holds = again == row.ranking and content_hash(row.ranking) == row.ranking_hash
    doubts = ((policy_holds, "policy"), (snapshot_holds, "snapshot"), (ranking_holds, "ranking"))
    differences += [f"the {what} is not what was recorded" for holds, what in doubts if not holds]
    return RoutingVerificationRead(
        holds=not differences,
        policy_holds=policy_holds,
        snapshot_holds=snapshot_holds,
        rules_hold=rules_hold,
        ranking_holds=ranking_holds,
        differences=differences,
    )


async def offers_among_eligible(tx: Tx, since: datetime, until: datetime) -> Sequence[tuple[UUID, tuple[UUID, ...]]]:
    """For every offer of `[since, until)`: who got it, and all who were eligible, as the ranking recorded it.

    Edges: reads over all partners, so it must not be answered to one of them as it is.
    """
    async with tx.vendor_wide():
        found = await store.rankings_between(tx, since, until)
    return [
        (partner_id, tuple(decode("par", one["partner_id"]) for one in ranking["placed"]))
        for ranking, partner_id in found
    ]


def read_ranking(row: LeadRoutingRow, *, is_kept: bool = True) -> LeadRoutingRead:
    """A ranking as the vendor's side reads it."""
    placed = [
        PlacedRead.model_validate({**one, "place": place, "partner_id": one["partner_id"]})
        for place, one in enumerate(row.ranking["placed"], 1)
    ]
    return LeadRoutingRead.model_validate(
        {
            **{name: getattr(row, name) for name in _SAME},
            "id": row.id if is_kept else None,
            "is_floor_turn": row.ranking["is_floor_turn"],
            "eligible": placed,
            "not_eligible": [LeftRead.model_validate(one) for one in row.ranking["left"]],
        }
    )


async def _get(tx: Tx, routing_id: UUID) -> LeadRoutingRow:
    row = await store.find_routing(tx, routing_id)
    if row is None:
        raise NotFound()
    return row
