"""End a case: a ruling and what it does to the claim, or the claimant's own withdrawal."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from ecosystem_api.cosell.disputes.domain import LIFECYCLE, Side, as_units, share_faults, unheard_until
from ecosystem_api.cosell.disputes.errors import (
    NobodyToShare,
    NotTheClaimant,
    SharesWrong,
    SidesNotHeard,
)
from ecosystem_api.cosell.disputes.events import DisputeDecided, DisputeWithdrawn
from ecosystem_api.cosell.disputes.schemas import DisputeDecide, DisputeRead
from ecosystem_api.cosell.disputes.service.case import approvals_missing, end_review, require_reviewer
from ecosystem_api.cosell.disputes.service.read import expect_legal, get_row, held, own_party, read_dispute
from ecosystem_api.cosell.disputes.service.tell import tell
from ecosystem_api.cosell.disputes.tables import DisputePartyRow, DisputeRow
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import FieldError
from ecosystem_api.kernel.reason import own_reason
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.selling.amendments import service as amendments
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.deals.service import Ruling
from ecosystem_api.selling.extensions import service as extensions

_WHY = {
    "appeal": own_reason("appeal_overturned", "A ruling on an appeal undid the decision and gave the place back."),
    "dispute": own_reason("dispute_overturned", "A ruling on a dispute undid the decision, or took a claim."),
}


async def decide(tx: Tx, who: Caller, dispute_id: UUID, body: DisputeDecide, if_match: str | None) -> DisputeRead:
    """Rule on a case. Upheld changes nothing; split leaves the claim where it is and records the shares; overturned
    gives the registration the place it would have had, or the claim itself, or the time or the change it was refused.

    Edges: a case that nobody has taken is the caller's by ruling on it. Who would lose a claim is heard first. Where
    the book wants two people for an amount, the first who overturns is a signature and the case stays open. Where the
    registration has gone another way meanwhile, there is nothing to give back and `effect` says so.
    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`, `ReviewerDecided`, `ReviewerDiffers`, `SidesNotHeard`,
    `NobodyToShare`, `SharesWrong`, `ClaimChanged`, `NothingToGrant`, `HolderNotHeard`, `AmendmentStale`, `ClaimHeld`;
    `PersonNeeded` and `SignedAlready` where two people must sign.
    """
    await get_row(tx, dispute_id)
    row, parties = await held(tx, dispute_id)
    expect_legal(tx, who, row, parties, "decide", if_match)
    await require_reviewer(tx, who, row, parties, body)
    _write_shares(parties, body)
    if body.outcome != "upheld":
        _require_heard(tx, parties)
    claimant = next(one for one in parties if one.side == "claimant")
    if body.outcome == "overturned" and await approvals_missing(tx, who, row, claimant, body):
        return await read_dispute(tx, who, row)
    effects = await _overturn(tx, who, row, parties, body) if body.outcome == "overturned" else {}
    for party in parties:
        party.effect = effects.get(party.deal_id, "none")
    row.status = LIFECYCLE.move(row.status, "decide")
    row.outcome, row.reason, row.note = body.outcome, body.reason, body.note
    row.decided_by, row.decided_at = who.actor_id, tx.now
    await _end(tx, who, row, body.outcome)
    await tell(tx, who, row, parties, DisputeDecided)
    return await read_dispute(tx, who, row)


async def withdraw(tx: Tx, who: Caller, dispute_id: UUID, if_match: str | None) -> DisputeRead:
    """Give a case up; what is contested stands.

    Errors: `NotFound`, `NotTheClaimant`, `IllegalMove`, `PreconditionFailed`.
    """
    await get_row(tx, dispute_id)
    async with tx.vendor_wide():
        row, parties = await held(tx, dispute_id)
        if own_party(who, parties).side != "claimant":
            raise NotTheClaimant()
        expect_legal(tx, who, row, parties, "withdraw", if_match)
        row.status = LIFECYCLE.move(row.status, "withdraw")
        await _end(tx, who, row, "withdrawn")
        await tell(tx, who, row, parties, DisputeWithdrawn)
    return await read_dispute(tx, who, row)


async def _overturn(
    tx: Tx, who: Caller, row: DisputeRow, parties: Sequence[DisputePartyRow], body: DisputeDecide
) -> dict[UUID, str]:
    claimant = next(one for one in parties if one.side == "claimant")
    heard = frozenset(one.deal_id for one in parties)
    ruling = Ruling(case_id=encode("dsp", row.id), reason=_WHY[row.kind], note=body.note, heard=heard)
    if row.extension_id is not None:
        return {claimant.deal_id: await extensions.grant_by_ruling(tx, who, row.extension_id, ruling)}
    if row.amendment_id is not None:
        return {claimant.deal_id: await amendments.apply_by_ruling(tx, who, row.amendment_id, ruling)}
    effects: dict[UUID, str] = {}
    if row.kind == "dispute":
        for deal_id in sorted(heard - {claimant.deal_id}):
            effects[deal_id] = await deals.take_back(tx, who, deal_id, ruling)
    restored = await deals.restore(
        tx,
        who,
        claimant.deal_id,
        ruling,
        account_id=claimant.account_id,
        claimed=claims.Coverage(frozenset(claimant.product_ids), claims.Extent(claimant.region)),
        at=row.priority_at,
    )
    return effects | restored


def _write_shares(parties: Sequence[DisputePartyRow], body: DisputeDecide) -> None:
    if body.outcome != "split":
        if body.shares:
            raise _shares_wrong("Only a split has shares; leave them out.")
        return
    if len(parties) == 1:
        raise NobodyToShare()
    shares = {one.deal_registration_id: Decimal(one.share) for one in body.shares}
    fault = share_faults(shares, [one.deal_id for one in parties])
    if fault is not None or len(shares) != len(body.shares):
        raise _shares_wrong(fault or "Name each registration of the case once.")
    for party in parties:
        party.share_units = as_units(shares[party.deal_id])


def _require_heard(tx: Tx, parties: Sequence[DisputePartyRow]) -> None:
    sides = [Side(one.deal_id, one.side, one.evidence_until, one.is_heard) for one in parties]
    until = unheard_until(sides, tx.now)
    if until is not None:
        raise SidesNotHeard(f"The other side has until {until:%Y-%m-%d %H:%M} UTC.", until=until)


def _shares_wrong(detail: str) -> SharesWrong:
    return SharesWrong(errors=[FieldError("/shares", "shares_wrong", detail)])


async def _end(tx: Tx, who: Caller, row: DisputeRow, how: str) -> None:
    touch(row, tx.now)
    await end_review(tx, who, row, how)
    await tx.flush()
