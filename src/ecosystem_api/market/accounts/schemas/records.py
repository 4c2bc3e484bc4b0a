"""Accounts on the wire. What only the vendor's side reads or writes stands in the block `staff`."""

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator

from ecosystem_api.kernel.names import normal_name
from ecosystem_api.market.accounts.domain import normal_identifier
from ecosystem_api.network.fields.schemas import VALUES, VALUES_SENT, CustomValues, CustomValuesRead
from ecosystem_api.runtime.domains import is_generic_host, registrable_domain
from ecosystem_api.runtime.wire import Country, Day, Instant, Key, Line, TypedId, Wire, kept, told

AccountId = Annotated[UUID, TypedId("acc")]
PartnerRef = Annotated[UUID, TypedId("par")]
LegalIdKind = Literal["duns", "lei", "company_number", "vat"]
MatchOutcome = Literal["same", "same_family", "possible"]
ExternalId = Line


class AccountExternalId(Wire):
    """The id under which another system knows an account; a system may know it under several."""

    system: Key = told("The other system.", "crm")
    id: ExternalId = told("The id there.", "0015g00000XyZ")


ExternalIds = Annotated[list[AccountExternalId], Field(max_length=50)]


def _named(value: str) -> str:
    if not normal_name(value):
        raise ValueError("a name with at least one letter or digit")
    return value


class LegalId(Wire):
    """A number under which a register knows a company."""

    kind: LegalIdKind = told("Which register: DUNS, LEI, a company register, VAT.", "duns")
    value: Annotated[str, StringConstraints(min_length=2, max_length=64)] = told("The number.", "15-048-3782")

    @model_validator(mode="after")
    def _normal(self) -> Self:
        self.value = normal_identifier(self.kind, self.value)
        return self


def read_domain(text: str) -> str:
    """The registrable domain of a web or e-mail address. Errors: ValueError for none, or one that many share."""
    found = registrable_domain(text)
    if found is None:
        raise ValueError(f"{text[:80]!r} has no registrable domain; send one such as acme.com")
    if is_generic_host(text) or is_generic_host(found):
        raise ValueError(f"{found} is shared by many companies and identifies none; leave it out")
    return found


Domains = Annotated[list[Annotated[str, StringConstraints(max_length=253)]], Field(max_length=20)]


class AccountStaffWrite(Wire):
    """What only the vendor's side says of an account."""

    parent_id: AccountId | None = told("The account this one belongs to.", default=None)
    is_customer: bool = told("Whether it has a running subscription.", False, default=False)
    vendor_engaged_on: Day | None = told("Last day the vendor's own team was active there.", default=None)
    aliases: list[Line] = told("Other names it goes by.", ["Acme Corp"], default=[], max_length=200)
    external_ids: ExternalIds = told("Ids in other systems.", default=[])


class AccountCreate(Wire):
    """An end customer as somebody describes it."""

    name: Annotated[Line, Field(max_length=200)] = told("Name of the company.", "Acme Industries GmbH")
    country: Country = told("Country of the unit that buys, ISO 3166-1 alpha-2.", "DE")
    region: Line | None = told("Sales region in the vendor's words.", "dach", default=None)
    industry: Line | None = told("Industry in the vendor's words.", "manufacturing", default=None)
    domains: Domains = told("Web or e-mail domains of the company.", ["acme-industries.example"], default=[])
    legal_ids: list[LegalId] = told("Numbers in registers.", default=[], max_length=20)
    custom_fields: CustomValues = told(VALUES[0] + " They count where the account is new.", VALUES[1], default={})
    staff: AccountStaffWrite | None = told("What only the vendor's side may say; needs accounts:manage.", default=None)

    _name = field_validator("name")(_named)

    @field_validator("domains")
    @classmethod
    def _domains(cls, value: list[str]) -> list[str]:
        return list(dict.fromkeys(read_domain(text) for text in value))


