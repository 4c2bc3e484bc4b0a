"""News of the rules and of their use."""

from pydantic import Field

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.ledger import Event, staff_only
from ecosystem_api.selling.engagement.schemas import DecisionId, Outcome, PartnerRef, RuleBookId, SimulationId


class RuleBookPublished(Event):
    """A rule book was published; from its instant on decisions are made by it."""

    type = "rule_book.published"
    audience = "everyone"
    rule_book_id: RuleBookId = Field(description="The book.")
    number: int = Field(description="Its number.", examples=[2])
    content_hash: str = Field(description="Its fingerprint.", examples=["sha256:8d96…"])
    effective_from: str = Field(description="When it comes into force.", examples=["2026-02-01T00:00:00Z"])


class RuleBookDrafted(Event):
    """A draft of a rule book was begun."""

    type = "rule_book.drafted"
    audience = "staff"
    rule_book_id: RuleBookId = Field(description="The draft.")
    based_on: RuleBookId = Field(description="The book it begins from.")


class RuleBookRetired(Event):
    """A rule book was given up: a draft, or a book that was to come into force later."""

    type = "rule_book.retired"
    audience = "staff"
    rule_book_id: RuleBookId = Field(description="The book.")
    number: int | None = Field(description="Its number; null for a draft.", examples=[3])


class SimulationEvent(Event):
    """What all news of a simulation carry."""

    simulation_id: SimulationId = Field(description="The simulation.")
    rule_book_id: RuleBookId = Field(description="The book that was tried.")
    done: int = Field(description="Recorded decisions it was tried on.", examples=[480])
    flips: int = Field(description="Of these, how many it would have made otherwise.", examples=[9])


class SimulationCompleted(SimulationEvent):
    """A book was tried on all decisions of a window; its flips and its coverage can be read."""

    type = "simulation.completed"
    audience = "staff"


class SimulationFailed(SimulationEvent):
    """A simulation was given up: a stretch of it failed again and again."""

    type = "simulation.failed"
    audience = "staff"
    reason: str = Field(description="Why.", examples=["TimeoutError"])


class SimulationCancelled(SimulationEvent):
    """A simulation was stopped."""

    type = "simulation.cancelled"
    audience = "staff"


class DecisionNews(Event):
    """What all news of a decision say."""

    decision_id: DecisionId = Field(description="The decision.")
    subject_id: str = Field(description="What was decided about.", examples=["deal_01h455vb4pex5vsknk084sn02q"])
    action: str = Field(description="What was asked.", examples=["deal_registration.submit"])
    kind: str = Field(description="automatic or human.", examples=["automatic"])
    outcome: Outcome = Field(description="What was decided.", examples=["approve"])
    reasons: list[Reason] = Field(description="Why, strongest first.", examples=[["clear_path"]])
    decided_by: str = Field(description="Who decided.", examples=["deals"], json_schema_extra=staff_only())


class DecisionMade(DecisionNews):
    """A decision about a partner was recorded: by the rules or by a person."""

    type = "decision.made"
    audience = "partner"


class DecisionRecorded(DecisionNews):
    """A decision that concerns no partner was recorded: the vendor's own team asked."""

    type = "decision.recorded"
    audience = "staff"


class EngagementChecked(Event):
    """A partner asked beforehand what would be decided; noted, because asking can be used to probe for rivals."""

    type = "engagement.checked"
    audience = "staff"
    partner_id: PartnerRef = Field(description="Who asked.")
    outcome: Outcome = Field(description="What the rules would have said.", examples=["approve"])
    reasons: list[Reason] = Field(description="Why.", examples=[["clear_path"]])
