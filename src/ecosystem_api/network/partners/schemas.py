"""Partners on the wire."""

from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from ecosystem_api.kernel.names import normal_name
from ecosystem_api.kernel.reason import Reason
from ecosystem_api.network.fields.schemas import VALUES, VALUES_SENT, CustomValues, CustomValuesRead
from ecosystem_api.network.partners.domain import (
    ActivateReason,
    ApplyReason,
    MergeReason,
    OffboardReason,
    OnboardReason,
    OpeningStatus,
    PartnerStatus,
    ReinstateReason,
    RelationshipKind,
    SizeBand,
    SuspendReason,
)
from ecosystem_api.runtime.domains import is_generic_host, registrable_domain
from ecosystem_api.runtime.wire import Country, Day, Instant, Key, Line, Prose, TypedId, Wire, kept, told

PartnerId = Annotated[UUID, TypedId("par")]
RelationshipId = Annotated[UUID, TypedId("rel")]


def _company_name(value: str) -> str:
    if not normal_name(value):
        raise ValueError("a name has at least one letter or digit")
    return value


def _domain(value: str) -> str:
    found = registrable_domain(value)
    if found is None:
        raise ValueError("a web domain, web address or e-mail address, such as example.com")
    if is_generic_host(value):
        raise ValueError(f"{found} is shared by many owners and does not identify one")
    return found


def _sorted(values: list[str]) -> list[str]:
    return sorted(set(values))


def _split(value: Any) -> Any:
    """A cell of a CSV file holds a list with semicolons."""
    return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value


CompanyName = Annotated[Line, AfterValidator(_company_name)]
Domain = Annotated[str, StringConstraints(max_length=500), AfterValidator(_domain)]
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
Region = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9-]{1,31}$")]
Domains = Annotated[list[Domain], Field(max_length=50), AfterValidator(_sorted)]
Keys = Annotated[list[Key], Field(max_length=100), AfterValidator(_sorted)]
Codes = Annotated[list[Code], Field(max_length=200), AfterValidator(_sorted)]
Countries = Annotated[list[Country], Field(max_length=250), AfterValidator(_sorted)]
Aliases = Annotated[list[CompanyName], Field(max_length=500)]
ExternalId = Annotated[Line, Field(max_length=200)]

_NAME = ("What the partner is called.", "Maple Secure")
_LEGAL_NAME = ("Name in the register of companies.", "Maple Secure Solutions Inc.")
_DOMAINS = ("Registrable domains of its web and mail; addresses are reduced to them.", ["example.com"])
_COUNTRY = ("Country of its seat, ISO 3166-1 alpha-2.", "CA")
_REGIONS = ("Regions it works in, in the vendor's words.", ["north_america"])
_TERRITORIES = ("Countries it may sell in; empty means everywhere.", ["CA", "US"])
_VERTICALS = ("Industries it knows.", ["healthcare", "public_sector"])
_SKILLS = ("What its people can do.", ["incident_response", "siem"])
_CLOUDS = ("Cloud platforms it works on.", ["aws", "azure"])
_CERTIFICATIONS = ("Codes of the certifications its people hold.", ["EDR-PRO"])
_TIER = ("Tier of the program it stands in; null for none.", "gold")
_SIZE = ("How large it is.", "medium")
_DATA_REGION = ("Region in which its data must stay, if agreed.", "eu")
_ALIASES = ("Other names and spellings that lead to it.", ["Maple Sec", "MapleSecure (Toronto)"])
_EXTERNAL_IDS = ("Its ids in other systems, by system.", {"crm": "0015g00000XyZ"})


class PersonaGiven(Wire):
    """A persona the partner gets."""

    persona: Key = told("Key of the persona.", "msp")
    from_on: Day | None = told("First day on which the partner has it; today if left out.", default=None)
    until_on: Day | None = told("First day without it, for one that has or will have an end.", default=None)


class PersonaHeld(Wire):
    """A persona the partner has, had or will have."""

    persona: str = told("Key of the persona.", "msp")
    from_on: Day = told("First day on which the partner has it.")
    until_on: Day | None = told("First day on which the partner has it no more; null while no end is set.")


class PersonaEnd(Wire):
    """When a persona ends."""

    until_on: Day | None = told("First day without it; today if left out.", default=None)


class PartnerCreate(Wire):
    """A partner to be added."""

    display_name: CompanyName = told(*_NAME)
    legal_name: CompanyName | None = told(*_LEGAL_NAME, default=None)
    status: OpeningStatus = told("Where on its way it begins.", "prospect", default="prospect")
    country: Country = told(*_COUNTRY)
    domains: Domains = told(*_DOMAINS, default=[])
    personas: list[PersonaGiven] = told("Its personas.", [{"persona": "msp"}], default=[], max_length=20)
    regions: Keys = told(*_REGIONS, default=[])
    territories: Countries = told(*_TERRITORIES, default=[])
    verticals: Keys = told(*_VERTICALS, default=[])
    skills: Keys = told(*_SKILLS, default=[])
    cloud_platforms: Keys = told(*_CLOUDS, default=[])
    certifications: Codes = told(*_CERTIFICATIONS, default=[])
    tier: Key | None = told(*_TIER, default=None)
    size_band: SizeBand | None = told(*_SIZE, default=None)
    data_region: Region | None = told(*_DATA_REGION, default=None)
    aliases: Aliases = told(*_ALIASES, default=[])
    external_ids: dict[Key, ExternalId] = told(*_EXTERNAL_IDS, default={}, max_length=20)
    parent_id: PartnerId | None = told("The partner this one belongs to.", default=None)
    distributor_ids: list[PartnerId] = told("The distributors it buys from.", default=[], max_length=20)
    custom_fields: CustomValues = told(*VALUES, default={})


