"""News of leads: which one and what became of it, never who is to be called there. The ledger forgets nothing."""

from pydantic import Field

from ecosystem_api.cosell.leads.schemas import (
    CloseReason,
    DeclineReason,
    LeadId,
    LeadOfferId,
    LeadStatus,
    RecallReason,
    ReturnCause,
)
from ecosystem_api.market.accounts.schemas import AccountId
from ecosystem_api.runtime.ledger import Event
from ecosystem_api.runtime.wire import Instant
from ecosystem_api.selling.deals.schemas import DealId


class _LeadNews(Event):
    lead_id: LeadId = Field(description="The lead.")
    status: LeadStatus = Field(description="Where it stands now.", examples=["offered"])


class LeadCreated(_LeadNews):
    """A lead was created."""

    type = "lead.created"
    account_id: AccountId = Field(description="The end customer.")
    source: str | None = Field(description="How the vendor came by it.", examples=["web_form"])


class LeadUpdated(_LeadNews):
    """What is known of a lead changed."""

    type = "lead.updated"
    changed: list[str] = Field(description="JSON pointers of what changed.", examples=[["/need"]])


class LeadRerouted(_LeadNews):
    """A lead that one partner did not take was offered to the next."""

    type = "lead.rerouted"
    round: int = Field(description="The how many-th partner is asked now.", examples=[2])


class LeadReturned(_LeadNews):
    """A lead is with the vendor again: nobody is left to ask, or the vendor took it back."""

    type = "lead.returned"
    cause: ReturnCause = Field(description="Why, as a code.", examples=["nobody_eligible"])
    rounds: int = Field(description="How many partners were asked.", examples=[3])


class LeadDiscarded(_LeadNews):
    """A lead that no partner had accepted was closed."""

    type = "lead.discarded"
    reason: CloseReason = Field(description="Why, as a code.", examples=["duplicate"])


class _PartnersNews(_LeadNews):
    audience = "partner"


class LeadOffered(_PartnersNews):
    """A lead was offered to the partner."""

    type = "lead.offered"
    lead_offer_id: LeadOfferId = Field(description="The offer.")
    expires_at: Instant = Field(description="When the time to answer is over.")


class LeadAccepted(_PartnersNews):
    """The partner accepted a lead."""

    type = "lead.accepted"
    lead_offer_id: LeadOfferId = Field(description="The offer.")


class LeadDeclined(_PartnersNews):
    """The partner declined a lead."""

    type = "lead.declined"
    lead_offer_id: LeadOfferId = Field(description="The offer.")
    reason: DeclineReason = Field(description="Why, as a code.", examples=["no_capacity"])


class LeadTimedOut(_PartnersNews):
    """The partner let the time to answer run out."""

    type = "lead.timed_out"
    lead_offer_id: LeadOfferId = Field(description="The offer.")


class LeadRecalled(_PartnersNews):
    """The vendor took a lead back that it had offered to the partner, or that the partner had accepted."""

    type = "lead.recalled"
    lead_offer_id: LeadOfferId = Field(description="The offer.")
    reason: RecallReason | None = Field(description="Why, as a code; null when the lead was closed.")


class LeadIdleAnnounced(_PartnersNews):
    """A lead that the partner has accepted is not registered yet, and goes to the next partner unless it is."""

    type = "lead.idle_announced"
    register_by: Instant = Field(description="By when it is to be registered.")


class LeadTakenBack(_PartnersNews):
    """A lead that the partner had accepted was not registered in time: the next partner is asked."""

    type = "lead.taken_back"
    lead_offer_id: LeadOfferId = Field(description="The offer.")


class LeadConverted(_PartnersNews):
    """A lead became a deal registration."""

    type = "lead.converted"
    deal_registration_id: DealId = Field(description="The registration.")


class LeadClosed(_PartnersNews):
    """A lead that the partner had accepted was closed."""

    type = "lead.closed"
    reason: CloseReason = Field(description="Why, as a code.", examples=["no_response"])


EVENTS = (
    LeadCreated,
    LeadUpdated,
    LeadOffered,
    LeadAccepted,
    LeadDeclined,
    LeadTimedOut,
    LeadRecalled,
    LeadIdleAnnounced,
    LeadTakenBack,
    LeadRerouted,
    LeadReturned,
    LeadConverted,
    LeadClosed,
    LeadDiscarded,
)
