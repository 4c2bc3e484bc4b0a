"""Prove oneself with a key instead of a secret: the service never holds what could be stolen."""

from dataclasses import dataclass
from uuid import UUID

from ecosystem_api.access.clients import store
from ecosystem_api.access.clients.domain import public_client_id
from ecosystem_api.access.clients.errors import ClientRevokedAlready
from ecosystem_api.access.clients.events import ClientRotated
from ecosystem_api.access.clients.schemas import ClientKeys, ClientRead
from ecosystem_api.access.clients.service.manage import get_locked, judge_reach, read_client, tell
from ecosystem_api.access.clients.service.recognise import Credential
from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.runtime.caller import Caller, Role
from ecosystem_api.runtime.changes import touch
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.egress import EgressRefused, read_target
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.tokens import KeyRefused, VerificationKey, verification_key


@dataclass(frozen=True)
class KeySource:
    """Where a credential's public keys are: kept here, or at its own address."""

    keys: tuple[VerificationKey, ...]
    jwks_uri: str | None


async def use_keys(tx: Tx, who: Caller, client_id: UUID, body: ClientKeys, machinery: Machinery) -> ClientRead:
    """Have a credential prove itself with these keys; its secrets end at once, as do keys it used before.

    Errors: `NotFound`, `ClientRevokedAlready`, `InvalidRequest`, `ScopesNotGrantable`: who sets the keys holds what
    they open.
    """
    row = await get_locked(tx, client_id)
    if row.status == "revoked":
        raise ClientRevokedAlready()
    judge_reach(who, row.role, row.scopes, machinery)
    row.jwks, row.jwks_uri = _judged(body, machinery)
    for secret in await store.live_secrets(tx, [row.id]):
        secret.expires_at = tx.now
    touch(row, tx.now)
    await tell(tx, who, row, ClientRotated)
    await tx.flush()
    return read_client(row, [])


async def key_source(tx: Tx, client_id: UUID) -> KeySource | None:
    """Where to look for the keys of an active credential that uses some; None for every other."""
    row = await store.find_client(tx, client_id)
    if row is None or row.status != "active" or not (row.jwks or row.jwks_uri):
        return None
    return KeySource(tuple(verification_key(key) for key in (row.jwks or {}).get("keys", [])), row.jwks_uri)


async def recognise_by_key(tx: Tx, client_id: UUID, source: KeySource) -> Credential | None:
    """The credential whose key has just signed, noted as used now; None if it has been revoked or re-keyed since."""
    row = await store.find_client(tx, client_id, is_locked=True)
    if row is None or await key_source(tx, client_id) != source:
        return None
    row.last_used_at = tx.now
    return Credential(public_client_id(row.id, row.vendor_id), row.partner_id, Role(row.role), frozenset(row.scopes))


def _judged(body: ClientKeys, machinery: Machinery) -> tuple[dict[str, list[dict[str, str]]] | None, str | None]:
    if (body.jwks is None) == (body.jwks_uri is None):
        raise InvalidRequest(errors=[FieldError("/jwks", "one_of", "Send jwks or jwks_uri, one of them.")])
    if body.jwks_uri is not None:
        try:
            read_target(body.jwks_uri, machinery.settings.egress_policy)
        except EgressRefused as refused:
            raise InvalidRequest(errors=[FieldError("/jwks_uri", "address_refused", refused.sentence)]) from None
        return None, body.jwks_uri
    assert body.jwks is not None
    return {"keys": _usable(body.jwks.keys)}, None


def _usable(members: list[dict[str, object]]) -> list[dict[str, str]]:
    """The keys as they are kept: public members only, each checked. Errors: `InvalidRequest`."""
    kept: dict[str, dict[str, str]] = {}
    for place, member in enumerate(members):
        try:
            key = verification_key(member)
            if key.kid in kept:
                raise KeyRefused("two keys in one set share a kid")
        except KeyRefused as refused:
            detail = f"Not usable: {refused}."
            raise InvalidRequest(errors=[FieldError(f"/jwks/keys/{place}", "key_refused", detail)]) from None
        kept[key.kid] = key.public_jwk
    return list(kept.values())
