"""Tokens on the wire."""

from typing import Annotated, Any, Literal
from uuid import UUID

from ecosystem_api.access.issuers.domain import ISSUER_CLIENT_ID
from ecosystem_api.access.tokens.domain import ACCESS_TOKEN, GRANT_TYPES, JWT_BEARER, TOKEN_EXCHANGE, TOKEN_TYPES
from ecosystem_api.access.vendors.schemas import VendorId
from ecosystem_api.runtime.wire import TypedId, Wire, told

PartnerRef = Annotated[UUID, TypedId("par")]
_CLIENT_ID = "cli_01h455vb4pex5vsknk084sn02q.01h455vb4pex5vsknk084sn02r"


class TokenRead(Wire):
    """An access token (RFC 6749, section 5.1)."""

    access_token: str = told("Send it as `Authorization: Bearer …`.", "eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.…")
    token_type: Literal["Bearer"] = told("Always `Bearer`.", "Bearer", default="Bearer")
    expires_in: int = told("Life in seconds.", 600)
    scope: str = told("The grants it carries, separated by spaces.", "deals:read events:read")
    issued_token_type: str | None = told(
        "What was issued, in the words of RFC 8693; absent unless a token was exchanged.",
        "urn:ietf:params:oauth:token-type:access_token",
        default=None,
    )


class IntrospectionRead(Wire):
    """What a token is worth now (RFC 7662, section 2.2). Only `active` is there when it is worth nothing."""

    active: bool = told("Whether it would be accepted now.", True)
    scope: str | None = told("The grants it carries.", "deals:read events:read", default=None)
    client_id: str | None = told("To whom it was issued: a client, or a trusted issuer.", _CLIENT_ID, default=None)
    token_type: Literal["Bearer"] | None = told("Always `Bearer`.", "Bearer", default=None)
    exp: int | None = told("When it ends, in seconds since 1970.", 1795340400, default=None)
    iat: int | None = told("When it was issued, in seconds since 1970.", 1795339800, default=None)
    sub: str | None = told("Who calls: a client or a member.", "mem_01h455vb4pex5vsknk084sn02q", default=None)
    aud: str | None = told("The service it is for.", "https://api.vendor.example", default=None)
    iss: str | None = told("Who issued it.", "https://api.vendor.example", default=None)
    jti: str | None = told("Its own id.", "3q2-7wABAgMEBQYHCAkKCw", default=None)
    vendor_id: VendorId | None = told("The vendor.", default=None)
    partner_id: PartnerRef | None = told("The partner it acts for.", default=None)
    actor_type: str | None = told("What kind of caller.", "member", default=None)
    role: str | None = told("Its role now.", "partner_member", default=None)


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
    grant_types_supported: list[str] = told(
        "Grant types.", ["client_credentials", "urn:ietf:params:oauth:grant-type:token-exchange"]
    )
    response_types_supported: list[str] = told("Response types; there is no authorization endpoint.", [])
    token_endpoint_auth_methods_supported: list[str] = told(
        "Ways a client authenticates; `none` is a frontend that exchanges a person's token.",
        ["client_secret_basic", "private_key_jwt", "none"],
    )
    token_endpoint_auth_signing_alg_values_supported: list[str] = told(
        "Algorithms of client assertions.", ["ES256", "RS256"]
    )
    revocation_endpoint: str = told("Where a token is ended (RFC 7009).", "https://api.vendor.example/oauth/revoke")
    revocation_endpoint_auth_methods_supported: list[str] = told(
        "Ways a client authenticates there.", ["client_secret_basic", "private_key_jwt", "none"]
    )
    introspection_endpoint: str = told(
        "Where a token is examined (RFC 7662).", "https://api.vendor.example/oauth/introspect"
    )
    introspection_endpoint_auth_methods_supported: list[str] = told(
        "Ways a client authenticates there.", ["client_secret_basic", "private_key_jwt"]
    )
    scopes_supported: list[str] = told("Every grant of this service.", ["deals:read", "deals:write"])
    service_documentation: str = told("Where the documentation is.", "https://api.vendor.example/docs")


