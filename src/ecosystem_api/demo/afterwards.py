"""What follows an approval, shown at the end of the story: more time, other content, the customer's choice."""

from datetime import timedelta

from ecosystem_api.demo import lives
from ecosystem_api.demo.story import Deal, Story
from ecosystem_api.kernel.money import Money
from ecosystem_api.kernel.problem import Conflict
from ecosystem_api.selling.amendments import service as amendments
from ecosystem_api.selling.amendments.schemas import AmendmentCreate
from ecosystem_api.selling.deals import service
from ecosystem_api.selling.deals.schemas import DealOverride
from ecosystem_api.selling.extensions import service as extensions
from ecosystem_api.selling.extensions.schemas import ExtensionRequestCreate

_SHOWN = {"kind": "customer_statement", "statement": "The customer has decided, and says so in writing."}
_SOON = timedelta(days=30)


async def show(story: Story) -> None:
    """Let partners propose and ask, and one customer choose; whatever a deck would have drawn stays as it was."""
    protected = [deal for deal in story.deals if deal.status == "approved" and not deal.partner.is_gone]
    for deal in protected[:3]:
        await _amend(story, deal)
    now = story.stage.now
    ends = [(deal, deal.read.protection.ends_at) for deal in protected if deal.read.protection]
    # One that has ended and that the worker has not come to yet is given no more time.
    for deal in [deal for deal, ends_at in ends if now < ends_at < now + _SOON][:3]:
        await _ask(story, deal)
    waiting = [deal for deal in story.deals if deal.status == "waiting" and story.others(deal, "approved")]
    # One goes on waiting: a queue is shown as well.
    for deal in waiting[1:]:
        if await _choose(story, deal):
            return


async def _amend(story: Story, deal: Deal) -> None:
    who, amount = deal.partner.who, deal.read.amount
    grown = {} if amount is None else {"amount": Money(amount.minor * 3 // 2, amount.currency)}
    for changes, reason in (
        ({"title": f"{deal.read.title[:180]}, two sites"}, "A second site joins."),
        (grown, "With the second site it is half as much again."),
    ):
        if changes:
            body = AmendmentCreate.model_validate({"changes": changes, "reason": reason})
            async with story.stage.acting(who) as tx:
                await amendments.propose(tx, who, deal.id, body, "*")


async def _ask(story: Story, deal: Deal) -> None:
    who = deal.partner.who
    body = ExtensionRequestCreate.model_validate({"days": 30, "reason": "procurement", "evidence": [_SHOWN]})
    async with story.stage.acting(who) as tx:
        await extensions.ask(tx, who, deal.id, body)


async def _choose(story: Story, deal: Deal) -> bool:
    who = story.manager
    body = DealOverride.model_validate({"evidence": [_SHOWN], "remedy": "Agree with us on your part in this deal."})
    try:
        async with story.stage.acting(who) as tx:
            read = await service.override(tx, who, deal.id, body, "*")
    except Conflict:
        return False
    holders = story.others(deal, "approved")
    await lives.follow(story, deal, read)
    for holder in holders:
        await lives.follow(story, holder, await story.look(holder))
    return True
