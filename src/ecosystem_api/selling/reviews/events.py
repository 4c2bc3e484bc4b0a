"""News of reviews. The partner reads when its answer is due and why not now; who decides stays on the vendor's side."""

from typing import ClassVar

from pydantic import Field

from ecosystem_api.access.members.schemas import MemberId
from ecosystem_api.runtime.ledger import Event
from ecosystem_api.runtime.ledger.event import Audience
from ecosystem_api.runtime.wire import Instant
from ecosystem_api.selling.reviews.schemas import (
    DecidingRole,
    Ending,
    EscalateReason,
    HoldReason,
    ReviewClock,
    ReviewId,
    Silence,
)


class ReviewNews(Event):
    """What every event of a review says."""

    audience: ClassVar[Audience] = "partner"
    review_id: ReviewId = Field(description="The review.")
    subject_type: str = Field(description="What is reviewed.", examples=["deal_registration"])
    subject_id: str = Field(description="Its id.", examples=["deal_01h455vb4pex5vsknk084sn02q"])
    due_at: Instant = Field(description="When an answer is due.")


class ReviewOpened(ReviewNews):
    """A person is to decide, and the clock runs."""

    type = "review.opened"
    hours: int = Field(description="Within how many hours.", examples=[16])
    clock: ReviewClock = Field(description="Which hours count.", examples=["business"])
    on_silence: Silence = Field(description="What follows when nobody decides in time.", examples=["nothing"])


class ReviewDueMoved(ReviewNews):
    """The calendar changed, and the clocks that run by it were worked out again."""

    type = "review.due_moved"
    was_due_at: Instant = Field(description="When the answer was due before.")


class ReviewHeld(ReviewNews):
    """The clock stands while something is looked into."""

    type = "review.held"
    reason: HoldReason = Field(description="Why.", examples=["customer_research"])
    hold_until: Instant = Field(description="When it runs on at the latest.")


class ReviewResumed(ReviewNews):
    """The clock runs on."""

    type = "review.resumed"


class ReviewOverdue(ReviewNews):
    """Nobody decided in time."""

    type = "review.overdue"


class ReviewLapsed(ReviewNews):
    """Nobody decided in time, and the book says that silence approves."""

    type = "review.lapsed"


class ReviewClosed(ReviewNews):
    """The review has ended."""

    type = "review.closed"
    closed_how: Ending = Field(description="How.", examples=["approved"])


class ReviewAssigned(ReviewNews):
    """Somebody looks after the review from now on, or nobody any more."""

    type = "review.assigned"
    audience = "staff"
    member_id: MemberId | None = Field(description="Who; null for nobody.")


class ReviewEscalated(ReviewNews):
    """A role is to hear of the review: a share of its time has passed, or somebody asked for it."""

    type = "review.escalated"
    audience = "staff"
    to_role: DecidingRole = Field(description="Everybody in this role.", examples=["admin"])
    after_percent: int | None = Field(description="The share of its time; null where somebody asked.", examples=[50])
    reason: EscalateReason | None = Field(description="Why somebody asked.", examples=["needs_authority"])
    assigned_to: MemberId | None = Field(description="Who looks after it.")


class ReviewApprovalSigned(ReviewNews):
    """A person approved where one is not enough; another must as well."""

    type = "review.approval_signed"
    audience = "staff"
    approvals_given: int = Field(description="How many have approved.", examples=[1])
    approvals_needed: int = Field(description="How many must.", examples=[2])


class ReviewApprovalsVoided(ReviewNews):
    """What is reviewed has changed: approvals of what it was count no more."""

    type = "review.approvals_voided"
    audience = "staff"
    voided: int = Field(description="How many.", examples=[1])


EVENTS = (
    ReviewOpened,
    ReviewDueMoved,
    ReviewHeld,
    ReviewResumed,
    ReviewOverdue,
    ReviewLapsed,
    ReviewClosed,
    ReviewAssigned,
    ReviewEscalated,
    ReviewApprovalSigned,
    ReviewApprovalsVoided,
)
