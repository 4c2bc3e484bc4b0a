"""Buy an access token: with a credential, or with what a trusted issuer says of a person."""

from ecosystem_api.access.issuers import service as issuers
from ecosystem_api.access.issuers.domain import read_issuer_id
from ecosystem_api.access.tokens.domain import ACCESS_TOKEN, CLIENT_CREDENTIALS, TOKEN_TYPE
from ecosystem_api.access.tokens.errors import InvalidScope, InvalidTarget, InvalidTokenRequest, UnsupportedGrantType
from ecosystem_api.access.tokens.schemas import TokenRead
from ecosystem_api.access.tokens.service.authenticate import authenticate
from ecosystem_api.access.tokens.service.form import TokenRequest
from ecosystem_api.kernel.ids import encode
from ecosystem_api.runtime.machinery import Machinery


async def issue_token(machinery: Machinery, request: TokenRequest) -> TokenRead:
    """An access token for whoever proves who they are.

    Errors: `InvalidTokenRequest`, `UnsupportedGrantType`, `InvalidClient`, `ClientKeysUnavailable`, `InvalidScope`,
    `InvalidTarget`, `TooManyRequests`; for people also `IssuerUnknown`, `IssuerUnavailable`, `SubjectTokenRefused`,
    `PersonNotAdmitted`.
    """
    match request.get("grant_type"):
        case "":
            raise InvalidTokenRequest(f"Send grant_type={CLIENT_CREDENTIALS}.")
        case "client_credentials":
            return await _for_client(machinery, request)
        case "urn:ietf:params:oauth:grant-type:token-exchange":
            return await _for_person(machinery, request)
    raise UnsupportedGrantType()


async def _for_client(machinery: Machinery, request: TokenRequest) -> TokenRead:
    """RFC 6749 section 4.4."""
    _judge_target(machinery, request)
    asker = await authenticate(machinery, request, is_buying=True)
    held = asker.held(machinery)
    scope = _asked(request, held)
    token, lifetime = machinery.keyring.issue(
        client_id=asker.credential.public_id,
        vendor_id=asker.vendor_id,
        partner_id=asker.credential.partner_id,
        role=asker.credential.role,
        scope=scope,
        now=machinery.clock(),
    )
    return TokenRead(access_token=token, expires_in=lifetime, scope=scope or " ".join(sorted(held)))


async def _for_person(machinery: Machinery, request: TokenRequest) -> TokenRead:
    """RFC 8693. The frontend is a public client: the person's token is all the proof there is.

    `client_id` says whose trust the token is to be judged by; the tenant is that trust's, because the token fits it.
    """
    named = read_issuer_id(request.need("client_id"))
    token_type = request.need("subject_token_type").removeprefix(TOKEN_TYPE)
    _judge_wishes(request)
    _judge_target(machinery, request)
    if named is None:
        raise InvalidTokenRequest("client_id is not that of a trusted issuer (iss_….…).")
    issuer_id, vendor_id = named
    found = await issuers.sign_in(
        machinery, vendor_id, issuer_id, request.need("subject_token"), token_type, request.connection
    )
    held = machinery.catalog.permissions(found.role)
    scope, now = _asked(request, held), machinery.clock()
    token, lifetime = machinery.keyring.issue(
        client_id=request.get("client_id"),
        vendor_id=vendor_id,
        partner_id=found.partner_id,
        role=found.role,
        scope=scope,
        now=now,
        subject=encode("mem", found.member_id),
        until=found.until,
    )
    said = scope or " ".join(sorted(held))
    return TokenRead(access_token=token, expires_in=lifetime, scope=said, issued_token_type=ACCESS_TOKEN)


def _asked(request: TokenRequest, held: frozenset[str]) -> str:
    asked = frozenset(request.get("scope").split())
    if not asked <= held:
        raise InvalidScope(f"Not held here: {' '.join(sorted(asked - held))[:200]}.")
    return " ".join(sorted(asked))


def _judge_wishes(request: TokenRequest) -> None:
    if request.get("actor_token"):
        raise InvalidTokenRequest("Nobody acts for somebody else here: leave actor_token out.")
    if request.get("requested_token_type") not in ("", ACCESS_TOKEN):
        raise InvalidTokenRequest(f"Only {ACCESS_TOKEN} is issued.")
    if request.has_credentials:
        raise InvalidTokenRequest("A trusted issuer's client_id has no secret: send none.")


def _judge_target(machinery: Machinery, request: TokenRequest) -> None:
    """A token is for this service: asked for another, it would be shown there. Source: RFC 8707, RFC 8693."""
    url = machinery.settings.public_url
    for name, value in request.targets:
        if value.removesuffix("/") not in ("", url):
            raise InvalidTarget(f"Tokens are for {url} alone: send that as {name}, or leave it out.")
