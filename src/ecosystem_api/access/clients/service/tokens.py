"""Buy a token with a secret; vouch for a token at every request."""

import secrets as random_source
from base64 import b64decode
from collections.abc import Mapping
from urllib.parse import parse_qsl, unquote_plus
from uuid import UUID

from ecosystem_api.access.clients import store
from ecosystem_api.access.clients.domain import public_client_id, read_client_id
from ecosystem_api.access.clients.errors import InvalidClient, InvalidScope, InvalidTokenRequest, UnsupportedGrantType
from ecosystem_api.access.clients.schemas import TokenRead
from ecosystem_api.runtime.area import Gate
from ecosystem_api.runtime.caller import Role
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.tokens import AccessClaims, hash_secret, pepper_id, secret_matches

_CHALLENGE = {"WWW-Authenticate": 'Basic realm="ecosystem-api"'}


async def issue_token(machinery: Machinery, form: bytes, authorization: str | None) -> TokenRead:
    """Exchange client credentials for an access token (RFC 6749 section 4.4).

    Shape: the secret comes in the form or as HTTP Basic, not both. Errors: `InvalidTokenRequest`,
    `UnsupportedGrantType`, `InvalidClient`, `InvalidScope`.
    """
    fields = _form(form)
    if not fields.get("grant_type"):
        raise InvalidTokenRequest("Send grant_type=client_credentials.")
    if fields["grant_type"] != "client_credentials":
        raise UnsupportedGrantType()
    client_text, secret = _credentials(fields, authorization)
    named = read_client_id(client_text)
    if named is None:
        _spend_the_same_time(secret, machinery)
        raise InvalidClient(headers=_CHALLENGE)
    client_id, vendor_id = named
    async with machinery.database.transaction(vendor_id) as tx:
        row = await store.find_client(tx, client_id, is_locked=True)
        if row is None or row.status != "active" or not await _secret_fits(tx, client_id, secret, machinery):
            _spend_the_same_time(secret, machinery)
            raise InvalidClient(headers=_CHALLENGE)
        held = machinery.catalog.permissions(Role(row.role))
        held = held & set(row.scopes) if row.scopes else held
        asked = frozenset(fields.get("scope", "").split())
        if not asked <= held:
            raise InvalidScope(f"Not held by this client: {' '.join(sorted(asked - held))[:200]}.")
        row.last_used_at = tx.now
        token, lifetime = machinery.keyring.issue(
            client_id=public_client_id(client_id, vendor_id),
            vendor_id=vendor_id,
            partner_id=row.partner_id,
            role=row.role,
            scope=" ".join(sorted(asked)),
            now=tx.now,
        )
    return TokenRead(access_token=token, expires_in=lifetime, scope=" ".join(sorted(asked or held)))


async def vouch(tx: Tx, claims: AccessClaims) -> Gate | None:
    """What a token may do as of now: the client's present role and scopes, narrowed by the token's own.

    Edges: None when the client was revoked or now belongs to another partner; so revocation holds at once.
    """
    named = read_client_id(claims.client_id)
    row = await store.find_client(tx, named[0]) if named else None
    if row is None or row.status != "active" or row.partner_id != tx.partner_id:
        return None
    own = frozenset(row.scopes)
    scopes = own & claims.scope if own and claims.scope else own or claims.scope
    if own and claims.scope and not scopes:
        return None
    return Gate(Role(row.role), row.partner_id, scopes)


async def _secret_fits(tx: Tx, client_id: UUID, secret: str, machinery: Machinery) -> bool:
    pepper = machinery.settings.derive("client-secrets")
    peppers: Mapping[str, bytes] = {pepper_id(pepper): pepper}
    live = await store.live_secrets(tx, [client_id])
    return any(secret_matches(secret, row.hashed, peppers) for row in live)


def _spend_the_same_time(secret: str, machinery: Machinery) -> None:
    """Hash once, so that an unknown client takes as long as a wrong secret."""
    hash_secret(secret or random_source.token_hex(8), machinery.settings.derive("client-secrets"))


def _form(raw: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=bool(raw), max_num_fields=20)
    except ValueError:
        raise InvalidTokenRequest("The body is not a form.") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise InvalidTokenRequest("A parameter is repeated.")
    return fields


def _credentials(fields: Mapping[str, str], authorization: str | None) -> tuple[str, str]:
    if authorization is None:
        if not fields.get("client_id") or not fields.get("client_secret"):
            raise InvalidClient("Send client_id and client_secret.", headers=_CHALLENGE)
        return fields["client_id"], fields["client_secret"]
    if "client_secret" in fields:
        raise InvalidTokenRequest("Send the secret in the form or in the header, not in both.")
    scheme, _, encoded = authorization.partition(" ")
    try:
        decoded = b64decode(encoded.strip(), validate=True).decode()
    except ValueError:
        decoded = ""
    client, colon, secret = decoded.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise InvalidClient("The Authorization header is not HTTP Basic.", headers=_CHALLENGE)
    client = unquote_plus(client)
    if fields.get("client_id", client) != client:
        raise InvalidTokenRequest("The form names another client than the header.")
    return client, unquote_plus(secret)
