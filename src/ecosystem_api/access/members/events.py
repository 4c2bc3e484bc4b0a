"""News of members. Names and addresses stay out of the ledger: it is append-only and people may be erased."""

from pydantic import Field

from ecosystem_api.access.members.schemas import MemberId, MemberRole, PartnerRef
from ecosystem_api.runtime.ledger import Event


class _MemberNews(Event):
    member_id: MemberId = Field(description="The member.")
    partner_id: PartnerRef | None = Field(description="The partner the member acts for, or null.")
    role: MemberRole = Field(description="The member's role now.", examples=["partner_member"])


class MemberAdded(_MemberNews):
    """A person may act for the vendor or a partner."""

    type = "member.added"


class MemberUpdated(_MemberNews):
    """A person's name, role, partner or identity changed."""

    type = "member.updated"


class MemberDeactivated(_MemberNews):
    """A person may no longer act."""

    type = "member.deactivated"


class MemberReactivated(_MemberNews):
    """A person may act again."""

    type = "member.reactivated"
