"""One request: verified caller, strict body, one transaction, one commit, and only then the answer.

Every room's routes are of the class `Door`. What a route needs beyond the default it says with a dependency that
the door reads when the route is made: `allow("deals:write")`, `public("why")`, `Takes("text/csv")`.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy.exc import DBAPIError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ecosystem_api.kernel.problem import FieldError, InvalidRequest, Unauthenticated
from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx, sqlstate
from ecosystem_api.runtime.gates import Admitted
from ecosystem_api.runtime.http import idempotency
from ecosystem_api.runtime.http.answers import FIELDS, sparing
from ecosystem_api.runtime.http.arguments import reader
from ecosystem_api.runtime.http.body import parse_json, read_limited, require_media_type
from ecosystem_api.runtime.http.farewell import Deprecated
from ecosystem_api.runtime.http.negotiation import changes_of, make_newer, make_older, note_version, settle_version
from ecosystem_api.runtime.keyring import tenant_of
from ecosystem_api.runtime.limits import Limits, Priority, Rule, rule_of
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.tokens import AccessClaims, TokenRefused

_RETRIED = frozenset({"40001", "40P01"})
_ATTEMPTS = 4
_MOST_FAULTS = 50
_ANNOUNCE_BODY = frozenset({b"content-length", b"transfer-encoding"})


class allow:  # noqa: N801 - reads as a sentence in a signature: `who: Annotated[Caller, allow("deals:write")]`
    """The only thing that authorises: the caller holds the grant, or the answer is 403 and names it."""

    def __new__(cls, permission: str) -> Any:
        return Depends(Permission(permission))


class Permission:
    """A dependency that answers with the caller. Errors: `Forbidden`."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def __call__(self, request: Request) -> Caller:
        who: Caller = request.state.caller
        who.require(self.name)
        return who


class NotYet(Exception):  # noqa: N818 - not an error: it has the door wait
    """There is nothing to answer yet: the door closes this transaction, waits without one, and asks anew."""

    def __init__(self, wait: Callable[[float], Awaitable[None]]) -> None:
        super().__init__()
        self.wait = wait


def answer_later(request: Request, seconds: float, wait: Callable[[float], Awaitable[None]]) -> None:
    """Have the request asked anew when `wait` returns; does nothing once `seconds` have passed since the first time.

    Edges: never waits beyond the life of the caller's token. Errors: `NotYet`, which the door takes.
    """
    machinery: Machinery = request.app.state.machinery
    claims: AccessClaims = request.state.claims
    if not hasattr(request.state, "waits_until"):
        life = (claims.expires_at - machinery.clock()).total_seconds()
        request.state.waits_until = asyncio.get_running_loop().time() + min(seconds, life)
    if asyncio.get_running_loop().time() < request.state.waits_until and not machinery.is_draining:
        raise NotYet(wait)


class Public:
    """A dependency that marks a route open to everyone, with the reason."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    async def __call__(self) -> None:
        return None


def public(reason: str) -> Any:
    """Say that a route needs no caller, and why."""
    return Depends(Public(reason))


class Takes:
    """A dependency that gives the raw body of the listed media types instead of parsed JSON."""

    def __init__(self, *media_types: str, is_import: bool = False) -> None:
        self.media_types = media_types
        self.is_import = is_import

    async def __call__(self, request: Request) -> bytes:
        return await request.body()


async def _current_tx(request: Request) -> Tx:
    tx: Tx = request.state.tx
    return tx


async def _current_caller(request: Request) -> Caller:
    who: Caller = request.state.caller
    return who


async def machinery_of(request: Request) -> Machinery:
    """The process's parts, for the few routes that work without a transaction of the door."""
    machinery: Machinery = request.app.state.machinery
    return machinery


CurrentTx = Annotated[Tx, Depends(_current_tx)]
with_caller = Depends(_current_caller)


def room_router(tag: str) -> APIRouter:
    """A router whose routes are doors. Rooms write full paths from `/v1` on: routes are flat."""
    return APIRouter(route_class=Door, tags=[tag], redirect_slashes=False)


