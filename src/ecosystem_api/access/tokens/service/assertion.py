"""A client proves itself by signing a statement about itself, good for one use within minutes (RFC 7523)."""

from datetime import timedelta
from uuid import UUID

from ecosystem_api.access.clients import service as clients
from ecosystem_api.access.clients.domain import read_client_id
from ecosystem_api.access.tokens.domain import JWT_BEARER
from ecosystem_api.access.tokens.errors import ClientKeysUnavailable, InvalidClient, InvalidTokenRequest
from ecosystem_api.access.tokens.service.form import CHALLENGE, TokenRequest
from ecosystem_api.runtime.keysets import KeysUnavailable
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.revocation import end_token
from ecosystem_api.runtime.tokens import (
    Expected,
    KeyRing,
    TokenRefused,
    VerificationKey,
    claimed_subject,
    is_claim_text,
    key_of,
    kid_of,
    verify_foreign_token,
)

LONGEST = timedelta(minutes=5)
TYPES = frozenset({"", "jwt", "client-authentication+jwt"})
_NO_CLIENT = "Its sub is not the client_id of an active client that uses keys."


async def recognise_assertion(machinery: Machinery, request: TokenRequest) -> tuple[UUID, UUID, clients.Credential]:
    """(vendor, client, credential) of whoever signed the request's assertion; it can be used this once.

    No transaction is open while keys may have to be fetched. Errors: `InvalidClient` with its `reason`,
    `InvalidTokenRequest`, `ClientKeysUnavailable`.
    """
    if request.get("client_assertion_type") != JWT_BEARER:
        raise InvalidTokenRequest(f"Send client_assertion_type={JWT_BEARER}.")
    if request.authorization is not None or request.get("client_secret"):
        raise InvalidTokenRequest("Send an assertion or a secret, not both.")
    assertion = request.need("client_assertion")
    try:
        return await _judged(machinery, request, assertion)
    except TokenRefused as refused:
        raise _refused(refused.reason, refused.sentence) from None


async def _judged(machinery: Machinery, request: TokenRequest, assertion: str) -> tuple[UUID, UUID, clients.Credential]:
    # Not believed, only where to look: what it is verified against comes from the credential of that name.
    name = request.get("client_id") or claimed_subject(assertion, TYPES)
    named = read_client_id(name)
    if named is None:
        raise _refused("unknown_client", _NO_CLIENT)
    client_id, vendor_id = named
    async with machinery.database.transaction(vendor_id) as tx:
        source = await clients.key_source(tx, client_id)
    if source is None:
        raise _refused("unknown_client", _NO_CLIENT)
    key = await _key(machinery, source, assertion)
    url = machinery.settings.public_url
    audiences = frozenset({url, f"{url}/oauth/token"})
    expected = Expected(TYPES, key.algorithm, name, audiences, LONGEST, needs_iat=False)
    found = verify_foreign_token(assertion, KeyRing((key,)), expected, machinery.clock())
    jti = found.claims.get("jti")
    if found.subject != name:
        raise _refused("invalid_claim", f"Its sub is not {name}.")
    if not is_claim_text(jti):
        raise _refused("invalid_claim", "It has no jti, a text of its own that no other statement has.")
    async with machinery.database.transaction(vendor_id) as tx:
        credential = await clients.recognise_by_key(tx, client_id, source)
        if credential is None:
            raise _refused("unknown_client", _NO_CLIENT)
        if not await end_token(tx, _holder(name), str(jti), found.expires_at):
            raise _refused("used_before", "Make another for every request, with a jti of its own.")
    return vendor_id, client_id, credential


async def _key(machinery: Machinery, source: clients.KeySource, assertion: str) -> VerificationKey:
    """The client's key that a statement means. Edges: it names it, unless only one of the client's keys fits."""
    ring, kid = KeyRing(source.keys), kid_of(assertion, TYPES)
    if source.jwks_uri is not None:
        try:
            ring = await machinery.keysets.at_address(source.jwks_uri, kid)
        except KeysUnavailable:
            raise ClientKeysUnavailable(headers={"Retry-After": "10"}) from None
    if kid is not None and ring.find(kid) is None:
        raise _refused("unknown_key", "Its kid names none of the client's keys; give them with use-keys.")
    return key_of(assertion, TYPES, ring)


def _holder(name: str) -> str:
    """Assertions and the tokens they buy are remembered apart: their ids come from different hands."""
    return f"assertion:{name}"


def _refused(reason: str, sentence: str) -> InvalidClient:
    return InvalidClient(f"The client assertion was refused: {reason}. {sentence}", reason=reason, headers=CHALLENGE)
