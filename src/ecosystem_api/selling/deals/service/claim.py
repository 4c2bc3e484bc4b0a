"""The claim: granted by an approval, ended by time, release, revocation or closing; exclusive by a constraint."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from ecosystem_api.kernel.ids import encode, new_uuid
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx, constraint_name
from ecosystem_api.runtime.ledger import cancel, plan
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import LIFECYCLE
from ecosystem_api.selling.deals.errors import ClaimHeld
from ecosystem_api.selling.deals.events import DealQueued
from ecosystem_api.selling.deals.service.read import queue_read, queues_of
from ecosystem_api.selling.deals.service.tell import tell_each
from ecosystem_api.selling.deals.tables import DealRow, ProtectionRow
from ecosystem_api.selling.engagement.service import Judgement

EXPIRE, ANNOUNCE = "deals.expire", "deals.announce_expiry"
PROTECTED_CLAIM = "protected_claim"


async def grant_claim(tx: Tx, row: DealRow, judgement: Judgement) -> None:
    """Protect the customer and the products for the period that the book gives; plan the notice and the end.

    Errors: `ClaimHeld` when the database knows another holder, whatever was read before.
    """
    assert row.claim_account_id is not None, "it was set at submission"
    anchor = row.submitted_at if judgement.parameters.protection_anchor == "submission" else tx.now
    assert anchor is not None, "an approved registration was submitted"
    ends = anchor + timedelta(days=judgement.protection_days)
    word = "submission" if judgement.parameters.protection_anchor == "submission" else "approval"
    claimed = (await store.products_of(tx, [row.id]))[row.id]
    async with tx.vendor_wide():
        starts = await store.free_from(tx, row.claim_account_id, [one.product_id for one in claimed])
    rows = [
        ProtectionRow(
            vendor_id=tx.vendor_id,
            id=new_uuid(),
            partner_id=row.partner_id,
            deal_id=row.id,
            account_id=row.claim_account_id,
            product_id=one.product_id,
            period=Range(starts, max(ends, starts)),
            basis=f"{judgement.protection_days} days from {word}",
            created_at=tx.now,
        )
        for one in claimed
    ]
    try:
        async with tx.vendor_wide(), tx.session.begin_nested():
            await tx.insert(*rows)
    except IntegrityError as error:
        if constraint_name(error) == "ex_protections_one_holder":
            raise await claim_held(tx, row) from None
        raise
    subject = encode("deal", row.id)
    await plan(tx, EXPIRE, subject_id=subject, due_at=ends)
    notice = ends - timedelta(days=judgement.parameters.expiring_notice_days)
    if notice > tx.now:
        await plan(tx, ANNOUNCE, subject_id=subject, due_at=notice)


async def end_claim(tx: Tx, row: DealRow, how: str) -> None:
    """End the protection now, or at its end if that has come; what was planned is taken back."""
    for protection in (await store.protections_of(tx, [row.id]))[row.id]:
        if protection.ended_how is not None:
            continue
        lower, upper = protection.period.lower, protection.period.upper
        if lower is not None and upper is not None:  # an empty period was over when it was granted: it has no bounds
            end = min(upper, tx.now)
            protection.period = Range(lower, end) if end > lower else Range(empty=True)
        protection.ended_how = how
    subject = encode("deal", row.id)
    await cancel(tx, EXPIRE, subject_id=subject)
    await cancel(tx, ANNOUNCE, subject_id=subject)
    await tx.flush()


async def queue_rivals(tx: Tx, who: Caller, winner: DealRow, account_ids: Collection[UUID]) -> None:
    """Every undecided registration for the same customer and a product in common now waits, by submission time.

    Shape: `account_ids` are all accounts that are certainly the customer; all who wait for it wait in one queue.
    """
    claimed = (await store.products_of(tx, [winner.id]))[winner.id]
    async with tx.vendor_wide():
        rivals = await store.undecided_rivals(tx, account_ids, [one.product_id for one in claimed], winner.id)
        for rival in rivals:
            rival.claim_account_id = winner.claim_account_id
            rival.status = LIFECYCLE.move(rival.status, "queue")
            rival.reasons = [PROTECTED_CLAIM]
            rival.remedies = ["You keep your place by time of submission and are told when the protection ends."]
            touch(rival, tx.now)
        await tell_each(tx, who, rivals, DealQueued)


async def claim_held(tx: Tx, row: DealRow) -> ClaimHeld:
    """The refusal that tells a registration its place in the queue, if it has one."""
    claimed = (await store.products_of(tx, [row.id]))[row.id]
    queue = queue_read(row, claimed, await queues_of(tx, {row.claim_account_id}))
    if queue is None:
        return ClaimHeld(queue_place=None, queue_length=None)
    detail = f"Another registration holds the claim; this one is number {queue.place} of {queue.length} in the queue."
    return ClaimHeld(detail, queue_place=queue.place, queue_length=queue.length)
