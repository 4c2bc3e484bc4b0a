"""Read cases as their reader may see them."""

from collections.abc import Collection, Sequence
from uuid import UUID

from ecosystem_api.cosell.disputes import store
from ecosystem_api.cosell.disputes.domain import LIFECYCLE, allowed_actions, as_share
from ecosystem_api.cosell.disputes.schemas import DisputeRead, DisputeStaffRead, EvidenceGiven, PartyRead
from ecosystem_api.cosell.disputes.service.case import SUBJECT
from ecosystem_api.cosell.disputes.tables import DisputeEvidenceRow, DisputePartyRow, DisputeRow
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import IllegalMove, NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import Page, Paging, expect_version, page_of
from ecosystem_api.selling.engagement.schemas import Evidence
from ecosystem_api.selling.reviews import service as reviews

WRITE, DECIDE = "disputes:write", "disputes:decide"


async def get_dispute(tx: Tx, who: Caller, dispute_id: UUID) -> DisputeRead:
    """One case. Errors: `NotFound`."""
    return await read_dispute(tx, who, await get_row(tx, dispute_id))


async def list_disputes(
    tx: Tx,
    who: Caller,
    paging: Paging,
    *,
    kind: str | None,
    status: str | None,
    deal_id: UUID | None,
    partner_id: UUID | None,
) -> Page[DisputeRead]:
    """Cases the caller may see, filtered, newest first."""
    statement = store.disputes(tx, kind=kind, status=status, deal_id=deal_id, partner_id=partner_id)
    page = await page_of(tx, statement, paging, [(DisputeRow.id, True)], lambda row: row)
    return Page(data=await read_disputes(tx, who, page.data), next_cursor=page.next_cursor)


async def dispute_answers(tx: Tx, who: Caller, dispute_ids: Collection[UUID]) -> dict[UUID, str]:
    """The JSON of those of these cases that the caller may see, by id: for other rooms' answers."""
    reads = await read_disputes(tx, who, await store.disputes_of(tx, dispute_ids))
    return {read.id: read.model_dump_json() for read in reads}


async def read_dispute(tx: Tx, who: Caller, row: DisputeRow) -> DisputeRead:
    """A row as its reader may see it."""
    return (await read_disputes(tx, who, [row]))[0]


async def read_disputes(tx: Tx, who: Caller, rows: Sequence[DisputeRow]) -> list[DisputeRead]:
    """Rows as answers."""
    ids = [row.id for row in rows]
    parties, evidence = await store.parties_of(tx, ids), await store.evidence_of(tx, ids)
    named = {row.id for row in rows if row.is_named}
    if who.is_partner and named:
        async with tx.vendor_wide():
            parties |= await store.parties_of(tx, named)
            evidence |= await store.evidence_of(tx, named)
    async with tx.vendor_wide():
        # The review is the claimant's; when a ruling is due concerns each side.
        open_ids = [encode("dsp", row.id) for row in rows if row.status == "open"]
        running = await reviews.running_reviews(tx, SUBJECT, open_ids)
    return [
        _read(tx, who, row, parties[row.id], evidence.get(row.id, []), running.get(encode("dsp", row.id)))
        for row in rows
    ]


async def get_row(tx: Tx, dispute_id: UUID) -> DisputeRow:
    """The row of a case, for this room. Errors: `NotFound`."""
    row = await store.find_dispute(tx, dispute_id)
    if row is None:
        raise NotFound()
    return row


async def held(tx: Tx, dispute_id: UUID) -> tuple[DisputeRow, list[DisputePartyRow]]:
    """A case and all its parties, locked until the transaction ends.

    Shape: whoever calls has seen that the case is the caller's to see, and reads vendor-wide by now.
    """
    row = await store.find_dispute(tx, dispute_id, is_locked=True)
    assert row is not None, "it was seen, and cases are never deleted"
    return row, (await store.parties_of(tx, [row.id]))[row.id]


def own_party(who: Caller, parties: Sequence[DisputePartyRow]) -> DisputePartyRow:
    """The party that a caller speaks for: its partner's; the vendor's side looks from the claimant's."""
    # Two partners that were merged may stand on both sides; then the claimant's speaks.
    own = [one for one in parties if who.partner_id in (None, one.partner_id)]
    return next((one for one in own if one.side == "claimant"), own[0])


