"""Hear the sides: each brings evidence in its own time; who gets the claim meanwhile is heard too."""

from uuid import UUID

from ecosystem_api.cosell.disputes import store
from ecosystem_api.cosell.disputes.domain import LIFECYCLE
from ecosystem_api.cosell.disputes.errors import EvidenceClosed
from ecosystem_api.cosell.disputes.events import DisputeAnswerInvited, DisputeEvidenceAdded, DisputeEvidenceNoted
from ecosystem_api.cosell.disputes.schemas import DisputeRead, EvidenceAdd
from ecosystem_api.cosell.disputes.service.case import case_changed, due_at, require_review
from ecosystem_api.cosell.disputes.service.contested import in_the_way
from ecosystem_api.cosell.disputes.service.open import evidence_row, party_of
from ecosystem_api.cosell.disputes.service.read import actions_of, get_row, held, own_party, read_dispute
from ecosystem_api.cosell.disputes.service.tell import tell
from ecosystem_api.cosell.disputes.tables import DisputePartyRow, DisputeRow
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import IllegalMove
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import record
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.engagement import service as engagement


async def add_evidence(tx: Tx, who: Caller, dispute_id: UUID, body: EvidenceAdd) -> DisputeRead:
    """Bring evidence to a case, or say that there is no more.

    Edges: what the vendor's side adds is read by no partner, and it may add until the ruling.
    Errors: `NotFound`, `IllegalMove`, `EvidenceClosed` with the instant.
    """
    await get_row(tx, dispute_id)
    async with tx.vendor_wide():
        row, parties = await held(tx, dispute_id)
        party = own_party(who, parties)
        if "add_evidence" not in LIFECYCLE.allowed(row.status):
            raise IllegalMove(f"The case is {row.status}.", allowed_actions=actions_of(tx, who, row, party))
        if who.is_partner:
            await _hear(tx, who, row, party, body)
        else:
            await tx.insert(evidence_row(tx, who, row, None, body.statement, body.evidence))
            await case_changed(tx, who, row)
            await record(tx, who, DisputeEvidenceNoted(dispute_id=row.id), subject_id=encode("dsp", row.id))
        touch(row, tx.now)
    return await read_dispute(tx, who, row)


async def invite_holders(tx: Tx, who: Caller, account_id: UUID) -> None:
    """Who has got a claim at a customer that an open case is about becomes a side of it, and is told.

    Edges: nothing happens where it came before the claimant or is a side already.
    """
    if not await store.has_open_cases(tx):  # hardly ever is one; to know a customer takes far longer
        return
    known = await recognition.know_account(tx, account_id)
    for dispute_id in await store.open_cases_at(tx, known.same_ids):
        row, parties = await held(tx, dispute_id)
        claimant = next(one for one in parties if one.side == "claimant")
        claim, holders = await deals.contested(tx, claimant.deal_id)
        met = {one.deal_id for one in parties}
        new = [one for one in in_the_way(row.kind, claim, holders) if one.deal_id not in met]
        if row.status != "open" or not new:
            continue
        decision = await engagement.get_decision(tx, row.decision_id)
        rules = await engagement.parameters_of(tx, decision.rule_book_id)
        joined = [party_of(tx, row, one, "respondent", rules.dispute_evidence_days) for one in new]
        await tx.insert(*joined)
        await require_review(tx, who, row, claimant)
        await case_changed(tx, who, row)
        touch(row, tx.now)
        await tell(tx, who, row, joined, DisputeAnswerInvited, due_at=await due_at(tx, row))


async def _hear(tx: Tx, who: Caller, row: DisputeRow, party: DisputePartyRow, body: EvidenceAdd) -> None:
    if party.evidence_until <= tx.now:
        until = party.evidence_until
        raise EvidenceClosed(f"It ended at {until:%Y-%m-%d %H:%M} UTC.", until=until)
    if body.statement is not None or body.evidence:
        await tx.insert(evidence_row(tx, who, row, party, body.statement, body.evidence))
        await case_changed(tx, who, row)
    party.is_heard = party.is_heard or body.is_all
    await tell(tx, who, row, [party], DisputeEvidenceAdded)
