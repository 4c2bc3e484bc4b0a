"""Leads: what a caller sends, and what it reads."""

from typing import Annotated, Any, Self

from pydantic import BeforeValidator, ConfigDict, StrictBool, field_validator, model_validator
from pydantic.config import JsonDict

from ecosystem_api.access.members.schemas import Email
from ecosystem_api.cosell.leads.schemas.words import (
    CERTIFICATIONS,
    COUNTRY,
    NEED,
    REGION,
    SIZE,
    SKILLS,
    SOURCE,
    TITLE,
    VERTICAL,
    CellCodes,
    CellKeys,
    CloseReason,
    Codes,
    CompanySize,
    Keys,
    LeadContact,
    LeadExternalId,
    LeadId,
    LeadStatus,
    PartnerRef,
    PassReason,
    Phone,
    RecallReason,
    split,
)
from ecosystem_api.kernel.money import Money
from ecosystem_api.kernel.reason import Reason
from ecosystem_api.market.accounts.schemas import AccountCreate, AccountId
from ecosystem_api.market.products.schemas import Sku
from ecosystem_api.runtime.wire import (
    Amount,
    Country,
    Day,
    Instant,
    Key,
    Line,
    Prose,
    Wire,
    fault_at,
    kept,
    need_one_of,
    told,
)
from ecosystem_api.selling.deals.schemas import DealId, DealProduct, Products, each_once

_EXAMPLE: JsonDict = {
    "title": "Endpoint protection for 300 seats",
    "customer": {"name": "Acme Industries GmbH", "country": "DE", "domains": ["acme-industries.example"]},
    "need": "Replaces an on-premises suite by the end of the year.",
    "contact": {"name": "Kim Larsen", "email": "kim.larsen@acme-industries.example"},
    "products": [{"sku": "EDR-100", "quantity": 300}],
    "vertical": "healthcare",
    "skills": ["siem"],
    "source": "web_form",
}


class LeadCreate(Wire):
    """A lead: a customer with a need, before any partner works on it."""

    # One of two ways to name the customer: no example can be put together from those of the fields.
    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    title: Line = told(*TITLE)
    account_id: AccountId | None = told("The end customer, if it is known.", default=None)
    customer: AccountCreate | None = told("The end customer described: found, or created.", default=None)
    need: Prose | None = told(*NEED, default=None)
    contact: LeadContact | None = told("Whom to turn to at the customer.", default=None)
    products: Products = told("What the customer wants.", [{"sku": "EDR-100", "quantity": 300}], default=[])
    country: Country | None = told(COUNTRY, default=None)
    region: Line | None = told(*REGION, default=None)
    vertical: Key | None = told(*VERTICAL, default=None)
    skills: Keys = told(*SKILLS, default=[])
    certifications: Codes = told(*CERTIFICATIONS, default=[])
    company_size: CompanySize | None = told(*SIZE, default=None)
    amount: Amount | None = told("Estimated value.", default=None)
    source: Key | None = told(*SOURCE, default=None)
    external_id: LeadExternalId | None = told("Id in another system; it recognises the lead.", default=None)

    _products = field_validator("products")(each_once)

    @model_validator(mode="after")
    def _one_customer(self) -> Self:
        need_one_of(
            "Name the customer by `account_id` or describe it as `customer`, one of the two.",
            customer=self.customer,
            account_id=self.account_id,
        )
        return self


class LeadUpdate(Wire):
    """What may change about a lead."""

    title: Line | None = kept(*TITLE)
    need: Prose | None = told(*NEED, default=None)
    contact: LeadContact | None = told("Whom to turn to at the customer; null erases the person.", default=None)
    products: Products | None = kept("All that the customer wants from now on.", [{"sku": "EDR-100"}])
    country: Country | None = kept("Where it will be used.")
    region: Line | None = told(*REGION, default=None)
    vertical: Key | None = told(*VERTICAL, default=None)
    skills: Keys | None = kept(*SKILLS)
    certifications: Codes | None = kept(*CERTIFICATIONS)
    company_size: CompanySize | None = told(*SIZE, default=None)
    amount: Amount | None = told("Estimated value.", default=None)
    source: Key | None = told(*SOURCE, default=None)

    @field_validator("products")
    @classmethod
    def _once(cls, value: list[DealProduct] | None) -> list[DealProduct] | None:
        return None if value is None else each_once(value)


