"""News of credentials; never a secret among it."""

from pydantic import Field

from ecosystem_api.access.clients.schemas import ClientId, ClientRole, PartnerRef
from ecosystem_api.runtime.ledger import Event


class _ClientNews(Event):
    client_id: ClientId = Field(description="The credential.")
    partner_id: PartnerRef | None = Field(description="The partner it acts for, or null.")
    role: ClientRole = Field(description="Its role.", examples=["integration"])


class ClientCreated(_ClientNews):
    """A machine credential was made."""

    type = "client.created"


class ClientUpdated(_ClientNews):
    """A credential's name or scopes changed."""

    type = "client.updated"


class ClientRotated(_ClientNews):
    """A credential got a new secret, the old one ends after the overlap; or it got new keys."""

    type = "client.rotated"


class ClientRevoked(_ClientNews):
    """A credential was revoked: neither its secrets nor its tokens are accepted any more."""

    type = "client.revoked"
