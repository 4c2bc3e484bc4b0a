"""News of the rules and of their use."""

from pydantic import Field

from ecosystem_api.runtime.ledger import Event, staff_only
from ecosystem_api.selling.engagement.schemas import DecisionId, Outcome, PartnerRef, RuleBookId


class RuleBookPublished(Event):
    """A rule book was published; from its instant on decisions are made by it."""

    type = "rule_book.published"
    audience = "everyone"
    rule_book_id: RuleBookId = Field(description="The book.")
    number: int = Field(description="Its number.", examples=[2])
    content_hash: str = Field(description="Its fingerprint.", examples=["sha256:8d96…"])
    effective_from: str = Field(description="When it comes into force.", examples=["2026-02-01T00:00:00Z"])


class DecisionMade(Event):
    """A decision was recorded: by the rules or by a person."""

    type = "decision.made"
    audience = "partner"
    decision_id: DecisionId = Field(description="The decision.")
    subject_id: str = Field(description="What was decided about.", examples=["deal_01h455vb4pex5vsknk084sn02q"])
    action: str = Field(description="What was asked.", examples=["deal_registration.submit"])
    kind: str = Field(description="automatic or human.", examples=["automatic"])
    outcome: Outcome = Field(description="What was decided.", examples=["approve"])
    reasons: list[str] = Field(description="Why, strongest first.", examples=[["clear_path"]])
    decided_by: str = Field(description="Who decided.", examples=["deals"], json_schema_extra=staff_only())


class EngagementChecked(Event):
    """A partner asked beforehand what would be decided; noted, because asking can be used to probe for rivals."""

    type = "engagement.checked"
    audience = "staff"
    partner_id: PartnerRef = Field(description="Who asked.")
    outcome: Outcome = Field(description="What the rules would have said.", examples=["approve"])
    reasons: list[str] = Field(description="Why.", examples=[["clear_path"]])
