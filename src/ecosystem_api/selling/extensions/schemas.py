"""Extension requests on the wire."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, model_validator

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.wire import Day, Instant, Prose, TypedId, Wire, need_one_of, told
from ecosystem_api.selling.deals.schemas import ApproveReason, DealId, ExtendReason, PartnerRef
from ecosystem_api.selling.engagement.schemas import DecisionId, Evidence, EvidenceList
from ecosystem_api.selling.reviews.schemas import ReviewBriefRead, ReviewStaffRead, review_suffix

ExtensionId = Annotated[UUID, TypedId("ext")]
ExtensionStatus = Literal["in_review", "approved", "rejected", "returned", "withdrawn", "lapsed"]
RejectReason = Literal["evidence_insufficient", "no_progress", "limit_reached", "customer_declines", "other"]


class ExtensionRequestCreate(Wire):
    """More time for a protection, counted from its present end."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "days": 30,
                    "reason": "procurement",
                    "evidence": [{"kind": "email", "statement": "The customer's purchasing signs in June."}],
                }
            ]
        }
    )

    days: int | None = told("How many days more; or say `until`.", 30, default=None, ge=1, le=365)
    until: Day | None = told("The day on which it should end; or say `days`.", default=None)
    reason: ExtendReason = told("Why, as a code.", "procurement")
    evidence: EvidenceList = told("What shows that the deal goes on.")

    @model_validator(mode="after")
    def _one_of_two(self) -> Self:
        need_one_of("Say how many `days` more, or `until` which day, one of the two.", days=self.days, until=self.until)
        return self


class ExtensionApprove(Wire):
    """A person grants more time."""

    days: int | None = told("Another number of days than was asked for.", 20, default=None, ge=1, le=365)
    reason: ApproveReason = told("Why, as a code.", "meets_policy")
    note: Prose | None = told("A word to the partner.", "Good luck with the signature.", default=None)


class ExtensionReject(Wire):
    """A person refuses more time."""

    reason: RejectReason = told("Why, as a code.", "evidence_insufficient")
    remedy: Prose = told("What the partner can do about it.", "Ask again with the customer's own words.")
    note: Prose | None = told("A word to the partner.", "The pilot has not begun.", default=None)


class ExtensionRequestRead(Wire):
    """A request for more time, and what was decided."""

    id: ExtensionId = told("Id of the request.")
    deal_registration_id: DealId = told("The registration whose protection it is about.")
    partner_id: PartnerRef = told("The partner it belongs to.")
    status: ExtensionStatus = told("Where it stands.", "approved")
    days: int = told("How many days more were asked for.", 30)
    granted_days: int | None = told("How many were granted; null unless it was approved.", 30)
    reason: ExtendReason = told("Why, as a code.", "procurement")
    evidence: list[Evidence] = told("What was shown.")
    asked_by: Literal["partner", "staff"] = told("Which side asked.", "partner")
    protected_until: Instant = told("When the protection was to end as it was asked.")
    kept_until: Instant | None = told("Until when it is kept while this is undecided; null where that adds nothing.")
    new_protected_until: Instant | None = told("When it ends since it was approved; null unless it was.")
    reasons: list[Reason] = told("Why it was decided so: codes, strongest first.", ["extension_clear"])
    remedies: list[str] = told("What the partner can do about it.", ["Ask for fewer days."])
    decision_id: DecisionId = told("The decision that stands about it.")
    review: ReviewBriefRead | None = told("By when a person decides; null unless one does.")
    allowed_actions: list[str] = told("What this caller may do now, as path segments.", ["withdraw"])
    staff: ReviewStaffRead | None = told("What only the vendor's side reads; null for partners.")
    version: int = told("Grows with every change.", 1)
    created_at: Instant = told("When it was asked.")
    updated_at: Instant = told("When it last changed.")
    decided_at: Instant | None = told("When it was decided; null while it is not.")

    @property
    def tag_suffix(self) -> str:
        """What the `ETag` adds to the version."""
        return review_suffix(self.review)
