"""Amendments on the wire."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.wire import Instant, Prose, TypedId, Wire, told
from ecosystem_api.selling.deals.schemas import ApproveReason, DealId, DealUpdate, PartnerRef
from ecosystem_api.selling.engagement.schemas import DecisionId, Evidence
from ecosystem_api.selling.reviews.schemas import ReviewBriefRead, ReviewStaffRead, review_suffix

AmendmentId = Annotated[UUID, TypedId("amd")]
AmendmentStatus = Literal["in_review", "applied", "refused", "returned", "withdrawn", "superseded", "lapsed"]
RefuseReason = Literal["evidence_insufficient", "not_qualified", "outside_territory", "duplicate", "other"]


class AmendmentCreate(Wire):
    """What of a submitted registration should be otherwise, and why."""

    changes: DealUpdate = told("The new values, as a JSON merge patch of the registration.")
    reason: Prose = told("Why.", "The customer has added a second site.")
    evidence: Annotated[list[Evidence], Field(max_length=20)] = told("What shows it, if anything does.", default=[])


class AmendmentAccept(Wire):
    """A person accepts."""

    reason: ApproveReason = told("Why, as a code.", "meets_policy")
    note: Prose | None = told("A word to the partner.", "Thank you for telling us.", default=None)


class AmendmentRefuse(Wire):
    """A person refuses."""

    reason: RefuseReason = told("Why, as a code.", "evidence_insufficient")
    remedy: Prose = told("What the partner can do about it.", "Propose it again with the customer's order.")
    note: Prose | None = told("A word to the partner.", "The second site is another company.", default=None)


class FieldChange(Wire):
    """One field with its value before and after."""

    path: str = told("The field, as a JSON pointer.", "/amount")
    before: Any = told(
        "What stood there when it was proposed; null for nothing.", {"amount": "48000.00", "currency": "EUR"}
    )
    after: Any = told("What should stand there; null for nothing.", {"amount": "60000.00", "currency": "EUR"})


class AmendmentRead(Wire):
    """A proposal to change a submitted registration, and what was decided."""

    id: AmendmentId = told("Id of the amendment.")
    deal_registration_id: DealId = told("The registration.")
    partner_id: PartnerRef = told("The partner it belongs to.")
    status: AmendmentStatus = told("Where it stands.", "applied")
    changes: list[FieldChange] = told("Every field that it changes.")
    is_material: bool = told("Whether the book calls it material; then the registration is judged again.", True)
    reason: str = told("Why it was proposed.", "The customer has added a second site.")
    evidence: list[Evidence] = told("What was shown.")
    asked_by: Literal["partner", "staff"] = told("Which side proposed it.", "partner")
    reasons: list[Reason] = told("Why it was decided so: codes, strongest first.", ["amendment_minor"])
    remedies: list[str] = told("What the partner can do about it.", ["Register it by itself."])
    decision_id: DecisionId = told("The decision that stands about it.")
    review: ReviewBriefRead | None = told("By when a person decides; null unless one does.")
    allowed_actions: list[str] = told("What this caller may do now, as path segments.", ["withdraw"])
    staff: ReviewStaffRead | None = told("What only the vendor's side reads; null for partners.")
    version: int = told("Grows with every change.", 1)
    created_at: Instant = told("When it was proposed.")
    updated_at: Instant = told("When it last changed.")
    decided_at: Instant | None = told("When it was decided; null while it is not.")

    @property
    def tag_suffix(self) -> str:
        """What the `ETag` adds to the version."""
        return review_suffix(self.review)
