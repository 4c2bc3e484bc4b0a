"""Paths of tokens."""

from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response

from ecosystem_api.access.tokens import service
from ecosystem_api.access.tokens.domain import GRANT_TYPES
from ecosystem_api.access.tokens.schemas import (
    EXAMINE_FORM,
    TOKEN_FORM,
    IntrospectionRead,
    JwksRead,
    MeRead,
    MetadataRead,
    TokenRead,
)
from ecosystem_api.access.tokens.service import TokenRequest
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import Takes, allow, machinery_of, public, room_router
from ecosystem_api.runtime.machinery import Machinery

router = room_router("tokens")
Parts = Annotated[Machinery, Depends(machinery_of)]
PROOFS = ["client_secret_basic", "client_secret_post", "private_key_jwt"]

Form = Annotated[bytes, Depends(Takes("application/x-www-form-urlencoded"))]
Basic = Annotated[str | None, Header(alias="Authorization", include_in_schema=False)]


@router.post(
    "/oauth/token",
    response_model=TokenRead,
    response_model_exclude_none=True,
    openapi_extra=TOKEN_FORM,
    dependencies=[public("the request itself carries the credentials")],
)
async def issue_token(
    machinery: Parts, request: Request, response: Response, form: Form, authorization: Basic = None
) -> TokenRead:
    """Buy an access token (by RFC 9068) with client credentials, or exchange a person's token for one.

    Client credentials: OAuth 2.0, RFC 6749 section 4.4. Exchange: RFC 8693; a frontend sends the token that a trusted
    issuer gave its user, with the issuer's `client_id`, and gets one that acts as the member this user is.
    """
    response.headers["Pragma"] = "no-cache"
    return await service.issue_token(machinery, _read(request, form, authorization))


@router.post(
    "/oauth/introspect",
    response_model=IntrospectionRead,
    response_model_exclude_none=True,
    openapi_extra=EXAMINE_FORM,
    dependencies=[public("the request itself carries the credentials")],
)
async def introspect_token(
    machinery: Parts, request: Request, form: Form, authorization: Basic = None
) -> IntrospectionRead:
    """Learn what a token is worth now (RFC 7662). Another vendor's token, or another partner's, is worth nothing."""
    return await service.introspect(machinery, _read(request, form, authorization))


@router.post(
    "/oauth/revoke",
    status_code=200,
    response_class=Response,
    openapi_extra=EXAMINE_FORM,
    dependencies=[public("the request itself carries the credentials")],
)
async def revoke_token(machinery: Parts, request: Request, form: Form, authorization: Basic = None) -> Response:
    """End one token before its time (RFC 7009): it is refused from the next request on.

    A client ends its own tokens, one with `clients:write` any of its vendor or partner; a person's token is ended by
    whoever has it, without a secret: that is how a frontend signs its user out.
    """
    await service.revoke(machinery, _read(request, form, authorization))
    return Response(status_code=200)


def _read(request: Request, form: bytes, authorization: str | None) -> TokenRequest:
    return TokenRequest.of(form, authorization, request.scope)


@router.get(
    "/.well-known/jwks.json", response_model=JwksRead, dependencies=[public("public keys are for everyone to verify")]
)
async def read_jwks(machinery: Parts, response: Response) -> dict[str, Any]:
    """The public keys of what this installation signs: access tokens and the rules of engagement."""
    response.headers["Cache-Control"] = "public, max-age=300"
    return machinery.keyring.jwks


@router.get(
    "/.well-known/oauth-authorization-server",
    response_model=MetadataRead,
    dependencies=[public("metadata that a client reads before it has a token")],
)
async def read_metadata(machinery: Parts) -> dict[str, Any]:
    """Authorization server metadata (RFC 8414)."""
    url = machinery.settings.public_url
    return {
        "issuer": url,
        "token_endpoint": f"{url}/oauth/token",
        "jwks_uri": f"{url}/.well-known/jwks.json",
        "grant_types_supported": list(GRANT_TYPES),
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": [*PROOFS, "none"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256"],
        "revocation_endpoint": f"{url}/oauth/revoke",
        "revocation_endpoint_auth_methods_supported": [*PROOFS, "none"],
        "introspection_endpoint": f"{url}/oauth/introspect",
        "introspection_endpoint_auth_methods_supported": PROOFS,
        "scopes_supported": sorted(machinery.catalog.grants),
        "service_documentation": f"{url}/docs",
    }


@router.get("/v1/me", response_model=MeRead)
async def read_me(who: Annotated[Caller, allow("me:read")]) -> MeRead:
    """Who this token speaks for and what it may do."""
    return MeRead(
        vendor_id=who.vendor_id,
        partner_id=who.partner_id,
        actor_type=who.actor_type,
        actor_id=who.actor_id,
        role=who.role,
        permissions=sorted(who.scopes),
    )
