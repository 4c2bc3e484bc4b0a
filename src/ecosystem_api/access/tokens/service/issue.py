"""Buy an access token."""

from starlette.types import Scope

from ecosystem_api.access.clients import service as clients
from ecosystem_api.access.clients.domain import read_client_id
from ecosystem_api.access.tokens.errors import InvalidClient, InvalidScope, InvalidTokenRequest, UnsupportedGrantType
from ecosystem_api.access.tokens.schemas import TokenRead
from ecosystem_api.access.tokens.service.form import CHALLENGE, basic_or_form, read_form
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.tokens import hash_secret


async def issue_token(machinery: Machinery, form: bytes, authorization: str | None, scope: Scope) -> TokenRead:
    """Exchange client credentials for an access token (RFC 6749 section 4.4).

    Shape: the secret comes in the form or as HTTP Basic, not both. Errors: `InvalidTokenRequest`,
    `UnsupportedGrantType`, `InvalidClient`, `InvalidScope`, `TooManyRequests`.
    """
    fields = read_form(form)
    if not fields.get("grant_type"):
        raise InvalidTokenRequest("Send grant_type=client_credentials.")
    if fields["grant_type"] != "client_credentials":
        raise UnsupportedGrantType()
    client_text, secret = basic_or_form(fields, authorization)
    named = read_client_id(client_text)
    if named is None:
        hash_secret(secret, machinery.settings.derive("client-secrets"))  # as long as a wrong secret takes
        raise InvalidClient(headers=CHALLENGE)
    client_id, vendor_id = named
    async with machinery.database.transaction(vendor_id) as tx:
        found = await clients.recognise(tx, client_id, secret, machinery)
        if found is None:
            raise InvalidClient(headers=CHALLENGE)
        held = machinery.catalog.permissions(found.role)
        held = held & found.scopes if found.scopes else held
        asked = frozenset(fields.get("scope", "").split())
        if not asked <= held:
            raise InvalidScope(f"Not held by this client: {' '.join(sorted(asked - held))[:200]}.")
        await machinery.limits.charge_token(scope, tx, encode("cli", client_id))
        token, lifetime = machinery.keyring.issue(
            client_id=found.public_id,
            vendor_id=vendor_id,
            partner_id=found.partner_id,
            role=found.role,
            scope=" ".join(sorted(asked)),
            now=tx.now,
        )
    return TokenRead(access_token=token, expires_in=lifetime, scope=" ".join(sorted(asked or held)))
