"""News of extension requests; the partner reads all of them. What was shown stays in the request."""

from pydantic import Field

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.ledger import Event
from ecosystem_api.runtime.wire import Instant
from ecosystem_api.selling.deals.schemas import DealId
from ecosystem_api.selling.extensions.schemas import ExtensionId, ExtensionStatus


class ExtensionNews(Event):
    """What every event of an extension request says."""

    audience = "partner"
    extension_request_id: ExtensionId = Field(description="The request.")
    deal_registration_id: DealId = Field(description="The registration.")
    status: ExtensionStatus = Field(description="Where the request stands now.", examples=["approved"])
    days: int = Field(description="How many days more were asked for.", examples=[30])
    reasons: list[Reason] = Field(description="Why it stands there.", examples=[["extension_clear"]])
    protected_until: Instant = Field(description="When the protection ends as it stands.")


class ExtensionRequested(ExtensionNews):
    """More time was asked for."""

    type = "extension_request.created"


class ExtensionApproved(ExtensionNews):
    """More time was granted; the protection runs longer."""

    type = "extension_request.approved"


class ExtensionRejected(ExtensionNews):
    """More time was refused."""

    type = "extension_request.rejected"


class ExtensionReturned(ExtensionNews):
    """Something is missing: ask again with it."""

    type = "extension_request.returned"


class ExtensionWithdrawn(ExtensionNews):
    """The request was taken back."""

    type = "extension_request.withdrawn"


class ExtensionKept(ExtensionNews):
    """An answer takes longer than it was to take; the protection runs on meanwhile, at most until `protected_until`."""

    type = "extension_request.kept"


class ExtensionLapsed(ExtensionNews):
    """The protection ended before the request was decided."""

    type = "extension_request.lapsed"


EVENTS = (
    ExtensionRequested,
    ExtensionApproved,
    ExtensionRejected,
    ExtensionReturned,
    ExtensionWithdrawn,
    ExtensionKept,
    ExtensionLapsed,
)
