"""Open a case: an appeal against a decision, or a dispute about the claim that a registration waits behind."""

from datetime import timedelta

from ecosystem_api.cosell.disputes import store
from ecosystem_api.cosell.disputes.domain import window_end
from ecosystem_api.cosell.disputes.errors import AlreadyContested, NothingToDispute, WindowOver
from ecosystem_api.cosell.disputes.events import DisputeAnswerInvited, DisputeOpened
from ecosystem_api.cosell.disputes.schemas import DisputeCreate, DisputeRead
from ecosystem_api.cosell.disputes.service.case import open_review
from ecosystem_api.cosell.disputes.service.contested import contested
from ecosystem_api.cosell.disputes.service.read import read_dispute
from ecosystem_api.cosell.disputes.service.tell import tell
from ecosystem_api.cosell.disputes.tables import DisputeEvidenceRow, DisputePartyRow, DisputeRow
from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.deals.service import Standing
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.schemas import Evidence, plain_evidence


async def open_dispute(tx: Tx, who: Caller, body: DisputeCreate) -> DisputeRead:
    """Contest a decision or a claim. The registration stays as it is until a ruling says otherwise.

    Edges: whose claim stands in the way is told that it is contested, and no more; the claimant is not told whether
    there is anybody. Errors: `InvalidRequest` for what is unknown, `NotAppealable`, `NothingToDispute`, `WindowOver`,
    `AlreadyContested`.
    """
    about = await contested(tx, body)
    claim, others = about.claim, about.others
    async with tx.vendor_wide():
        decision = await engagement.get_decision(tx, about.decision_id)
        rules = await engagement.parameters_of(tx, decision.rule_book_id)
        known = await store.find_case(tx, decision.id, claim.deal_id) or await store.open_case_of(
            tx, claim.deal_id, extension_id=about.extension_id, amendment_id=about.amendment_id
        )
    until = window_end(about.since or decision.decided_at, rules.dispute_days)
    if known is not None:
        raise AlreadyContested(dispute_id=encode("dsp", known))
    if tx.now >= until:
        raise WindowOver(f"It ended at {until:%Y-%m-%d %H:%M} UTC.", until=until)
    if body.kind == "dispute" and not others:
        raise NothingToDispute("The claim it waited for has just ended; its place in line is kept.")
    row = DisputeRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        kind=body.kind,
        status="open",
        decision_id=decision.id,
        extension_id=about.extension_id,
        amendment_id=about.amendment_id,
        grounds=body.grounds,
        is_named=rules.disputants_named,
        priority_at=claim.submitted_at or tx.now,
        version=1,
        created_at=tx.now,
        updated_at=tx.now,
    )
    parties = [party_of(tx, row, claim, "claimant", rules.dispute_evidence_days, body.statement)]
    parties += [party_of(tx, row, one, "respondent", rules.dispute_evidence_days) for one in others]
    async with tx.vendor_wide():
        await tx.insert(row)
        await tx.insert(*parties)
        if body.evidence:
            await tx.insert(evidence_row(tx, who, row, parties[0], None, body.evidence))
        due_at = await open_review(tx, who, row, parties[0], decision, rules)
        await tell(tx, who, row, parties[:1], DisputeOpened, due_at=due_at)
        await tell(tx, who, row, parties[1:], DisputeAnswerInvited, due_at=due_at)
    return await read_dispute(tx, who, row)


def party_of(
    tx: Tx, row: DisputeRow, one: Standing, side: str, evidence_days: int, statement: str | None = None
) -> DisputePartyRow:
    """A registration as a party of a case, from now on."""
    return DisputePartyRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        dispute_id=row.id,
        partner_id=one.partner_id,
        deal_id=one.deal_id,
        account_id=one.account_id,
        product_ids=sorted(one.claimed.product_ids),
        region=one.claimed.extent.region,
        side=side,
        statement=statement,
        evidence_until=tx.now + timedelta(days=evidence_days),
        is_heard=False,
        created_at=tx.now,
    )


def evidence_row(
    tx: Tx, who: Caller, row: DisputeRow, party: DisputePartyRow | None, statement: str | None, brought: list[Evidence]
) -> DisputeEvidenceRow:
    """What a party brought, or the vendor's side."""
    return DisputeEvidenceRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        dispute_id=row.id,
        partner_id=party.partner_id if party else None,
        statement=statement,
        evidence=plain_evidence(brought),
        author_id=who.actor_id,
        created_at=tx.now,
    )
