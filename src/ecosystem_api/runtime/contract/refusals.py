"""Which refusals an operation can answer with, and how they look."""

import re
from collections.abc import Callable, Iterable, Sequence
from types import CodeType, FunctionType, ModuleType
from typing import Any

from fastapi.routing import APIRoute

from ecosystem_api.kernel.problem import (
    BodyTooLarge,
    Conflict,
    FieldError,
    Forbidden,
    IdempotencyInProgress,
    IdempotencyKeyReused,
    InternalError,
    InvalidRequest,
    MalformedBody,
    NotFound,
    PreconditionFailed,
    PreconditionRequired,
    Problem,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UnsupportedMediaType,
    every_problem,
)
from ecosystem_api.runtime.contract.headers import ALWAYS, header
from ecosystem_api.runtime.http.door import markers_of
from ecosystem_api.runtime.limits import Overloaded, TooManyAtOnce, rule_of
from ecosystem_api.runtime.versions import UnknownVersion

Json = dict[str, Any]
_NAMED = re.compile(r"`(\w+)`")
REQUEST_ID = "req_5f1c0a9be2d34477a1b2c3d4"

PROBLEM_SCHEMAS: Json = {
    "Problem": {
        "type": "object",
        "description": "Why a request was refused (RFC 9457). Some refusals carry further members.",
        "required": ["type", "title", "status", "detail", "code", "retryable", "request_id"],
        "properties": {
            "type": {
                "type": "string",
                "format": "uri-reference",
                "description": "The page of the documentation about this refusal.",
                "examples": ["/docs/problems/not_found"],
            },
            "title": {"type": "string", "description": "Its name for people.", "examples": ["Not found"]},
            "status": {"type": "integer", "description": "The HTTP status.", "examples": [404]},
            "detail": {
                "type": "string",
                "description": "What happened this time, in a sentence.",
                "examples": ["Nothing of this name exists that the caller may see."],
            },
            "code": {"type": "string", "description": "Its name for programs; stable.", "examples": ["not_found"]},
            "errors": {
                "type": "array",
                "description": "The faults in single places of the request; absent when there are none.",
                "items": {"$ref": "#/components/schemas/FieldError"},
            },
            "retryable": {
                "type": "boolean",
                "description": "Whether the same request may succeed when repeated.",
                "examples": [False],
            },
            "request_id": {
                "type": ["string", "null"],
                "description": "Id of the request, to quote when asking for help.",
                "examples": [REQUEST_ID],
            },
        },
    },
    "FieldError": {
        "type": "object",
        "description": "One fault in one place of the request.",
        "required": ["pointer", "code", "detail"],
        "additionalProperties": False,
        "properties": {
            "pointer": {
                "type": "string",
                "description": "JSON pointer into the body (RFC 6901), or the name of a parameter.",
                "examples": ["/name"],
            },
            "code": {"type": "string", "description": "Its name for programs.", "examples": ["string_too_short"]},
            "detail": {
                "type": "string",
                "description": "What would be right.",
                "examples": ["String should have at least 1 character"],
            },
        },
    },
}


def refusals_of(route: APIRoute, method: str, *, is_public: bool, has_body: bool) -> list[type[Problem]]:
    """Every refusal this operation can answer with: the door's, and those its use case names under `Errors`."""
    found: set[type[Problem]] = {InvalidRequest, InternalError, Unavailable, UnknownVersion}
    if not rule_of(markers_of(route), route.methods or (), is_public=is_public).is_free:
        found.add(TooManyRequests)
    if not is_public:
        found |= {Unauthenticated, Forbidden, TooManyAtOnce, Overloaded}
    if "{" in route.path:
        found.add(NotFound)
    if has_body:
        found |= {MalformedBody, UnsupportedMediaType}
    if method != "GET":
        found.add(BodyTooLarge)
        found |= set() if is_public else {Conflict}
    if method == "POST" and not is_public:
        found |= {IdempotencyInProgress, IdempotencyKeyReused}
    if any(field.alias == "If-Match" for field in route.dependant.header_params):
        found |= {PreconditionFailed, PreconditionRequired}
    for use_case in [*use_cases(route.endpoint), *getattr(route.endpoint, "use_cases", ())]:
        found |= set(named_refusals(use_case))
    return sorted(found, key=lambda problem: (problem.status, problem.code))


