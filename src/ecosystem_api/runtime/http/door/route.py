"""The route class of the house: what every request passes, in this order."""

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from ecosystem_api.runtime.http.answers import FIELDS, sparing
from ecosystem_api.runtime.http.arguments import direct
from ecosystem_api.runtime.http.door.caller import note_caller, verified
from ecosystem_api.runtime.http.door.marks import Permission, Public, Takes, marks_in, query_names
from ecosystem_api.runtime.http.door.shape import read_body, refuse_unknown_parameters, unless_known
from ecosystem_api.runtime.http.door.transaction import NotYet, in_transaction
from ecosystem_api.runtime.http.farewell import Deprecated
from ecosystem_api.runtime.http.negotiation import changes_of, make_older, note_version
from ecosystem_api.runtime.keyring import tenant_of
from ecosystem_api.runtime.limits import Limits, Rule, rule_of
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.tokens import AccessClaims


def room_router(tag: str, *, moves_callers: bool = True) -> APIRouter:
    """A router whose routes are doors. Rooms write full paths from `/v1` on: routes are flat.

    Shape: without `moves_callers` nothing that the room writes changes who may come in and what one may do, so that
    the door need not ask anew after every write.
    """
    return APIRouter(route_class=Door if moves_callers else _InnerDoor, tags=[tag], redirect_slashes=False)


class Door(APIRoute):
    """A route that opens and closes the transaction around its endpoint."""

    moves_callers = True
    _is_direct = False

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler; what the route declares is read once, here."""
        inner = super().get_route_handler()
        markers = list(marks_in(self.dependant))
        takes = next((marker for marker in markers if isinstance(marker, Takes)), None)
        is_public = any(isinstance(marker, Public) for marker in markers)
        known = frozenset(query_names(self.dependant))
        has_body = self.body_field is not None
        permissions = tuple(marker.name for marker in markers if isinstance(marker, Permission))
        rule = rule_of(markers, self.methods or (), is_public=is_public)
        own = direct(self.dependant, inspect.signature(self.endpoint).return_annotation)
        inner = own or inner
        self._is_direct = own is not None
        if FIELDS in known:
            inner = sparing(inner)

        farewell = next((marker.headers for marker in markers if isinstance(marker, Deprecated)), None)
        operation, path, forgets = self.name, self.path, self.moves_callers and self.methods != {"GET"}

        async def handle(request: Request) -> Response:
            machinery: Machinery = request.app.state.machinery
            if farewell is not None:
                request.state.farewell = farewell
            unknown = note_version(request, machinery.catalog.versions, operation)
            claims = None if is_public else verified(request, machinery)
            if claims is not None:
                note_caller(request, claims, path)
            _charge(request, machinery.limits, claims, rule)
            if unknown is not None:
                raise unknown
            raw = await read_body(request, machinery, takes, has_body)
            refuse_unknown_parameters(request, known)
            if claims is None:
                response = await inner(request)
                if request.method != "GET":  # a sign-in may have moved a person, a token may have been ended
                    machinery.gates.clear()
                return unless_known(request, response)
            vendor_id, _ = tenant_of(claims)
            await machinery.limits.charge_shared(request.scope, rule, claims.subject, vendor_id, claims.partner)
            while True:
                try:
                    # Only now, so that a body that trickles in holds no place; nor does who waits for news.
                    async with machinery.limits.bulkhead.place(claims.vendor, rule.priority):
                        response = await in_transaction(request, machinery, claims, raw, permissions, inner)
                        if forgets:  # it may have revoked a credential or changed what one may do: the next asks again
                            machinery.gates.forget(claims.vendor)
                    return make_older(response, changes_of(request, machinery.catalog.versions))
                except NotYet as later:
                    await later.wait(request.state.waits_until - asyncio.get_running_loop().time())

        self._handle = handle
        return handle

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; what is refused is raised to the application's handlers, as everywhere."""
        if not self._is_direct:
            await super().handle(scope, receive, send)
            return
        response = await self._handle(Request(scope, receive, send))
        await response(scope, receive, send)


class _InnerDoor(Door):
    """A door of a room that has nothing to do with who comes in."""

    moves_callers = False


def _charge(request: Request, limits: Limits, claims: AccessClaims | None, rule: Rule) -> None:
    if claims is not None:
        limits.charge(request.scope, claims.subject, claims.vendor, claims.partner)
    elif not rule.is_free:
        limits.charge_stranger(request.scope)
