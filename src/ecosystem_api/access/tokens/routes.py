"""Paths of tokens."""

from typing import Annotated, Any

from fastapi import Depends, Header, Request, Response

from ecosystem_api.access.tokens import service
from ecosystem_api.access.tokens.schemas import JwksRead, MeRead, MetadataRead, TokenRead
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import Takes, allow, machinery_of, public, room_router
from ecosystem_api.runtime.machinery import Machinery

router = room_router("tokens")
Parts = Annotated[Machinery, Depends(machinery_of)]

_TOKEN_FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": ["client_credentials"]},
                        "client_id": {"type": "string", "description": "Unless sent as HTTP Basic."},
                        "client_secret": {"type": "string", "description": "Unless sent as HTTP Basic."},
                        "scope": {"type": "string", "description": "Grants, separated by spaces. Default: all held."},
                    },
                },
                "example": {"grant_type": "client_credentials", "client_id": "cli_….…", "client_secret": "ecos_…"},
            }
        },
    }
}


@router.post(
    "/oauth/token",
    response_model=TokenRead,
    openapi_extra=_TOKEN_FORM,
    dependencies=[public("the request itself carries the credentials")],
)
async def issue_token(
    request: Request,
    machinery: Parts,
    response: Response,
    form: Annotated[bytes, Depends(Takes("application/x-www-form-urlencoded"))],
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> TokenRead:
    """Exchange client credentials for an access token (OAuth 2.0, RFC 6749 section 4.4; token by RFC 9068)."""
    response.headers["Pragma"] = "no-cache"
    return await service.issue_token(machinery, form, authorization, request.scope)


@router.get(
    "/.well-known/jwks.json", response_model=JwksRead, dependencies=[public("public keys are for everyone to verify")]
)
async def read_jwks(machinery: Parts, response: Response) -> dict[str, Any]:
    """The public keys that sign this installation's tokens."""
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
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
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
