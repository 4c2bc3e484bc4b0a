"""Reviews on the wire: as the desk reads them, and as much of them as a partner reads on what is reviewed."""

from typing import Annotated, Any, Literal
from uuid import UUID

from ecosystem_api.access.members.schemas import MemberId
from ecosystem_api.kernel.reason import Reason
from ecosystem_api.market.calendars.schemas import CalendarId
from ecosystem_api.runtime.wire import Instant, Prose, TypedId, Wire, told
from ecosystem_api.selling.engagement.schemas import DecisionId, DecisionRead

ReviewId = Annotated[UUID, TypedId("rev")]
PartnerRef = Annotated[UUID, TypedId("par")]
ReviewStatus = Literal["open", "on_hold", "closed"]
Ending = Literal[
    "approved", "rejected", "returned", "queued", "withdrawn", "superseded", "lapsed",
    "upheld", "overturned", "split", "void",
]  # fmt: skip
Silence = Literal["nothing", "approve"]
ReviewClock = Literal["business", "wall"]
DecidingRole = Literal["manager", "admin"]
HoldReason = Literal["customer_research", "partner_research", "evidence_expected", "legal", "other"]
EscalateReason = Literal["needs_authority", "own_case", "unclear_rule", "strategic_account", "other"]
_ENDINGS = (
    "How it ended: approved, rejected, returned, queued behind a claim, withdrawn, superseded by a later request, or "
    "lapsed, which is approved by silence; upheld, overturned or split where it was a dispute; void where there was "
    "nothing left to decide; null before."
)


class ReviewBriefRead(Wire):
    """Where a review stands, for whoever waits for it."""

    status: Literal["open", "on_hold"] = told("open while its clock runs, on_hold while it stands.", "open")
    due_at: Instant = told("When an answer is due; while it is on hold, if the hold lasts until its end.")
    on_silence: Silence = told("What follows when nobody has decided by then.", "nothing")
    is_overdue: bool = told("Whether that time has passed.", False)
    hold_reason: HoldReason | None = told("Why it is on hold; null while its clock runs.", "customer_research")
    hold_until: Instant | None = told("When its clock runs on at the latest; null while it runs.")
    version: int = told("Grows with every change of the review.", 1)


class ReviewDeskRead(Wire):
    """What only the vendor's side reads of the review of a subject."""

    id: ReviewId = told("Id of the review.")
    assigned_to: MemberId | None = told("Who looks after it.")
    approvals_needed: int = told("How many people must approve.", 2)
    approvals_given: int = told("How many have.", 1)


class ReviewStaffRead(Wire):
    """What only the vendor's side reads of what a person decides."""

    review: ReviewDeskRead | None = told("Who reviews it and what it needs; null unless a person decides.")


def review_suffix(review: ReviewBriefRead | None) -> str:
    """What the `ETag` of a subject adds to its version while a person decides: the clock moves by itself."""
    return f"-r{review.version}" if review else ""


class ReviewHoldRead(Wire):
    """Why and until when a clock stands."""

    reason: HoldReason = told("Why, in the coarse words that the partner reads.", "customer_research")
    note: str | None = told("Why, in words for the vendor's side.", "Their registry shows two companies.")
    since_at: Instant = told("Since when.")
    until_at: Instant = told("When the clock runs on at the latest.")


class ReviewRead(Wire):
    """A case that a person decides."""

    id: ReviewId = told("Id of the review.")
    subject_type: str = told("What is reviewed.", "deal_registration")
    subject_id: str = told("Its id.", "deal_01h455vb4pex5vsknk084sn02q")
    partner_id: PartnerRef = told("The partner who waits for the answer.")
    status: ReviewStatus = told("open, on_hold or closed.", "open")
    reasons: list[Reason] = told(
        "Why a person decides: the reasons of the rules, strongest first, or the grounds of a dispute.",
        ["ambiguous_customer"],
    )
    decision_id: DecisionId = told("The decision behind it: of the rules that ask for a person, or the one contested.")
    book_number: int = told("The number of the rule book it is run by: the one it was opened under.", 1)
    opened_at: Instant = told("When it was opened.")
    due_at: Instant = told("When an answer is due; while it is on hold, if the hold lasts until its end.")
    hours: int = told("Within how many hours an answer was promised.", 16)
    clock: ReviewClock = told("Which hours count: business hours, or all.", "business")
    calendar_id: CalendarId | None = told(
        "Whose business hours count; null for all hours, or while the vendor had no calendar."
    )
    on_silence: Silence = told("What follows when nobody has decided in time.", "nothing")
    overdue_at: Instant | None = told("When the time was over; null before.")
    hold: ReviewHoldRead | None = told("Why the clock stands; null while it runs.")
    holds_left: int = told("How often the clock may still be stopped.", 1)
    escalated_to: DecidingRole | None = told("The role that it was last escalated to.", "admin")
    escalated_at: Instant | None = told("When it was.")
    assigned_to: MemberId | None = told("Who looks after it; null for nobody.")
    assigned_at: Instant | None = told("Since when.")
    approvals_needed: int = told("How many people must approve.", 2)
    approvals_given: int = told("How many have.", 1)
    closed_at: Instant | None = told("When it ended.")
    closed_how: Ending | None = told(_ENDINGS, "approved")
    allowed_actions: list[str] = told(
        "What this caller may do with the case now; the subject has its own.", ["take", "hold"]
    )
    version: int = told("Grows with every change; the `ETag`.", 3)
    updated_at: Instant = told("When it last changed.")


class ReviewExpanded(ReviewRead):
    """A case as it is read, with what was asked for beside it."""

    subject: dict[str, Any] | None = told(
        "What is reviewed, with `expand=subject`, as its own address answers it.", {"status": "in_review"}, default=None
    )


class ApprovalRead(Wire):
    """An approval that was signed where one is not enough."""

    member_id: MemberId = told("Who signed.")
    round: int = told("Only those of the last round count: another begins when what is reviewed changes.", 1)
    reason: Reason = told("Why, as a code.", "meets_policy")
    note: str | None = told("What was added.", "Within budget of the quarter.")
    signed_at: Instant = told("When.")


class ReviewStep(Wire):
    """Something that happened to a case."""

    type: str = told("The event that tells of it.", "review.held")
    at: Instant = told("When.")
    actor_type: str = told("Who did it: a member, a client, or the system when time did.", "member")
    actor_id: str = told("Which.", "mem_01h455vb4pex5vsknk084sn02q")
    data: dict[str, Any] = told("What the event says.", {"reason": "customer_research"})


class ReviewDetail(ReviewExpanded):
    """A case with all that helps to decide it."""

    decision: DecisionRead = told("What the rules said, with the facts and the evidence behind them.")
    approvals: list[ApprovalRead] = told("Approvals that were signed, oldest first.")
    history: list[ReviewStep] = told("What happened to it, oldest first, as far as the feed has told it.")


class ReviewAssign(Wire):
    """Who is to look after a case."""

    member_id: MemberId | None = told("A member who may decide about the subject; null for nobody.")


class ReviewHold(Wire):
    """Why and until when a clock is to stand."""

    reason: HoldReason = told("Why, in coarse words that the partner reads.", "customer_research")
    until_at: Instant | None = told(
        "When it runs on at the latest; as late as the book allows by default.", default=None
    )
    note: Prose | None = told("Why, in words for the vendor's side.", "Two companies in the registry.", default=None)


class ReviewEscalate(Wire):
    """Who is to hear of a case besides."""

    to_role: DecidingRole = told("Everybody in this role.", "admin")
    reason: EscalateReason = told("Why, as a code.", "needs_authority")
