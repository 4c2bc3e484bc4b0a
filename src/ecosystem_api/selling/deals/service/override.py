"""The customer chooses in writing: a registration takes the claim that another partner holds."""

from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.reading import Written
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import LIFECYCLE
from ecosystem_api.selling.deals.errors import NothingToOverride
from ecosystem_api.selling.deals.events import DealApproved, DealSuperseded
from ecosystem_api.selling.deals.schemas import DealOverride, DealRead
from ecosystem_api.selling.deals.service.claim import end_claim, grant_claim
from ecosystem_api.selling.deals.service.hold import hold
from ecosystem_api.selling.deals.service.overdue import hold_in_turn
from ecosystem_api.selling.deals.service.read import moved_by, show_deal
from ecosystem_api.selling.deals.service.review import CHOICE, end_override, end_review, override_missing
from ecosystem_api.selling.deals.service.settle import judge_rivals, note_decision
from ecosystem_api.selling.deals.service.tell import keep_and_tell, tell
from ecosystem_api.selling.deals.service.weigh import ACTION, Gathered, asked_of, gather
from ecosystem_api.selling.deals.tables import DealRow
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.service import Judgement


async def override(tx: Tx, who: Caller, deal_id: UUID, body: DealOverride, if_match: str | None) -> Written[DealRead]:
    """Let a registration take the claim that other partners hold, because the customer says so in writing.

    Edges: who held the claim is superseded, with a decision of its own and the share that the book gives the runner-up;
    what of its claim the other does not take is free, and whoever waits for it is served. Where the book wants two
    people, the first is a signature and moves nothing. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`,
    `NothingToOverride`, `ClaimHeld` where the partner itself holds a part of it; `PersonNeeded` and `SignedAlready`
    where two people must sign.
    """
    row, customer = await hold_in_turn(tx, deal_id)
    target = moved_by(who, row, "override")
    expect_version(if_match, row.version)
    row.claim_account_id = customer.claim_account_id
    before = await gather(tx, asked_of(row), customer)
    holders = _other_holders(row, before)
    if not holders:
        raise NothingToOverride()
    if await override_missing(tx, who, row, body.note, before):
        return await show_deal(tx, who, row.id)
    async with tx.vendor_wide():
        for holder_id in holders:
            await _supersede(tx, who, holder_id, body)
    gathered = await gather(tx, asked_of(row), customer)
    writes = Writes()
    judgement = await _decide(tx, who, row, gathered, body, "approve", writes)
    row.status, row.last_activity_at = target, tx.now
    note_decision(tx, row, judgement)
    touch(row, tx.now)
    await end_override(tx, who, writes, row, "approved")
    await end_review(tx, who, writes, row, "approved")
    until = await grant_claim(tx, writes, row, judgement, gathered.weighed)
    store.keep(writes, row)
    tell(writes, tx, who, row, DealApproved, protected_until=until)
    await writes.send(tx)
    await judge_rivals(tx, who, gathered.weighed.rivals)
    return await show_deal(tx, who, row.id)


def _other_holders(row: DealRow, gathered: Gathered) -> list[UUID]:
    return sorted({claim.deal_id for claim in gathered.in_the_way if claim.partner_id != row.partner_id})


async def _supersede(tx: Tx, who: Caller, deal_id: UUID, body: DealOverride) -> None:
    row, customer = await hold(tx, deal_id)
    writes = Writes()
    gathered = await gather(tx, asked_of(row), customer)
    judgement = await _decide(tx, who, row, gathered, body, "reject", writes)
    row.status = LIFECYCLE.move(row.status, "supersede")
    note_decision(tx, row, judgement)
    touch(row, tx.now)
    end_claim(writes, tx, row, "superseded")
    await keep_and_tell(tx, who, row, DealSuperseded, writes)


async def _decide(
    tx: Tx, who: Caller, row: DealRow, gathered: Gathered, body: DealOverride, outcome: str, writes: Writes
) -> Judgement:
    is_winner = outcome == "approve"
    return await engagement.decide_as_person(
        tx,
        who,
        action=ACTION,
        subject_id=encode("deal", row.id),
        partner_id=row.partner_id,
        facts=gathered.facts,
        evidence=gathered.evidence,
        given=body.evidence,
        outcome=outcome,
        reason=CHOICE,
        remedy=None if is_winner else body.remedy,
        # A word to the partner who was chosen is not for the one who was not.
        note=body.note if is_winner else None,
        has_runner_up=True,
        writes=writes,
    )
