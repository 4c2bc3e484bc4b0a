"""Read a JSON body strictly: what two parsers could read in two ways is refused, and so is what could hurt."""

import json
import re
from typing import Any, NoReturn

from starlette.requests import Request

from ecosystem_api.kernel.problem import BodyTooLarge, MalformedBody, UnsupportedMediaType

MAX_DEPTH = 64
MAX_DIGITS = 40
# Possessive, and content with an unclosed string, so that no place is read twice: quadratic time on a body of a
# megabyte of escaped quotes would hold the whole process for hours.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")


async def read_limited(request: Request, limit: int) -> bytes:
    """The whole body. Errors: `BodyTooLarge` as soon as the declared or the received length passes `limit` bytes."""
    declared = request.headers.get("content-length")
    if declared and declared.isascii() and declared.isdigit() and int(declared[:12]) > limit:
        raise BodyTooLarge(f"The body may have {limit} bytes at most.", limit_bytes=limit)
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise BodyTooLarge(f"The body may have {limit} bytes at most.", limit_bytes=limit)
        chunks.append(chunk)
    return b"".join(chunks)


def media_type(request: Request) -> str:
    """The body's media type in lower case without parameters, or an empty string."""
    return request.headers.get("content-type", "").split(";", 1)[0].strip().lower()


def require_media_type(request: Request, accepted: tuple[str, ...]) -> None:
    """Refuse a body of another type, or a compressed one. Errors: `UnsupportedMediaType`, naming those accepted."""
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise UnsupportedMediaType(
            f"The body is encoded as {coding[:100]}; send it as it is.", headers={"Accept-Encoding": "identity"}
        )
    found = media_type(request)[:100]
    if found not in accepted and not (found.endswith("+json") and "application/json" in accepted):
        raise UnsupportedMediaType(
            f"The body is {found or 'of no declared type'}; this address reads {' or '.join(accepted)}.",
            headers={"Accept": ", ".join(accepted)},
        )


def parse_json(raw: bytes) -> Any:
    """Parse a body.

    Edges: refuses duplicate keys, NaN and Infinity, nesting beyond 64, numbers beyond 40 characters, NUL characters
    and lone surrogates, text that is not UTF-8. Errors: `MalformedBody`, saying which.
    """
    _refuse_depth(raw)
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_no_duplicates,
            parse_constant=_no_constants,
            parse_int=lambda text: int(_short(text)),
            parse_float=lambda text: float(_short(text)),
        )
    except UnicodeDecodeError:
        raise MalformedBody("The body is not UTF-8.") from None
    except json.JSONDecodeError as error:
        raise MalformedBody(f"The body is not JSON: {error.msg} at line {error.lineno} column {error.colno}.") from None
    if b"\\u" in raw:
        _refuse_odd_characters(value)
    return value


def _refuse_depth(raw: bytes) -> None:
    depth = 0
    for bracket in _BRACKETS.finditer(_STRING.sub(b"", raw)):
        depth += 1 if bracket.group() in b"[{" else -1
        if depth > MAX_DEPTH:
            raise MalformedBody(f"The body nests deeper than {MAX_DEPTH} levels.")


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise MalformedBody(f"The key {name[:100]!r} stands twice in one object.")
        found[name] = value
    return found


def _no_constants(text: str) -> NoReturn:
    raise MalformedBody(f"{text} is not a JSON number.")


def _short(text: str) -> str:
    if len(text) > MAX_DIGITS:
        raise MalformedBody(f"A number has {len(text)} characters; {MAX_DIGITS} are allowed.")
    return text


def _refuse_odd_characters(value: Any) -> None:
    if isinstance(value, str):
        if "\x00" in value:
            raise MalformedBody("A string contains the NUL character (\\u0000), which cannot be stored.")
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise MalformedBody("A string contains half of a surrogate pair, which is not a character.")
    elif isinstance(value, list):
        for item in value:
            _refuse_odd_characters(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_odd_characters(key)
            _refuse_odd_characters(item)
