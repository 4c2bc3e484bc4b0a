"""Stand behind a person's token at every request."""

from uuid import UUID

from ecosystem_api.access.members import store
from ecosystem_api.kernel.ids import InvalidId, decode
from ecosystem_api.runtime.area import Gate
from ecosystem_api.runtime.caller import Role
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.tokens import AccessClaims


async def vouch(tx: Tx, claims: AccessClaims, issuer_id: UUID) -> Gate | None:
    """What a person's token may do as of now: the present role, narrowed by the token's own scopes.

    Edges: None when the person was deactivated, moved to another partner or issuer, when the issuer or its rules have
    changed since the person last signed in, or when this one token was revoked: all of it from the next request on.
    """
    try:
        member_id = decode("mem", claims.subject)
    except InvalidId:
        return None
    found = await store.find_standing(tx, member_id, claims.client_id, claims.jti)
    if found is None or found["status"] != "active" or found["partner_id"] != tx.partner_id:
        return None
    if found["issuer_id"] != issuer_id or not found["is_admitted"] or found["has_ended"]:
        return None
    return Gate(Role(found["role"]), found["partner_id"], claims.scope, actor_type="member")
