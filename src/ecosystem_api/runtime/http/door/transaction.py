"""One transaction around an endpoint: who asks is admitted, a repeated POST answered again, a failure rolled back."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy.exc import DBAPIError
from starlette.requests import Request
from starlette.responses import Response

from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx, sqlstate
from ecosystem_api.runtime.http import idempotency
from ecosystem_api.runtime.http.door.caller import admit, token_refused
from ecosystem_api.runtime.http.door.shape import unless_known
from ecosystem_api.runtime.http.negotiation import changes_of, make_newer
from ecosystem_api.runtime.keyring import tenant_of
from ecosystem_api.runtime.limits import Priority
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.tokens import AccessClaims

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]
_RETRIED = frozenset({"40001", "40P01"})
_ATTEMPTS = 4


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


async def in_transaction(
    request: Request,
    machinery: Machinery,
    claims: AccessClaims,
    raw: bytes,
    permissions: tuple[str, ...],
    inner: Endpoint,
) -> Response:
    """Answer in one transaction; one that lost against others without its fault is tried again.

    Errors: those of the endpoint; `Unauthenticated`, `Forbidden`; `NotYet`, for the route to wait.
    """
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
    inner: Endpoint,
) -> Response:
    vendor_id, partner_id = tenant_of(claims)
    only_reads = request.scope["method"] == "GET"
    async with machinery.database.transaction(vendor_id, partner_id, only_reads=only_reads) as tx:
        who = await admit(tx, request, machinery, claims)
        state = request.scope["state"]
        state["tx"], state["caller"], state["claims"] = tx, who, claims
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
    return unless_known(request, response)


@asynccontextmanager
async def admitted_again(request: Request) -> AsyncIterator[tuple[Tx, Caller]]:
    """A further transaction of a request that the door has let in before.

    Errors: `Unauthenticated` once the token has expired or its credential was revoked; `TooManyAtOnce`, `Overloaded`.
    """
    machinery: Machinery = request.app.state.machinery
    claims: AccessClaims = request.state.claims
    if machinery.clock() >= claims.expires_at:
        raise token_refused("expired")
    place = machinery.limits.bulkhead.place(claims.vendor, Priority.READ)
    async with place, machinery.database.transaction(*tenant_of(claims)) as tx:
        yield tx, await admit(tx, request, machinery, claims)