class Door(APIRoute):
    """A route that opens and closes the transaction around its endpoint."""

    _is_read = False

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler; what the route declares is read once, here."""
        inner = super().get_route_handler()
        markers = list(_markers(self.dependant))
        takes = next((marker for marker in markers if isinstance(marker, Takes)), None)
        is_public = any(isinstance(marker, Public) for marker in markers)
        known = frozenset(_query_names(self.dependant))
        has_body = self.body_field is not None
        permissions = tuple(marker.name for marker in markers if isinstance(marker, Permission))
        rule = rule_of(markers, self.methods or (), is_public=is_public)
        if self.methods == {"GET"}:
            read = reader(self.dependant, inspect.signature(self.endpoint).return_annotation)
            inner = read or inner
            self._is_read = read is not None
        if FIELDS in known:
            inner = sparing(inner)

        farewell = next((marker.headers for marker in markers if isinstance(marker, Deprecated)), None)
        operation, path = self.name, self.path

        async def handle(request: Request) -> Response:
            machinery: Machinery = request.app.state.machinery
            if farewell is not None:
                request.state.farewell = farewell
            note_version(request, machinery.catalog.versions, operation)
            claims = None if is_public else _verified(request, machinery)
            if claims is not None:
                _know(request, claims, path)
            _charge(request, machinery.limits, claims, rule)
            raw = await _read_body(request, machinery, takes, has_body)
            _refuse_unknown_parameters(request, known)
            if claims is None:
                response = await inner(request)
                if request.method != "GET":  # a sign-in may have moved a person, a token may have been ended
                    machinery.gates.clear()
                return _unless_known(request, response)
            vendor_id, _ = tenant_of(claims)
            await machinery.limits.charge_shared(request.scope, rule, claims.subject, vendor_id, claims.partner)
            while True:
                try:
                    # Only now, so that a body that trickles in holds no place; nor does who waits for news.
                    async with machinery.limits.bulkhead.place(claims.vendor, rule.priority):
                        response = await _in_transaction(request, machinery, claims, raw, permissions, inner)
                    return make_older(response, changes_of(request, machinery.catalog.versions))
                except NotYet as later:
                    await later.wait(request.state.waits_until - asyncio.get_running_loop().time())

        self._handle = handle
        return handle

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; what is refused is raised to the application's handlers, as everywhere."""
        if not self._is_read:
            await super().handle(scope, receive, send)
            return
        response = await self._handle(Request(scope, receive, send))
        await response(scope, receive, send)


def _know(request: Request, claims: AccessClaims, path: str) -> None:
    """Who asks for what is known from here on, whatever the answer will be."""
    state = request.scope["state"]
    state["tenant"], state["subject"] = tenant_of(claims), claims.subject
    state["route"], state["path_params"] = path, request.path_params


def _charge(request: Request, limits: Limits, claims: AccessClaims | None, rule: Rule) -> None:
    if claims is not None:
        limits.charge(request.scope, claims.subject, claims.vendor, claims.partner)
    elif not rule.is_free:
        limits.charge_stranger(request.scope)


async def _in_transaction(
    request: Request,
    machinery: Machinery,
    claims: AccessClaims,
    raw: bytes,
    permissions: tuple[str, ...],
    inner: Callable[[Request], Coroutine[Any, Any, Response]],
) -> Response:
    for attempt in range(1, _ATTEMPTS + 1):
        try:
            return await _once(request, machinery, claims, raw, permissions, inner)
        except DBAPIError as error:
            # A deadlock's or a serialisation failure's victim did nothing wrong: its transaction is rolled back whole.
            if sqlstate(error) not in _RETRIED or attempt == _ATTEMPTS:
                raise
    raise AssertionError("unreachable: the last attempt returns or raises")


async def _once(
    request: Request,
    machinery: Machinery,
    claims: AccessClaims,
    raw: bytes,
    permissions: tuple[str, ...],
    inner: Callable[[Request], Coroutine[Any, Any, Response]],
) -> Response:
    vendor_id, partner_id = tenant_of(claims)
    async with machinery.database.transaction(vendor_id, partner_id) as tx:
        who = await _admit(tx, request, machinery, claims)
        request.state.tx, request.state.caller, request.state.claims = tx, who, claims
        for permission in permissions:
            # Also before a stored answer is given again: what the caller may no longer do, it may no longer read.
            who.require(permission)
        use = None
        if request.method == "POST" and (key := request.headers.get("idempotency-key")) is not None:
            target = request.url.path + ("?" + request.url.query if request.url.query else "")
            use = idempotency.attempt_of(who, key, request.method, target, raw)
            secret = machinery.settings.derive("idempotency")
            stored = await idempotency.replay(tx, use, secret)
            if stored is not None:
                return stored
        make_newer(request, changes_of(request, machinery.catalog.versions), raw)
        response = await inner(request)
        if use is not None and response.status_code < 400:
            await idempotency.remember(tx, use, response, secret)
    if request.method != "GET":
        # It may have revoked a credential or changed what one may do: the next request asks again.
        machinery.gates.forget(claims.vendor)
    return _unless_known(request, response)


