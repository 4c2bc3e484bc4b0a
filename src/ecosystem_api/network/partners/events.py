"""News of partners, read by the vendor's side and by the partner itself. Names and notes stay out of the ledger."""

from pydantic import Field

from ecosystem_api.kernel.reason import Reason
from ecosystem_api.network.partners.domain import MergeReason, RelationshipKind
from ecosystem_api.network.partners.schemas import PartnerId, RelationshipId
from ecosystem_api.runtime.ledger import Event
from ecosystem_api.runtime.wire import Day, Key


class _PartnerNews(Event):
    audience = "partner"
    partner_id: PartnerId = Field(description="The partner.")


class PartnerCreated(_PartnerNews):
    """A partner was added to the ecosystem."""

    type = "partner.created"
    status: str = Field(description="Where on its way it begins.", examples=["prospect"])
    country: str = Field(description="Country of its seat, ISO 3166-1 alpha-2.", examples=["CA"])
    personas: list[Key] = Field(description="The personas given to it at once.", examples=[["msp"]])


class PartnerUpdated(_PartnerNews):
    """What is known of a partner changed."""

    type = "partner.updated"
    changed: list[str] = Field(description="JSON pointers of what changed.", examples=[["/skills"]])


class _PartnerMoved(_PartnerNews):
    from_status: str = Field(description="Where it was on its way.", examples=["onboarding"])
    to_status: str = Field(description="Where it is now.", examples=["active"])
    reason: Reason | None = Field(description="Reason code, or null.", examples=["requirements_met"])


class PartnerApplied(_PartnerMoved):
    """A prospect applied to become a partner."""

    type = "partner.applied"


class PartnerOnboardingStarted(_PartnerMoved):
    """An applicant was accepted and is being enabled."""

    type = "partner.onboarding_started"


class PartnerActivated(_PartnerMoved):
    """A partner finished onboarding and may do business."""

    type = "partner.activated"


class PartnerSuspended(_PartnerMoved):
    """A partner may do no new business for now."""

    type = "partner.suspended"


class PartnerReinstated(_PartnerMoved):
    """A suspended partner may do business again."""

    type = "partner.reinstated"


class PartnerOffboarded(_PartnerMoved):
    """A partner left the ecosystem for good."""

    type = "partner.offboarded"


class PartnerMerged(_PartnerNews):
    """Two partners became one: all that belonged to `partner_id` belongs to `merged_into_id`, which stands for both."""

    type = "partner.merged"
    merged_into_id: PartnerId = Field(description="The partner that stands for both; it reads this news.")
    reason: MergeReason = Field(description="Why.", examples=["acquired"])
    moved: dict[str, int] = Field(description="How many rows followed, by kind.", examples=[{"contacts": 3}])


class _PersonaNews(_PartnerNews):
    persona: Key = Field(description="The persona.", examples=["msp"])
    from_on: Day = Field(description="First day on which the partner has it.")


class PartnerPersonaAdded(_PersonaNews):
    """A partner got a persona."""

    type = "partner_persona.added"


class PartnerPersonaEnded(_PersonaNews):
    """A partner's persona was given an end."""

    type = "partner_persona.ended"
    until_on: Day = Field(description="First day on which the partner has it no more.")


class _RelationshipNews(Event):
    relationship_id: RelationshipId = Field(description="The relationship.")
    partner_id: PartnerId = Field(description="The partner the relationship leads from.")
    other_id: PartnerId = Field(description="The partner it leads to.")
    kind: RelationshipKind = Field(description="What the first is to the second.", examples=["distributes_to"])


class PartnerRelationshipAdded(_RelationshipNews):
    """Two partners stand in a relationship."""

    type = "partner_relationship.added"


class PartnerRelationshipRemoved(_RelationshipNews):
    """Two partners stand in a relationship no more."""

    type = "partner_relationship.removed"


MOVES: dict[str, type[_PartnerMoved]] = {
    "apply": PartnerApplied,
    "start_onboarding": PartnerOnboardingStarted,
    "activate": PartnerActivated,
    "suspend": PartnerSuspended,
    "reinstate": PartnerReinstated,
    "offboard": PartnerOffboarded,
}
"""The news each action makes."""
