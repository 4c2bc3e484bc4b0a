"""Route a lead: rank the partners, keep the ranking, offer the lead to one, or give it back to the vendor."""

from uuid import UUID

from ecosystem_api.cosell.leads import store
from ecosystem_api.cosell.leads.domain import LIFECYCLE, moved, rank_again, score_again
from ecosystem_api.cosell.leads.errors import NoSuchPartner, PartnerExcluded
from ecosystem_api.cosell.leads.events import LeadReturned
from ecosystem_api.cosell.leads.schemas import LeadPass, LeadRoute, LeadRoutedRead
from ecosystem_api.cosell.leads.service.gather import gather
from ecosystem_api.cosell.leads.service.make import Choice, make_offer, record_of, routed
from ecosystem_api.cosell.leads.service.read import get_row
from ecosystem_api.cosell.leads.service.tell import tell
from ecosystem_api.cosell.leads.tables import LeadOfferRow, LeadRoutingRow, LeadRow
from ecosystem_api.cosell.routing import service as routing
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import FieldError
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version

_KEPT_OUT = ("reject", "wait")


async def route_lead(tx: Tx, who: Caller, lead_id: UUID, body: LeadRoute, if_match: str | None) -> LeadRoutedRead:
    """Offer a lead to the partner that the policy in force puts first; a dry run answers the ranking alone.

    Edges: who was asked about it before is left out unless `ask_again` says otherwise; if nobody comes into question,
    the lead is with the vendor again. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `NoPolicyInForce`.
    """
    row = await get_row(tx, lead_id, is_locked=not body.dry_run)
    if body.dry_run:
        expect_version(if_match, row.version, is_dry_run=True)
        standing = await routing.hold_policy(tx, is_locked=False)
        gathered = await gather(tx, row, standing, ask_again=body.ask_again)
        ranked = rank_again(standing.policy, gathered.snapshot)
        return routed(row, record_of(tx, row, standing, gathered, ranked), None, is_kept=False)
    moved(row.status, "route", is_partner=False)
    expect_version(if_match, row.version)
    row.rounds = 0
    record, offer = await _offer_next(tx, who, row, ask_again=body.ask_again)
    assert record is not None, "the first round is always ranked"
    return routed(row, record, offer, is_kept=True)


async def pass_lead(tx: Tx, who: Caller, lead_id: UUID, body: LeadPass, if_match: str | None) -> LeadRoutedRead:
    """Offer a lead to the partner that somebody has chosen, with a reason; the policy's ranking is recorded beside it.

    Edges: what the policy says against the partner does not count, what the rule book refuses does. If it does not take
    the lead, the policy chooses the next. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `NoPolicyInForce`,
    `NoSuchPartner`, `PartnerExcluded`.
    """
    row = await get_row(tx, lead_id, is_locked=True)
    moved(row.status, "pass", is_partner=False)
    expect_version(if_match, row.version)
    row.rounds = 0
    standing = await routing.hold_policy(tx)
    gathered = await gather(tx, row, standing, ask_again=False)
    chosen = encode("par", body.partner_id)
    entry = next((one for one in gathered.snapshot["candidates"] if one["partner_id"] == chosen), None)
    if entry is None:
        detail = "No active partner has this id."
        raise NoSuchPartner(errors=[FieldError("/partner_id", "no_such_partner", detail)])
    if entry["outcome"] in _KEPT_OUT:
        raise PartnerExcluded(reasons=entry["reasons"])
    ranking = rank_again(standing.policy, gathered.snapshot)
    record = record_of(tx, row, standing, gathered, ranking)
    await tx.insert(record)
    score = score_again(standing.policy, gathered.snapshot, entry)
    if ranking.has_floor:
        # Counted like any other, so that no offer by hand goes around the floor.
        standing.count_offer(is_below_floor=score.is_below_floor)
    offer = await make_offer(tx, who, row, standing.policy, record, Choice(entry, score, body))
    return routed(row, record, offer, is_kept=True)


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
    record = record_of(tx, row, standing, gathered, ranking)
    await tx.insert(record)
    if not ranking.placed:
        await _give_back(tx, who, row, "nobody_eligible")
        return record, None
    if ranking.has_floor:
        standing.count_offer(is_below_floor=ranking.placed[0].is_below_floor)
    first = ranking.placed[0]
    entry = next(one for one in record.snapshot["candidates"] if one["partner_id"] == first.partner_id)
    return record, await make_offer(tx, who, row, standing.policy, record, Choice(entry, first))


async def _give_back(tx: Tx, who: Caller, row: LeadRow, cause: str) -> None:
    row.status = LIFECYCLE.move(row.status, "give_back")
    touch(row, tx.now)
    await tx.flush()
    await tell(tx, who, row, LeadReturned, cause=cause, rounds=row.rounds)
