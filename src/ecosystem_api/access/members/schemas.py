"""Members on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, StringConstraints

from ecosystem_api.runtime.domains import plain_email
from ecosystem_api.runtime.wire import Instant, Line, TypedId, Wire, kept, told

MemberId = Annotated[UUID, TypedId("mem")]
PartnerRef = Annotated[UUID, TypedId("par")]
IssuerRef = Annotated[UUID, TypedId("iss")]
# What is a blank, regular expressions disagree about: all that any of them counts is named.
_PART = r"[^@\s\x00-\x20\x7f-\xa0\ufeff]"
Email = Annotated[
    str,
    StringConstraints(pattern=rf"^{_PART}{{1,64}}@{_PART}+\.{_PART}{{2,63}}$", max_length=254, to_lower=True),
    # A domain outside ASCII is kept as identity providers write it, so that both find the same person.
    AfterValidator(lambda value: plain_email(value) or value),
]
MemberRole = Literal["admin", "manager", "analyst", "partner_admin", "partner_member"]
MemberStatus = Literal["active", "deactivated"]
RoleFrom = Literal["assigned", "issuer"]


class MemberCreate(Wire):
    """A person to be added."""

    email: Email = told("Work e-mail address, unique within the vendor.", "sam@reseller.example")
    display_name: Line = told("How the person is called.", "Sam Rivera")
    role: MemberRole = told("What the person may do.", "partner_member")
    partner_id: PartnerRef | None = told(
        "The partner the person acts for; null for the vendor's own people.", default=None
    )


class MemberUpdate(Wire):
    """What may change about a person."""

    display_name: Line | None = kept("How the person is called.", "Sam Rivera")
    role: MemberRole | None = kept("What the person may do.", "partner_admin")


class MemberRead(Wire):
    """A person who acts for the vendor or a partner."""

    id: MemberId = told("Id of the member.")
    partner_id: PartnerRef | None = told("The partner the person acts for; null for the vendor's own people.")
    email: str = told("Work e-mail address.", "sam@reseller.example")
    display_name: str = told("How the person is called.", "Sam Rivera")
    role: MemberRole = told("What the person may do.", "partner_member")
    status: MemberStatus = told("Whether the person may act.", "active")
    role_from: RoleFrom = told("Who decides the role: somebody here, or the identity provider's claims.", "assigned")
    issuer_id: IssuerRef | None = told("The trusted issuer the person signs in with; null before the first time.")
    subject: str | None = told("Who the person is to that issuer.", "00u1abcd2EFGH3ijk4x7")
    last_seen_at: Instant | None = told("When the person last signed in; null if never.")
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When the person was added.")
    updated_at: Instant = told("When the record last changed.")
