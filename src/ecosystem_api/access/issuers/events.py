"""News of trusted issuers."""

from pydantic import Field

from ecosystem_api.access.issuers.schemas import IssuerId, PartnerRef
from ecosystem_api.runtime.ledger import Event


class _IssuerNews(Event):
    issuer_id: IssuerId = Field(description="The trusted issuer.")
    partner_id: PartnerRef | None = Field(description="The partner whose people it vouches for, or null.")
    issuer: str = Field(description="Its address.", examples=["https://login.vendor.example"])


class IssuerAdded(_IssuerNews):
    """An identity provider is trusted."""

    type = "issuer.added"


class IssuerUpdated(_IssuerNews):
    """What an issuer's people may do, or how they are recognised, changed; they sign in anew."""

    type = "issuer.updated"
    changed: list[str] = Field(description="JSON pointers of what changed.", examples=[["/rules"]])


class IssuerDeactivated(_IssuerNews):
    """An identity provider is no longer trusted; its people's tokens ended with this."""

    type = "issuer.deactivated"


class IssuerReactivated(_IssuerNews):
    """An identity provider is trusted again; its people sign in anew."""

    type = "issuer.reactivated"