class AccountResolve(AccountCreate):
    """A customer to find or create, and what to do when it is known already."""

    on_match: Literal["use", "create"] = told(
        "`use` answers the known account when the evidence is certain; `create` makes another one all the same "
        "(needs accounts:manage).",
        "use",
        default="use",
    )


class AccountUpdate(Wire):
    """What may change about an account."""

    name: Line | None = kept("Name of the company.", "Acme Industries GmbH")
    country: Country | None = kept("Country of the unit that buys.", "DE")
    region: Line | None = told("Sales region.", "dach", default=None)
    industry: Line | None = told("Industry.", "manufacturing", default=None)
    domains: Domains | None = told("All its domains from now on.", ["acme-industries.example"], default=None)
    legal_ids: list[LegalId] | None = told("All its numbers from now on.", default=None, max_length=20)
    parent_id: AccountId | None = told("The account this one belongs to.", default=None)
    is_customer: bool | None = kept("Whether it has a running subscription.", True)
    vendor_engaged_on: Day | None = told("Last day the vendor's own team was active there.", default=None)
    aliases: list[Line] | None = told("All its other names from now on.", ["Acme"], default=None, max_length=200)
    external_ids: ExternalIds | None = told("All its ids in other systems from now on.", default=None)
    custom_fields: CustomValues | None = kept(*VALUES_SENT)

    @field_validator("name")
    @classmethod
    def _name(cls, value: str | None) -> str | None:
        return None if value is None else _named(value)

    @field_validator("domains")
    @classmethod
    def _domains(cls, value: list[str] | None) -> list[str] | None:
        return None if value is None else list(dict.fromkeys(read_domain(text) for text in value))


class AccountStaffRead(Wire):
    """What only the vendor's side reads of an account."""

    parent_id: AccountId | None = told("The account this one belongs to.")
    is_customer: bool = told("Whether it has a running subscription.", False)
    vendor_engaged_on: date | None = told("Last day the vendor's own team was active there.", "2026-03-31")
    aliases: list[str] = told("Other names it goes by.", ["Acme Corp"])
    external_ids: list[AccountExternalId] = told("Ids in other systems.")
    partner_ids: list[PartnerRef] = told("Partners that named it or work on it.")
    merged_into_id: AccountId | None = told("The account that stands for this one since the two were merged.")


class AccountRead(Wire):
    """An end customer. A partner that did not bring it reads its name and country, and no more of the record."""

    id: AccountId = told("Id of the account.")
    name: str = told("Name of the company.", "Acme Industries GmbH")
    country: str = told("Country of the unit that buys.", "DE")
    region: str | None = told("Sales region.", "dach")
    industry: str | None = told("Industry.", "manufacturing")
    domains: list[str] = told("Its domains.", ["acme-industries.example"])
    legal_ids: list[LegalId] = told("Its numbers in registers.")
    custom_fields: CustomValuesRead = told(*VALUES)
    staff: AccountStaffRead | None = told("What only the vendor's side reads; null for partners.")
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was made.")
    updated_at: Instant = told("When it last changed.")


class EvidenceRead(Wire):
    """One reason for or against two descriptions being one company."""

    kind: str = told("Which kind of evidence.", "same_domain")
    weight: int = told("What it weighs, in points.", 85)
    sentence: str = told("The reason in words.", "Both have the domain acme-industries.example.")


class MatchRead(Wire):
    """A known account that is, or may be, the described one."""

    account_id: AccountId = told("The known account.")
    name: str = told("Its name.", "Acme Industries GmbH")
    outcome: MatchOutcome = told("same: certain. same_family, possible: a person must look.", "same")
    score: int = told("0 to 100, within the band of the outcome.", 95)
    evidence: list[EvidenceRead] = told("The reasons.")


class CandidateStaffRead(Wire):
    """Why an account may be the described one; only the vendor's side reads it."""

    score: int = told("0 to 100, within the band of the outcome.", 95)
    evidence: list[EvidenceRead] = told("The reasons.")


