"""What is asked, read strictly: the body and the parameters; and what is answered, unless it is known already."""

from starlette.requests import Request
from starlette.responses import Response

from ecosystem_api.kernel.problem import FieldError, InvalidRequest
from ecosystem_api.runtime.http.body import parse_json, read_limited, require_media_type
from ecosystem_api.runtime.http.door.marks import Takes
from ecosystem_api.runtime.http.preconditions import is_held
from ecosystem_api.runtime.machinery import Machinery

_MOST_FAULTS = 50
_KEPT_WHEN_KNOWN = frozenset({b"etag", b"cache-control", b"vary", b"link"})
_ANNOUNCE_BODY = frozenset({b"content-length", b"transfer-encoding"})


async def read_body(request: Request, machinery: Machinery, takes: Takes | None, has_body: bool) -> bytes:
    """The raw body, parsed beside it where the operation takes JSON.

    Errors: `InvalidRequest`, `UnsupportedMediaType`, `ContentTooLarge`.
    """
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


def refuse_unknown_parameters(request: Request, known: frozenset[str]) -> None:
    """Refuse what the operation would not read. Errors: `InvalidRequest`."""
    if not request.scope["query_string"]:
        return
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


def unless_known(request: Request, response: Response) -> Response:
    """304 where the client already holds this version, with what the full answer says about being kept.

    Source: RFC 9110, section 15.4.5.
    """
    held = request.headers.get("if-none-match") if request.method == "GET" else None
    tag = response.headers.get("etag") if held else None
    if held and tag and is_held(held, tag):
        known = Response(status_code=304)
        known.raw_headers = [pair for pair in response.raw_headers if pair[0] in _KEPT_WHEN_KNOWN]
        return known
    return response
