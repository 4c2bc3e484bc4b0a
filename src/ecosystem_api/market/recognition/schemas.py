"""Customers that are recognised, on the wire: what somebody describes, what it may mean, and why."""

from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from ecosystem_api.market.accounts.domain import normal_identifier
from ecosystem_api.market.accounts.schemas import (
    AccountCreate,
    AccountExternalId,
    AccountId,
    AccountRead,
    AccountStaffWrite,
    ExternalId,
    LegalId,
    read_domains,
    read_name,
)
from ecosystem_api.network.fields.schemas import VALUES, CustomValues
from ecosystem_api.runtime.wire import Country, Day, Key, Line, Wire, kept, told

MatchOutcome = Literal["same", "same_family", "possible"]


class AccountResolve(AccountCreate):
    """A customer to find or create, and what to do when it is known already."""

    on_match: Literal["use", "create"] = told(
        "`use` answers the known account when the evidence is certain; `create` makes another one all the same "
        "(needs accounts:manage).",
        "use",
        default="use",
    )


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

    _name = field_validator("name")(read_name)

    @field_validator("domains", "aliases", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value

    _domains = field_validator("domains")(read_domains)

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
