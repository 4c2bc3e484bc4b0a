"""Every refusal leaves as RFC 9457 problem details, whoever raised it."""

import re
from typing import Any

import asyncpg
import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from ecosystem_api.kernel.problem import (
    Conflict,
    FieldError,
    InternalError,
    InvalidRequest,
    MethodNotAllowed,
    NotFound,
    Problem,
    RecordMerged,
    Unavailable,
)
from ecosystem_api.runtime import metrics
from ecosystem_api.runtime.database import sqlstate

log = structlog.get_logger("http")
# A dropped or refusing server, a lock or statement that took too long: the request may be repeated as it is.
_UNAVAILABLE = re.compile(r"^(08|53|57|58|55P03|40001|40P01|25006)")
_BAD_VALUE = re.compile(r"^22")
_CONTRADICTION = re.compile(r"^23")
# What would be right, where the validator speaks of its own classes or of what is wrong.
_OWN_WORDS = {
    "unknown_field": "Not a field here.",
    "missing": "Add it: it has no default.",
    "model_type": "A JSON object belongs here.",
    "model_attributes_type": "A JSON object belongs here.",
    "dict_type": "A JSON object belongs here.",
    "list_type": "A JSON array belongs here.",
    "string_type": "A string belongs here.",
    "int_type": "A whole number belongs here.",
    "int_parsing": "A whole number belongs here.",
    "int_from_float": "A whole number belongs here.",
    "float_type": "A number belongs here.",
    "bool_type": "`true` or `false` belongs here.",
    "literal_error": "One of {expected}.",
    "string_too_short": "{min_length} or more characters.",
    "string_too_long": "{max_length} characters at most.",
    "string_pattern_mismatch": "A text of the pattern {pattern}.",
    "too_short": "At least {min_length} of them.",
    "too_long": "At most {max_length} of them.",
    "greater_than": "More than {gt}.",
    "greater_than_equal": "At least {ge}.",
    "less_than": "Less than {lt}.",
    "less_than_equal": "At most {le}.",
}


def problem_response(request: Request, problem: Problem) -> Response:
    """The refusal on the wire."""
    metrics.REFUSALS.labels(problem.code).inc()
    request_id = getattr(request.state, "request_id", None)
    request.state.code = problem.code
    base = request.app.state.machinery.settings.public_url if hasattr(request.app.state, "machinery") else ""
    return JSONResponse(
        problem.body(request_id, base + "/docs"),
        problem.status,
        headers=problem.headers,
        media_type="application/problem+json",
    )


def install(app: FastAPI) -> None:
    """Have every kind of exception leave as a problem."""
    handlers: list[tuple[Any, Any]] = [
        (Problem, _from_problem),
        (RequestValidationError, _from_validation),
        (HTTPException, _from_framework),
        (DBAPIError, _from_database),
        (asyncpg.PostgresError, _from_database),
        (asyncpg.InterfaceError, _from_pool),
        (asyncpg.InternalClientError, _from_pool),  # the server hung up between two statements
        (PoolTimeout, _from_pool),
        (ConnectionError, _from_pool),
    ]
    for kind, handler in handlers:
        app.add_exception_handler(kind, handler)


async def _from_problem(request: Request, error: Problem) -> Response:
    if isinstance(error, RecordMerged) and error.old_id in request.url.path.split("/"):
        return _redirect(request, error)
    return problem_response(request, error)


def _redirect(request: Request, merged: RecordMerged) -> Response:
    """The same request at the record that stands for both; 308 keeps the method and the body."""
    path = "/".join(merged.new_id if part == merged.old_id else part for part in request.url.path.split("/"))
    location = path + ("?" + request.url.query if request.url.query else "")
    body = {"merged_into_id": merged.new_id, "location": location}
    return JSONResponse(body, 308, headers={"Location": location})


async def _from_validation(request: Request, error: RequestValidationError) -> Response:
    faults = error.errors()
    if any(fault["loc"][:1] == ("path",) for fault in faults):
        # A malformed id names nothing, exactly as an unknown one does.
        return problem_response(request, NotFound())
    return problem_response(request, InvalidRequest(errors=[field_error(fault) for fault in faults[:50]]))


def field_error(fault: Any) -> FieldError:
    """One pydantic fault as ours: where, which kind, and what would be right; never the value that was sent."""
    place, *rest = fault["loc"] or ("body",)
    code = "unknown_field" if fault["type"] == "extra_forbidden" else str(fault["type"])
    at = fault.get("ctx", {}).get("at")
    words = None if at else _OWN_WORDS.get(code)
    detail = words.format_map(fault.get("ctx", {})) if words else _sentence(fault["msg"])
    if at:
        rest = [*rest, at]
    elif place == "body" and not rest and code == "missing":
        detail = "Send a body."
    if place == "body":
        pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in rest)
    else:
        pointer = str(rest[0]) if rest else str(place)
    return FieldError(pointer[:200], code, detail[:500])


def _sentence(message: str) -> str:
    """A validator's words as a sentence."""
    said = message.removeprefix("Value error, ").rstrip(".")
    return said[:1].upper() + said[1:] + "."


async def _from_framework(request: Request, error: HTTPException) -> Response:
    if error.status_code == 404:
        return problem_response(request, NotFound("There is no such address."))
    if error.status_code == 405:
        return problem_response(request, MethodNotAllowed(headers=dict(error.headers or {})))
    return problem_response(request, InvalidRequest("The request could not be read."))


async def _from_database(request: Request, error: Exception) -> Response:
    state = sqlstate(error) or "08000"
    log.warning("database_error", sqlstate=state, request_id=getattr(request.state, "request_id", None))
    if _UNAVAILABLE.match(state):
        return problem_response(request, Unavailable(headers={"Retry-After": "1"}))
    if _CONTRADICTION.match(state):
        return problem_response(request, Conflict("The change contradicts what is stored already."))
    if _BAD_VALUE.match(state):
        return problem_response(request, InvalidRequest("A value cannot be stored."))
    log.error("database_bug", sqlstate=state, exc_info=error)
    return problem_response(request, InternalError())


async def _from_pool(request: Request, error: Exception) -> Response:
    log.warning("database_unavailable", kind=type(error).__name__)
    return problem_response(request, Unavailable(headers={"Retry-After": "2"}))
