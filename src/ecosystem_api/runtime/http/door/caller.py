"""Who asks: a token is verified, its holder is looked up, and what it may do is known."""

from starlette.requests import Request

from ecosystem_api.kernel.problem import Unauthenticated
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.gates import Admitted
from ecosystem_api.runtime.http.negotiation import settle_version
from ecosystem_api.runtime.keyring import tenant_of
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.tokens import AccessClaims, TokenRefused


def verified(request: Request, machinery: Machinery) -> AccessClaims:
    """The claims of the request's token. Errors: `Unauthenticated`, charged to the address it came from."""
    try:
        return _verify(request, machinery)
    except Unauthenticated:
        machinery.limits.charge_stranger(request.scope)
        raise


def _verify(request: Request, machinery: Machinery) -> AccessClaims:
    headers = request.headers.getlist("authorization")
    if len(headers) > 1:
        # Which of them counts, the next proxy or this service may read differently.
        raise unauthenticated("Send one Authorization header.", None)
    scheme, _, token = "".join(headers).partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthenticated("Send an access token: `Authorization: Bearer …`, from POST /oauth/token.", None)
    try:
        return machinery.keyring.verify(token.strip(), machinery.clock())
    except TokenRefused as refused:
        raise token_refused(refused.reason) from None


def token_refused(reason: str) -> Unauthenticated:
    """The refusal of a token for a reason; one that has ended is told what comes next."""
    advice = " Buy the next one at POST /oauth/token and repeat the request." if reason == "expired" else ""
    return unauthenticated(f"The access token was refused: {reason}.{advice}", reason)


def unauthenticated(detail: str, reason: str | None) -> Unauthenticated:
    """The refusal of a token, with the challenge that says why. Source: RFC 6750."""
    challenge = 'Bearer realm="ecosystem-api"'
    if reason is None:
        return Unauthenticated(detail, headers={"WWW-Authenticate": challenge})
    headers = {"WWW-Authenticate": f'{challenge}, error="invalid_token", error_description="{reason}"'}
    return Unauthenticated(detail, headers=headers, reason=reason)


def note_caller(request: Request, claims: AccessClaims, path: str) -> None:
    """Who asks for what is known from here on, whatever the answer will be."""
    state = request.scope["state"]
    state["tenant"], state["subject"] = tenant_of(claims), claims.subject
    state["route"], state["path_params"] = path, request.path_params


async def admit(tx: Tx, request: Request, machinery: Machinery, claims: AccessClaims) -> Caller:
    """Who a token stands for as of now. Errors: `Unauthenticated` once its credential was revoked."""
    admitted = machinery.gates.find(claims.vendor, claims.jti)
    if admitted is None:
        gate = await machinery.catalog.gate(tx, claims)
        if gate is None:
            raise unauthenticated("The credential behind this token was revoked.", "revoked")
        held = machinery.catalog.permissions(gate.role)
        scopes = held & gate.scopes if gate.scopes else held
        admitted = Admitted(gate.actor_type, gate.role, scopes, gate.version)
        machinery.gates.keep(claims.vendor, claims.jti, admitted)
    settle_version(request, machinery.catalog.versions, admitted.version)
    return Caller(
        vendor_id=tx.vendor_id,
        actor_type=admitted.actor_type,
        actor_id=claims.subject,
        role=admitted.role,
        partner_id=tx.partner_id,
        scopes=admitted.scopes,
        request_id=getattr(request.state, "request_id", None),
    )
