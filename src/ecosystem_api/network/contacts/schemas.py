"""Contacts on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from ecosystem_api.access.members.schemas import Email
from ecosystem_api.network.partners.schemas import PartnerId
from ecosystem_api.runtime.wire import Instant, Line, TypedId, Wire, kept, told

ContactId = Annotated[UUID, TypedId("con")]
ContactRole = Literal["sales", "technical", "executive", "marketing", "support"]
Roles = Annotated[list[ContactRole], Field(max_length=5), AfterValidator(lambda roles: sorted(set(roles)))]
Phone = Annotated[str, StringConstraints(pattern=r"^\+?[0-9][0-9 ()./-]{3,30}( ?(x|ext\.?) ?[0-9]{1,8})?$")]

_NAME = ("How the person is called.", "Robin Okafor")
_EMAIL = ("E-mail address, unique among the partner's contacts.", "robin@reseller.example")
_PHONE = ("Telephone number, best with its country code.", "+1 416 555 0134")
_JOB_TITLE = ("What the person does there.", "Head of Alliances")
_ROLES = ("What to turn to the person for.", ["executive", "sales"])
_PRIMARY = ("Whether this is the one to call first; a partner has at most one, and naming another moves it.", True)


class ContactCreate(Wire):
    """A person of a partner."""

    name: Line = told(*_NAME)
    email: Email | None = told(*_EMAIL, default=None)
    phone: Phone | None = told(*_PHONE, default=None)
    job_title: Line | None = told(*_JOB_TITLE, default=None)
    roles: Roles = told(*_ROLES, default=[])
    is_primary: bool = told(*_PRIMARY, default=False)


class ContactItem(ContactCreate):
    """A person of a partner, in a bulk request."""

    partner_id: PartnerId | None = told("The partner; a partner's own caller leaves it out.", default=None)


class ContactUpdate(Wire):
    """What may change about a contact."""

    name: Line | None = kept(*_NAME)
    email: Email | None = told(*_EMAIL, default=None)
    phone: Phone | None = told(*_PHONE, default=None)
    job_title: Line | None = told(*_JOB_TITLE, default=None)
    roles: Roles | None = kept(*_ROLES)
    is_primary: bool | None = kept(*_PRIMARY)


class ContactRead(Wire):
    """A person of a partner."""

    id: ContactId = told("Id of the contact.")
    partner_id: PartnerId = told("The partner the person belongs to.")
    name: str = told(*_NAME)
    email: str | None = told(*_EMAIL)
    phone: str | None = told(*_PHONE)
    job_title: str | None = told(*_JOB_TITLE)
    roles: list[ContactRole] = told(*_ROLES)
    is_primary: bool = told(*_PRIMARY)
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When the person was added.")
    updated_at: Instant = told("When the record last changed.")
