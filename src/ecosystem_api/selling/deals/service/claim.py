"""The claim: granted by an approval, ended by time, release, revocation or closing; exclusive by a constraint."""

from datetime import datetime, timedelta

from ecosystem_api.kernel.counted import counted
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import cancel_with, plan_with
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals.errors import ClaimHeld
from ecosystem_api.selling.deals.service.read import queue_of_deal
from ecosystem_api.selling.deals.store import Weighed
from ecosystem_api.selling.deals.tables import DealRow
from ecosystem_api.selling.engagement.service import Judgement

EXPIRE, ANNOUNCE, WATCH = "deals.expire", "deals.announce_expiry", "deals.watch_idle"


async def grant_claim(
    tx: Tx, writes: Writes, row: DealRow, judgement: Judgement, weighed: Weighed, *, is_restored: bool = False
) -> datetime:
    """Protect the customer and the products for the period that the book gives, plan what it ends with; answer its end.

    Edges: for one that a ruling restored, the days count from the ruling: what was lost meanwhile was not its doing.
    Errors: `ClaimHeld` when the database knows another holder, whatever was read before.
    """
    by_submission = judgement.parameters.protection_anchor == "submission" and not is_restored
    anchor = row.submitted_at if by_submission else tx.now
    assert anchor is not None, "an approved registration was submitted"
    ends = max(anchor + timedelta(days=judgement.protection_days), weighed.free_from)
    anchored_at = "submission" if by_submission else "ruling" if is_restored else "approval"
    basis = f"{counted(judgement.protection_days, 'day')} from {anchored_at}"
    await take_claim(tx, row, weighed.coverage, weighed.free_from, ends, claims.Terms(basis, judgement.idle_days))
    remind(writes, tx, row, ends, judgement.parameters.expiring_notice_days)
    watch(writes, tx, row, judgement)
    return ends


async def take_claim(
    tx: Tx, row: DealRow, coverage: claims.Coverage, starts_at: datetime, ends_at: datetime, terms: claims.Terms
) -> None:
    """Protect what a registration claims of its customer for a time. Errors: `ClaimHeld`."""
    assert row.claim_account_id is not None, "it was judged"
    async with tx.vendor_wide():
        is_granted = await claims.grant(
            tx,
            deal_id=row.id,
            partner_id=row.partner_id,
            account_id=row.claim_account_id,
            coverage=coverage,
            starts_at=starts_at,
            ends_at=ends_at,
            terms=terms,
        )
        if not is_granted:
            raise await claim_held(tx, row)


def watch(writes: Writes, tx: Tx, row: DealRow, judgement: Judgement) -> None:
    """Plan to look whether anything happens with a deal whose claim begins now, where the book asks."""
    if judgement.idle_days is not None:
        notice = tx.now + timedelta(days=judgement.idle_days - judgement.parameters.idle_notice_days)
        plan_with(writes, WATCH, subject_id=encode("deal", row.id), due_at=notice)


def remind(writes: Writes, tx: Tx, row: DealRow, ends_at: datetime, notice_days: int) -> None:
    """Plan the end of a protection, and the notice before it."""
    subject = encode("deal", row.id)
    plan_with(writes, EXPIRE, subject_id=subject, due_at=ends_at)
    notice = ends_at - timedelta(days=notice_days)
    if notice > tx.now:
        plan_with(writes, ANNOUNCE, subject_id=subject, due_at=notice)


def end_claim(writes: Writes, tx: Tx, row: DealRow, how: str) -> None:
    """End the protection now, or at its end if that has come; what was planned is taken back."""
    claims.end(writes, tx, row.id, how)
    for reminder in (EXPIRE, ANNOUNCE, WATCH):
        cancel_with(writes, tx, reminder, subject_id=encode("deal", row.id))


async def claim_held(tx: Tx, row: DealRow) -> ClaimHeld:
    """The refusal that tells a registration its place in the queue, if it has one."""
    queue = await queue_of_deal(tx, row)
    if queue is None:
        return ClaimHeld(queue_place=None, queue_length=None)
    detail = (
        f"Another registration holds the claim; this one is number {queue.place} of {queue.length} in the queue. "
        "It is judged again when the claim ends; only the customer's written choice goes before (`override`)."
    )
    return ClaimHeld(detail, queue_place=queue.place, queue_length=queue.length)
