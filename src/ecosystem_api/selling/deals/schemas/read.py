"""What a reader gets of a registration. What only the vendor's side reads stands in the block `staff`."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.market.accounts.schemas import AccountId, AccountRead
from ecosystem_api.network.fields.schemas import VALUES, CustomValuesRead
from ecosystem_api.network.partners.schemas import PartnerRead
from ecosystem_api.runtime.wire import Amount, Day, Instant, TypedId, Wire, told
from ecosystem_api.selling.claims.schemas import ProtectionRead
from ecosystem_api.selling.deals.schemas.words import (
    DEAL_TYPES,
    DealExternalId,
    DealId,
    DealProduct,
    DealSource,
    DealStage,
    DealStatus,
    LeadRef,
    PartnerRef,
)
from ecosystem_api.selling.engagement.schemas import DecisionId
from ecosystem_api.selling.reviews.schemas import ReviewBriefRead, ReviewDeskRead


class NoteRead(Wire):
    """A note on a deal."""

    id: Annotated[UUID, TypedId("note")] = told("Id of the note.")
    body: str = told("What happened.", "Met the customer's security lead.")
    kind: str = told("What kind.", "meeting")
    audience: str = told("Who reads it besides the vendor's side.", "partner")
    author_side: Literal["partner", "staff"] = told("Which side wrote it.", "partner")
    created_at: Instant = told("When.")


class ProtectionStep(Wire):
    """Something that happened to a protection."""

    type: str = told("The event that tells of it.", "deal_registration.approved")
    at: Instant = told("When.")
    ends_at: Instant | None = told("Until when it was protected from then on; null once it had ended.")


class ProtectionHistoryRead(ProtectionRead):
    """A protection with everything that happened to it."""

    history: list[ProtectionStep] = told("What happened to it, oldest first, as far as the feed has told it.")


class QueueRead(Wire):
    """Where a waiting registration stands."""

    place: int = told("Its place, by submission time; 1 is next.", 1)
    length: int = told("How many wait for what overlaps: a product in common, and the region where that counts.", 3)
    region: str | None = told(
        "The region for which it waits, in lower case; null where it waits for everywhere, as all do unless the book "
        "lets claims overlap by region.",
        "dach",
    )


class DealStaffRead(Wire):
    """What only the vendor's side reads of a registration."""

    claim_account_id: AccountId | None = told("The account its claim counts against.")
    created_by_partner: bool = told("Whether the partner itself registered it.", True)
    review: ReviewDeskRead | None = told("Who reviews it and what they need; null unless a person decides.")
    override: ReviewDeskRead | None = told(
        "How many have signed that it takes another's claim by the customer's written choice; null unless one has."
    )


class DealRead(Wire):
    """A deal registration."""

    id: DealId = told("Id of the registration.")
    number: str = told("Its number at the vendor.", "DR-000042")
    partner_id: PartnerRef = told("The partner it belongs to.")
    account_id: AccountId = told("The end customer.")
    title: str = told("What the deal is called.", "Endpoint protection for 1,200 seats")
    description: str | None = told("What the customer wants.", "Replaces an on-premises suite.")
    deal_type: str = told(DEAL_TYPES, "new_business")
    country: str = told("Where it will be used.", "DE")
    region: str | None = told("Sales region.", "dach")
    products: list[DealProduct] = told("What is claimed.")
    amount: Amount | None = told("Expected value.")
    expected_close_on: Day | None = told("When it is expected to close.")
    custom_fields: CustomValuesRead = told(*VALUES)
    status: DealStatus = told("Where the registration stands.", "approved")
    stage: DealStage = told("Where the sale stands.", "qualified")
    missing: list[str] = told("Fields that it still lacks.", ["expected_close_on"])
    reasons: list[Reason] = told("Why it stands there: codes, strongest first.", ["clear_path"])
    remedies: list[str] = told("What the partner can do about it.", ["Complete: expected_close_on."])
    decision_id: DecisionId | None = told("The decision that stands; null before one was made.")
    protection: ProtectionRead | None = told("The right it holds or held.")
    queue: QueueRead | None = told("Its place in the queue; null unless it waits.")
    review: ReviewBriefRead | None = told("By when a person decides; null unless one does.")
    allowed_actions: list[str] = told(
        "What this caller may do now, as path segments; `update` is PATCH.", ["withdraw", "move-stage"]
    )
    source: DealSource = told(
        "Who brought the deal: the partner, or the vendor by a lead that it passed on.", "partner"
    )
    lead_id: LeadRef | None = told("The lead it was made of; null where the partner brought it.")
    external_id: DealExternalId | None = told("Id in another system.")
    submitted_at: Instant | None = told("When it was submitted; its place in a queue counts from here.")
    decided_at: Instant | None = told("When it was last decided.")
    closed_at: Instant | None = told("When the deal was won or lost.")
    closed_amount: Amount | None = told("What it was won at.")
    lost_reason: Reason | None = told("Why it was lost.", "competitor")
    last_activity_at: Instant = told("When something last happened with it.")
    staff: DealStaffRead | None = told("What only the vendor's side reads; null for partners.")
    version: int = told("Grows with every change; the `ETag` begins with it.", 3)
    created_at: Instant = told("When it was drafted.")
    updated_at: Instant = told("When it last changed.")


class DealExpanded(DealRead):
    """A deal registration as it is read, with what was asked for beside it."""

    partner: PartnerRead | None = told("The partner, with `expand=partner`.", default=None)
    account: AccountRead | None = told(
        "The end customer, with `expand=account`; null where the caller may not see it.", default=None
    )


def tag_suffix(queue: QueueRead | None, last_activity_at: datetime, updated_at: datetime, review_version: int) -> str:
    """What moves without a new version, for whoever polls with `If-None-Match`: the queue, a review, shared notes."""
    # Where it waits moves with the book alone; a registration that moves to another region has a new version.
    where = "r" if queue and queue.region else ""
    place = f"-q{queue.place}.{queue.length}{where}" if queue else ""
    review = f"-r{review_version}" if review_version else ""
    notes = f"-n{int(last_activity_at.timestamp())}" if last_activity_at > updated_at else ""
    return place + review + notes
