"""A refusal of more time is contested: what a case needs to know of it, and what a ruling that overturns it does."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.statement import Writes
from ecosystem_api.selling.claims import service as claims
from ecosystem_api.selling.deals import service as deals
from ecosystem_api.selling.engagement import service as engagement
from ecosystem_api.selling.extensions import store
from ecosystem_api.selling.extensions.domain import LIFECYCLE
from ecosystem_api.selling.extensions.events import ExtensionApproved
from ecosystem_api.selling.extensions.service.read import tell
from ecosystem_api.selling.extensions.service.settle import about_request, grant, note
from ecosystem_api.selling.reviews.domain import UNANSWERED


@dataclass(frozen=True, slots=True)
class Contested:
    """A request as far as a case about its refusal needs to know it.

    Shape: `unanswered_at` is when it ended because nobody had answered; None where that is not how it ended.
    """

    request_id: UUID
    deal_id: UUID
    status: str
    decision_id: UUID
    unanswered_at: datetime | None


async def find_contested(
    tx: Tx, *, request_id: UUID | None = None, decision_id: UUID | None = None
) -> Contested | None:
    """A request by its id, or by the decision that stands about it, as far as the caller may see it."""
    row = await (store.find_request(tx, request_id) if request_id else store.find_decided(tx, decision_id))
    if row is None:
        return None
    is_unanswered = row.status == "lapsed" and row.reasons == [UNANSWERED]
    return Contested(row.id, row.deal_id, row.status, row.decision_id, row.updated_at if is_unanswered else None)


async def grant_by_ruling(tx: Tx, who: Caller, request_id: UUID, ruling: deals.Ruling) -> str:
    """Give a protection the days that were refused, or not answered: `extended`, or `none` where nothing is to give.

    Edges: while it runs, the days count from the end that it was granted. One that has expired meanwhile runs again
    from now until the refused days would have ended, unless they are over, or another has the claim: nothing is taken
    from whoever came since. Errors: `NotFound`, `ClaimHeld` when the database knows another holder.
    """
    found = await store.find_request(tx, request_id)
    if found is None:
        raise NotFound()
    expired = await deals.hold_expired(tx, found.deal_id)
    row = await store.lock_request(tx, request_id)
    if row is None or "overturn" not in LIFECYCLE.allowed(row.status):
        return "none"
    is_running = expired is None and await claims.is_protected(tx, row.deal_id)
    running = await deals.hold_running(tx, who, row.deal_id) if is_running else expired
    if running is None:
        return "none"
    about, gathered = await about_request(tx, row, running, row.days)
    until = row.protected_until + timedelta(days=row.days)
    if expired is not None and (gathered.is_kept_out or until <= tx.now):
        return "none"
    about["evidence"] = {**about["evidence"], "case": ruling.case_id}
    writes = Writes()
    judgement = await engagement.decide_as_person(
        tx, who, **about, outcome="approve", reason=ruling.reason, remedy=None, note=ruling.note, writes=writes
    )
    row.status = LIFECYCLE.move(row.status, "overturn")
    note(tx, row, judgement)
    if expired is None:
        grant(tx, who, writes, row, running, judgement, row.days)
    else:
        row.granted_days, row.new_protected_until = row.days, until
    touch(row, tx.now)
    store.keep(writes, row)
    tell(writes, tx, who, row, ExtensionApproved, protected_until=row.new_protected_until or until)
    if expired is None:
        await writes.send(tx)
    else:
        await deals.revive(tx, who, writes, running, gathered, judgement, until=until, days=row.days)
    return "extended"
