"""Who registers what, for whom, and when."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from ecosystem_api.demo import afterwards, together
from ecosystem_api.demo.cast import wording
from ecosystem_api.demo.cast.customers import Customer
from ecosystem_api.demo.cast.places import PLACES
from ecosystem_api.demo.cast.products import PRODUCTS, Product
from ecosystem_api.demo.lives import follow, revoke
from ecosystem_api.demo.partners import Partner
from ecosystem_api.demo.stage import Stage
from ecosystem_api.demo.story import Deal, Story
from ecosystem_api.market.accounts import service as accounts
from ecosystem_api.market.accounts.schemas import AccountUpdate
from ecosystem_api.market.recognition import service as recognition
from ecosystem_api.market.recognition.schemas import AccountResolve
from ecosystem_api.runtime.caller import Role
from ecosystem_api.selling.deals import service
from ecosystem_api.selling.deals.schemas import CheckRequest, DealCreate, DealRead

_BY_SKU = {product.sku: product for product in PRODUCTS}
_WEEK = timedelta(days=7)
_LAST_HOUR = timedelta(hours=1)


def plan_deals(stage: Stage, cast: list[Partner], customers: list[Customer], known: dict[int, str], count: int) -> None:
    """Let `count` registrations come, more of them the later it is, while the vendor's own team works as well."""
    story = Story(stage, cast, customers, known)
    first, span = stage.begin + _WEEK, stage.end - stage.begin - _WEEK
    for share in sorted(stage.chance.random() ** 0.7 for _ in range(count)):
        stage.calendar.plan(first + span * share, partial(_register, story))
    for _ in range(len(customers) // 8):
        stage.calendar.plan(_some_day(stage), partial(_engage, story))
    for place, customer in enumerate(customers):
        if not customer.is_known:
            stage.calendar.plan(_some_day(stage), partial(_discover, story, place))
    week = stage.begin + _WEEK
    while week < stage.end:
        stage.calendar.plan(week, partial(_end_of_week, story))
        week += _WEEK
    stage.calendar.plan(stage.end - _LAST_HOUR, partial(afterwards.show, story))
    stage.calendar.plan(stage.end - _LAST_HOUR, partial(together.show, story))


async def _end_of_week(story: Story) -> None:
    """The worker catches up, and the desk ends what partners that have left still hold."""
    while await story.stage.relay():
        await story.stage.work()
    for deal in [one for one in story.deals if one.status == "approved" and one.partner.is_gone]:
        await revoke(story, deal)


def _some_day(stage: Stage) -> datetime:
    return stage.begin + (stage.end - stage.begin) * stage.chance.uniform(0.05, 0.999)


async def _register(story: Story) -> None:
    """A partner drafts a registration; now and then it asks first what would be decided."""
    rng, stage = story.chance, story.stage
    partner = rng.choices(story.cast, [each.weight for each in story.cast])[0]
    place, product = _encounter(story, partner)
    body = _describe(story, partner, place, product)
    who = partner.who if rng.random() < 0.93 else stage.staff[Role.MANAGER]
    if not who.is_partner:
        body["partner_id"] = partner.id
    async with stage.acting(who) as tx:
        if rng.random() < 0.07:
            asked = {key: body[key] for key in CheckRequest.model_fields if key in body}
            await service.check_deal(tx, who, CheckRequest.model_validate(asked))
        _, drafted = await service.create_deal(tx, who, DealCreate.model_validate(body))
    deal = Deal(partner, place, drafted.read(DealRead))
    story.deals.append(deal)
    await follow(story, deal, drafted)


def _encounter(story: Story, partner: Partner) -> tuple[int, Product]:
    """For which customer and product: mostly a free choice, sometimes one that somebody else is at already."""
    rng, customers = story.chance, story.customers
    product = rng.choices(PRODUCTS, [each.weight for each in PRODUCTS])[0]
    kind = story.encounters.draw()
    near = [place for place, customer in enumerate(customers) if partner.may_sell_in(customer.country)]
    if kind in ("rival", "again"):
        running = [
            deal
            for deal in story.deals
            if deal.status == "approved" and deal.place in near and (deal.partner is partner) == (kind == "again")
        ]
        crowded = [deal for deal in running if story.others(deal, "waiting")]
        if running:
            deal = rng.choice(crowded if crowded and rng.random() < 0.3 else running)
            return deal.place, _BY_SKU[rng.choice(deal.read.products).sku]
    if kind == "namesake":
        twins = {customer.bare_name: place for place, customer in enumerate(customers) if customer.is_namesake}
        met = [deal for deal in story.deals if deal.status == "approved" and deal.partner is not partner]
        met = [deal for deal in met if customers[deal.place].bare_name in twins]
        if met:
            deal = rng.choice(met)
            return twins[customers[deal.place].bare_name], _BY_SKU[deal.read.products[0].sku]
    if kind == "existing":
        near = [place for place in near if place in story.buyers] or near
    if kind == "abroad":
        near = [place for place in range(len(customers)) if place not in near] or near
    if kind == "own_choice" and rng.random() < 0.93:
        near = [place for place in near if place not in story.buyers] or near
    return rng.choice(near or range(len(customers))), product


def _describe(story: Story, partner: Partner, place: int, product: Product) -> dict[str, Any]:
    """The registration as it is sent."""
    rng, customer, stage = story.chance, story.customers[place], story.stage
    quantity = rng.randint(*product.quantities)
    others = [each for each in PRODUCTS if each is not product]
    lines = [(product, quantity)]
    if rng.random() < 0.3:
        extra = rng.choice(others)
        lines.append((extra, rng.randint(*extra.quantities)))
    where = PLACES[customer.country]
    amount = round(sum(each.price * count for each, count in lines) * where.rate * rng.uniform(0.7, 1.0), -2)
    body: dict[str, Any] = {
        "title": f"{product.name} for {quantity:,} {product.unit} at {customer.bare_name}",
        "customer": _customer(story, place),
        "deal_type": "expansion" if place in story.buyers and rng.random() < 0.5 else "new_business",
        "products": [{"sku": each.sku, "quantity": count} for each, count in lines],
        "amount": {"amount": str(int(amount)), "currency": where.currency},
        "expected_close_on": (stage.now + story.days(30, 140)).date(),
        "custom_fields": {"seats": quantity},
    }
    if rng.random() < 0.6:
        body["description"] = rng.choice(wording.DESCRIPTIONS)
    if rng.random() < 0.25:
        body["external_id"] = {"system": "crm", "id": f"OPP-{len(story.deals) + 2001}"}
    match story.faults.draw():
        case "no_date":
            del body["expected_close_on"]
        case "no_amount":
            del body["amount"]
        case "renewal" | "rfp" as deal_type:
            body["deal_type"] = deal_type
    return body


def _customer(story: Story, place: int) -> dict[str, Any]:
    """A customer as somebody describes it: not always by its full name."""
    rng, customer = story.chance, story.customers[place]
    name = rng.choice((customer.name, customer.name, customer.bare_name, customer.name.upper()))
    described: dict[str, Any] = {"name": name, "country": customer.country, "industry": customer.industry}
    if customer.domain and rng.random() < 0.7:
        described["domains"] = [customer.domain]
    return described


async def _engage(story: Story) -> None:
    """The vendor's own team has been at a customer; its CRM says so."""
    stage = story.stage
    place = story.chance.choice(sorted(story.known))
    who = stage.staff[Role.INTEGRATION]
    async with stage.acting(who) as tx:
        account_id = await accounts.find_by_external_id(tx, "crm", story.known[place])
        assert account_id is not None, "it was imported on the first day"
        day = (stage.now - story.days(0, 5)).date()
        await accounts.update_account(tx, who, account_id, AccountUpdate(vendor_engaged_on=day), "*")


async def _discover(story: Story, place: int) -> None:
    """The vendor's own people enter a company, unless a partner has named it before."""
    who = story.stage.staff[Role.MANAGER]
    customer = story.customers[place]
    described = {"name": customer.name, "country": customer.country, "industry": customer.industry}
    domains = [customer.domain] if customer.domain else []
    async with story.stage.acting(who) as tx:
        body = AccountResolve.model_validate({**described, "region": customer.region, "domains": domains})
        await recognition.resolve_account(tx, who, body)
