"""The arguments of an endpoint that answers in bytes: the same declarations, without the framework's general machinery.

FastAPI resolves what a route declares anew for every request: a thread for each plain function, a copy of each default,
exit stacks for resources that such a route has none of. What can be known beforehand is worked out once here. Fields
are still read and validated by FastAPI's own functions, so that values and refusals are the same.
"""

import inspect
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import params
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import request_body_to_args, request_params_to_args
from fastapi.exceptions import RequestValidationError
from pydantic_core import PydanticUndefined
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

Endpoint = Callable[[Request], Coroutine[Any, Any, Response]]
_NOTHING: Mapping[str, Any] = {}
_NO_QUERY = QueryParams()


@dataclass(frozen=True, slots=True)
class _Part:
    """What one function of a route takes: those before it, the fields of the request, the request itself."""

    call: Callable[..., Any]
    is_async: bool
    parts: tuple[tuple[str, "_Part"], ...]
    path: list[Any]
    query: list[Any]
    headers: list[Any]
    defaults: dict[str, Any]
    request_name: str | None
    response_name: str | None


def direct(dependant: Dependant, returned: Any) -> Endpoint | None:
    """An endpoint to be called with a request, or None when it is not one that answers in bytes.

    Shape: the request's body, if the endpoint takes one, was read and parsed before, into `request._json`.
    """
    is_written = isinstance(returned, type) and issubclass(returned, Response)
    part = _part(dependant) if is_written and len(dependant.body_params) <= 1 else None
    if part is None:
        return None
    (body,) = dependant.body_params or (None,)
    if body is not None and type(body.field_info) is not params.Body:
        return None

    async def answer(request: Request) -> Response:
        response = Response()
        response.raw_headers = []
        faults: list[Any] = []
        given = {}
        if body is not None:
            sent = getattr(request, "_json", PydanticUndefined)
            found, wrong = await request_body_to_args([body], sent, embed_body_fields=False)
            given.update(found)
            faults.extend(wrong)
        answer = await _called(part, request, response, faults, given)
        if faults:
            raise RequestValidationError(faults)
        return answer  # type: ignore[no-any-return]

    return answer


def _part(dependant: Dependant) -> _Part | None:
    call = dependant.call
    if call is None or dependant.cookie_params or _is_resource(call):
        return None
    if dependant.websocket_param_name or dependant.background_tasks_param_name or dependant.security_scopes_param_name:
        return None
    parts = []
    for child in dependant.dependencies:
        part = _part(child)
        if part is None or child.body_params:
            return None
        parts.append((child.name or "", part))
    defaults = {f.name: f.default for f in dependant.query_params if not f.field_info.is_required()}
    return _Part(
        call=call,
        is_async=inspect.iscoroutinefunction(call) or inspect.iscoroutinefunction(type(call).__call__),
        parts=tuple(parts),
        path=dependant.path_params,
        query=dependant.query_params,
        headers=dependant.header_params,
        defaults=defaults,
        request_name=dependant.request_param_name,
        response_name=dependant.response_param_name,
    )


def _is_resource(call: Callable[..., Any]) -> bool:
    return inspect.isgeneratorfunction(call) or inspect.isasyncgenfunction(call)


async def _called(
    part: _Part, request: Request, response: Response, faults: list[Any], given: Mapping[str, Any]
) -> Any:
    """The part's answer; None when anything before it is at fault, which is then told in `faults`."""
    arguments = dict(given)
    for name, before in part.parts:
        found = await _called(before, request, response, faults, _NOTHING)
        if name:  # what a route only depends on has none
            arguments[name] = found
    for field in part.path:  # one text each, which is there: the path has matched
        place = field.alias
        arguments[field.name], wrong = field.validate(request.path_params[place], loc=("path", place))
        faults.extend(wrong)
    if part.query:
        arguments |= part.defaults
        asked = request.query_params if request.scope["query_string"] else _NO_QUERY
        sent = [field for field in part.query if field.alias in asked or field.name not in part.defaults]
        if sent:
            _take(arguments, faults, request_params_to_args(sent, asked))
    if part.headers:
        _take(arguments, faults, request_params_to_args(part.headers, request.headers))
    if faults:
        return None
    if part.request_name is not None:
        arguments[part.request_name] = request
    if part.response_name is not None:
        arguments[part.response_name] = response
    answer = part.call(**arguments)
    return await answer if part.is_async else answer


def _take(arguments: dict[str, Any], faults: list[Any], found: tuple[dict[str, Any], list[Any]]) -> None:
    arguments.update(found[0])
    faults.extend(found[1])
