"""What the players know while deals are played: the deals so far, the customers, and the decks they draw from."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from ecosystem_api.demo.cast.customers import Customer
from ecosystem_api.demo.partners import Partner
from ecosystem_api.demo.stage import Stage
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.reading import Written
from ecosystem_api.selling.deals import service
from ecosystem_api.selling.deals.schemas import DealRead


class Deck:
    """Chance without streaks: each card comes as often as it is in the deck before the deck is shuffled again."""

    def __init__(self, rng: Random, **cards: int) -> None:
        self._rng = rng
        self._cards = [card for card, count in cards.items() for _ in range(count)]
        self._left: list[str] = []

    def draw(self) -> str:
        """The next card."""
        self._left = self._left or self._rng.sample(self._cards, len(self._cards))
        return self._left.pop()


@dataclass
class Deal:
    """A registration in the story. `turn` counts its statuses: what was planned in an earlier one is dropped."""

    partner: Partner
    place: int
    read: DealRead
    turn: int = 0
    returns: int = 0
    resubmissions: int = 0

    @property
    def id(self) -> UUID:
        """Its id."""
        return self.read.id

    @property
    def status(self) -> str:
        """Where it stood when it was last looked at."""
        return self.read.status


DealStep = Callable[["Story", Deal], Awaitable[None]]


@dataclass
class Story:
    """The deals and everything they are about. Shape: `known` holds ids in the CRM by the customer's place."""

    stage: Stage
    cast: list[Partner]
    customers: Sequence[Customer]
    known: dict[int, str]
    deals: list[Deal] = field(default_factory=list)
    buyers: set[int] = field(init=False)
    drafts: Deck = field(init=False)
    faults: Deck = field(init=False)
    reviews: Deck = field(init=False)
    fates: Deck = field(init=False)
    answers: Deck = field(init=False)
    encounters: Deck = field(init=False)
    staying: Deck = field(init=False)

    def __post_init__(self) -> None:
        rng = self.chance
        self.buyers = {place for place, customer in enumerate(self.customers) if customer.is_customer}
        self.drafts = Deck(rng, submit=26, withdraw=1, idle=1)
        self.faults = Deck(rng, none=30, no_date=1, no_amount=1, renewal=1, rfp=1)
        self.reviews = Deck(rng, approve=6, reject=3, send_back=2)
        self.fates = Deck(rng, win=8, lose=5, lapse=6, release=2, revoke=1)
        self.answers = Deck(rng, complete=7, withdraw=1, idle=1)
        self.encounters = Deck(rng, own_choice=25, rival=8, existing=4, abroad=3, namesake=1, again=1)
        self.staying = Deck(rng, stay=4, withdraw=1)

    @property
    def chance(self) -> Random:
        """The story's chance."""
        return self.stage.chance

    @property
    def manager(self) -> Caller:
        """Who decides on the vendor's side: mostly the manager, sometimes the admin."""
        return self.stage.staff[Role.MANAGER if self.chance.random() < 0.8 else Role.ADMIN]

    def days(self, low: float, high: float) -> timedelta:
        """A span between so many days and so many."""
        return timedelta(days=self.chance.uniform(low, high))

    def later(self, deal: Deal, at: datetime, step: DealStep, *, by_partner: bool = True) -> None:
        """Let something happen with a deal, unless its status has changed by then, or who would do it is gone."""
        turn = deal.turn

        async def unless_changed() -> None:
            if deal.turn == turn and not (by_partner and deal.partner.is_gone):
                await step(self, deal)

        self.stage.calendar.plan(at, unless_changed)

    async def look(self, deal: Deal) -> Written[DealRead]:
        """The deal as it stands now."""
        async with self.stage.acting(deal.partner.who) as tx:
            return await service.show_deal(tx, deal.partner.who, deal.id)

    def others(self, deal: Deal, *statuses: str) -> list[Deal]:
        """Other deals of the same customer in one of these statuses."""
        return [one for one in self.deals if one.place == deal.place and one is not deal and one.status in statuses]