class PartnerUpdate(Wire):
    """What may change about a partner.

    A partner's own callers may send regions, verticals, skills, cloud platforms, and custom fields that it may write.
    """

    display_name: CompanyName | None = kept(*_NAME)
    legal_name: CompanyName | None = told(*_LEGAL_NAME, default=None)
    country: Country | None = kept(*_COUNTRY)
    domains: Domains | None = kept(*_DOMAINS)
    regions: Keys | None = kept(*_REGIONS)
    territories: Countries | None = kept(*_TERRITORIES)
    verticals: Keys | None = kept(*_VERTICALS)
    skills: Keys | None = kept(*_SKILLS)
    cloud_platforms: Keys | None = kept(*_CLOUDS)
    certifications: Codes | None = kept(*_CERTIFICATIONS)
    tier: Key | None = told(*_TIER, default=None)
    size_band: SizeBand | None = told(*_SIZE, default=None)
    data_region: Region | None = told(*_DATA_REGION, default=None)
    aliases: Aliases | None = kept(_ALIASES[0] + " The list replaces the one before.", _ALIASES[1])
    external_ids: dict[Key, ExternalId | None] | None = kept(
        _EXTERNAL_IDS[0] + " A system left out is untouched, null removes its id.",
        _EXTERNAL_IDS[1],
        max_length=20,
    )
    custom_fields: CustomValues | None = kept(*VALUES_SENT)


class PartnerMerge(Wire):
    """Which partner stands for both, and why."""

    into_id: PartnerId = told("The partner that stands for both from then on.")
    reason: MergeReason = told("Why a person holds the two for one partner.", "acquired")
    note: Prose | None = told("A word on it, for the history.", "Acquired in March.", default=None)
    dry_run: bool = told(
        "Whether it is only tried, which wants no `If-Match`: says what would move and what stands in the way.",
        True,
        default=False,
    )


class MergeFinding(Wire):
    """What stands in the way of a merge, or is worth knowing about it."""

    code: str = told("Which kind, for programs.", "external_id_taken")
    resource: str = told("What kind of record it is about.", "deal_registrations")
    ids: list[str] = told("The records.", ["deal_01h455vb4pex5vsknk084sn02q"])
    detail: str = told("What it is, and what would be right.", "Both have the id 4711 in crm; change one.")


class PartnerRead(Wire):
    """A partner as its callers see it."""

    id: PartnerId = told("Id of the partner.")
    display_name: str = told(*_NAME)
    legal_name: str | None = told(*_LEGAL_NAME)
    status: PartnerStatus = told("Where it is on its way.", "active")
    allowed_actions: list[str] = told("What the vendor's side may do now, as path segments.", ["suspend", "offboard"])
    personas: list[PersonaHeld] = told("The personas it has today.")
    tier: str | None = told(*_TIER)
    certifications: list[str] = told(*_CERTIFICATIONS)
    country: str = told(*_COUNTRY)
    regions: list[str] = told(*_REGIONS)
    territories: list[str] = told(*_TERRITORIES)
    verticals: list[str] = told(*_VERTICALS)
    skills: list[str] = told(*_SKILLS)
    cloud_platforms: list[str] = told(*_CLOUDS)
    size_band: SizeBand | None = told(*_SIZE)
    domains: list[str] = told(*_DOMAINS)
    aliases: list[str] = told(*_ALIASES)
    external_ids: dict[str, str] = told(*_EXTERNAL_IDS)
    parent_id: PartnerId | None = told("The partner this one belongs to, or null.")
    distributor_ids: list[PartnerId] = told("The distributors it buys from.")
    data_region: str | None = told(*_DATA_REGION)
    custom_fields: CustomValuesRead = told(*VALUES)
    merged_into_id: PartnerId | None = told("The partner it was merged into, which stands for both; null for others.")
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was added.")
    updated_at: Instant = told("When it last changed.")


_NOTE = ("What there is to say besides; the partner reads it too.", "Contract countersigned on 2 March.")


class PartnerApply(Wire):
    """Why a prospect becomes an applicant."""

    reason: ApplyReason | None = told("Reason code.", "partner_request", default=None)
    note: Prose | None = told(*_NOTE, default=None)


class PartnerStartOnboarding(Wire):
    """Why an applicant is accepted."""

    reason: OnboardReason | None = told("Reason code.", "profile_fit", default=None)
    note: Prose | None = told(*_NOTE, default=None)


