"""News of appeals and disputes. Each partner reads what concerns its own registration; what either says stays out."""

from pydantic import Field

from ecosystem_api.cosell.disputes.schemas import DisputeId, Effect, Grounds, Kind, Ruling, RulingReason, SideOf, Status
from ecosystem_api.runtime.ledger import Event
from ecosystem_api.runtime.wire import Instant
from ecosystem_api.selling.amendments.schemas import AmendmentId
from ecosystem_api.selling.deals.schemas import DealId
from ecosystem_api.selling.extensions.schemas import ExtensionId


class DisputeNews(Event):
    """What every event of a case says, to one partner of it."""

    audience = "partner"
    dispute_id: DisputeId = Field(description="The case.")
    kind: Kind = Field(description="An appeal or a dispute.", examples=["appeal"])
    side: SideOf = Field(description="Which side the registration is on.", examples=["claimant"])
    deal_registration_id: DealId = Field(description="The registration of the partner that is told.")
    extension_request_id: ExtensionId | None = Field(
        description="The refused or unanswered request for more time that it is about."
    )
    amendment_id: AmendmentId | None = Field(description="The refused or unanswered amendment that it is about.")
    status: Status = Field(description="Where the case stands now.", examples=["open"])
    grounds: Grounds = Field(description="On what grounds.", examples=["facts_wrong"])
    evidence_until: Instant = Field(description="Until when this side may bring evidence.")
    outcome: Ruling | None = Field(description="The ruling, if there is one.", examples=["overturned"])
    reason: RulingReason | None = Field(description="Why it was ruled so.", examples=["facts_corrected"])
    effect: Effect | None = Field(description="What the ruling did to this registration.", examples=["approved"])
    share: str | None = Field(description="What this registration gets of a split.", examples=["0.6"])


class DisputeOpened(DisputeNews):
    """A partner contested a decision or a claim."""

    type = "dispute.opened"
    due_at: Instant = Field(description="When a ruling is due.")


class DisputeAnswerInvited(DisputeNews):
    """The claim of a registration is contested; its partner may say what it has to say."""

    type = "dispute.answer_invited"
    due_at: Instant = Field(description="When a ruling is due.")


class DisputeEvidenceAdded(DisputeNews):
    """A side brought evidence, or said that there is no more."""

    type = "dispute.evidence_added"


class DisputeEvidenceNoted(Event):
    """The vendor's side added evidence to a case."""

    type = "dispute.evidence_noted"
    audience = "staff"
    dispute_id: DisputeId = Field(description="The case.")


class DisputeDecided(DisputeNews):
    """A case was ruled on; `effect` says what became of this registration."""

    type = "dispute.decided"


class DisputeWithdrawn(DisputeNews):
    """The claimant withdrew the case."""

    type = "dispute.withdrawn"


EVENTS = (
    DisputeOpened,
    DisputeAnswerInvited,
    DisputeEvidenceAdded,
    DisputeEvidenceNoted,
    DisputeDecided,
    DisputeWithdrawn,
)