class JwksRead(Wire):
    """A JSON Web Key Set (RFC 7517)."""

    keys: list[dict[str, Any]] = told(
        "Public keys of this installation.", [{"kty": "EC", "crv": "P-256", "alg": "ES256"}]
    )


Json = dict[str, Any]


def _form(properties: Json, required: list[str], examples: Json, rules: Json) -> Json:
    """A form in the contract; FastAPI cannot tell, because the body is read by hand to refuse repeated parameters."""
    # What is not known is ignored (RFC 6749, section 3.1), but no parameter may be repeated.
    others = {"type": "string"}
    schema = {"type": "object", "required": required, "properties": properties, "additionalProperties": others, **rules}
    told_by = {name: {"value": value} for name, value in examples.items()}
    content = {"application/x-www-form-urlencoded": {"schema": schema, "examples": told_by}}
    return {"requestBody": {"required": True, "content": content}}


def _text(sentence: str, **rules: Any) -> Json:
    return {"type": "string", "description": sentence, **(rules or {"minLength": 1})}


_CREDENTIALS: Json = {
    "client_id": _text("Unless sent as HTTP Basic. Of a credential or a trusted issuer."),
    "client_secret": _text("Unless sent as HTTP Basic."),
    "client_assertion_type": _text("What `client_assertion` is.", enum=[JWT_BEARER]),
    "client_assertion": _text("A JWT the client signed, instead of a secret (RFC 7523)."),
}
_ONE_PROOF: Json = {
    "dependentRequired": {
        "client_assertion": ["client_assertion_type"],
        "client_assertion_type": ["client_assertion"],
    },
    "dependentSchemas": {"client_assertion": {"properties": {"client_secret": False}}},
}
_IS_EXCHANGE: Json = {"properties": {"grant_type": {"const": TOKEN_EXCHANGE}}}
_EXCHANGE: Json = {
    "required": ["client_id", "subject_token", "subject_token_type"],
    "properties": {
        "client_id": {"pattern": ISSUER_CLIENT_ID},
        "subject_token": True,
        "subject_token_type": True,
        "client_secret": False,
        "client_assertion": False,
    },
}
TOKEN_FORM = _form(
    {
        "grant_type": _text(
            "What is shown for the token: a client's own proof, or a person's token.", enum=[*GRANT_TYPES]
        ),
        **_CREDENTIALS,
        "scope": {"type": "string", "description": "Grants, separated by spaces. Default: all held."},
        "subject_token": _text("Exchange: the identity provider's token of the person."),
        "subject_token_type": _text("Exchange: what it is.", enum=[*TOKEN_TYPES]),
        "requested_token_type": _text(
            "Exchange: what is wanted; an access token is all there is.", enum=[ACCESS_TOKEN]
        ),
        "audience": {"type": "string", "description": "This service, if given (RFC 8693)."},
        "resource": {"type": "string", "description": "This service, if given (RFC 8707)."},
    },
    ["grant_type"],
    {
        "credential": {"grant_type": GRANT_TYPES[0], "client_id": "cli_….…", "client_secret": "ecos_…"},
        "person": {
            "grant_type": TOKEN_EXCHANGE,
            "client_id": "iss_01h455vb4pex5vsknk084sn02q.01h455vb4pex5vsknk084sn02r",
            "subject_token": "eyJ…",
            "subject_token_type": TOKEN_TYPES[0],
        },
    },
    {**_ONE_PROOF, "if": _IS_EXCHANGE, "then": _EXCHANGE},
)
EXAMINE_FORM = _form(
    {
        "token": _text("An access token of this service."),
        "token_type_hint": {"type": "string", "description": "Not needed: there is one type."},
        **_CREDENTIALS,
    },
    ["token"],
    {"credential": {"token": "eyJ…", "client_id": "cli_….…", "client_secret": "ecos_…"}},
    _ONE_PROOF,
)
