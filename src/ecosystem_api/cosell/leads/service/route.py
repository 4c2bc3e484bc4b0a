"""Route a lead: rank the partners, keep the ranking, offer the lead to the first, or give it back to the vendor."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from ecosystem_api.cosell.leads import store
from ecosystem_api.cosell.leads.domain import ACTION, LIFECYCLE, facts_for, moved, rank_again
from ecosystem_api.cosell.leads.events import LeadOffered, LeadRerouted, LeadReturned
from ecosystem_api.cosell.leads.schemas import LeadRoute, LeadRoutedRead
from ecosystem_api.cosell.leads.service.gather import Gathered, gather
from ecosystem_api.cosell.leads.service.rankings import read_ranking
from ecosystem_api.cosell.leads.service.read import amount_of, get_row, lines_of
from ecosystem_api.cosell.leads.service.tell import tell, tell_partner
from ecosystem_api.cosell.leads.tables import LeadOfferRow, LeadRoutingRow, LeadRow
from ecosystem_api.cosell.routing import service as routing
from ecosystem_api.cosell.routing.domain import Placed, Policy, Ranking
from ecosystem_api.cosell.routing.service import Standing
from ecosystem_api.kernel.canonical import content_hash
from ecosystem_api.kernel.ids import decode, encode, new_uuid
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.products import service as products
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import plan
from ecosystem_api.selling.engagement import service as engagement

TIME_OUT = "leads.time_out"


async def route_lead(tx: Tx, who: Caller, lead_id: UUID, body: LeadRoute, if_match: str | None) -> LeadRoutedRead:
    """Offer a lead to the partner that the policy in force puts first; a dry run answers the ranking alone.

    Edges: who was asked about it before is left out unless `ask_again` says otherwise; if nobody comes into question,
    the lead is with the vendor again. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `NoPolicyInForce`.
    """
    row = await get_row(tx, lead_id, is_locked=not body.dry_run)
    if body.dry_run:
        standing = await routing.hold_policy(tx, is_locked=False)
        gathered = await gather(tx, row, standing, ask_again=body.ask_again)
        ranked = rank_again(standing.policy, gathered.snapshot)
        return _routed(row, _record(tx, row, standing, gathered, ranked), None, is_kept=False)
    moved(row.status, "route", is_partner=False)
    expect_version(if_match, row.version)
    row.rounds = 0
    record, offer = await _offer_next(tx, who, row, ask_again=body.ask_again)
    assert record is not None, "the first round is always ranked"
    return _routed(row, record, offer, is_kept=True)


async def reroute(tx: Tx, who: Caller, lead_id: UUID) -> None:
    """Offer a lead that one partner did not take to the next, as long as the policy has rounds left.

    Edges: a lead that something else has happened to meanwhile stays as it is.
    """
    row = await store.find_lead(tx, lead_id, is_locked=True)
    if row is not None and row.status == "rerouting":
        await _offer_next(tx, who, row, ask_again=False)


async def _offer_next(
    tx: Tx, who: Caller, row: LeadRow, *, ask_again: bool
) -> tuple[LeadRoutingRow | None, LeadOfferRow | None]:
    standing = await routing.hold_policy(tx)
    if row.rounds >= standing.policy.most_rounds:
        await _give_back(tx, who, row, "rounds_used")
        return None, None
    gathered = await gather(tx, row, standing, ask_again=ask_again)
    ranking = rank_again(standing.policy, gathered.snapshot)
    record = _record(tx, row, standing, gathered, ranking)
    await tx.insert(record)
    if not ranking.placed:
        await _give_back(tx, who, row, "nobody_eligible")
        return record, None
    if ranking.has_floor:
        standing.count_offer(is_below_floor=ranking.placed[0].is_below_floor)
    return record, await _make_offer(tx, who, row, standing.policy, record, ranking.placed[0])


async def _make_offer(
    tx: Tx, who: Caller, row: LeadRow, policy: Policy, record: LeadRoutingRow, first: Placed
) -> LeadOfferRow:
    partner_id = decode("par", first.partner_id)
    entry = next(one for one in record.snapshot["candidates"] if one["partner_id"] == first.partner_id)
    judgement = await engagement.judge(
        tx,
        who,
        action=ACTION,
        subject_id=encode("lead", row.id),
        partner_id=partner_id,
        facts=facts_for(record.snapshot, entry),
        evidence={"claims": record.snapshot["claims"]["holders"]},
    )
    row.status = LIFECYCLE.move(row.status, "route")
    row.rounds += 1
    touch(row, tx.now)
    offer = LeadOfferRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=partner_id,
        lead_id=row.id,
        lead_routing_id=record.id,
        decision_id=judgement.decision_id,
        round=row.rounds,
        status="open",
        disclosed=await _disclosed(tx, row, policy),
        points=first.points,
        criteria=next(one["criteria"] for one in record.ranking["placed"] if one["partner_id"] == first.partner_id),
        offered_at=tx.now,
        expires_at=tx.now + timedelta(hours=policy.answer_hours),
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    await tx.insert(offer)
    await plan(tx, TIME_OUT, subject_id=encode("loff", offer.id), due_at=offer.expires_at)
    await tell_partner(tx, who, row, offer, LeadOffered, expires_at=offer.expires_at)
    if row.rounds > 1:
        await tell(tx, who, row, LeadRerouted, round=row.rounds)
    return offer


async def _give_back(tx: Tx, who: Caller, row: LeadRow, cause: str) -> None:
    row.status = LIFECYCLE.move(row.status, "give_back")
    touch(row, tx.now)
    await tx.flush()
    await tell(tx, who, row, LeadReturned, cause=cause, rounds=row.rounds)


async def _disclosed(tx: Tx, row: LeadRow, policy: Policy) -> dict[str, Any]:
    """What the partner is told beforehand: what rules judge by, and what the policy discloses besides."""
    lines = lines_of(row, await products.skus_of(tx, row.product_ids))
    always = ("country", "region", "vertical", "skills", "certifications")
    told: dict[str, Any] = {name: getattr(row, name) for name in always}
    told["products"] = [line.model_dump() for line in lines]
    perhaps = ("title", "need", "company_size", "source")
    told |= {name: getattr(row, name) for name in perhaps if name in policy.disclose}
    if "customer" in policy.disclose:
        account = await accounts.get_account(tx, row.account_id)
        told["customer"] = {"name": account.name, "country": account.country}
    amount = amount_of(row)
    if "amount" in policy.disclose and amount is not None:
        told["amount"] = {"amount": amount.amount, "currency": amount.currency}
    return told


def _record(tx: Tx, row: LeadRow, standing: Standing, gathered: Gathered, ranking: Ranking) -> LeadRoutingRow:
    as_json = ranking.as_dict()
    return LeadRoutingRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        lead_id=row.id,
        round=row.rounds + 1,
        routing_policy_id=standing.id,
        policy_number=standing.number,
        policy_hash=standing.content_hash,
        rule_book_id=gathered.rule_book_id,
        book_hash=gathered.book_hash,
        snapshot=gathered.snapshot,
        snapshot_hash=content_hash(gathered.snapshot),
        ranking=as_json,
        ranking_hash=content_hash(as_json),
        created_at=tx.now,
    )


def _routed(row: LeadRow, record: LeadRoutingRow, offer: LeadOfferRow | None, *, is_kept: bool) -> LeadRoutedRead:
    more = {"lead_offer_id": offer.id if offer else None, "lead_status": row.status, "version": row.version}
    return LeadRoutedRead.model_validate(read_ranking(record, is_kept=is_kept).model_dump() | more)
