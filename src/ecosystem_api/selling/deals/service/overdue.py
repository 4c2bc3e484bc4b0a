"""What was due at a customer before somebody asks is done before: nobody wins because the worker was late."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

import structlog

from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import Problem
from ecosystem_api.runtime.caller import Caller, system_caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import Heard, hear_now
from ecosystem_api.runtime.statement import Row
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals import store
from ecosystem_api.selling.deals.service.claim import EXPIRE, WATCH
from ecosystem_api.selling.deals.service.expire import expire
from ecosystem_api.selling.deals.service.hold import hold_noticing, hold_seen, visible
from ecosystem_api.selling.deals.service.idle import noticed_until, watch_idle
from ecosystem_api.selling.deals.service.serve import SERVE, serve_customer
from ecosystem_api.selling.deals.service.weigh import Customer
from ecosystem_api.selling.deals.tables import DealRow
from ecosystem_api.selling.reviews import service as reviews
from ecosystem_api.selling.reviews.events import ReviewLapsed

log = structlog.get_logger("overdue")


@dataclass(frozen=True)
class _Due:
    """Something that the worker ought to have done by now, since when, and whose case it ends, if it ends one."""

    at: datetime
    do: Callable[[], Awaitable[None]]
    subject_id: str | None = None


async def hold_in_turn(tx: Tx, deal_id: UUID, *, decided: str | None = None) -> tuple[DealRow, Customer]:
    """Hold a registration and its customer as `hold` does, when all that was due at this customer has been done.

    Shape: `decided` is what the caller now decides about itself: nothing is done for it, nor what was due since.
    Edges: protections that have run out end, who waits for them is judged, and what lapsed into silence that approves
    is approved, in the order in which it was due. Where nothing is late this asks nothing more. Errors: `NotFound`.
    """
    account_id = await visible(tx, deal_id)
    async with tx.vendor_wide():
        return await hold_seen_in_turn(tx, deal_id, account_id, decided=decided)


async def hold_seen_in_turn(
    tx: Tx, deal_id: UUID, account_id: UUID, *, decided: str | None = None
) -> tuple[DealRow, Customer]:
    """Hold a registration as `hold_in_turn` does, once its reader's right to see it is known."""
    row, customer, is_late = await hold_noticing(tx, deal_id, account_id)
    if is_late and await _catch_up(tx, customer.ids, decided):
        return await hold_seen(tx, deal_id, account_id)
    return row, customer


async def _catch_up(tx: Tx, account_ids: Collection[UUID], decided: str | None) -> bool:
    """Do what is overdue at a customer; answer whether anything was done.

    Edges: what is refused now stays the worker's, and so does what was due after it.
    """
    is_done = False
    for due in await _overdue(tx, account_ids):
        if decided is not None and due.subject_id == decided:
            break
        try:
            async with tx.session.begin_nested():
                await due.do()
        except Problem as refusal:
            log.warning("left_to_the_worker", vendor_id=str(tx.vendor_id), code=refusal.code)
            break
        is_done = True
    return is_done


async def _overdue(tx: Tx, account_ids: Collection[UUID]) -> list[_Due]:
    """What is overdue at a customer, in the order in which it was due."""
    unended = await claims.unended_claims(tx, account_ids)
    over = {one.deal_id: one.ends_at for one in unended if one.ends_at <= tx.now}
    found = [_Due(ends_at, partial(_expire, tx, deal_id, account_ids)) for deal_id, ends_at in over.items()]
    since = await _unserved_since(tx, account_ids, [one.coverage for one in unended])
    if since is not None:
        found.append(_Due(since, partial(serve_customer, tx, _system(tx, SERVE), account_ids)))
    for deal_id, idle_at in await store.idle_at(tx, account_ids):
        if (noticed_for := await noticed_until(tx, deal_id)) is not None:
            found.append(_Due(idle_at, partial(_idle, tx, deal_id, noticed_for, account_ids)))
    about = [encode("deal", deal_id) for deal_id in await store.judged_at(tx, account_ids)]
    for case in await reviews.lapsed_about(tx, about):
        found.append(_Due(case["due_at"], partial(_lapse, tx, case), case["subject_id"]))
    return sorted(found, key=lambda due: due.at)


async def _unserved_since(tx: Tx, account_ids: Collection[UUID], held: list[claims.Coverage]) -> datetime | None:
    """Since when somebody in the queue has waited for nothing any more; None where nobody does."""
    waiting = [one.coverage for queue in (await store.waiting_for(tx, account_ids)).values() for one in queue]
    free = [wanted for wanted in waiting if wanted.is_free(held)]
    ends = await claims.last_ends(tx, account_ids) if free else []
    return max((at for ended, at in ends if not all(wanted.is_free([ended]) for wanted in free)), default=None)


async def _expire(tx: Tx, deal_id: UUID, account_ids: Collection[UUID]) -> None:
    await expire(tx, _system(tx, EXPIRE), deal_id)
    await serve_customer(tx, _system(tx, SERVE), account_ids)


async def _idle(tx: Tx, deal_id: UUID, noticed_for: str, account_ids: Collection[UUID]) -> None:
    await watch_idle(tx, _system(tx, WATCH), deal_id, noticed_for)
    await serve_customer(tx, _system(tx, SERVE), account_ids)


async def _lapse(tx: Tx, case: Row) -> None:
    await reviews.fall_due(tx, _system(tx, reviews.DUE), case["id"])
    data = {name: case[name] for name in ("subject_type", "subject_id")}
    await hear_now(tx, ReviewLapsed, Heard(encode("rev", case["id"]), case["due_at"], data))


def _system(tx: Tx, handler: str) -> Caller:
    return system_caller(tx.vendor_id, handler)
