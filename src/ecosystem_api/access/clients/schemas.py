"""Clients and tokens on the wire."""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, StringConstraints

from ecosystem_api.runtime.wire import Instant, Line, TypedId, Wire, kept, told

ClientId = Annotated[UUID, TypedId("cli")]
# In requests a credential is meant by either of its names: the vendor's part of `client_id` says nothing new there.
ClientRef = Annotated[
    UUID, TypedId("cli"), BeforeValidator(lambda name: name.partition(".")[0] if isinstance(name, str) else name)
]
PartnerRef = Annotated[UUID, TypedId("par")]
ClientRole = Literal["admin", "manager", "analyst", "partner_admin", "partner_member", "integration"]
ClientAuthentication = Literal["client_secret", "private_key_jwt"]
Url = Annotated[str, StringConstraints(min_length=10, max_length=2048)]
ClientStatus = Literal["active", "revoked"]
_CLIENT_ID = "cli_01h455vb4pex5vsknk084sn02q.01h455vb4pex5vsknk084sn02r"
_KEY: dict[str, Any] = {  # the public key of RFC 7517, appendix A.1
    "kty": "EC",
    "crv": "P-256",
    "kid": "key-2026-11",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
}
_JWKS_URI = "https://crm.reseller.example/jwks.json"
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
    ecosystem_version: Line | None = told(
        "Version of the contract it is pinned to; null for today's newest.", "2026-11-22", default=None
    )


class ClientUpdate(Wire):
    """What may change about a credential."""

    name: Line | None = kept("What it is for.", "Nightly CRM sync")
    scopes: list[Line] | None = kept("Grants to narrow it to.", ["deals:read"], max_length=100)
    ecosystem_version: Line | None = kept("Version of the contract it is pinned to.", "2026-11-22")


class ClientRotate(Wire):
    """How to change the secret."""

    overlap_hours: int = told("How long the old secret stays valid; 0 ends it at once.", 24, default=24, ge=0, le=168)


class JwkSet(Wire):
    """A JSON Web Key Set of public keys."""

    keys: list[dict[str, Any]] = told(
        "Public keys: P-256 (ES256) or RSA from 2,048 bits (RS256). Two overlap in a rotation. One without a `kid` is "
        "named by its thumbprint (RFC 7638).",
        [_KEY],
        min_length=1,
        max_length=10,
    )


class ClientKeys(Wire):
    """The public keys a credential proves itself with: one of the two."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"jwks": {"keys": [_KEY]}}]})

    jwks: JwkSet | None = told("The keys themselves.", {"keys": [_KEY]}, default=None)
    jwks_uri: Url | None = told(
        "Where they are published, if the client rotates them itself: a public https address.", _JWKS_URI, default=None
    )


class ClientKeyRead(Wire):
    """A public key that is kept here."""

    kid: str = told("Its name.", "key-2026-11")
    algorithm: str = told("The algorithm it serves.", "ES256")


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
    ecosystem_version: str = told(
        "Version of the contract its requests are meant for where they send no `Ecosystem-Version`.", "2026-11-22"
    )
    secrets: list[SecretRead] = told("Its live secrets, newest first.")
    authentication: ClientAuthentication = told("How it proves itself at POST /oauth/token.", "client_secret")
    keys: list[ClientKeyRead] = told("Its public keys, where it uses keys that are kept here.")
    jwks_uri: str | None = told("Where its public keys are published, where it uses such.", _JWKS_URI)
    last_used_at: Instant | None = told("When it last asked for a token; null if never.")
    version: int = told("Grows with every change; the `ETag`.", 1)
    created_at: Instant = told("When it was made.")
    updated_at: Instant = told("When it last changed.")


class ClientWithSecret(ClientRead):
    """A credential with a new secret: the only time it is shown."""

    client_secret: str = told("The secret. Keep it now; it cannot be read again.", _SECRET)
