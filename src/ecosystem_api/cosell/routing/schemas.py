"""Routing policies on the wire."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, StrictInt, model_validator

from ecosystem_api.runtime.wire import Instant, Key, Line, TypedId, Wire, fault_at, kept, told

RoutingPolicyId = Annotated[UUID, TypedId("rpol")]
Disclosed = Literal["title", "need", "company_size", "source", "customer", "amount"]
PolicyStatus = Literal["draft", "published", "retired"]
AnswerClock = Literal["wall", "business"]


def _sorted(values: list[str]) -> list[str]:
    return sorted(set(values))


Keys = Annotated[list[Key], Field(max_length=50), AfterValidator(_sorted)]
Disclosure = Annotated[list[Disclosed], Field(max_length=6), AfterValidator(_sorted)]
Weight = Annotated[StrictInt, Field(ge=0, le=100)]


class RoutingWeights(Wire):
    """What counts how much. Only the proportions matter; what a lead does not ask for counts for nobody."""

    geography: Weight = told(
        "How near the partner is: seat in the country 1, the country among its territories 0.75, the region 0.5, "
        "territories without end 0.25.",
        30,
        default=30,
    )
    vertical: Weight = told("Whether it knows the customer's industry.", 20, default=20)
    skills: Weight = told("The share of the skills asked for that it has.", 15, default=15)
    certifications: Weight = told("The share of the certifications asked for that its people hold.", 10, default=10)
    performance: Weight = told(
        "The mean of leads accepted, time to answer left, and deals won, each shrunk to that of all partners.",
        15,
        default=15,
    )
    capacity: Weight = told("The share of the leads it may have in hand that is free.", 10, default=10)

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not any(self.model_dump().values()):
            raise ValueError("at least one criterion has a weight above 0")
        return self


class FairnessFloor(Wire):
    """A share of offers for partners that were offered few leads of late, above all for new ones.

    When the share is behind, such a partner comes before all others; the count of offers decides when, not chance.
    """

    share_percent: StrictInt = told("Share of the offers.", 20, default=20, ge=0, le=100)
    below_leads: StrictInt = told("Few are fewer than so many leads offered …", 3, default=3, ge=1, le=1000)
    window_days: StrictInt = told("… in so many days.", 90, default=90, ge=1, le=3650)


class RoutingTerms(Wire):
    """By what partners are chosen, how long they have to answer, and what they are told beforehand."""

    name: Line = told("What the policy is called.", "Nearest who knows the industry", default="Routing policy")
    weights: RoutingWeights = told("What counts how much.", default=RoutingWeights())
    personas: Keys = told("Only partners with one of these personas; empty for all.", ["var"], default=[])
    tiers: Keys = told("Only partners of one of these tiers; empty for all.", ["gold"], default=[])
    capacity: StrictInt = told(
        "How many leads a partner may have in hand: offered, or accepted and not yet registered.",
        10,
        default=10,
        ge=1,
        le=10_000,
    )
    minimum_points: StrictInt = told("Points, of 10,000, that a partner needs.", 2_000, default=0, ge=0, le=10_000)
    floor: FairnessFloor = told("What goes to partners that were offered few leads.", default=FairnessFloor())
    history_days: StrictInt = told("How far back performance is counted.", 365, default=365, ge=30, le=3650)
    prior_leads: StrictInt = told(
        "How many leads' worth of the average of all partners stands beside each partner's own record: the more, the "
        "less a short record counts.",
        10,
        default=10,
        ge=1,
        le=1000,
    )
    answer_hours: StrictInt = told("Hours a partner has to answer an offer.", 48, default=48, ge=1, le=720)
    answer_clock: AnswerClock = told("Which of these hours count: all, or business hours.", "business", default="wall")
    answer_calendar: Key | None = told(
        "The calendar whose business hours count; the vendor's default one where none is named.", "emea", default=None
    )
    most_rounds: StrictInt = told(
        "How many partners are asked before a lead goes back to the vendor.", 5, default=5, ge=1, le=50
    )
    register_days: StrictInt | None = told(
        "In how many days an accepted lead becomes a registration, or else goes to the next partner; null for no end.",
        30,
        default=None,
        ge=1,
        le=3650,
    )
    register_notice_days: StrictInt = told(
        "How many days before that the partner is told.", 5, default=5, ge=0, le=3650
    )
    disclose: Disclosure = told(
        "What an offer tells besides country, region, industry, skills, certifications and products, which are always "
        "told. Whom to turn to at the customer is never told before the lead is accepted.",
        ["company_size", "need", "title"],
        default=["company_size", "need", "title"],
    )

    @model_validator(mode="after")
    def _clocks_agree(self) -> Self:
        if self.answer_calendar is not None and self.answer_clock == "wall":
            raise fault_at(
                "answer_calendar",
                "An `answer_clock` of all hours needs no `answer_calendar`; leave it out, or say `business`.",
            )
        if self.register_days is not None and self.register_notice_days >= self.register_days:
            raise fault_at("register_notice_days", "`register_notice_days` is less than `register_days`.")
        return self


class RoutingPolicyCreate(RoutingTerms):
    """A draft of a routing policy; what is left out is as the service proposes it."""


class RoutingPolicyUpdate(Wire):
    """What to change in a draft."""

    name: Line | None = kept("What the policy is called.", "Nearest first")
    weights: RoutingWeights | None = kept("What counts how much; all weights from now on.")
    personas: Keys | None = kept("Only partners with one of these personas.", ["var"])
    tiers: Keys | None = kept("Only partners of one of these tiers.", ["gold"])
    capacity: StrictInt | None = kept("How many leads a partner may have in hand.", 10, ge=1, le=10_000)
    minimum_points: StrictInt | None = kept("Points that a partner needs.", 2_000, ge=0, le=10_000)
    floor: FairnessFloor | None = kept("What goes to partners that were offered few leads.")
    history_days: StrictInt | None = kept("How far back performance is counted.", 365, ge=30, le=3650)
    prior_leads: StrictInt | None = kept("How much a short record is shrunk.", 10, ge=1, le=1000)
    answer_hours: StrictInt | None = kept("Hours a partner has to answer an offer.", 48, ge=1, le=720)
    answer_clock: AnswerClock | None = kept("Which of these hours count.", "business")
    answer_calendar: Key | None = told(
        "The calendar whose business hours count; null for the default one.", "emea", default=None
    )
    most_rounds: StrictInt | None = kept("How many partners are asked.", 5, ge=1, le=50)
    register_days: StrictInt | None = told(
        "In how many days an accepted lead becomes a registration; null for no end.", 30, default=None, ge=1, le=3650
    )
    register_notice_days: StrictInt | None = kept("How many days before that the partner is told.", 5, ge=0, le=3650)
    disclose: Disclosure | None = kept("What an offer tells beforehand.", ["need", "title"])


class FloorRecordRead(Wire):
    """How the floor was kept."""

    routed: int = told("Offers made under the policy while a partner below the floor was eligible.", 40)
    given: int = told("How many of them such a partner got.", 11)


class RoutingPolicyRead(RoutingTerms):
    """A routing policy."""

    id: RoutingPolicyId = told("Id of the policy.")
    number: int | None = told("Its number, given when it is published.", 2)
    status: PolicyStatus = told("`retired` once another has taken its place.", "published")
    is_in_force: bool = told("Whether leads are routed by it now.", True)
    effective_from: Instant | None = told("Since when it is in force; null for a draft.")
    effective_until: Instant | None = told("When another took its place; null while none has.")
    content_hash: str = told("Fingerprint of its terms (SHA-256 of their canonical JSON).", "sha256:" + 64 * "0")
    floor_record: FloorRecordRead = told("How its floor was kept so far.")
    allowed_actions: list[str] = told("What the vendor's side may do now; `update` is PATCH.", ["update", "publish"])
    version: int = told("Grows with every change of a draft; the `ETag`.", 1)
    created_at: Instant = told("When it was drafted.")
    updated_at: Instant = told("When it last changed.")
