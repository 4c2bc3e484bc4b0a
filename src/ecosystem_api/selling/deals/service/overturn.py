"""Follow a ruling: the claim goes where it would have been, and each step has a record of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.reason import Reason
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import plan_with
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import LIFECYCLE, RESTORABLE_STATUSES, missing_fields, queue_of
from ecosystem_api.selling.deals.errors import ClaimChanged, HolderNotHeard, NothingToGrant
from ecosystem_api.selling.deals.events import DealApproved, DealQueued, DealRevoked
from ecosystem_api.selling.deals.service.claim import end_claim, grant_claim
from ecosystem_api.selling.deals.service.hold import hold_seen
from ecosystem_api.selling.deals.service.overdue import hold_in_turn
from ecosystem_api.selling.deals.service.review import ENDINGS, end_review
from ecosystem_api.selling.deals.service.serve import SERVE
from ecosystem_api.selling.deals.service.settle import judge_rivals, note_decision, stand_in_line
from ecosystem_api.selling.deals.service.tell import tell
from ecosystem_api.selling.deals.service.weigh import ACTION, Customer, Gathered, asked_of, gather
from ecosystem_api.selling.deals.tables import DealRow
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.engagement.service import Judgement

_KEEPS_PLACE = "An earlier registration got its claim back; this one keeps its place by time of submission."
_MAY_APPEAL = "You may appeal within the time that the rules of engagement give."


@dataclass(frozen=True)
class Standing:
    """A registration that is contested or contests, as far as a case needs to know it.

    Shape: `claimed` is what it claims where the book lets claims overlap by region; else it claims that everywhere.
    """

    deal_id: UUID
    partner_id: UUID
    status: str
    decision_id: UUID | None
    submitted_at: datetime | None
    account_id: UUID
    claimed: claims.Coverage


@dataclass(frozen=True)
class Ruling:
    """What a person ruled, as every record of it says.

    Shape: `case_id` names the case; `heard` are the registrations whose partners were heard: no other loses its claim.
    """

    case_id: str
    reason: Reason
    note: str | None
    heard: frozenset[UUID]


async def contested(tx: Tx, deal_id: UUID) -> tuple[Standing, list[Standing]]:
    """A registration and those that hold a claim in its way, with their customer locked until the transaction ends.

    Errors: `NotFound`.
    """
    row, customer = await hold_in_turn(tx, deal_id)
    async with tx.vendor_wide():
        holders = await _holders(tx, row, customer, await _coverage(tx, row))
        return await _standing(tx, row), [await _standing(tx, holder) for holder in holders]


async def restore(
    tx: Tx, who: Caller, deal_id: UUID, ruling: Ruling, *, account_id: UUID, claimed: claims.Coverage, at: datetime
) -> dict[UUID, str]:
    """Give a registration the place it would have had since `at`: the claim where all who hold it came later, and
    nobody waits before it; else its place in line.

    Shape: what became of each registration that moved: `approved`, `queued`, `displaced`; `none` where there is nothing
    to give back. Edges: who loses the claim to it waits, at its own time of submission. What was given back is not
    refused by the rules when its turn comes. Errors: `NotFound`, `ClaimChanged`, `NothingToGrant`, `HolderNotHeard`.
    """
    row, customer = await hold_in_turn(tx, deal_id)
    if row.status not in RESTORABLE_STATUSES:
        return {deal_id: "none"}
    async with tx.vendor_wide():
        await _require_unchanged(tx, row, customer, account_id, claimed)
        coverage = await _coverage(tx, row)
        row.submitted_at = min(row.submitted_at or at, at)
        row.claim_account_id = customer.claim_account_id
        holders = await _holders(tx, row, customer, coverage)
        if not await _is_first(tx, row, coverage, holders):
            await _wait(tx, who, row, customer, ruling)
            return {deal_id: "queued"}
        unheard = [one.id for one in holders if one.id not in ruling.heard and one.partner_id != row.partner_id]
        if unheard:
            raise HolderNotHeard()
        for holder in holders:
            await _displace(tx, who, holder, ruling)
        await _grant(tx, who, row, customer, ruling)
    return {deal_id: "approved", **{holder.id: "displaced" for holder in holders}}


async def take_back(tx: Tx, who: Caller, deal_id: UUID, ruling: Ruling) -> str:
    """End the claim of a registration that a ruling found wrong: `revoked`, or `none` where it ended already.

    Errors: `NotFound`.
    """
    row, customer = await hold_in_turn(tx, deal_id)
    if row.status != "approved":
        return "none"
    async with tx.vendor_wide():
        gathered = await gather(tx, asked_of(row), customer)
        writes = Writes()
        row.status = LIFECYCLE.move(row.status, "revoke")
        await _record(tx, who, row, gathered, ruling, writes, outcome="reject", remedy=_MAY_APPEAL)
        end_claim(writes, tx, row, "revoked")
        await _keep(tx, writes, row)
        tell(writes, tx, who, row, DealRevoked)
        await writes.send(tx)
    return "revoked"


async def _grant(tx: Tx, who: Caller, row: DealRow, customer: Customer, ruling: Ruling) -> None:
    gathered = await gather(tx, asked_of(row), customer)
    writes = Writes()
    row.status = LIFECYCLE.move(row.status, "restore")
    judgement = await _record(tx, who, row, gathered, ruling, writes, outcome="approve", remedy=None)
    until = await grant_claim(tx, writes, row, judgement, gathered.weighed, is_restored=True)
    await _keep(tx, writes, row)
    tell(writes, tx, who, row, DealApproved, protected_until=until)
    await writes.send(tx)
    await judge_rivals(tx, who, gathered.weighed.rivals)


async def _wait(tx: Tx, who: Caller, row: DealRow, customer: Customer, ruling: Ruling) -> None:
    gathered = await gather(tx, asked_of(row), customer)
    writes = Writes()
    row.status = LIFECYCLE.move(row.status, "requeue")
    judgement = await _record(tx, who, row, gathered, ruling, writes, outcome="wait", remedy=_KEEPS_PLACE)
    row.restored_by_id = judgement.decision_id
    await _line_up(tx, who, row, gathered, writes)


async def _displace(tx: Tx, who: Caller, row: DealRow, ruling: Ruling) -> None:
    _, customer = await hold_seen(tx, row.id, row.account_id)
    gathered = await gather(tx, asked_of(row), customer)
    writes = Writes()
    row.status = LIFECYCLE.move(row.status, "displace")
    await _record(tx, who, row, gathered, ruling, writes, outcome="wait", remedy=_KEEPS_PLACE)
    end_claim(writes, tx, row, "revoked")
    await _line_up(tx, who, row, gathered, writes)


async def _line_up(tx: Tx, who: Caller, row: DealRow, gathered: Gathered, writes: Writes) -> None:
    row.decided_at = None
    await _keep(tx, writes, row)
    tell(writes, tx, who, row, DealQueued, queue_place=stand_in_line(row, gathered).place)
    # What nobody holds any more, or nobody held, is given to whoever is next.
    plan_with(writes, SERVE, subject_id=encode("deal", row.id), due_at=tx.now)
    await writes.send(tx)


async def _record(
    tx: Tx, who: Caller, row: DealRow, gathered: Gathered, ruling: Ruling, writes: Writes, *, outcome: str,
    remedy: str | None,
) -> Judgement:  # fmt: skip
    judgement = await engagement.decide_as_person(
        tx,
        who,
        action=ACTION,
        subject_id=encode("deal", row.id),
        partner_id=row.partner_id,
        facts=gathered.facts,
        evidence={**gathered.evidence, "case": ruling.case_id},
        outcome=outcome,
        reason=ruling.reason,
        remedy=remedy,
        note=ruling.note,
        writes=writes,
    )
    note_decision(tx, row, judgement)
    await end_review(tx, who, writes, row, ENDINGS[outcome])
    return judgement


async def _keep(tx: Tx, writes: Writes, row: DealRow) -> None:
    row.last_activity_at = tx.now
    touch(row, tx.now)
    store.keep(writes, row)


async def _coverage(tx: Tx, row: DealRow) -> claims.Coverage:
    """What a registration claims by the book in force, or holds."""
    wanted = await store.coverage_of(tx, row.id, row.region, by_region=await store.claims_by_region(tx))
    held = await claims.claims_of(tx, [row.id]) if row.status == "approved" else []
    return claims.Coverage(wanted.product_ids, held[0].extent) if held else wanted


async def _holders(tx: Tx, row: DealRow, customer: Customer, coverage: claims.Coverage) -> list[DealRow]:
    """The other registrations that hold what overlaps at this customer, locked, in the order of their ids."""
    account_ids = customer.ids | ({row.claim_account_id} if row.claim_account_id else set())
    held = await claims.running_claims(tx, account_ids)
    ids = sorted({one.deal_id for one in held if one.coverage.overlaps(coverage) and one.deal_id != row.id})
    return [found for deal_id in ids if (found := await store.lock_deal(tx, deal_id)) is not None]


async def _is_first(tx: Tx, row: DealRow, coverage: claims.Coverage, holders: Sequence[DealRow]) -> bool:
    place = _place(row)
    waiting = (await store.waiting_for(tx, [row.claim_account_id] if row.claim_account_id else [])).values()
    line = queue_of(coverage, (one for queue in waiting for one in queue if one.deal_id != row.id))
    return not any(one.place < place for one in line) and all(_place(holder) > place for holder in holders)


def _place(row: DealRow) -> tuple[datetime, UUID]:
    assert row.submitted_at is not None, "it was submitted"
    return row.submitted_at, row.id


async def _require_unchanged(
    tx: Tx, row: DealRow, customer: Customer, account_id: UUID, claimed: claims.Coverage
) -> None:
    """A place belongs to a claim: one that was changed since has no earlier place to be given back."""
    is_same = (
        row.account_id == account_id or account_id in (await recognition.know_account(tx, row.account_id)).same_ids
    )
    by_region = await store.claims_by_region(tx)
    before = claimed if by_region else claims.Coverage(claimed.product_ids, claims.EVERYWHERE)
    now = await store.coverage_of(tx, row.id, row.region, by_region=by_region)
    if not is_same or not before.includes(now):
        raise ClaimChanged()
    close = row.expected_close_on
    if missing := missing_fields(amount_minor=row.amount_minor, products=now.product_ids, expected_close_on=close):
        raise NothingToGrant(f"It lacks {', '.join(missing)}.", missing=missing)
    assert customer.claim_account_id is not None, "a known account has one"


async def _standing(tx: Tx, row: DealRow) -> Standing:
    return Standing(
        deal_id=row.id,
        partner_id=row.partner_id,
        status=row.status,
        decision_id=row.decision_id,
        submitted_at=row.submitted_at,
        account_id=row.account_id,
        claimed=await store.coverage_of(tx, row.id, row.region, by_region=True),
    )
