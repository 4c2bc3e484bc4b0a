"""Clients and tokens on the wire."""

from typing import Annotated, Any, Literal
from uuid import UUID

from ecosystem_api.access.vendors.schemas import VendorId
from ecosystem_api.runtime.wire import Instant, Line, TypedId, Wire, told

ClientId = Annotated[UUID, TypedId("cli")]
PartnerRef = Annotated[UUID, TypedId("par")]
ClientRole = Literal["admin", "manager", "analyst", "partner_admin", "partner_member", "integration"]
ClientStatus = Literal["active", "revoked"]
_CLIENT_ID = "cli_01h455vb4pex5vsknk084sn02q.01h455vb4pex5vsknk084sn02r"
_SECRET = "ecos_" + "x" * 43


class ClientCreate(Wire):
    """A credential to be made."""

    name: Line = told("What it is for.", "Nightly CRM sync")
    role: ClientRole = told("What it may do.", "integration")
    partner_id: PartnerRef | None = told("The partner it acts for; null for the vendor's own.", default=None)
    scopes: list[Line] = told(
        "Grants to narrow it to; empty means all that the role holds.",
        ["deals:read", "events:read"],
        default=[],
        max_length=100,
    )


class ClientUpdate(Wire):
    """What may change about a credential."""

    name: Line | None = told("What it is for.", "Nightly CRM sync", default=None)
    scopes: list[Line] | None = told("Grants to narrow it to.", ["deals:read"], default=None, max_length=100)


class ClientRotate(Wire):
    """How to change the secret."""

    overlap_hours: int = told("How long the old secret stays valid; 0 ends it at once.", 24, default=24, ge=0, le=168)


class SecretRead(Wire):
    """A secret as far as it may be shown."""

    ends_with: str = told("Its last four characters.", "x7Qd")
    created_at: Instant = told("When it was made.")
    expires_at: Instant | None = told("When it ends; null while it is the current one.")


class ClientRead(Wire):
    """A credential without its secret."""

    id: ClientId = told("Id of the credential.")
    client_id: str = told("The `client_id` to send to POST /oauth/token.", _CLIENT_ID)
    partner_id: PartnerRef | None = told("The partner it acts for; null for the vendor's own.")
    name: str = told("What it is for.", "Nightly CRM sync")
    role: ClientRole = told("What it may do.", "integration")
    scopes: list[str] = told("Grants it is narrowed to; empty means all of the role.", ["deals:read"])
    status: ClientStatus = told("Whether it may be used.", "active")
    secrets: list[SecretRead] = told("Its live secrets, newest first.")
    last_used_at: Instant | None = told("When it last asked for a token; null if never.")
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was made.")
    updated_at: Instant = told("When it last changed.")


class ClientWithSecret(ClientRead):
    """A credential with a new secret: the only time it is shown."""

    client_secret: str = told("The secret. Keep it now; it cannot be read again.", _SECRET)


class TokenRead(Wire):
    """An access token (RFC 6749, section 5.1)."""

    access_token: str = told("Send it as `Authorization: Bearer …`.", "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…")
    token_type: Literal["Bearer"] = told("Always `Bearer`.", "Bearer", default="Bearer")
    expires_in: int = told("Life in seconds.", 600)
    scope: str = told("The grants it carries, separated by spaces.", "deals:read events:read")


class MeRead(Wire):
    """Who the caller is to us."""

    vendor_id: VendorId = told("The vendor.")
    partner_id: PartnerRef | None = told("The partner it acts for; null on the vendor's side.")
    actor_type: str = told("What kind of caller.", "client")
    actor_id: str = told("Its id.", _CLIENT_ID)
    role: str = told("Its role.", "partner_member")
    permissions: list[str] = told("The grants it holds.", ["deals:read", "deals:write"])


class MetadataRead(Wire):
    """Authorization server metadata (RFC 8414)."""

    issuer: str = told("Who issues the tokens.", "https://api.vendor.example")
    token_endpoint: str = told("Where tokens are bought.", "https://api.vendor.example/oauth/token")
    jwks_uri: str = told("Where the public keys are.", "https://api.vendor.example/.well-known/jwks.json")
    grant_types_supported: list[str] = told("Grant types.", ["client_credentials"])
    response_types_supported: list[str] = told("Response types; there is no authorization endpoint.", [])
    token_endpoint_auth_methods_supported: list[str] = told(
        "Ways a client authenticates.", ["client_secret_basic", "client_secret_post"]
    )
    scopes_supported: list[str] = told("Every grant of this service.", ["deals:read", "deals:write"])
    service_documentation: str = told("Where the documentation is.", "https://api.vendor.example/docs")


class JwksRead(Wire):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, Any]] = told(
        "Public keys of this installation.", [{"kty": "EC", "crv": "P-256", "alg": "ES256"}]
    )
