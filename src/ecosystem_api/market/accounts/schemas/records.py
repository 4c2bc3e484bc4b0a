"""Records of accounts on the wire. What only the vendor's side reads or writes stands in the block `staff`."""

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints, field_validator, model_validator

from ecosystem_api.kernel.names import normal_name
from ecosystem_api.market.accounts.domain import IdentifierKind, normal_identifier
from ecosystem_api.network.fields.schemas import VALUES, VALUES_SENT, CustomValues, CustomValuesRead
from ecosystem_api.runtime.domains import is_generic_host, registrable_domain
from ecosystem_api.runtime.wire import Country, Day, Instant, Key, Line, TypedId, Wire, kept, told

AccountId = Annotated[UUID, TypedId("acc")]
PartnerRef = Annotated[UUID, TypedId("par")]
ExternalId = Line


class AccountExternalId(Wire):
    """The id under which another system knows an account; a system may know it under several."""

    system: Key = told("The other system.", "crm")
    id: ExternalId = told("The id there.", "0015g00000XyZ")


ExternalIds = Annotated[list[AccountExternalId], Field(max_length=50)]


def read_name(value: str) -> str:
    """A name that can be compared. Errors: ValueError."""
    if not normal_name(value):
        raise ValueError("a name with at least one letter or digit")
    return value


class LegalId(Wire):
    """A number under which a register knows a company."""

    kind: IdentifierKind = told("Which register: DUNS, LEI, a company register, VAT.", "duns")
    value: Annotated[str, StringConstraints(min_length=2, max_length=64)] = told("The number.", "15-048-3782")

    @model_validator(mode="after")
    def _normal(self) -> Self:
        self.value = normal_identifier(self.kind, self.value)
        return self


def read_domains(texts: list[str]) -> list[str]:
    """The registrable domains of web or e-mail addresses, each once. Errors: ValueError."""
    return list(dict.fromkeys(map(_read_domain, texts)))


def _read_domain(text: str) -> str:
    """The registrable domain of an address. Errors: ValueError for none, or one that many share."""
    found = registrable_domain(text)
    if found is None:
        raise ValueError(f"{text[:80]!r} has no registrable domain; send one such as acme.com")
    if is_generic_host(text) or is_generic_host(found):
        raise ValueError(f"the domain {found} is shared by many companies and identifies none; leave it out")
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

    _name = field_validator("name")(read_name)
    _domains = field_validator("domains")(read_domains)


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
        return None if value is None else read_name(value)

    @field_validator("domains")
    @classmethod
    def _domains(cls, value: list[str] | None) -> list[str] | None:
        return None if value is None else read_domains(value)


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
