"""News of deal registrations. Every change of status is one; the partner reads all of them."""

from pydantic import Field

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.market.accounts.schemas import AccountId
from ecosystem_api.runtime.ledger import Event
from ecosystem_api.runtime.wire import Amount, Instant
from ecosystem_api.selling.deals.schemas import DealId, DealStage, DealStatus


class DealNews(Event):
    """What every event of a registration says."""

    audience = "partner"
    deal_registration_id: DealId = Field(description="The registration.")
    number: str = Field(description="Its number at the vendor.", examples=["DR-000042"])
    account_id: AccountId = Field(description="The end customer.")
    status: DealStatus = Field(description="Where the registration stands now.", examples=["approved"])
    stage: DealStage = Field(description="Where the sale stands now.", examples=["qualified"])
    amount: Amount | None = Field(description="Expected value, or what it was won at.")
    reasons: list[Reason] = Field(description="Why it stands there.", examples=[["clear_path"]])
    protected_until: Instant | None = Field(description="End of its protection, if it holds one.")
    queue_place: int | None = Field(description="Its place in the queue, if it waits.", examples=[2])


class DealCreated(DealNews):
    """A deal was drafted."""

    type = "deal_registration.created"


class DealUpdated(DealNews):
    """A draft, returned or rejected registration was changed."""

    type = "deal_registration.updated"


class DealAmended(DealNews):
    """A submitted registration was changed by an amendment."""

    type = "deal_registration.amended"
    changed: list[str] = Field(description="What of it, as JSON pointers.", examples=[["/amount"]])


class DealSubmitted(DealNews):
    """A partner asked for rights on an opportunity."""

    type = "deal_registration.submitted"


class DealReviewStarted(DealNews):
    """A person on the vendor's side decides."""

    type = "deal_registration.review_started"


class DealReturned(DealNews):
    """The registration came back to the partner: something is missing."""

    type = "deal_registration.returned"


class DealQueued(DealNews):
    """The registration waits behind a protected claim."""

    type = "deal_registration.queued"


class DealPromoted(DealNews):
    """The claim it waited for has ended; the registration is judged again."""

    type = "deal_registration.promoted"


class DealApproved(DealNews):
    """The registration was approved and its claim is protected."""

    type = "deal_registration.approved"


class DealRejected(DealNews):
    """The registration was rejected."""

    type = "deal_registration.rejected"


class DealWithdrawn(DealNews):
    """The partner withdrew the registration."""

    type = "deal_registration.withdrawn"


class DealReleased(DealNews):
    """The partner gave its protected claim up."""

    type = "deal_registration.released"


class DealRevoked(DealNews):
    """The vendor ended the protection early."""

    type = "deal_registration.revoked"


class DealExtended(DealNews):
    """The protection was given more time; `protected_until` is its new end."""

    type = "deal_registration.protection_extended"


class DealExpiring(DealNews):
    """The protection ends soon."""

    type = "deal_registration.expiry_announced"


class DealExpired(DealNews):
    """The protection ended by time."""

    type = "deal_registration.expired"


class DealSuperseded(DealNews):
    """The customer chose another partner in writing: the claim passed to it."""

    type = "deal_registration.superseded"


class DealIdling(DealNews):
    """Nothing has happened with the deal for long: at `idle_at` its protection is judged."""

    type = "deal_registration.idle_announced"
    idle_at: Instant = Field(description="When it counts as idle unless something happens.")


class DealIdled(DealNews):
    """Nothing has happened for too long: the rules ended the protection."""

    type = "deal_registration.idle_released"


class DealIdleReviewed(DealNews):
    """Nothing has happened for too long: the rules leave it to a person whether the protection goes on."""

    type = "deal_registration.idle_review_started"


class DealStageMoved(DealNews):
    """The sale moved to another stage."""

    type = "deal_registration.stage_moved"


class DealClosedWon(DealNews):
    """The deal was won; `amount` is what it was won at."""

    type = "deal_registration.closed_won"


class DealClosedLost(DealNews):
    """The deal was lost."""

    type = "deal_registration.closed_lost"


class DealPartnerChanged(DealNews):
    """The registration belongs to another partner, because the one it belonged to was merged into it."""

    type = "deal_registration.partner_changed"


class DealAccountChanged(DealNews):
    """The registration belongs to another account, because two became one or one was parted in two."""

    type = "deal_registration.account_changed"


class DealNoted(DealNews):
    """Somebody noted an activity that the partner reads."""

    type = "deal_registration.activity_noted"


EVENTS = (
    DealCreated,
    DealUpdated,
    DealAmended,
    DealSubmitted,
    DealReviewStarted,
    DealReturned,
    DealQueued,
    DealPromoted,
    DealApproved,
    DealRejected,
    DealWithdrawn,
    DealReleased,
    DealRevoked,
    DealExtended,
    DealExpiring,
    DealExpired,
    DealSuperseded,
    DealIdling,
    DealIdled,
    DealIdleReviewed,
    DealStageMoved,
    DealClosedWon,
    DealClosedLost,
    DealNoted,
    DealPartnerChanged,
    DealAccountChanged,
)

_ENDS = (DealExpired, DealReleased, DealRevoked, DealIdled, DealSuperseded, DealClosedLost, DealClosedWon)
CLAIM_ENDED = tuple(news.type for news in _ENDS)
"""What tells that a claim has ended: whoever waits for it is served."""
