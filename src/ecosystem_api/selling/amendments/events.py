"""News of amendments; the partner reads all of them. Values stay in the amendment."""

from pydantic import Field

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.runtime.ledger import Event
from ecosystem_api.selling.amendments.schemas import AmendmentId, AmendmentStatus
from ecosystem_api.selling.deals.schemas import DealId


class AmendmentNews(Event):
    """What every event of an amendment says."""

    audience = "partner"
    amendment_id: AmendmentId = Field(description="The amendment.")
    deal_registration_id: DealId = Field(description="The registration.")
    status: AmendmentStatus = Field(description="Where the amendment stands now.", examples=["applied"])
    changed: list[str] = Field(description="What it changes, as JSON pointers.", examples=[["/amount"]])
    is_material: bool = Field(description="Whether it is material.", examples=[True])
    reasons: list[Reason] = Field(description="Why it stands there.", examples=[["amendment_material"]])


class AmendmentProposed(AmendmentNews):
    """A change of a submitted registration was proposed."""

    type = "amendment.created"


class AmendmentApplied(AmendmentNews):
    """The registration is now as proposed."""

    type = "amendment.applied"


class AmendmentRefused(AmendmentNews):
    """The registration stays as it was."""

    type = "amendment.refused"


class AmendmentReturned(AmendmentNews):
    """Something is missing: propose it again with it."""

    type = "amendment.returned"


class AmendmentWithdrawn(AmendmentNews):
    """The proposal was taken back."""

    type = "amendment.withdrawn"


class AmendmentSuperseded(AmendmentNews):
    """A later proposal about the same field took its place."""

    type = "amendment.superseded"


class AmendmentLapsed(AmendmentNews):
    """The registration ended, or came back to the partner, before it was decided."""

    type = "amendment.lapsed"


EVENTS = (
    AmendmentProposed,
    AmendmentApplied,
    AmendmentRefused,
    AmendmentReturned,
    AmendmentWithdrawn,
    AmendmentSuperseded,
    AmendmentLapsed,
)