class AccountCandidate(Wire):
    """A known account that is, or may be, the described one."""

    account_id: AccountId = told("The known account.")
    name: str = told("Its name.", "Acme Industries GmbH")
    outcome: MatchOutcome = told("same: certain. same_family, possible: a person must look.", "possible")
    staff: CandidateStaffRead | None = told("What only the vendor's side reads; null for partners.")


class AccountMatchingRead(Wire):
    """How sure a match must be, before it is acted on and before a person is asked."""

    review_floor: float = told("Names less similar than this, from 0 to 1, are no question for a person.", 0.75)
    auto_link_score: int = told("A match is acted on by itself from this score on; below it a person looks.", 80)
    version: int = told("Grows with every change; the `ETag`.", 1)


class AccountMatchingUpdate(Wire):
    """What may change about how sure a match must be."""

    review_floor: Annotated[float, Field(ge=0.5, le=1, strict=True)] | None = kept(
        "Names less similar than this are no question for a person.", 0.8
    )
    auto_link_score: Annotated[int, Field(ge=80, le=100, strict=True)] | None = kept(
        "A match is acted on by itself from this score on: at 80 also by name and country alone, at 85 by a domain, at "
        "100 by a number in a register or a domain that agrees with name and country.",
        85,
    )


class AccountMatches(Wire):
    """The accounts that a description may mean."""

    matches: list[AccountCandidate] = told("Best first; empty when no account the caller may see is alike.")


class AccountResolved(Wire):
    """The account that a description led to, and why."""

    account: AccountRead = told("The account, known or new.")
    is_new: bool = told(
        "Whether it was made by this request; for a partner, whether it did not see the account before.", False
    )
    matches: list[MatchRead] = told(
        "Known accounts that match, best first. A partner is shown only an account that it saw before."
    )


class AccountImport(Wire):
    """One line of an account import."""

    external_id: ExternalId = told("Id in the other system; a repeated line with it changes nothing twice.", "C-1001")
    system: Key = told("The other system.", "crm", default="import")
    name: Line = told("Name of the company.", "Acme Industries GmbH")
    country: Country = told("Country of the unit that buys.", "DE")
    region: Line | None = told("Sales region.", "dach", default=None)
    industry: Line | None = told("Industry.", "manufacturing", default=None)
    domains: list[str] = told(
        "Domains; in CSV separated by `;`.", ["acme-industries.example"], default=[], max_length=20
    )
    duns: str | None = told("DUNS number.", "150483782", default=None, max_length=20)
    lei: str | None = told("Legal entity identifier.", "529900T8BM49AURSDO55", default=None, max_length=20)
    aliases: list[Line] = told("Other names; in CSV separated by `;`.", ["Acme"], default=[], max_length=200)
    is_customer: bool = told("Whether it has a running subscription.", False, default=False)
    vendor_engaged_on: Day | None = told("Last day the vendor's own team was active there.", default=None)
    custom_fields: CustomValues = told(VALUES[0] + " In CSV one cell of JSON.", VALUES[1], default={})

    _name = field_validator("name")(_named)

    @field_validator("domains", "aliases", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value

    @field_validator("domains")
    @classmethod
    def _read_domains(cls, value: list[str]) -> list[str]:
        return list(dict.fromkeys(read_domain(text) for text in value))

    @field_validator("duns", "lei")
    @classmethod
    def _well_formed(cls, value: str | None, info: ValidationInfo) -> str | None:
        return None if value is None else normal_identifier(str(info.field_name), value)

    def as_create(self) -> AccountCreate:
        """The same as the API's description of a customer."""
        pairs = (("duns", self.duns), ("lei", self.lei))
        return AccountCreate(
            name=self.name,
            country=self.country,
            region=self.region,
            industry=self.industry,
            domains=self.domains,
            legal_ids=[LegalId.model_validate({"kind": kind, "value": value}) for kind, value in pairs if value],
            custom_fields=self.custom_fields,
            staff=AccountStaffWrite(
                is_customer=self.is_customer,
                vendor_engaged_on=self.vendor_engaged_on,
                aliases=self.aliases,
                external_ids=[AccountExternalId(system=self.system, id=self.external_id)],
            ),
        )
