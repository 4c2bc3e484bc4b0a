"""What a route says of itself with dependencies, and how it is read."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from ecosystem_api.runtime.caller import Caller
from ecosystem_api.runtime.database import Tx
from ecosystem_api.runtime.machinery import Machinery


class allow:  # noqa: N801 - reads as a sentence in a signature: `who: Annotated[Caller, allow("deals:write")]`
    """The only thing that authorises: the caller holds the grant, or the answer is 403 and names it."""

    def __new__(cls, permission: str) -> Any:
        return Depends(Permission(permission))


class Permission:
    """A dependency that answers with the caller. Errors: `Forbidden`."""

    def __init__(self, name: str) -> None:
        self.name = name

    # A coroutine, as every mark: for a plain function the framework changes to another thread and back.
    async def __call__(self, request: Request) -> Caller:
        who: Caller = request.state.caller
        who.require(self.name)
        return who


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


def marks_in(dependant: Dependant) -> Iterator[Any]:
    """The callables behind a route, its own and its dependencies'."""
    yield dependant.call
    for child in dependant.dependencies:
        yield from marks_in(child)


def markers_of(route: APIRoute) -> list[Any]:
    """The same of a whole route: for the house tests and the generated docs."""
    return list(marks_in(route.dependant))


def query_names(dependant: Dependant) -> Iterator[str]:
    """The parameters that a route and its dependencies know."""
    yield from (field.alias for field in dependant.query_params)
    for child in dependant.dependencies:
        yield from query_names(child)