def expect_legal(
    tx: Tx, who: Caller, row: DisputeRow, parties: Sequence[DisputePartyRow], action: str, if_match: str | None
) -> None:
    """Refuse what the state of a case does not allow, or what is based on another version of it.

    Errors: `IllegalMove`, listing what the caller may do instead, `PreconditionFailed`.
    """
    if action not in LIFECYCLE.allowed(row.status):
        legal = actions_of(tx, who, row, own_party(who, parties))
        raise IllegalMove(f"The case is {row.status}.", allowed_actions=legal)
    expect_version(if_match, row.version)


def actions_of(tx: Tx, who: Caller, row: DisputeRow, party: DisputePartyRow) -> list[str]:
    """What a caller may do with a case now."""
    return allowed_actions(
        row.status,
        party.side if who.is_partner else None,
        may_write=WRITE in who.scopes,
        may_decide=DECIDE in who.scopes,
        may_still_answer=party.evidence_until > tx.now,
    )


def _read(
    tx: Tx,
    who: Caller,
    row: DisputeRow,
    parties: Sequence[DisputePartyRow],
    evidence: Sequence[DisputeEvidenceRow],
    review: reviews.Running | None,
) -> DisputeRead:
    own = own_party(who, parties)
    # What is read vendor-wide is still shown to each side as far as it concerns that side.
    shown = [one for one in parties if who.is_staff or row.is_named or one.partner_id == who.partner_id]
    brought = [one for one in evidence if one.partner_id in {party.partner_id for party in shown} or who.is_staff]
    claimant = next((one for one in shown if one.side == "claimant"), None)
    return DisputeRead(
        id=row.id,
        kind=row.kind,  # type: ignore[arg-type]  # a check constraint holds the word
        side=own.side if who.is_partner else None,  # type: ignore[arg-type]  # a check constraint holds the word
        deal_registration_id=own.deal_id,
        extension_request_id=row.extension_id,
        amendment_id=row.amendment_id,
        grounds=row.grounds,  # type: ignore[arg-type]  # pydantic checks the word
        statement=claimant.statement if claimant else None,
        status=row.status,  # type: ignore[arg-type]  # a check constraint holds the word
        evidence_until=own.evidence_until,
        review=review.brief if review else None,
        outcome=row.outcome,  # type: ignore[arg-type]  # a check constraint holds the word
        reason=row.reason,  # type: ignore[arg-type]  # pydantic checks the word
        note=row.note,
        effect=own.effect,  # type: ignore[arg-type]  # a check constraint holds the word
        share=_share(own),
        decided_at=row.decided_at,
        evidence=_given(brought, shown),
        other_sides=sorted({one.partner_id for one in shown} - {own.partner_id}) if who.is_partner else [],
        allowed_actions=actions_of(tx, who, row, own),
        staff=None if who.is_partner else _staff(row, shown, review),
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _staff(row: DisputeRow, parties: Sequence[DisputePartyRow], review: reviews.Running | None) -> DisputeStaffRead:
    return DisputeStaffRead(
        parties=[
            PartyRead(
                deal_registration_id=one.deal_id,
                partner_id=one.partner_id,
                side=one.side,  # type: ignore[arg-type]  # a check constraint holds the word
                evidence_until=one.evidence_until,
                is_heard=one.is_heard,
                effect=one.effect,  # type: ignore[arg-type]  # a check constraint holds the word
                share=_share(one),
            )
            for one in parties
        ],
        decision_id=row.decision_id,
        review=review.desk if review else None,
        decided_by=row.decided_by,
    )


def _given(evidence: Sequence[DisputeEvidenceRow], parties: Sequence[DisputePartyRow]) -> list[EvidenceGiven]:
    sides = {one.partner_id: one.side for one in reversed(parties)}
    return [
        EvidenceGiven(
            side=sides[one.partner_id] if one.partner_id else "vendor",  # type: ignore[arg-type]  # checked words
            statement=one.statement,
            evidence=[Evidence.model_validate(brought) for brought in one.evidence],
            created_at=one.created_at,
        )
        for one in evidence
    ]


def _share(party: DisputePartyRow) -> str | None:
    return None if party.share_units is None else as_share(party.share_units)
