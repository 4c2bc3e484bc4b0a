"""The words of leads on the wire: ids, statuses, reasons, and what several schemas have in common."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from ecosystem_api.access.members.schemas import Email
from ecosystem_api.network.partners.domain import SizeBand
from ecosystem_api.runtime.wire import Key, Line, TypedId, Wire, told

LeadId = Annotated[UUID, TypedId("lead")]
LeadOfferId = Annotated[UUID, TypedId("loff")]
LeadRoutingId = Annotated[UUID, TypedId("lrt")]
PartnerRef = Annotated[UUID, TypedId("par")]
LeadStatus = Literal["new", "offered", "rerouting", "accepted", "converted", "returned", "closed"]
OfferStatus = Literal["open", "accepted", "declined", "timed_out", "recalled"]
DeclineReason = Literal["no_capacity", "outside_focus", "outside_area", "conflict_of_interest", "poor_fit", "other"]
RecallReason = Literal["no_progress", "customer_choice", "facts_changed", "partner_standing", "other"]
CloseReason = Literal["not_qualified", "no_response", "no_budget", "duplicate", "competitor", "not_interested", "other"]
PassReason = Literal["existing_relationship", "customer_choice", "expertise", "proximity", "strategic", "other"]
ReturnCause = Literal["nobody_eligible", "rounds_used", "recalled"]
CompanySize = SizeBand


def _sorted(values: list[str]) -> list[str]:
    return sorted(set(values))


def split(value: object) -> object:
    """A cell of a CSV file holds a list with semicolons."""
    return [part.strip() for part in value.split(";") if part.strip()] if isinstance(value, str) else value


Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$")]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()./-]{3,30}( ?(x|ext\.?) ?[0-9]{1,8})?$")]
Keys = Annotated[list[Key], Field(max_length=50), AfterValidator(_sorted)]
Codes = Annotated[list[Code], Field(max_length=50), AfterValidator(_sorted)]
CellKeys = Annotated[Keys, BeforeValidator(split)]
CellCodes = Annotated[Codes, BeforeValidator(split)]

TITLE = ("What the lead is called.", "Endpoint protection for 300 seats")
NEED = ("What the customer wants.", "Replaces an on-premises suite by the end of the year.")
COUNTRY = "Where it will be used; the customer's country by default."
REGION = ("Sales region in the vendor's words.", "dach")
VERTICAL = ("The customer's industry, in the words in which partners name theirs.", "healthcare")
SKILLS = ("What a partner's people should be able to do.", ["siem"])
CERTIFICATIONS = ("Codes of the certifications that a partner's people should hold.", ["EDR-PRO"])
SIZE = ("How large the customer is.", "medium")
SOURCE = ("How the vendor came by it, in its own words.", "web_form")


class LeadContact(Wire):
    """Whom to turn to at the customer: told to nobody before a partner has accepted, and never part of an event."""

    name: Line = told("How the person is called.", "Kim Larsen")
    email: Email | None = told("E-mail address.", "kim.larsen@acme-industries.example", default=None)
    phone: Phone | None = told("Telephone number, best with its country code.", "+49 30 5550134", default=None)
    job_title: Line | None = told("What the person does there.", "Head of IT security", default=None)


class LeadExternalId(Wire):
    """The id under which another system knows the lead."""

    system: Key = told("The other system.", "crm")
    id: Line = told("The id there.", "00Q5g00000AbC")
