"""Paths of credentials and tokens."""

from typing import Annotated, Any

from fastapi import Depends, Header, Query, Response

from ecosystem_api.access.clients import service
from ecosystem_api.access.clients.schemas import (
    ClientCreate,
    ClientId,
    ClientRead,
    ClientRotate,
    ClientStatus,
    ClientUpdate,
    ClientWithSecret,
    JwksRead,
    MeRead,
    MetadataRead,
    PartnerRef,
    TokenRead,
)
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.http import (
    CurrentTx,
    IfMatch,
    Page,
    Paging,
    Takes,
    allow,
    created,
    machinery_of,
    public,
    room_router,
    tagged,
)
from ecosystem_api.runtime.machinery import Machinery

router = room_router("clients")
Reader = Annotated[Caller, allow("clients:read")]
Writer = Annotated[Caller, allow("clients:write")]
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
    machinery: Parts,
    response: Response,
    form: Annotated[bytes, Depends(Takes("application/x-www-form-urlencoded"))],
    authorization: Annotated[str | None, Header(include_in_schema=False)] = None,
) -> TokenRead:
    """Exchange client credentials for an access token (OAuth 2.0, RFC 6749 section 4.4; token by RFC 9068)."""
    response.headers["Pragma"] = "no-cache"
    return await service.issue_token(machinery, form, authorization)


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


@router.post("/v1/clients", status_code=201, response_model=ClientWithSecret)
async def create_client(
    body: ClientCreate, tx: CurrentTx, response: Response, who: Writer, machinery: Parts
) -> ClientWithSecret:
    """Make a machine credential. The answer shows its secret, once."""
    read = await service.create_client(tx, who, body, machinery)
    return created(response, f"/v1/clients/{encode('cli', read.id)}", read)


@router.get("/v1/clients", response_model=Page[ClientRead])
async def list_clients(
    tx: CurrentTx,
    who: Reader,
    paging: Annotated[Paging, Depends()],
    partner_id: Annotated[PartnerRef | None, Query(description="Only credentials of this partner.")] = None,
    status: Annotated[ClientStatus | None, Query(description="Only credentials with this status.")] = None,
) -> Page[ClientRead]:
    """List machine credentials, newest first."""
    return await service.list_clients(tx, paging, partner_id=partner_id, status=status)


@router.get("/v1/clients/{client_id}", response_model=ClientRead)
async def get_client(client_id: ClientId, tx: CurrentTx, response: Response, who: Reader) -> ClientRead:
    """Read one credential, without its secret."""
    return tagged(response, await service.get_client(tx, client_id))


@router.patch("/v1/clients/{client_id}", response_model=ClientRead)
async def update_client(
    client_id: ClientId,
    body: ClientUpdate,
    tx: CurrentTx,
    response: Response,
    who: Writer,
    machinery: Parts,
    if_match: IfMatch = None,
) -> ClientRead:
    """Rename a credential or narrow its scopes, by JSON merge patch."""
    return tagged(response, await service.update_client(tx, who, client_id, body, if_match, machinery))


@router.post("/v1/clients/{client_id}/rotate", response_model=ClientWithSecret)
async def rotate_client(
    client_id: ClientId, body: ClientRotate, tx: CurrentTx, response: Response, who: Writer, machinery: Parts
) -> ClientWithSecret:
    """Give the credential a new secret; the old one stays valid for the overlap."""
    return tagged(response, await service.rotate_client(tx, who, client_id, body, machinery))


@router.post("/v1/clients/{client_id}/revoke", response_model=ClientRead)
async def revoke_client(client_id: ClientId, tx: CurrentTx, response: Response, who: Writer) -> ClientRead:
    """End a credential for good: its secrets and its tokens stop working at once."""
    return tagged(response, await service.revoke_client(tx, who, client_id))
