"""Answer an offer: accept, decline, let it run out; and take a lead back. Whoever comes second finds what is."""

from uuid import UUID

from ecosystem_api.cosell.leads import store
from ecosystem_api.cosell.leads.domain import LIFECYCLE, moved, offer_actions, unused_part
from ecosystem_api.cosell.leads.errors import OfferOver
from ecosystem_api.cosell.leads.events import LeadAccepted, LeadDeclined, LeadRecalled, LeadReturned, LeadTimedOut
from ecosystem_api.cosell.leads.schemas import LeadOfferDecline, LeadOfferRead, LeadRead, LeadRecall
from ecosystem_api.cosell.leads.service.idle import watch
from ecosystem_api.cosell.leads.service.make import TIME_OUT
from ecosystem_api.cosell.leads.service.read import get_row, read_lead, read_offer
from ecosystem_api.cosell.leads.service.tell import tell, tell_partner
from ecosystem_api.cosell.leads.tables import LeadOfferRow, LeadRow
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import NotFound
from ecosystem_api.kernel.reason import Reason, of_person
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.calendars.domain import hours_from_dict
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.http import expect_version
from ecosystem_api.runtime.ledger import cancel


async def accept_offer(tx: Tx, who: Caller, offer_id: UUID, if_match: str | None) -> LeadOfferRead:
    """Take a lead: it is the partner's from now on, with whom to turn to. Errors: `NotFound`, `OfferOver`,
    `PreconditionFailed`.
    """
    if await store.find_offer(tx, offer_id) is None:
        raise NotFound()
    async with tx.vendor_wide():
        row, offer = await _held(tx, offer_id)
        _expect_open(tx, offer, if_match)
        _answer(tx, offer, "accepted")
        row.status, row.partner_id, row.accepted_at = LIFECYCLE.move(row.status, "accept"), offer.partner_id, tx.now
        await watch(tx, row, offer)
        touch(row, tx.now)
        await tx.flush()
        await accounts.link_partner(tx, row.account_id, offer.partner_id)
        await cancel(tx, TIME_OUT, subject_id=encode("loff", offer.id))
        await tell_partner(tx, who, row, offer, LeadAccepted)
    return read_offer(tx, offer)


async def decline_offer(
    tx: Tx, who: Caller, offer_id: UUID, body: LeadOfferDecline, if_match: str | None
) -> LeadOfferRead:
    """Do not take a lead; it goes to the next partner. Errors: `NotFound`, `OfferOver`, `PreconditionFailed`."""
    if await store.find_offer(tx, offer_id) is None:
        raise NotFound()
    async with tx.vendor_wide():
        row, offer = await _held(tx, offer_id)
        _expect_open(tx, offer, if_match)
        _answer(tx, offer, "declined")
        offer.reason, offer.note = of_person(body.reason), body.note
        await _pass_over(tx, row)
        await cancel(tx, TIME_OUT, subject_id=encode("loff", offer.id))
        await tell_partner(tx, who, row, offer, LeadDeclined, reason=body.reason)
    return read_offer(tx, offer)


async def time_out(tx: Tx, who: Caller, offer_id: UUID) -> None:
    """An offer's last instant has come. Edges: one that was answered or taken back stays as it is."""
    if await store.find_offer(tx, offer_id) is None:
        return
    row, offer = await _held(tx, offer_id)
    if offer.status != "open" or offer.expires_at > tx.now:
        return
    _answer(tx, offer, "timed_out")
    await _pass_over(tx, row)
    await tell_partner(tx, who, row, offer, LeadTimedOut)


async def recall_lead(tx: Tx, who: Caller, lead_id: UUID, body: LeadRecall, if_match: str | None) -> LeadRead:
    """Take a lead back from the partner that has it, or is asked; it is with the vendor again.

    Errors: `NotFound`, `IllegalMove`, `PreconditionFailed`.
    """
    row = await get_row(tx, lead_id, is_locked=True)
    target = moved(row.status, "recall", is_partner=False)
    expect_version(if_match, row.version)
    row.status, row.partner_id, row.accepted_at, row.register_by = target, None, None, None
    touch(row, tx.now)
    await take_back(tx, who, row, of_person(body.reason))
    await tell(tx, who, row, LeadReturned, cause="recalled", rounds=row.rounds)
    return await read_lead(tx, who, row)


async def take_back(tx: Tx, who: Caller, row: LeadRow, reason: Reason | None) -> None:
    """End the offer that stands, and tell its partner. Shape: the lead is locked and stands as it will."""
    offer = await store.find_standing_offer(tx, row.id)
    if offer is None:
        return
    if offer.status == "open":
        offer.answered_at = tx.now
    offer.status, offer.reason = "recalled", reason
    touch(offer, tx.now)
    await tx.flush()
    await cancel(tx, TIME_OUT, subject_id=encode("loff", offer.id))
    await tell_partner(tx, who, row, offer, LeadRecalled, reason=reason)


async def _held(tx: Tx, offer_id: UUID) -> tuple[LeadRow, LeadOfferRow]:
    """The lead, then the offer, locked in this order wherever both are."""
    seen = await store.find_offer(tx, offer_id)
    assert seen is not None, "it was found in this transaction and offers are never deleted"
    row = await store.find_lead(tx, seen.lead_id, is_locked=True)
    offer = await store.find_offer(tx, offer_id, is_locked=True)
    assert row is not None, "an offer has its lead"
    assert offer is not None, "offers are never deleted"
    return row, offer


def _expect_open(tx: Tx, offer: LeadOfferRow, if_match: str | None) -> None:
    if not offer_actions(offer.status, offer.expires_at, tx.now):
        status = "timed_out" if offer.status == "open" else offer.status
        raise OfferOver(f"The offer is {status}.", offer_status=status)
    expect_version(if_match, offer.version)


def _answer(tx: Tx, offer: LeadOfferRow, status: str) -> None:
    offer.status, offer.answered_at = status, tx.now
    hours = hours_from_dict(offer.calendar) if offer.calendar is not None else None
    offer.promptness = unused_part(offer.offered_at, offer.expires_at, tx.now, hours)
    touch(offer, tx.now)


async def _pass_over(tx: Tx, row: LeadRow) -> None:
    row.status = LIFECYCLE.move(row.status, "pass_over")
    touch(row, tx.now)
    await tx.flush()
