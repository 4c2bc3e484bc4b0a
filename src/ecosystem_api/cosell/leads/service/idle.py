"""An accepted lead is registered in time, or the partner is told that it is not, and the next one is asked."""

from datetime import datetime, timedelta
from uuid import UUID

from ecosystem_api.cosell.leads import store
from ecosystem_api.cosell.leads.domain import LIFECYCLE
from ecosystem_api.cosell.leads.events import LeadIdleAnnounced, LeadTakenBack
from ecosystem_api.cosell.leads.service.tell import tell, tell_partner
from ecosystem_api.cosell.leads.tables import LeadOfferRow, LeadRow
from ecosystem_api.cosell.routing import service as routing
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import IllegalMove
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import plan
from ecosystem_api.runtime.ledger.read import live_reminder

WATCH = "leads.watch_idle"
NOTICED = "noticed"


async def watch(tx: Tx, row: LeadRow, offer: LeadOfferRow) -> None:
    """Count the time to register a lead that was just accepted, by the policy under which it was offered."""
    days, notice = await _terms(tx, offer)
    if days is None:
        return
    row.register_by = tx.now + days
    await plan(tx, WATCH, subject_id=encode("lead", row.id), due_at=row.register_by - notice)


async def watch_idle(tx: Tx, who: Caller, lead_id: UUID, noticed: str | None) -> None:
    """Look whether an accepted lead was registered: first the partner is told, at the end the lead is taken back.

    Shape: `noticed` is the end that the partner was told of. Edges: nothing happens to a lead that something else has
    happened to meanwhile; one that was accepted anew has a time of its own. Nothing is taken back without notice: where
    that comes only after the end, the end is as much later as notice should have come before it.
    """
    row = await store.find_lead(tx, lead_id, is_locked=True)
    if row is None or row.status != "accepted" or row.register_by is None:
        return
    offer = await store.find_standing_offer(tx, row.id)
    assert offer is not None, "an accepted lead has the offer by which it was"
    if noticed is None or datetime.fromisoformat(noticed) != row.register_by:
        if row.register_by <= tx.now:
            _, notice = await _terms(tx, offer)
            row.register_by = tx.now + notice
            touch(row, tx.now)
        await tell(tx, who, row, LeadIdleAnnounced, partner_id=row.partner_id, register_by=row.register_by)
        data = {NOTICED: row.register_by.isoformat()}
        await plan(tx, WATCH, subject_id=encode("lead", row.id), due_at=row.register_by, data=data)
    elif tx.now >= row.register_by:
        await _take_back(tx, who, row, offer)


async def refuse_late(tx: Tx, row: LeadRow) -> None:
    """Once the time has passed of which its partner had notice, a lead is the next one's. Errors: `IllegalMove`."""
    if row.status != "accepted" or row.register_by is None or row.register_by > tx.now:
        return
    reminder = await live_reminder(tx, WATCH, encode("lead", row.id))
    if reminder is not None and reminder.data.get(NOTICED) == row.register_by.isoformat():
        over = f"The time to register this lead ended at {row.register_by:%Y-%m-%d %H:%M} UTC, as was announced."
        raise IllegalMove(over, allowed_actions=[])


async def _terms(tx: Tx, offer: LeadOfferRow) -> tuple[timedelta | None, timedelta]:
    """How long after it was accepted a lead is registered, if that is said, and how long before its end notice comes.

    Shape: by the policy under which it was offered.
    """
    ranking = await store.find_routing(tx, offer.lead_routing_id)
    assert ranking is not None, "an offer has its ranking"
    policy, _ = await routing.published_policy(tx, ranking.routing_policy_id)
    days = timedelta(days=policy.register_days) if policy.register_days is not None else None
    return days, timedelta(days=policy.register_notice_days)


async def _take_back(tx: Tx, who: Caller, row: LeadRow, offer: LeadOfferRow) -> None:
    row.status, row.partner_id, row.accepted_at, row.register_by = (
        LIFECYCLE.move(row.status, "take_back"), None, None, None,
    )  # fmt: skip
    touch(row, tx.now)
    offer.status, offer.reason = "recalled", store.NOT_REGISTERED
    touch(offer, tx.now)
    await tx.flush()
    await tell_partner(tx, who, row, offer, LeadTakenBack)
