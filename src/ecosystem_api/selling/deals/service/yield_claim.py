"""Give a claim up or let it end by time, and serve the queue behind it."""

from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import plan
from ecosystem_api.selling.accounts import service as accounts
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import LIFECYCLE, queue_of
from ecosystem_api.selling.deals.events import DealExpired, DealExpiring, DealPromoted, DealReleased, DealWithdrawn
from ecosystem_api.selling.deals.schemas import DealRead
from ecosystem_api.selling.deals.service.claim import EXPIRE, end_claim
from ecosystem_api.selling.deals.service.gather import customer_of
from ecosystem_api.selling.deals.service.read import moved_by, protection_read, read_deal
from ecosystem_api.selling.deals.service.submit import lock_accounts, lock_with_customer, settle
from ecosystem_api.selling.deals.service.tell import tell


async def withdraw(tx: Tx, who: Caller, deal_id: UUID, if_match: str | None) -> DealRead:
    """Take a draft or an undecided registration back. Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`."""
    row, _ = await lock_with_customer(tx, deal_id)
    target = moved_by(who, row, "withdraw")
    expect_version(if_match, row.version)
    row.status, row.last_activity_at = target, tx.now
    touch(row, tx.now)
    await tell(tx, who, row, DealWithdrawn)
    await tx.flush()
    return await read_deal(tx, who, row)


async def release(tx: Tx, who: Caller, deal_id: UUID, if_match: str | None) -> DealRead:
    """Give a protected claim up; the queue behind it is served.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`.
    """
    row, _ = await lock_with_customer(tx, deal_id)
    target = moved_by(who, row, "release")
    expect_version(if_match, row.version)
    row.status, row.last_activity_at = target, tx.now
    await end_claim(tx, row, "released")
    touch(row, tx.now)
    await tell(tx, who, row, DealReleased)
    await tx.flush()
    return await read_deal(tx, who, row)


async def expire(tx: Tx, who: Caller, deal_id: UUID) -> None:
    """End a protection whose time has come. Edges: nothing happens if it ended otherwise; if it runs on, ask later."""
    row, _ = await lock_with_customer(tx, deal_id)
    protection = protection_read((await store.protections_of(tx, [row.id]))[row.id])
    if row.status != "approved" or protection is None:
        return
    if protection.ends_at > tx.now:
        # The clock stepped back since the reminder was due: without another one the claim would never end.
        await plan(tx, EXPIRE, subject_id=encode("deal", row.id), due_at=protection.ends_at)
        return
    row.status = LIFECYCLE.move(row.status, "expire")
    await end_claim(tx, row, "expired")
    touch(row, tx.now)
    await tell(tx, who, row, DealExpired)


async def announce_expiry(tx: Tx, who: Caller, deal_id: UUID) -> None:
    """Tell the partner that protection ends soon. Edges: nothing happens if it ended already."""
    row = await store.find_deal(tx, deal_id, is_locked=True)
    if row is not None and row.status == "approved":
        await tell(tx, who, row, DealExpiring)


async def serve_queue(tx: Tx, who: Caller, deal_id: UUID) -> None:
    """After a claim has ended: those who waited for it are judged again, by submission time, while nobody holds it.

    Edges: each is judged by the rules as they are now, so the head may be approved, sent to a person or rejected;
    who comes after a new holder goes on waiting, undisturbed.
    """
    ended = await store.find_deal(tx, deal_id)
    if ended is None:
        raise NotFound()
    if ended.claim_account_id is None:
        return
    # Who came later may wait at another account: evidence that the two are one need not be as old as the claim.
    account_ids = customer_of(await accounts.know_account(tx, ended.account_id)).ids | {ended.claim_account_id}
    await lock_accounts(tx, account_ids)
    queue = [one for queue in (await store.waiting_for(tx, account_ids)).values() for one in queue]
    wanted = {product_id for one in queue for product_id in one.product_ids}
    held = {claim.product_id for claim in await store.running_claims(tx, account_ids, wanted)}
    for one in queue_of(frozenset(wanted), queue):
        # Held products are read once, not per registration: a queue may be long, and only its head moves.
        if one.product_ids & held:
            continue
        row = await store.find_deal(tx, one.deal_id, is_locked=True)
        if row is None or row.status != "waiting":
            continue
        row.status = LIFECYCLE.move(row.status, "promote")
        touch(row, tx.now)
        await tell(tx, who, row, DealPromoted)
        known = customer_of(await accounts.know_account(tx, row.account_id))
        if (await settle(tx, who, row, known)).outcome == "approve":
            held |= one.product_ids
