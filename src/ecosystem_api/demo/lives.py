"""What becomes of a registration: every status plans what may come next, by chance, and the next status begins anew."""

from datetime import timedelta

from ecosystem_api.demo import desk
from ecosystem_api.demo.cast import wording
from ecosystem_api.demo.story import Deal, DealStep, Story
from ecosystem_api.kernel.money import Money
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.accounts.schemas import AccountUpdate
from ecosystem_api.runtime.caller import Role
from ecosystem_api.runtime.reading import Written
from ecosystem_api.selling.deals import service
from ecosystem_api.selling.deals.domain import OPEN_STAGES
from ecosystem_api.selling.deals.schemas import (
    DealCloseLost,
    DealCloseWon,
    DealMoveStage,
    DealRead,
    DealUpdate,
    NoteCreate,
)

_A_MOMENT = timedelta(seconds=1)
_BACKLOG = timedelta(days=40)
_ENDED = ("closed", "expired", "released", "revoked", "superseded")


async def follow(story: Story, deal: Deal, written: Written[DealRead]) -> None:
    """Take a deal's new state; if its status changed, plan what may come next and look after those it concerns."""
    read = written.read(DealRead)
    has_changed = read.status != deal.status or not deal.turn
    deal.read = read
    if not has_changed:
        return
    deal.turn += 1
    if plan := _NEXT.get(read.status):
        plan(story, deal)
    if read.status == "approved":
        for rival in story.others(deal, "in_review", "action_required"):
            await follow(story, rival, await story.look(rival))
    if read.status in _ENDED and story.others(deal, "waiting"):
        story.later(deal, story.stage.now + _A_MOMENT, _serve, by_partner=False)


def _draft(story: Story, deal: Deal) -> None:
    match story.drafts.draw():
        case "submit":
            story.later(deal, story.stage.now + story.days(0.01, 4), _submit)
        case "withdraw":
            story.later(deal, story.stage.now + story.days(5, 30), _withdraw)


def _in_review(story: Story, deal: Deal) -> None:
    # Of what came lately much is still on the desk: there has to be something to decide.
    if story.stage.now > story.stage.end - _BACKLOG and story.chance.random() < 0.7:
        return
    story.later(deal, story.stage.now + story.days(0.2, 5), _review, by_partner=False)


def _action_required(story: Story, deal: Deal) -> None:
    # What came back lately lies on the partner's desk: there has to be something to complete.
    if story.stage.now > story.stage.end - _BACKLOG:
        return
    match story.answers.draw():
        case "complete":
            story.later(deal, story.stage.now + story.days(0.3, 9), _complete)
        case "withdraw":
            story.later(deal, story.stage.now + story.days(3, 12), _withdraw)


def _waiting(story: Story, deal: Deal) -> None:
    if story.staying.draw() == "withdraw":
        story.later(deal, story.stage.now + story.days(8, 40), _withdraw)


def _rejected(story: Story, deal: Deal) -> None:
    is_mendable = deal.read.reasons[:1] in (["excluded_deal_type"], ["not_qualified"], ["customer_declines"])
    if is_mendable and not deal.resubmissions and story.chance.random() < 0.45:
        deal.resubmissions += 1
        story.later(deal, story.stage.now + story.days(1, 15), _complete)


def _approved(story: Story, deal: Deal) -> None:
    """A protection begins: the sale goes through its stages until the fate that was drawn comes true."""
    protection = deal.read.protection
    assert protection is not None, "an approved registration is protected"
    begin, whole = protection.starts_at, protection.ends_at - protection.starts_at
    fate = story.fates.draw()
    step, low, high, furthest = _FATES[fate]
    until = whole * (story.chance.uniform(low, high) if step else 1.0)
    if step is not None:
        story.later(deal, begin + until, step)
    story.later(deal, protection.ends_at + _A_MOMENT, _expire, by_partner=False)
    story.later(deal, protection.ends_at - timedelta(days=14) + _A_MOMENT, _be_reminded, by_partner=False)
    goal = furthest if fate == "win" else story.chance.randint(0, furthest)
    passed = OPEN_STAGES[1 : goal + 1]
    stages = [stage for stage in passed if stage == passed[-1] or story.chance.random() < 0.5]
    for share, stage in zip(sorted(story.chance.random() for _ in stages), stages, strict=True):
        story.later(deal, begin + until * share * 0.75, _mover(stage))
    for _ in range(story.chance.choice((0, 0, 1, 1))):
        story.later(deal, begin + until * story.chance.random() * 0.95, _note)


async def _submit(story: Story, deal: Deal) -> None:
    who = deal.partner.who
    async with story.stage.acting(who) as tx:
        read = await service.submit(tx, who, deal.id, "*")
    await follow(story, deal, read)


