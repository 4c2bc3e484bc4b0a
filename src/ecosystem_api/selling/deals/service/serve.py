"""Serve the queue: whoever waits for what nobody holds any more is judged again."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import plan, plan_with
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.domain import LIFECYCLE, queue_of
from ecosystem_api.selling.deals.events import DealPromoted
from ecosystem_api.selling.deals.service.hold import hold
from ecosystem_api.selling.deals.service.settle import settle
from ecosystem_api.selling.deals.service.tell import tell
from ecosystem_api.selling.deals.tables import DealRow

SERVE, SERVE_ACCOUNT, SERVE_WAITING = "deals.serve_queue", "deals.serve_account", "deals.serve_waiting"
EFFECTIVE = "effective_from"


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
    known = await recognition.know_locked(tx, ended.account_id, besides=[ended.claim_account_id])
    await serve_customer(tx, who, known.same_ids | {ended.claim_account_id})


def serve_behind(writes: Writes, tx: Tx, row: DealRow) -> None:
    """Whoever stood in line behind a registration is judged again, for it stands there no longer.

    Edges: most wait for the claim that it waited for, and go on waiting; a book may let one wait for something else.
    """
    plan_with(writes, SERVE, subject_id=encode("deal", row.id), due_at=tx.now)


async def serve_account(tx: Tx, who: Caller, account_id: UUID) -> None:
    """After what is known of a customer has changed: those who wait there for nothing any more are judged again.

    Edges: two accounts that are no longer one company part their queues; everybody keeps its time of submission.
    """
    by_region = await store.claims_by_region(tx)
    for deal_id, named_id, region in await store.waiting_at(tx, account_id):
        known = await recognition.know_locked(tx, named_id)
        claimed = await store.coverage_of(tx, deal_id, region, by_region=by_region)
        if claimed.is_free(one.coverage for one in await claims.unended_claims(tx, known.same_ids)):
            await _promote(tx, who, deal_id)
        else:
            await _move_queue(tx, deal_id, min(known.same_ids))


async def serve_waiting(tx: Tx, who: Caller, book_id: UUID, effective_from: datetime) -> None:
    """When a book comes into force that lets claims overlap by region, nothing may stand before some who wait: each
    customer with a queue is looked at.

    Edges: no other book takes a claim out of anybody's way, so with any other nothing happens.
    """
    if effective_from > tx.now:
        at = {EFFECTIVE: effective_from.isoformat()}
        await plan(tx, SERVE_WAITING, subject_id=encode("rb", book_id), due_at=effective_from, data=at)
    elif await store.claims_by_region(tx):
        writes = Writes()
        for account_id in await store.customers_waited_for(tx):
            plan_with(writes, SERVE_ACCOUNT, subject_id=encode("acc", account_id), due_at=tx.now)
        await writes.send(tx)


async def serve_customer(tx: Tx, who: Caller, account_ids: Collection[UUID]) -> None:
    """Judge those again who wait at these accounts for what nobody holds. Shape: the accounts are locked."""
    queue = [one for queue in (await store.waiting_for(tx, account_ids)).values() for one in queue]
    wanted = claims.Coverage(frozenset().union(*(one.coverage.product_ids for one in queue)), claims.EVERYWHERE)
    held = [one.coverage for one in await claims.unended_claims(tx, account_ids)]
    for one in queue_of(wanted, queue):
        # What is held is read once, not per registration: a queue may be long, and only its head moves.
        if one.coverage.is_free(held) and await _promote(tx, who, one.deal_id) == "approve":
            held.append(one.coverage)


async def _promote(tx: Tx, who: Caller, deal_id: UUID) -> str | None:
    """Judge one that waits; answer the outcome, or None if it waits no more."""
    row, customer = await hold(tx, deal_id)
    if row.status != "waiting":
        return None
    row.status = LIFECYCLE.move(row.status, "promote")
    touch(row, tx.now)
    writes = Writes()
    tell(writes, tx, who, row, DealPromoted)
    return await settle(tx, who, row, customer, writes)


async def _move_queue(tx: Tx, deal_id: UUID, claim_account_id: UUID) -> None:
    row, _ = await hold(tx, deal_id)
    if row.status == "waiting" and row.claim_account_id != claim_account_id:
        writes = Writes()
        writes.change(DealRow, row.id, claim_account_id=claim_account_id)
        await writes.send(tx)
