"""A partner's way through the program, what may be said of it and by whom: pure."""

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args
from uuid import UUID

from ecosystem_api.kernel.lifecycle import Lifecycle
from ecosystem_api.kernel.problem import FieldError, IllegalMove
from ecosystem_api.network.partners.errors import FieldsNotPermitted, NoteRequired, RelationshipCycle

PartnerStatus = Literal["prospect", "applicant", "onboarding", "active", "suspended", "offboarded"]
OpeningStatus = Literal["prospect", "applicant", "onboarding", "active"]
SizeBand = Literal["small", "medium", "large", "global"]
RelationshipKind = Literal["parent_of", "distributes_to", "subcontracts_to", "refers_to"]

MergeReason = Literal["duplicate", "acquired", "renamed", "other"]
ApplyReason = Literal["partner_request", "vendor_invitation", "partner_referral", "other"]
OnboardReason = Literal["profile_fit", "strategic_fit", "coverage_gap", "other"]
ActivateReason = Literal["requirements_met", "requirements_waived", "migrated", "other"]
SuspendReason = Literal[
    "payment_overdue", "contract_breach", "compliance_review", "inactivity", "partner_request", "other"
]
ReinstateReason = Literal["cause_resolved", "review_passed", "suspended_in_error", "other"]
OffboardReason = Literal[
    "contract_ended", "contract_breach", "profile_mismatch", "inactivity", "insolvency", "acquired",
    "partner_request", "program_change", "other",
]  # fmt: skip

LIFECYCLE: Final = Lifecycle(
    "partner",
    get_args(PartnerStatus),
    {
        "apply": {"prospect": "applicant"},
        "start_onboarding": {"applicant": "onboarding"},
        "activate": {"onboarding": "active"},
        "suspend": {"active": "suspended"},
        "reinstate": {"suspended": "active"},
        "offboard": dict.fromkeys(("prospect", "applicant", "onboarding", "active", "suspended"), "offboarded"),
    },
)


def allowed_actions(status: str) -> list[str]:
    """The actions a status allows, spelled as in their paths."""
    return [action.replace("_", "-") for action in LIFECYCLE.allowed(status)]


def moved(status: str, action: str) -> str:
    """The status after an action. Errors: `IllegalMove`, listing what is legal."""
    if action in LIFECYCLE.allowed(status):
        return LIFECYCLE.move(status, action)
    legal = allowed_actions(status)
    raise IllegalMove(f"A partner that is {status} allows {', '.join(legal) or 'nothing more'}.", allowed_actions=legal)


# In these a partner can stand above itself only by mistake; subcontracting and referring go both ways in real life.
HIERARCHIES: Final = frozenset({"parent_of", "distributes_to"})

OWN_FIELDS: Final = frozenset({"regions", "verticals", "skills", "cloud_platforms", "custom_fields"})
"""What a partner may say of itself, of custom fields those that it may write; the rest is agreed with the vendor."""


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """What rules may know of a partner. `tier` is empty for none; `territories` are empty for everywhere."""

    status: str
    personas: tuple[str, ...]
    tier: str
    country: str
    territories: tuple[str, ...]
    certifications: tuple[str, ...]
    custom_fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PartnerProfile(PartnerFacts):
    """What else may speak for a partner when one of many is chosen. `size_band` is empty while unknown."""

    partner_id: UUID
    regions: tuple[str, ...]
    verticals: tuple[str, ...]
    skills: tuple[str, ...]
    size_band: str


@dataclass(frozen=True, slots=True)
class PartnerFilter:
    """Which partners a list is asked for; None asks for all."""

    status: str | None = None
    persona: str | None = None
    country: str | None = None
    tier: str | None = None
    skill: str | None = None
    vertical: str | None = None
    q: str | None = None
    name: str | None = None
    external_system: str | None = None
    external_id: str | None = None
    merged_into_id: UUID | None = None


def judge_fields(is_partner: bool, fields: Collection[str]) -> None:
    """A partner changes only what is its own to say. Errors: `FieldsNotPermitted`, naming the others."""
    foreign = sorted(set(fields) - OWN_FIELDS) if is_partner else []
    if foreign:
        allowed = ", ".join(sorted(OWN_FIELDS))
        detail = f"Agreed with the vendor; a partner may change {allowed}."
        raise FieldsNotPermitted(errors=[FieldError(f"/{name}", "field_not_permitted", detail) for name in foreign])


def judge_reason(reason: str | None, note: str | None) -> None:
    """A reason code explains itself, except `other`. Errors: `NoteRequired`."""
    if reason == "other" and not note:
        raise NoteRequired(errors=[FieldError("/note", "note_required", "Say what the other reason is.")])


def find_way_round(source: UUID, target: UUID, edges: Mapping[UUID, Collection[UUID]]) -> list[UUID] | None:
    """The way round that `source → target` would close, from the source back to itself, or None.

    Shape: `edges` leads from a partner to those below it; only what leads to the source matters.
    """
    if source == target:
        return [source, source]
    came_from: dict[UUID, UUID] = {target: source}
    waiting = deque([target])
    while waiting:
        here = waiting.popleft()
        for below in edges.get(here, ()):
            if below == source:
                way = [source, here]
                while way[-1] != source:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if below not in came_from:
                came_from[below] = here
                waiting.append(below)
    return None


def refuse_cycle(path: list[str] | None) -> None:
    """Refuse what would close a way round. Errors: `RelationshipCycle`, with the partners on it."""
    if path is not None:
        raise RelationshipCycle(f"This would close the way {' → '.join(path)}.", path=path)