async def _withdraw(story: Story, deal: Deal) -> None:
    who = deal.partner.who
    async with story.stage.acting(who) as tx:
        read = await service.withdraw(tx, who, deal.id, "*")
    await follow(story, deal, read)


async def _review(story: Story, deal: Deal) -> None:
    await follow(story, deal, await desk.review(story, deal))


async def _complete(story: Story, deal: Deal) -> None:
    """The partner mends what was wrong and submits again."""
    who = deal.partner.who
    changes: dict[str, object] = {"deal_type": "new_business", "description": story.chance.choice(wording.DESCRIPTIONS)}
    if deal.read.amount is None:
        changes["amount"] = {"amount": f"{story.chance.randint(20, 400)}00", "currency": "USD"}
    if deal.read.expected_close_on is None or deal.read.expected_close_on <= story.stage.now.date():
        changes["expected_close_on"] = (story.stage.now + story.days(30, 120)).date()
    async with story.stage.acting(who) as tx:
        await service.update_deal(tx, who, deal.id, DealUpdate.model_validate(changes), "*")
    await _submit(story, deal)


def _mover(stage: str) -> DealStep:
    async def move(story: Story, deal: Deal) -> None:
        who = deal.partner.who
        async with story.stage.acting(who) as tx:
            body = DealMoveStage.model_validate({"stage": stage})
            deal.read = (await service.move_stage(tx, who, deal.id, body, "*")).read(DealRead)

    return move


async def _note(story: Story, deal: Deal) -> None:
    kind = story.chance.choice(tuple(wording.NOTES))
    note = NoteCreate.model_validate({"kind": kind, "body": story.chance.choice(wording.NOTES[kind])})
    who = story.manager if story.chance.random() < 0.2 else deal.partner.who
    async with story.stage.acting(who) as tx:
        await service.add_note(tx, who, deal.id, note)


async def _win(story: Story, deal: Deal) -> None:
    who, amount = deal.partner.who, deal.read.amount
    body = DealCloseWon()
    if amount is not None and story.chance.random() < 0.4:
        body = DealCloseWon(amount=Money(amount.minor * story.chance.randint(75, 115) // 100, amount.currency))
    async with story.stage.acting(who) as tx:
        read = await service.close_won(tx, who, deal.id, body, "*")
    await follow(story, deal, read)
    if story.chance.random() < 0.6:
        story.later(deal, story.stage.now + story.days(0.5, 3), _become_customer, by_partner=False)


async def _become_customer(story: Story, deal: Deal) -> None:
    """The CRM tells that the company is a customer now."""
    who = story.stage.staff[Role.INTEGRATION]
    story.buyers.add(deal.place)
    async with story.stage.acting(who) as tx:
        body = AccountUpdate(is_customer=True)
        await accounts.update_account(tx, who, deal.read.account_id, body, "*")


async def _lose(story: Story, deal: Deal) -> None:
    who = deal.partner.who
    body = DealCloseLost.model_validate({"reason": story.chance.choice(wording.LOST_REASONS)})
    async with story.stage.acting(who) as tx:
        read = await service.close_lost(tx, who, deal.id, body, "*")
    await follow(story, deal, read)


async def _release(story: Story, deal: Deal) -> None:
    who = deal.partner.who
    async with story.stage.acting(who) as tx:
        read = await service.release(tx, who, deal.id, "*")
    await follow(story, deal, read)


async def revoke(story: Story, deal: Deal) -> None:
    """The desk ends a protection, and the deal's story takes note."""
    await follow(story, deal, await desk.revoke(story, deal))


async def _be_reminded(story: Story, deal: Deal) -> None:
    await story.stage.work()


async def _expire(story: Story, deal: Deal) -> None:
    await story.stage.work()
    await follow(story, deal, await story.look(deal))


async def _serve(story: Story, deal: Deal) -> None:
    """The worker serves the queue behind a claim that has ended."""
    await story.stage.relay()
    await story.stage.work()
    for rival in story.others(deal, "waiting"):
        await follow(story, rival, await story.look(rival))


_NEXT = {
    "draft": _draft,
    "in_review": _in_review,
    "action_required": _action_required,
    "waiting": _waiting,
    "rejected": _rejected,
    "approved": _approved,
}
# What happens, between which shares of the protection, and the furthest stage the sale reaches before.
_FATES = {
    "win": (_win, 0.3, 0.95, 4),
    "lose": (_lose, 0.15, 0.9, 4),
    "lapse": (None, 1.0, 1.0, 3),
    "release": (_release, 0.2, 0.7, 2),
    "revoke": (revoke, 0.4, 0.9, 1),
}
