"""Examine a token, end it, and vouch for it at every request."""

from datetime import datetime

from ecosystem_api.access.clients import service as clients
from ecosystem_api.access.clients.domain import read_client_id
from ecosystem_api.access.issuers.domain import read_issuer_id
from ecosystem_api.access.members import service as members
from ecosystem_api.access.tokens.errors import UnauthorizedClient
from ecosystem_api.access.tokens.schemas import IntrospectionRead
from ecosystem_api.access.tokens.service.authenticate import Asker, authenticate
from ecosystem_api.access.tokens.service.form import TokenRequest
from ecosystem_api.runtime.area import Gate
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.keyring import tenant_of
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.revocation import end_token
from ecosystem_api.runtime.tokens import AccessClaims, TokenRefused

INACTIVE = IntrospectionRead(active=False)


async def vouch(tx: Tx, claims: AccessClaims) -> Gate | None:
    """What a token may do as of now, asked of the room that knows its holder; None when it may nothing any more."""
    if (client := read_client_id(claims.client_id)) is not None:
        return await clients.vouch(tx, claims, client[0])
    if (issuer := read_issuer_id(claims.client_id)) is not None:
        return await members.vouch(tx, claims, issuer[0])
    return None


async def introspect(machinery: Machinery, request: TokenRequest) -> IntrospectionRead:
    """What a token is worth now, told to a credential of the same vendor; a partner's is told of its own tokens only.

    Errors: `InvalidClient`, `ClientKeysUnavailable`, `InvalidTokenRequest`. Source: RFC 7662.
    """
    asker = await authenticate(machinery, request)
    claims = _read(machinery, request.need("token"))
    if claims is None or not _is_of(asker, claims):
        return INACTIVE
    vendor_id, partner_id = tenant_of(claims)
    async with machinery.database.transaction(vendor_id, partner_id) as tx:
        gate = await vouch(tx, claims)
    if gate is None:
        return INACTIVE
    held = machinery.catalog.permissions(gate.role)
    return IntrospectionRead(
        active=True,
        scope=" ".join(sorted(held & gate.scopes if gate.scopes else held)),
        client_id=claims.client_id,
        token_type="Bearer",  # noqa: S106 - a kind, no password
        exp=_seconds(claims.expires_at),
        iat=_seconds(claims.issued_at),
        sub=claims.subject,
        aud=machinery.settings.public_url,
        iss=machinery.settings.public_url,
        jti=claims.jti,
        vendor_id=vendor_id,
        partner_id=partner_id,
        actor_type=gate.actor_type,
        role=gate.role,
    )


async def revoke(machinery: Machinery, request: TokenRequest) -> None:
    """End one token from the next request on. A token that is none, or is over, needs no ending.

    Who may: the client it was issued to; whoever holds `clients:write`, within its vendor or partner; and for a
    person's token whoever has it, since frontends have no secret to show.
    Errors: `InvalidClient`, `ClientKeysUnavailable`, `InvalidTokenRequest`, `UnauthorizedClient`. Source: RFC 7009.
    """
    text = request.need("token")
    asker = await authenticate(machinery, request) if request.has_credentials else None
    claims = _read(machinery, text)
    if asker is None:
        await _revoke_own(machinery, request, claims)
        return
    if claims is None or not _is_of(asker, claims):
        return
    is_own = claims.client_id == asker.credential.public_id
    if not is_own and "clients:write" not in asker.held(machinery):
        raise UnauthorizedClient()
    await _end(machinery, claims)


async def _revoke_own(machinery: Machinery, request: TokenRequest, claims: AccessClaims | None) -> None:
    if claims is None:
        # Without a genuine token nothing is known of the client; a secret would have to be shown.
        if read_issuer_id(request.get("client_id")) is None:
            request.basic_or_form()
        return
    if read_issuer_id(claims.client_id) is None:
        request.basic_or_form()
        raise UnauthorizedClient()
    if request.get("client_id") not in ("", claims.client_id):
        raise UnauthorizedClient()
    await _end(machinery, claims)


async def _end(machinery: Machinery, claims: AccessClaims) -> None:
    vendor_id, partner_id = tenant_of(claims)
    async with machinery.database.transaction(vendor_id, partner_id) as tx:
        await end_token(tx, claims.client_id, claims.jti, claims.expires_at)
    machinery.gates.forget(claims.vendor)


def _read(machinery: Machinery, token: str) -> AccessClaims | None:
    try:
        return machinery.keyring.verify(token, machinery.clock())
    except TokenRefused:
        return None


def _is_of(asker: Asker, claims: AccessClaims) -> bool:
    vendor_id, partner_id = tenant_of(claims)
    own = asker.credential.partner_id
    return vendor_id == asker.vendor_id and (own is None or own == partner_id)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
