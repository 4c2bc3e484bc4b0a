"""Offers of leads on the wire: what a partner is told before it answers, and its answer."""

from typing import Self

from pydantic import model_validator

from ecosystem_api.cosell.leads.schemas.routings import CriterionRead
from ecosystem_api.cosell.leads.schemas.words import (
    CERTIFICATIONS,
    NEED,
    REGION,
    SIZE,
    SKILLS,
    SOURCE,
    TITLE,
    VERTICAL,
    CompanySize,
    DeclineReason,
    LeadId,
    LeadOfferId,
    LeadRoutingId,
    OfferStatus,
    PartnerRef,
)
from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.wire import Amount, Instant, Prose, Wire, fault_at, told
from ecosystem_api.selling.deals.schemas import DealProduct
from ecosystem_api.selling.engagement.schemas import DecisionId


class DisclosedCustomer(Wire):
    """Which company it is about."""

    name: str = told("Name of the company.", "Acme Industries GmbH")
    country: str = told("Country of the unit that buys.", "DE")


class LeadDisclosed(Wire):
    """What a partner is told of a lead before it accepts; what the policy does not disclose is null."""

    country: str = told("Where it will be used.", "DE")
    region: str | None = told(*REGION)
    vertical: str | None = told(*VERTICAL)
    skills: list[str] = told(*SKILLS)
    certifications: list[str] = told(*CERTIFICATIONS)
    products: list[DealProduct] = told("What the customer wants.")
    title: str | None = told(*TITLE, default=None)
    need: str | None = told(*NEED, default=None)
    company_size: CompanySize | None = told(*SIZE, default=None)
    source: str | None = told(*SOURCE, default=None)
    customer: DisclosedCustomer | None = told("Which company it is about.", default=None)
    amount: Amount | None = told("What the vendor thinks it is worth.", default=None)


class LeadOfferStaffRead(Wire):
    """What only the vendor's side reads of an offer."""

    round: int = told("The how many-th partner was asked by it.", 1)
    lead_routing_id: LeadRoutingId = told("The ranking that it was made by, or beside.")
    is_by_hand: bool = told("Whether somebody chose the partner, instead of the ranking.", False)


class LeadOfferRead(Wire):
    """A lead before one partner."""

    id: LeadOfferId = told("Id of the offer.")
    lead_id: LeadId = told("The lead; readable once it is accepted.")
    partner_id: PartnerRef = told("The partner that is asked.")
    status: OfferStatus = told("Whether and how it was answered.", "open")
    allowed_actions: list[str] = told("How it may be answered now, as path segments.", ["accept", "decline"])
    lead: LeadDisclosed = told("What the partner was told of the lead when it was asked.")
    points: int = told("The partner's points, of 10,000, by the routing policy.", 7_425)
    criteria: list[CriterionRead] = told("What each criterion added to them.")
    decision_id: DecisionId = told("The rules' decision that the lead may be passed to this partner.")
    offered_at: Instant = told("When it was made.")
    expires_at: Instant = told("When the time to answer is over; at this instant it is too late.")
    answered_at: Instant | None = told("When it was answered, ran out or was taken back.")
    reason: Reason | None = told("Why it was declined, or taken back.", "no_capacity")
    note: str | None = told("What the partner added.", "Ask us again in May.")
    staff: LeadOfferStaffRead | None = told("What only the vendor's side reads; null for partners.")
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was made.")
    updated_at: Instant = told("When it last changed.")


class LeadOfferDecline(Wire):
    """Why a partner does not take a lead."""

    reason: DeclineReason = told("Why, as a code.", "no_capacity")
    note: Prose | None = told(
        "What there is to say besides; needed where the reason is `other`.", "Ask us again in May.", default=None
    )

    @model_validator(mode="after")
    def _other_is_told(self) -> Self:
        if self.reason == "other" and self.note is None:
            raise fault_at("note", "Say in `note` what the other reason is.")
        return self
