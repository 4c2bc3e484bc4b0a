"""Members on the wire."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints

from ecosystem_api.runtime.wire import Instant, Line, TypedId, Wire, kept, told

MemberId = Annotated[UUID, TypedId("mem")]
PartnerRef = Annotated[UUID, TypedId("par")]
_PART = r"[^@\s\x00-\x1f\x7f]"
Email = Annotated[
    str, StringConstraints(pattern=rf"^{_PART}{{1,64}}@{_PART}+\.{_PART}{{2,63}}$", max_length=254, to_lower=True)
]
MemberRole = Literal["admin", "manager", "analyst", "partner_admin", "partner_member"]
MemberStatus = Literal["active", "deactivated"]


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
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When the person was added.")
    updated_at: Instant = told("When the record last changed.")