class PartnerActivate(Wire):
    """Why a partner may do business."""

    reason: ActivateReason | None = told("Reason code.", "requirements_met", default=None)
    note: Prose | None = told(*_NOTE, default=None)


class PartnerSuspend(Wire):
    """Why a partner may do no business for now."""

    reason: SuspendReason = told("Reason code.", "payment_overdue")
    note: Prose | None = told(*_NOTE, default=None)


class PartnerReinstate(Wire):
    """Why a suspended partner may do business again."""

    reason: ReinstateReason | None = told("Reason code.", "cause_resolved", default=None)
    note: Prose | None = told(*_NOTE, default=None)


class PartnerOffboard(Wire):
    """Why a partner leaves."""

    reason: OffboardReason = told("Reason code.", "contract_ended")
    note: Prose | None = told(*_NOTE, default=None)


class PartnerStatusChangeRead(Wire):
    """One step on a partner's way."""

    from_status: PartnerStatus | None = told("Where it was; null for the beginning.", "active")
    to_status: PartnerStatus = told("Where it came.", "suspended")
    action: str = told("What was done: `create`, or the action's name.", "suspend")
    reason: Reason | None = told("Reason code, or null.", "payment_overdue")
    note: str | None = told(*_NOTE)
    actor: str | None = told("Who did it; null for the partner's own callers.", "client:cli_01h455vb4pex5vsknk084sn02q")
    at: Instant = told("When.")


class RelationshipCreate(Wire):
    """A relationship of the partner in the address to another one."""

    kind: RelationshipKind = told("What the partner in the address is to the other.", "distributes_to")
    other_id: PartnerId = told("The other partner.")


class RelationshipRead(Wire):
    """What one partner is to another."""

    id: RelationshipId = told("Id of the relationship.")
    partner_id: PartnerId = told("The partner it leads from.")
    kind: RelationshipKind = told("What the first is to the other.", "distributes_to")
    other_id: PartnerId = told("The partner it leads to.")
    created_at: Instant = told("Since when it is known.")


def _split_personas(value: Any) -> Any:
    """`msp@2026-01-01;var` is two personas, one with its first day; a second `@` begins its end."""
    parts = _split(value)
    if not isinstance(parts, list):
        return parts
    names = ("persona", "from_on", "until_on")
    return [dict(zip(names, part.split("@"), strict=False)) if isinstance(part, str) else part for part in parts]


class PartnerImport(Wire):
    """One line of an import of partners. In CSV, lists are written with semicolons; an empty cell says nothing."""

    external_id: ExternalId = told("Id in the other system; it recognises the partner at the next import.", "P-1001")
    system: Key = told("The other system.", "crm", default="import")
    display_name: CompanyName = told(*_NAME)
    legal_name: CompanyName | None = told(*_LEGAL_NAME, default=None)
    country: Country = told(*_COUNTRY)
    status: OpeningStatus = told("Where it begins; counts when the line creates it.", "active", default="prospect")
    domains: Annotated[Domains, BeforeValidator(_split)] = told(*_DOMAINS, default=[])
    personas: Annotated[list[PersonaGiven], BeforeValidator(_split_personas)] = told(
        "Its personas; in CSV with first day and end, if known: `msp@2026-01-01;var@2024-01-01@2025-01-01`.",
        [{"persona": "msp", "from_on": "2026-01-01"}],
        default=[],
        max_length=20,
    )
    aliases: Annotated[Aliases, BeforeValidator(_split)] = told(*_ALIASES, default=[])
    regions: Annotated[Keys, BeforeValidator(_split)] = told(*_REGIONS, default=[])
    territories: Annotated[Countries, BeforeValidator(_split)] = told(*_TERRITORIES, default=[])
    verticals: Annotated[Keys, BeforeValidator(_split)] = told(*_VERTICALS, default=[])
    skills: Annotated[Keys, BeforeValidator(_split)] = told(*_SKILLS, default=[])
    cloud_platforms: Annotated[Keys, BeforeValidator(_split)] = told(*_CLOUDS, default=[])
    certifications: Annotated[Codes, BeforeValidator(_split)] = told(*_CERTIFICATIONS, default=[])
    tier: Key | None = told(*_TIER, default=None)
    size_band: SizeBand | None = told(*_SIZE, default=None)
    data_region: Region | None = told(*_DATA_REGION, default=None)
    custom_fields: CustomValues = told(VALUES_SENT[0] + " In CSV one cell of JSON.", VALUES[1], default={})

    @model_validator(mode="before")
    @classmethod
    def _empty_cells(cls, line: Any) -> Any:
        return {name: cell for name, cell in line.items() if cell != ""} if isinstance(line, dict) else line


class PartnerMergeRead(Wire):
    """What a merge did, or would do."""

    dry_run: bool = told("Whether it was only tried.", False)
    partner: PartnerRead = told("The partner that stands for both, as it is then.")
    moved: dict[str, int] = told("How many rows follow, by kind of record.", {"contacts": 3, "deal_registrations": 12})
    conflicts: list[MergeFinding] = told("What stands in the way; empty once it is done.")
    remarks: list[MergeFinding] = told("What does not stand in the way and is worth knowing.")