def use_cases(endpoint: Callable[..., Any]) -> list[Callable[..., Any]]:
    """The functions of its room's `service` that an endpoint calls, itself or through a helper beside it."""
    service = endpoint.__globals__.get("service")
    if not isinstance(service, ModuleType):
        return []
    called = (getattr(service, name, None) for name in sorted(names_in(endpoint)))
    return [function for function in called if callable(function) and not isinstance(function, type)]


def names_in(endpoint: Callable[..., Any]) -> set[str]:
    """The names and words that an endpoint uses, with those of the helpers of its own module."""
    names = _names(endpoint.__code__)
    helpers = [endpoint.__globals__.get(name) for name in names]
    for helper in helpers:
        if isinstance(helper, FunctionType) and helper.__module__ == endpoint.__module__:
            names |= _names(helper.__code__)
    return names


def _names(code: CodeType) -> set[str]:
    words = [word for constant in code.co_consts for word in (constant if isinstance(constant, tuple) else (constant,))]
    inner = (name for part in code.co_consts if isinstance(part, CodeType) for name in _names(part))
    return {*code.co_names, *(word for word in words if isinstance(word, str)), *inner}


def named_refusals(use_case: Callable[..., Any]) -> list[type[Problem]]:
    """The refusals that a docstring names after `Errors:`. Where two rooms share a name, the nearer one is meant."""
    _, _, said = (use_case.__doc__ or "").partition("Errors:")
    room = use_case.__module__.split(".")[:3]
    found: list[type[Problem]] = []
    for name in _NAMED.findall(said):
        of_that_name = [problem for problem in every_problem() if problem.__name__ == name]
        of_that_name.sort(key=lambda problem: problem.__module__.split(".")[:3] != room)
        found += of_that_name[:1]
    return found


def responses_of(problems: Sequence[type[Problem]], shared: Json, url: str) -> Json:
    """One response per status; equal ones are shared among operations under `components/responses`."""
    answers: Json = {}
    for status in sorted({problem.status for problem in problems}):
        kinds = [problem for problem in problems if problem.status == status]
        name = ".".join([str(status), *(kind.code for kind in kinds)])
        shared.setdefault(name, _response(kinds, url))
        answers[str(status)] = {"$ref": f"#/components/responses/{name}"}
    return answers


def example_body(kind: type[Problem], url: str) -> Json:
    """What a refusal of this kind looks like."""
    errors: Iterable[FieldError] = ()
    if issubclass(kind, InvalidRequest):
        detail = "String should have at least 1 character" if kind is InvalidRequest else kind.sentence()
        errors = [FieldError("/name", "string_too_short" if kind is InvalidRequest else kind.code, detail)]
    try:
        made = kind(errors=tuple(errors))
    except TypeError:
        # This one is made of what it refuses; its example has the members that all refusals share.
        made = kind.__new__(kind)
        Problem.__init__(made, errors=tuple(errors))
    return made.body(REQUEST_ID, url + "/docs")


def _response(kinds: Sequence[type[Problem]], url: str) -> Json:
    told = [f"`{kind.code}`: {kind.sentence()}" for kind in kinds]
    names = [*ALWAYS]
    names += ["WWWAuthenticate"] if kinds[0].status == 401 else []
    names += ["RetryAfter"] if kinds[0].status in (429, 503) else []
    content = {
        "schema": {"$ref": "#/components/schemas/Problem"},
        "examples": {kind.code: {"summary": kind.title, "value": example_body(kind, url)} for kind in kinds},
    }
    return {
        "description": told[0] if len(told) == 1 else "\n".join(f"- {line}" for line in told),
        "headers": header(*names),
        "content": {"application/problem+json": content},
    }
