"""Open a case: an appeal against a decision, or a dispute about the claim that a registration waits behind."""

from collections.abc import Sequence
from datetime import timedelta

from ecosystem_api.cosell.disputes import store
from ecosystem_api.cosell.disputes.domain import is_contestable, window_end
from ecosystem_api.cosell.disputes.errors import AlreadyContested, NotAppealable, NothingToDispute, WindowOver
from ecosystem_api.cosell.disputes.events import DisputeAnswerInvited, DisputeOpened
from ecosystem_api.cosell.disputes.schemas import DisputeCreate, DisputeRead
from ecosystem_api.cosell.disputes.service.case import open_review
from ecosystem_api.cosell.disputes.service.read import read_dispute
from ecosystem_api.cosell.disputes.service.tell import tell
from ecosystem_api.cosell.disputes.tables import DisputeEvidenceRow, DisputePartyRow, DisputeRow
from ecosystem_api.kernel.ids import decode, encode, new_uuid
from ecosystem_api.kernel.problem import FieldError, InvalidRequest, NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.deals.service import Standing
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.schemas import Evidence, plain_evidence


async def open_dispute(tx: Tx, who: Caller, body: DisputeCreate) -> DisputeRead:
    """Contest a decision or a claim. The registration stays as it is until a ruling says otherwise.

    Edges: whose claim stands in the way is told that it is contested, and no more; the claimant is not told whether
    there is anybody. Errors: `InvalidRequest` for an unknown decision or registration, `NotAppealable`,
    `NothingToDispute`, `WindowOver`, `AlreadyContested`.
    """
    claim, holders = await _contested(tx, body)
    if not is_contestable(body.kind, claim.status) or claim.decision_id is None or claim.submitted_at is None:
        raise _not_contestable(body.kind, claim)
    if body.decision_id not in (None, claim.decision_id):
        raise NotAppealable("Another decision about this registration stands by now.", status_now=claim.status)
    async with tx.vendor_wide():
        decision = await engagement.get_decision(tx, claim.decision_id)
        rules = await engagement.parameters_of(tx, decision.rule_book_id)
        known = await store.find_case(tx, decision.id, claim.deal_id) or await store.open_case_of(tx, claim.deal_id)
    until = window_end(decision.decided_at, rules.dispute_days)
    if known is not None:
        raise AlreadyContested(dispute_id=encode("dsp", known))
    if tx.now >= until:
        raise WindowOver(f"It ended at {until:%Y-%m-%d %H:%M} UTC.", until=until.isoformat())
    others = in_the_way(body.kind, claim, holders)
    if body.kind == "dispute" and not others:
        raise NothingToDispute("The claim it waited for has just ended; its place in line is kept.")
    row = DisputeRow(
        vendor_id=tx.vendor_id,
        id=new_uuid(),
        kind=body.kind,
        status="open",
        decision_id=decision.id,
        grounds=body.grounds,
        is_named=rules.disputants_named,
        priority_at=claim.submitted_at,
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
        product_ids=sorted(one.product_ids),
        side=side,
        statement=statement,
        evidence_until=tx.now + timedelta(days=evidence_days),
        is_heard=False,
        created_at=tx.now,
    )


async def _contested(tx: Tx, body: DisputeCreate) -> tuple[Standing, list[Standing]]:
    pointer, deal_id = "/deal_registration_id", body.deal_registration_id
    try:
        if body.decision_id is not None:
            pointer = "/decision_id"
            subject_id = (await engagement.get_decision(tx, body.decision_id)).subject_id
            deal_id = decode("deal", subject_id)
        assert deal_id is not None, "the schema wants one of the two"
        return await deals.contested(tx, deal_id)
    except (NotFound, ValueError):
        fault = FieldError(pointer, "unknown", "No decision about a registration, and no registration, of this id.")
        raise InvalidRequest(errors=[fault]) from None


def in_the_way(kind: str, claim: Standing, holders: Sequence[Standing]) -> list[Standing]:
    """Whose claim a ruling could end: in a dispute every rival's; in an appeal those who came later."""
    rivals = [one for one in holders if one.partner_id != claim.partner_id]
    if kind == "dispute":
        return rivals
    place = (claim.submitted_at, claim.deal_id)
    return [one for one in rivals if (one.submitted_at, one.deal_id) > place]


def _not_contestable(kind: str, claim: Standing) -> NotAppealable | NothingToDispute:
    detail = f"The registration is {claim.status}."
    refusal = NotAppealable if kind == "appeal" else NothingToDispute
    return refusal(detail, status_now=claim.status)


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
