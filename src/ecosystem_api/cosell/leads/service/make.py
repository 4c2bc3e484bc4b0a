"""Make an offer of a lead: to the partner that the ranking puts first, or to one that somebody has chosen."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from ecosystem_api.cosell.leads.domain import ACTION, LIFECYCLE, answer_until, facts_for
from ecosystem_api.cosell.leads.events import LeadOffered, LeadRerouted
from ecosystem_api.cosell.leads.schemas import LeadPass, LeadRoutedRead
from ecosystem_api.cosell.leads.service.gather import Gathered
from ecosystem_api.cosell.leads.service.rankings import read_ranking
from ecosystem_api.cosell.leads.service.read import amount_of, lines_of
from ecosystem_api.cosell.leads.service.tell import tell, tell_partner
from ecosystem_api.cosell.leads.tables import LeadOfferRow, LeadRoutingRow, LeadRow
from ecosystem_api.cosell.routing.domain import Placed, Policy, Ranking
from ecosystem_api.cosell.routing.service import Standing
from ecosystem_api.kernel.canonical import content_hash
from ecosystem_api.kernel.ids import decode, encode, new_uuid
from ecosystem_api.kernel.reason import of_person
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.calendars import service as calendars
from ecosystem_api.market.calendars.domain import hours_to_dict
from ecosystem_api.market.products import service as products
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import plan
from ecosystem_api.selling.engagement import service as engagement

TIME_OUT = "leads.time_out"


@dataclass(frozen=True)
class Choice:
    """The partner to be asked: its entry in the snapshot, its score, and who chose it where the ranking did not."""

    entry: dict[str, Any]
    score: Placed
    by_hand: LeadPass | None = None


async def make_offer(
    tx: Tx, who: Caller, row: LeadRow, policy: Policy, record: LeadRoutingRow, choice: Choice
) -> LeadOfferRow:
    """Put a lead before one partner, with a decision of its own and a clock."""
    partner_id = decode("par", choice.score.partner_id)
    decision_id = (await _decided(tx, who, row, record, choice)).decision_id
    row.status = LIFECYCLE.move(row.status, "route")
    row.rounds += 1
    touch(row, tx.now)
    by_calendar = await calendars.clock_hours(tx, policy.answer_calendar) if policy.answer_clock == "business" else None
    hours = by_calendar.hours if by_calendar else None
    offer = LeadOfferRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        partner_id=partner_id,
        lead_id=row.id,
        lead_routing_id=record.id,
        decision_id=decision_id,
        round=row.rounds,
        status="open",
        disclosed=await _disclosed(tx, row, policy),
        points=choice.score.points,
        criteria=choice.score.criteria_as_json(),
        offered_at=tx.now,
        expires_at=answer_until(tx.now, timedelta(hours=policy.answer_hours), hours),
        calendar=hours_to_dict(hours, since=tx.now.date()) if hours else None,
        is_by_hand=choice.by_hand is not None,
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


async def _decided(tx: Tx, who: Caller, row: LeadRow, record: LeadRoutingRow, choice: Choice) -> engagement.Judgement:
    about: dict[str, Any] = {
        "action": ACTION,
        "subject_id": encode("lead", row.id),
        "partner_id": decode("par", choice.score.partner_id),
        "facts": facts_for(record.snapshot, choice.entry),
        "evidence": {"claims": record.snapshot["claims"]["holders"]},
    }
    if choice.by_hand is None:
        return await engagement.judge(tx, who, **about)
    about["evidence"]["passed_by_hand"] = {"lead_routing_id": encode("lrt", record.id)}
    said: dict[str, Any] = {"reason": of_person(choice.by_hand.reason), "note": choice.by_hand.note, "remedy": None}
    return await engagement.decide_as_person(tx, who, outcome="approve", **said, **about)


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


def record_of(tx: Tx, row: LeadRow, standing: Standing, gathered: Gathered, ranking: Ranking) -> LeadRoutingRow:
    """A ranking as it is kept, with all that it was made of."""
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


def routed(row: LeadRow, record: LeadRoutingRow, offer: LeadOfferRow | None, *, is_kept: bool) -> LeadRoutedRead:
    """What a ranking came to."""
    more = {"lead_offer_id": offer.id if offer else None, "lead_status": row.status, "version": row.version}
    return LeadRoutedRead.model_validate(read_ranking(record, is_kept=is_kept).model_dump() | more)