class LeadImport(Wire):
    """One line of an import of leads. In CSV, lists are written with semicolons; an empty cell says nothing."""

    external_id: Line = told("Id in the other system; it recognises the lead at the next import.", "00Q5g00000AbC")
    system: Key = told("The other system.", "crm", default="import")
    title: Line = told(*TITLE)
    customer_name: Line = told("Name of the company.", "Acme Industries GmbH")
    customer_country: Country = told("Country of the unit that buys.", "DE")
    customer_domain: Line | None = told("Web or e-mail domain of the company.", "acme-industries.example", default=None)
    need: Prose | None = told(*NEED, default=None)
    contact_name: Line | None = told("Whom to turn to at the customer.", "Kim Larsen", default=None)
    contact_email: Email | None = told("E-mail address.", "kim.larsen@acme-industries.example", default=None)
    contact_phone: Phone | None = told("Telephone number.", "+49 30 5550134", default=None)
    products: Annotated[list[Sku], BeforeValidator(split)] = told("Codes.", ["EDR-100"], default=[], max_length=50)
    country: Country | None = told(COUNTRY, default=None)
    region: Line | None = told(*REGION, default=None)
    vertical: Key | None = told(*VERTICAL, default=None)
    skills: CellKeys = told(*SKILLS, default=[])
    certifications: CellCodes = told(*CERTIFICATIONS, default=[])
    company_size: CompanySize | None = told(*SIZE, default=None)
    currency: Line | None = told("Currency of the amount, ISO 4217.", "EUR", default=None)
    amount: Line | None = told("Estimated value as a decimal number.", "48000.00", default=None)
    source: Key | None = told(*SOURCE, default=None)

    @model_validator(mode="before")
    @classmethod
    def _empty_cells(cls, line: Any) -> Any:
        return {name: cell for name, cell in line.items() if cell != ""} if isinstance(line, dict) else line

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.amount is None) != (self.currency is None):
            raise ValueError("an amount comes with its currency")
        if self.amount is not None and self.currency is not None and Money.parse(self.amount, self.currency).minor < 0:
            raise ValueError("an amount is never negative here")
        if self.contact_name is None and (self.contact_email or self.contact_phone):
            raise ValueError("a contact has a name")
        return self

    def as_create(self) -> LeadCreate:
        """The lead that the line tells of."""
        customer = {"name": self.customer_name, "country": self.customer_country}
        contact = {"name": self.contact_name, "email": self.contact_email, "phone": self.contact_phone}
        same = ("title", "need", "country", "region", "vertical", "skills", "certifications", "company_size", "source")
        return LeadCreate.model_validate(
            {
                **{name: getattr(self, name) for name in same if name in self.model_fields_set},
                "customer": customer | ({"domains": [self.customer_domain]} if self.customer_domain else {}),
                "external_id": {"system": self.system, "id": self.external_id},
                **({"contact": contact} if self.contact_name else {}),
                **({"products": [{"sku": sku} for sku in self.products]} if self.products else {}),
                **({"amount": {"amount": self.amount, "currency": self.currency}} if self.amount else {}),
            }
        )


class LeadRoute(Wire):
    """How to route a lead."""

    dry_run: StrictBool = told("Whether to answer the ranking alone: nothing is offered or kept.", True, default=False)
    ask_again: StrictBool = told("Whether to ask partners again that were asked before.", False, default=False)


class LeadPass(Wire):
    """To whom a lead is passed by hand, and why."""

    partner_id: PartnerRef = told("The partner that is to be asked.")
    reason: PassReason = told("Why this one, as a code; it stands in the decision.", "existing_relationship")
    note: Prose | None = told(
        "What there is to say besides; needed where the reason is `other`.",
        "They run the customer's SOC.",
        default=None,
    )

    @model_validator(mode="after")
    def _other_is_told(self) -> Self:
        if self.reason == "other" and self.note is None:
            raise fault_at("note", "Say in `note` what the other reason is.")
        return self


class LeadRecall(Wire):
    """Why the vendor takes a lead back."""

    reason: RecallReason = told("Why, as a code; the partner that had it is told.", "no_progress")


class LeadClose(Wire):
    """Why nobody works on a lead any more."""

    reason: CloseReason = told("Why, as a code.", "no_response")


class LeadRegister(Wire):
    """What a registration needs beyond what the lead says."""

    title: Line | None = told("What the deal is called; the lead's title by default.", TITLE[1], default=None)
    description: Prose | None = told("What the customer wants; the lead's need by default.", NEED[1], default=None)
    deal_type: Key = told("What is sold, as registrations say it.", "new_business", default="new_business")
    products: Products | None = told("What is claimed; the lead's products by default.", default=None)
    amount: Amount | None = told("Expected value; the lead's by default.", default=None)
    expected_close_on: Day | None = told("When it is expected to close.", default=None)
    submit: StrictBool = told("Whether to submit it at once.", True, default=True)

    @field_validator("products")
    @classmethod
    def _once(cls, value: list[DealProduct] | None) -> list[DealProduct] | None:
        return None if value is None else each_once(value)


class LeadStaffRead(Wire):
    """What only the vendor's side reads of a lead."""

    external_id: LeadExternalId | None = told("Id in another system.")
    rounds: int = told("How many partners were asked since it was routed last.", 2)


class LeadRead(Wire):
    """A lead as the vendor reads it, and the partner that has accepted it."""

    id: LeadId = told("Id of the lead.")
    status: LeadStatus = told("Where it stands.", "accepted")
    allowed_actions: list[str] = told("What this caller may do now, as path segments; `update` is PATCH.", ["register"])
    partner_id: PartnerRef | None = told("The partner that has accepted it; null before.")
    account_id: AccountId = told("The end customer.")
    title: str = told(*TITLE)
    need: str | None = told(*NEED)
    contact: LeadContact | None = told("Whom to turn to at the customer.")
    products: list[DealProduct] = told("What the customer wants.")
    country: str = told("Where it will be used.", "DE")
    region: str | None = told(*REGION)
    vertical: str | None = told(*VERTICAL)
    skills: list[str] = told(*SKILLS)
    certifications: list[str] = told(*CERTIFICATIONS)
    company_size: CompanySize | None = told(*SIZE)
    amount: Amount | None = told("Estimated value.")
    source: str | None = told(*SOURCE)
    deal_registration_id: DealId | None = told("The registration it has become.")
    closed_reason: Reason | None = told("Why it was closed.", "no_response")
    accepted_at: Instant | None = told("When the partner accepted it.")
    register_by: Instant | None = told(
        "By when it is to be registered, or else goes to the next partner; null unless the policy says so."
    )
    converted_at: Instant | None = told("When it became a registration.")
    closed_at: Instant | None = told("When it was closed.")
    staff: LeadStaffRead | None = told("What only the vendor's side reads; null for partners.")
    version: int = told("Grows with every change; the `ETag`.", 3)
    created_at: Instant = told("When it was created.")
    updated_at: Instant = told("When it last changed.")