@asynccontextmanager
async def admitted_again(request: Request) -> AsyncIterator[tuple[Tx, Caller]]:
    """A further transaction of a request that the door has let in before.

    Errors: `Unauthenticated` once the token has expired or its credential was revoked; `TooManyAtOnce`, `Overloaded`.
    """
    machinery: Machinery = request.app.state.machinery
    claims: AccessClaims = request.state.claims
    if machinery.clock() >= claims.expires_at:
        raise _unauthenticated("The access token was refused: expired.", "expired")
    place = machinery.limits.bulkhead.place(claims.vendor, Priority.READ)
    async with place, machinery.database.transaction(*tenant_of(claims)) as tx:
        yield tx, await _admit(tx, request, machinery, claims)


async def _admit(tx: Tx, request: Request, machinery: Machinery, claims: AccessClaims) -> Caller:
    admitted = machinery.gates.find(claims.vendor, claims.jti)
    if admitted is None:
        gate = await machinery.catalog.gate(tx, claims)
        if gate is None:
            raise _unauthenticated("The credential behind this token was revoked.", "revoked")
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


def _verified(request: Request, machinery: Machinery) -> AccessClaims:
    try:
        return _verify(request, machinery)
    except Unauthenticated:
        machinery.limits.charge_stranger(request.scope)
        raise


def _verify(request: Request, machinery: Machinery) -> AccessClaims:
    headers = request.headers.getlist("authorization")
    if len(headers) > 1:
        # Which of them counts, the next proxy or this service may read differently.
        raise _unauthenticated("Send one Authorization header.", None)
    scheme, _, token = "".join(headers).partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise _unauthenticated("Send an access token: `Authorization: Bearer …`, from POST /oauth/token.", None)
    try:
        return machinery.keyring.verify(token.strip(), machinery.clock())
    except TokenRefused as refused:
        raise _unauthenticated(f"The access token was refused: {refused.reason}.", refused.reason) from None


def _unauthenticated(detail: str, reason: str | None) -> Unauthenticated:
    challenge = 'Bearer realm="ecosystem-api"'
    if reason is None:
        return Unauthenticated(detail, headers={"WWW-Authenticate": challenge})
    headers = {"WWW-Authenticate": f'{challenge}, error="invalid_token", error_description="{reason}"'}
    return Unauthenticated(detail, headers=headers, reason=reason)


async def _read_body(request: Request, machinery: Machinery, takes: Takes | None, has_body: bool) -> bytes:
    if request.method == "GET" and not any(name in _ANNOUNCE_BODY for name, _ in request.scope["headers"]):
        return b""
    settings = machinery.settings
    limit = settings.max_import_bytes if takes and takes.is_import else settings.max_body_bytes
    raw = await read_limited(request, limit)
    request._body = raw
    if takes is not None:
        require_media_type(request, takes.media_types)
    elif raw and has_body:
        require_media_type(request, ("application/json",))
        # Parsed here, so that a refusal is ours and not the framework's generic one.
        request._json = parse_json(raw)
    elif raw and raw.strip() not in (b"", b"{}"):
        raise InvalidRequest(errors=[FieldError("", "unexpected_body", "This operation takes no body.")])
    return raw


def _refuse_unknown_parameters(request: Request, known: frozenset[str]) -> None:
    unknown = [name for name in request.query_params if name not in known]
    if unknown:
        allowed = ", ".join(sorted(known)) or "none"
        errors = [
            FieldError(name[:100], "unknown_parameter", f"Not a parameter here; allowed: {allowed}.")
            for name in unknown[:_MOST_FAULTS]
        ]
        raise InvalidRequest("The query has parameters this operation does not know.", errors=errors)
    for name, value in request.query_params.multi_items():
        if "\x00" in value:
            raise InvalidRequest(errors=[FieldError(name, "nul", "The NUL character cannot be part of a value.")])


def _unless_known(request: Request, response: Response) -> Response:
    """304 where the client already holds this version."""
    tag = response.headers.get("etag")
    held = request.headers.get("if-none-match")
    if request.method == "GET" and tag and held and tag in [part.strip() for part in held.split(",")]:
        return Response(status_code=304, headers={"ETag": tag})
    return response


def _markers(dependant: Dependant) -> Any:
    yield dependant.call
    for child in dependant.dependencies:
        yield from _markers(child)


def _query_names(dependant: Dependant) -> Any:
    yield from (field.alias for field in dependant.query_params)
    for child in dependant.dependencies:
        yield from _query_names(child)


def markers_of(route: APIRoute) -> list[Any]:
    """The callables behind a route, its own and its dependencies': for the house tests and the generated docs."""
    return list(_markers(route.dependant))
