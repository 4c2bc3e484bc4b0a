"""Vendor and partners side by side, shown at the end of the story: leads passed on, a claim that the vendor's own
sellers work on as well, a decision contested."""

from typing import Final
from uuid import UUID

from ecosystem_api.cosell.conflicts import service as conflicts
from ecosystem_api.cosell.conflicts.schemas import OpportunityWrite
from ecosystem_api.cosell.disputes import service as disputes
from ecosystem_api.cosell.disputes.schemas import DisputeCreate
from ecosystem_api.cosell.leads import service
from ecosystem_api.cosell.leads.schemas import LeadCreate, LeadOfferDecline, LeadRoute
from ecosystem_api.demo.partners import Partner
from ecosystem_api.demo.story import Deal, Story
from ecosystem_api.kernel.ids import encode
from ecosystem_api.kernel.problem import Problem
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.market.recognition.schemas import AccountResolve
from ecosystem_api.runtime.caller import Role

_WANTED: Final = (
    ("Harbour Lane Optics", "Wants one console for forty shops."),
    ("Ostermark Timber", "Has grown by two sawmills since spring."),
    ("Pellucid Diagnostics", "Was asked by its auditor for a second factor."),
    ("Quillfeather Press", "Moves its archive out of the cellar."),
)


async def show(story: Story) -> None:
    """Pass leads on: one is declined, one accepted, one waits for an answer, one for whoever routes it."""
    await _resemble(story)
    country = story.customers[0].country
    leads = [await _create(story, name, need, country) for name, need in _WANTED]
    declined, accepted, waiting, _ = leads
    for lead_id, answer in ((declined, "decline"), (accepted, "accept"), (waiting, None)):
        offer_id, partner = await _offer(story, lead_id)
        if offer_id is not None and partner is not None and answer is not None:
            await _answer(story, offer_id, partner, answer)
    for deal in [one for one in story.deals if one.status == "approved" and not one.partner.is_gone][:2]:
        await _go_around(story, deal)
    for deal in story.deals:
        if deal.status == "rejected" and not deal.partner.is_gone and await _appeal(story, deal):
            return


async def _resemble(story: Story) -> None:
    """A spelling that was only seen, and a company that may belong to another, wait for a person's word."""
    who, known = story.manager, next(one for one in story.customers if one.domain and one.is_known)
    for name, domains in ((f"Purchasing of {known.bare_name}", [known.domain]), (f"{known.bare_name} Marine", [])):
        described = {"name": name, "country": known.country, "domains": domains}
        async with story.stage.acting(who) as tx:
            await recognition.resolve_account(tx, who, AccountResolve.model_validate(described))


async def _create(story: Story, name: str, need: str, country: str) -> UUID:
    who = story.manager
    described = {"title": f"A first talk with {name}", "customer": {"name": name, "country": country}, "need": need}
    async with story.stage.acting(who) as tx:
        return (await service.create_lead(tx, who, LeadCreate.model_validate(described))).id


async def _offer(story: Story, lead_id: UUID) -> tuple[UUID | None, Partner | None]:
    who = story.manager
    async with story.stage.acting(who) as tx:
        offer_id = (await service.route_lead(tx, who, lead_id, LeadRoute(), "*")).lead_offer_id
        if offer_id is None:
            return None, None
        offered_to = (await service.get_offer(tx, offer_id)).partner_id
    return offer_id, next((one for one in story.cast if one.who.partner_id == offered_to), None)


async def _answer(story: Story, offer_id: UUID, partner: Partner, answer: str) -> None:
    async with story.stage.acting(partner.who) as tx:
        if answer == "accept":
            await service.accept_offer(tx, partner.who, offer_id, "*")
        else:
            await service.decline_offer(tx, partner.who, offer_id, LeadOfferDecline(reason="no_capacity"), "*")


async def _go_around(story: Story, deal: Deal) -> None:
    who = story.stage.staff[Role.INTEGRATION]
    told = {
        "external_id": {"system": "crm", "id": f"OPP-{deal.read.number}"},
        "account_id": encode("acc", deal.read.account_id),
        "title": f"{deal.read.title[:180]} (direct)",
        "stage": "proposal",
        "owner": "Sam Rivera",
        "opened_on": story.stage.now.date().isoformat(),
    }
    async with story.stage.acting(who) as tx:
        await conflicts.put_opportunity(tx, who, OpportunityWrite.model_validate(told))


async def _appeal(story: Story, deal: Deal) -> bool:
    who, said = deal.partner.who, "The customer confirms that it knew of nobody before us; its letter is with you."
    body = DisputeCreate(kind="appeal", deal_registration_id=deal.id, grounds="facts_wrong", statement=said)
    try:
        async with story.stage.acting(who) as tx:
            await disputes.open_dispute(tx, who, body)
    except Problem:  # its window is over, or nobody's decision stands behind it
        return False
    return True
