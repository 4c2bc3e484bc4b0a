"""Recognise a credential by its secret, and stand behind its tokens at every request."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from ecosystem_api.access.clients import store
from ecosystem_api.access.clients.domain import public_client_id
from ecosystem_api.runtime.area import Gate
from ecosystem_api.runtime.caller import Role
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.tokens import AccessClaims, hash_secret, pepper_id, secret_matches


@dataclass(frozen=True)
class Credential:
    """A credential that was recognised: whom it acts for, in which role, narrowed to which scopes (empty: to none)."""

    public_id: str
    partner_id: UUID | None
    role: Role
    scopes: frozenset[str]


async def recognise(tx: Tx, client_id: UUID, secret: str, machinery: Machinery) -> Credential | None:
    """The active credential of this id whose secret this is, noted as used now; None for every other.

    Edges: an unknown credential takes as long as a wrong secret.
    """
    row = await store.find_client(tx, client_id, is_locked=True)
    if row is None or row.status != "active" or not await _secret_fits(tx, client_id, secret, machinery):
        hash_secret(secret, machinery.settings.derive("client-secrets"))
        return None
    row.last_used_at = tx.now
    return Credential(public_client_id(row.id, row.vendor_id), row.partner_id, Role(row.role), frozenset(row.scopes))


async def vouch(tx: Tx, claims: AccessClaims, client_id: UUID) -> Gate | None:
    """What a credential's token may do as of now: its present role and scopes, narrowed by the token's own.

    Edges: None when the credential was revoked or now belongs to another partner, or when this one token was revoked;
    so revocation holds at once.
    """
    row = await store.find_standing(tx, client_id, claims.client_id, claims.jti)
    if row is None or row["status"] != "active" or row["partner_id"] != tx.partner_id or row["has_ended"]:
        return None
    own = frozenset(row["scopes"])
    scopes = own & claims.scope if own and claims.scope else own or claims.scope
    if own and claims.scope and not scopes:
        return None
    return Gate(Role(row["role"]), row["partner_id"], scopes, version=row["ecosystem_version"])


async def _secret_fits(tx: Tx, client_id: UUID, secret: str, machinery: Machinery) -> bool:
    pepper = machinery.settings.derive("client-secrets")
    peppers: Mapping[str, bytes] = {pepper_id(pepper): pepper}
    live = await store.live_secrets(tx, [client_id])
    return any(secret_matches(secret, row.hashed, peppers) for row in live)
