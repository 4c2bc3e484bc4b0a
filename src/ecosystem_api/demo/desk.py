"""The vendor's desk: people approve, refuse, ask back and end protections, each time with a reason."""

from ecosystem_api.demo.cast import wording
from ecosystem_api.demo.story import Deal, Story
from ecosystem_api.runtime.reading import Written
from ecosystem_api.selling.deals import service
from ecosystem_api.selling.deals.schemas import DealApprove, DealRead, DealReject, DealReturn, DealRevoke, NoteCreate

_APPROVE_FOR = {
    "outside_territory": "exception_granted",
    "ambiguous_customer": "customer_choice",
    "existing_customer": "strategic_account",
}
_REJECT_FOR = {"outside_territory": "outside_territory", "ambiguous_customer": "duplicate"}
_RETURN_FOR = {"ambiguous_customer": "customer_unclear", "existing_customer": "evidence_missing"}


async def review(story: Story, deal: Deal) -> Written[DealRead]:
    """A person decides about a deal under review; one that came back before is not sent back again."""
    verdict = story.reviews.draw()
    if verdict == "send_back" and deal.returns:
        verdict = "approve"
    cause = deal.read.reasons[0] if deal.read.reasons else ""
    who, rng = story.manager, story.chance
    async with story.stage.acting(who) as tx:
        if rng.random() < 0.25:
            note = NoteCreate(body=rng.choice(wording.STAFF_NOTES), audience="staff")
            await service.add_note(tx, who, deal.id, note)
        match verdict:
            case "approve":
                reason = _APPROVE_FOR.get(cause, "meets_policy") if rng.random() < 0.7 else "meets_policy"
                said = {"reason": reason, "note": wording.APPROVALS[reason]}
                return await service.approve(tx, who, deal.id, DealApprove.model_validate(said), "*")
            case "reject":
                reason = _REJECT_FOR.get(cause, rng.choice(("not_qualified", "customer_declines")))
                said = {"reason": reason, "remedy": wording.REJECTIONS[reason]}
                return await service.reject(tx, who, deal.id, DealReject.model_validate(said), "*")
            case _:
                deal.returns += 1
                reason = _RETURN_FOR.get(cause, "amount_unclear")
                said = {"reason": reason, "remedy": wording.RETURNS[reason]}
                return await service.return_to_partner(tx, who, deal.id, DealReturn.model_validate(said), "*")


async def revoke(story: Story, deal: Deal) -> Written[DealRead]:
    """A protection is ended early."""
    reason = "partner_standing" if deal.partner.is_gone else story.chance.choice(("no_progress", "customer_choice"))
    said = {"reason": reason, "remedy": wording.REVOCATIONS[reason]}
    who = story.manager
    async with story.stage.acting(who) as tx:
        return await service.revoke(tx, who, deal.id, DealRevoke.model_validate(said), "*")
