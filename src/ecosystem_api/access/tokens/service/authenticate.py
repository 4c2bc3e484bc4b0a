"""Which credential is asking."""

from dataclasses import dataclass
from uuid import UUID

from ecosystem_api.access.clients import service as clients
from ecosystem_api.access.clients.domain import read_client_id
from ecosystem_api.access.tokens.errors import InvalidClient
from ecosystem_api.access.tokens.service.assertion import recognise_assertion
from ecosystem_api.access.tokens.service.form import CHALLENGE, TokenRequest
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.tokens import hash_secret


@dataclass(frozen=True)
class Asker:
    """An authenticated credential and its vendor."""

    vendor_id: UUID
    credential: clients.Credential

    def held(self, machinery: Machinery) -> frozenset[str]:
        """The grants it holds: those of its role, narrowed by its scopes."""
        granted = machinery.catalog.permissions(self.credential.role)
        return granted & self.credential.scopes if self.credential.scopes else granted


async def authenticate(machinery: Machinery, request: TokenRequest, *, is_buying: bool = False) -> Asker:
    """The credential whose secret or signed statement came with the request; whoever is buying a token has it counted.

    Errors: `InvalidClient`, `InvalidTokenRequest`, `ClientKeysUnavailable`, `TooManyRequests`.
    """
    if request.has_assertion:
        vendor_id, client_id, found = await recognise_assertion(machinery, request)
        if is_buying:
            async with machinery.database.transaction(vendor_id) as tx:
                await machinery.limits.charge_token(request.connection, tx, encode("cli", client_id))
        return Asker(vendor_id, found)
    client_text, secret = request.basic_or_form()
    named = read_client_id(client_text)
    if named is None:
        hash_secret(secret, machinery.settings.derive("client-secrets"))  # as long as a wrong secret takes
        raise InvalidClient(headers=CHALLENGE)
    client_id, vendor_id = named
    async with machinery.database.transaction(vendor_id) as tx:
        recognised = await clients.recognise(tx, client_id, secret, machinery)
        if recognised is None:
            raise InvalidClient(headers=CHALLENGE)
        if is_buying:
            await machinery.limits.charge_token(request.connection, tx, encode("cli", client_id))
    return Asker(vendor_id, recognised)
