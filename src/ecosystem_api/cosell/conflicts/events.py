"""News of the vendor's opportunities and of conflicts. What an opportunity says stays in its row."""

from pydantic import Field

from ecosystem_api.cosell.conflicts.schemas import (
    ConflictId,
    ConflictStatus,
    EndedReason,
    Obligation,
    OpportunityId,
    OpportunityStatus,
)
from ecosystem_api.market.accounts.schemas import AccountId
from ecosystem_api.runtime.ledger import Event, staff_only
from ecosystem_api.runtime.wire import Instant
from ecosystem_api.selling.deals.schemas import DealId

_WHERE = "The region in which the claim counts, in lower case; null where it counts everywhere."


class OpportunityNews(Event):
    """What every event of an opportunity says."""

    audience = "staff"
    vendor_opportunity_id: OpportunityId = Field(description="The opportunity.")
    account_id: AccountId = Field(description="The end customer.")
    status: OpportunityStatus = Field(description="Whether it is open, was won or was lost.", examples=["open"])


class OpportunityOpened(OpportunityNews):
    """The vendor's own team opened an opportunity, or the CRM told of one for the first time."""

    type = "vendor_opportunity.opened"


class OpportunityUpdated(OpportunityNews):
    """An opportunity of the vendor's changed."""

    type = "vendor_opportunity.updated"
    changed: list[str] = Field(description="JSON pointers of what changed.", examples=[["/stage"]])


class OpportunityClosed(OpportunityNews):
    """An opportunity of the vendor's was won or lost."""

    type = "vendor_opportunity.closed"


class ConflictSuspected(Event):
    """An opportunity of the vendor's may be on a partner's claim: a person looks."""

    type = "conflict.suspected"
    audience = "staff"
    conflict_id: ConflictId = Field(description="The conflict.")
    vendor_opportunity_id: OpportunityId = Field(description="The opportunity.")
    deal_registration_id: DealId = Field(description="The registration that holds the claim.")
    region: str | None = Field(description=_WHERE, examples=["dach"])


class ConflictDismissed(Event):
    """A suspected conflict is none."""

    type = "conflict.dismissed"
    audience = "staff"
    conflict_id: ConflictId = Field(description="The conflict.")
    reason: EndedReason = Field(description="Why.", examples=["other_customer"])


class ConflictNews(Event):
    """What every event of a conflict says to the partner whose claim it is."""

    audience = "partner"
    conflict_id: ConflictId = Field(description="The conflict.")
    deal_registration_id: DealId = Field(description="The registration that holds or held the claim.")
    account_id: AccountId = Field(description="The end customer of the claim.")
    region: str | None = Field(description=_WHERE, examples=["dach"])
    status: ConflictStatus = Field(description="Where it stands now.", examples=["open"])
    obligation: Obligation | None = Field(description="How the vendor makes good, once it chose.", examples=["release"])
    due_at: Instant | None = Field(description="By when the vendor has to do what is next.")
    ended_reason: EndedReason | None = Field(description="How it ended, if it has.", examples=["accepted"])
    vendor_opportunity_id: OpportunityId = Field(description="The opportunity.", json_schema_extra=staff_only())


class ConflictOpened(ConflictNews):
    """The vendor's own team has an opportunity on a protected claim."""

    type = "conflict.opened"


class ConflictObligationChosen(ConflictNews):
    """The vendor said how it makes good."""

    type = "conflict.obligation_chosen"


class ConflictProven(ConflictNews):
    """The vendor showed that it has made good; the partner accepts or contests it."""

    type = "conflict.proven"


class ConflictContested(ConflictNews):
    """The partner says that the vendor has not made good."""

    type = "conflict.contested"


class ConflictMet(ConflictNews):
    """The partner accepted that the vendor has made good."""

    type = "conflict.met"


class ConflictOverruled(ConflictNews):
    """A manager ended the conflict, with a reason."""

    type = "conflict.overruled"


class ConflictCleared(ConflictNews):
    """The vendor's opportunity is no longer on the claim, before the vendor chose how to make good."""

    type = "conflict.cleared"


class ConflictOverdue(ConflictNews):
    """The vendor has not chosen, or not made good, in time."""

    type = "conflict.overdue"


EVENTS = (
    OpportunityOpened,
    OpportunityUpdated,
    OpportunityClosed,
    ConflictSuspected,
    ConflictDismissed,
    ConflictOpened,
    ConflictObligationChosen,
    ConflictProven,
    ConflictContested,
    ConflictMet,
    ConflictOverruled,
    ConflictCleared,
    ConflictOverdue,
)
