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
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.ledger import plan

WATCH = "leads.watch_idle"
NOTICED = "noticed"


async def watch(tx: Tx, row: LeadRow, offer: LeadOfferRow) -> None:
    """Count the time to register a lead that was just accepted, by the policy under which it was offered."""
    ranking = await store.find_routing(tx, offer.lead_routing_id)
    assert ranking is not None, "an offer has its ranking"
    policy, _ = await routing.published_policy(tx, ranking.routing_policy_id)
    if policy.register_days is None:
        return
    row.register_by = tx.now + timedelta(days=policy.register_days)
    notice = row.register_by - timedelta(days=policy.register_notice_days)
    await plan(tx, WATCH, subject_id=encode("lead", row.id), due_at=notice)


async def watch_idle(tx: Tx, who: Caller, lead_id: UUID, noticed: str | None) -> None:
    """Look whether an accepted lead was registered: first the partner is told, at the end the lead is taken back.

    Shape: `noticed` is the end that the partner was told of. Edges: nothing happens to a lead that something else has
    happened to meanwhile; one that was accepted anew has a time of its own.
    """
    row = await store.find_lead(tx, lead_id, is_locked=True)
    if row is None or row.status != "accepted" or row.register_by is None:
        return
    if tx.now >= row.register_by:
        await _take_back(tx, who, row)
    elif noticed is None or datetime.fromisoformat(noticed) != row.register_by:
        await tell(tx, who, row, LeadIdleAnnounced, partner_id=row.partner_id, register_by=row.register_by)
        data = {NOTICED: row.register_by.isoformat()}
        await plan(tx, WATCH, subject_id=encode("lead", row.id), due_at=row.register_by, data=data)


async def _take_back(tx: Tx, who: Caller, row: LeadRow) -> None:
    offer = await store.find_standing_offer(tx, row.id)
    assert offer is not None, "an accepted lead has the offer by which it was"
    row.status, row.partner_id, row.accepted_at, row.register_by = (
        LIFECYCLE.move(row.status, "take_back"), None, None, None,
    )  # fmt: skip
    touch(row, tx.now)
    offer.status, offer.reason = "recalled", store.NOT_REGISTERED
    touch(offer, tx.now)
    await tx.flush()
    await tell_partner(tx, who, row, offer, LeadTakenBack)
