"""Logs: one JSON object a line on standard error, of known fields only, without secrets and without personal data.

On a terminal the same fields are written for people.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog
from pydantic_core import to_json

# What a line may say. Anything else a caller passes is left out and only its name is told, in `dropped`: a new field
# is a decision, since what is logged is read by people who may not read the database.
FIELDS = frozenset(
    {
        "timestamp", "level", "logger", "event", "exception",
        "request_id", "method", "route", "status", "ms", "kind", "code", "sqlstate",
        "vendor_id", "partner_id", "client_id", "event_id", "event_type", "position",
        "delivery_id", "job_id", "import_kind", "endpoint_id", "handler", "worker", "attempt", "count", "seconds",
    }
)  # fmt: skip
# Made by the service itself of its own words and numbers; the others may hold what somebody sent.
_OWN = frozenset({"timestamp", "level", "logger", "method", "route", "status", "ms"})
REDACTED = "[redacted]"
LONGEST_TEXT = 2_000
LONGEST_STACK = 30
LONGEST_CHAIN = 5

_SECRETS = (
    re.compile(r"eyJ[\w-]{4,}(?:\.[\w-]*)*"),  # JSON Web Tokens, whole or cut short
    re.compile(r"\b(?:ecos|whsec)_[\w+/=-]{6,}"),
    re.compile(r"(?i)\b(?:bearer|basic)\s+[\w.~+/=-]{6,}"),
    re.compile(r"(?<=://)[^/\s@]*:[^/\s@]*(?=@)"),
    re.compile(r"""(?i)[\w-]*(?:password|passwd|secret|token|api[_-]?key)["']?\s*[=:]\s*["']?[^\s"'&,;}]+"""),
    re.compile(r"(?i)\b[0-9a-f]{64}\b"),
    re.compile(r"[^\s@<>\"'=:,;()\[\]/]+(?:@|%40)[\w-]+(?:\.[\w-]+)+"),  # e-mail addresses, also percent-encoded
)
# A short word of these characters matches none of the patterns above and is spared them: every request's line has two.
# 64 digits do not fit in, the beginnings of tokens are excluded, and the rest needs a space, a colon or an at sign.
_PLAIN = re.compile(r"(?!.*(?:eyJ|ecos_|whsec_))[A-Za-z0-9_.-]{0,63}", re.ASCII)
_ENCODER = json.JSONEncoder(default=str)
_tells_requests = False
_is_for_people = False
_SHOWN_FIRST = ("method", "route", "status", "ms")


def configure_logs(level: str = "INFO", form: str = "auto") -> None:
    """Have everything this process logs, also what libraries log, leave through one chain. Call once, at start.

    Shape: `form` is `json`, `text` for people, or `auto`: text where standard error is a terminal.
    """
    global _tells_requests, _is_for_people
    _is_for_people = form == "text" or (form == "auto" and sys.stderr.isatty())
    _tells_requests = logging.getLevelNamesMapping()[level] <= logging.INFO
    structlog.configure(
        processors=[
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.add_log_level,
            structlog.stdlib.add_logger_name,
            tell_exception_without_values,
            keep_known_fields,
            redact_texts,
            _first_things_first,
            _written,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=_Line,
        cache_logger_on_first_use=True,
    )
    logging.captureWarnings(True)
    logging.basicConfig(handlers=[_Forwarder()], level=max(logging.getLevelNamesMapping()[level], logging.INFO))
    for chatty in ("httpx", "httpcore", "asyncio", "alembic", "sqlalchemy.engine"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def tell_request(request_id: str, method: str, route: str | None, status: int, seconds: float) -> None:
    """The line of every request: as the chain writes it, but nothing in it is unknown, out of order or an exception.

    Edges: silent until `configure_logs`, and above the level INFO.
    """
    if _tells_requests:
        line = {
            "timestamp": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
            "level": "info",
            "logger": "http",
            "event": "request",
            "request_id": _redacted(request_id),
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 2),
        }
        _LINES.msg(for_people(line) if _is_for_people else to_json(line).decode())


def keep_known_fields(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leave out every field that is not listed, and name it in `dropped`."""
    unknown = sorted(line.keys() - FIELDS)
    for name in unknown:
        del line[name]
    if unknown:
        line["dropped"] = unknown
    return line


def redact_texts(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put a mark in the place of tokens, secrets, passwords and e-mail addresses in every text of the line."""
    for name, value in line.items():
        if name not in _OWN:
            line[name] = _redacted(value)
    return line


def tell_exception_without_values(
    _logger: Any, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace an exception by its kind and its stack, and those of its causes; messages hold values, so they stay."""
    given = line.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        line["exception"] = [
            {"kind": f"{type(link).__module__}.{type(link).__qualname__}", "stack": _stack(link)}
            for link in _chain(error)
        ]
    return line


def _first_things_first(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """When, how bad and what before the details, for people who read along."""
    leading = {name: line[name] for name in ("timestamp", "level", "logger", "event") if name in line}
    return {**leading, **{name: value for name, value in line.items() if name not in leading}}


def _written(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> str:
    """The line as JSON, by one encoder kept for all lines; or for people."""
    return for_people(line) if _is_for_people else _ENCODER.encode(line)


def for_people(line: Mapping[str, Any]) -> str:
    """When (of the day, in UTC), how bad, what, and the details as `name=value`; a stack stands on lines of its own."""
    told = {name: value for name, value in line.items() if value is not None}
    begun = [told["timestamp"][11:19], f"{told['level']:<7}", told["event"]]
    shown = [f"{told[name]} ms" if name == "ms" else told[name] for name in _SHOWN_FIRST if name in told]
    others = told.keys() - {*_SHOWN_FIRST, "timestamp", "level", "logger", "event", "exception"}
    details = [f"{name}={value}" for name, value in told.items() if name in others]
    stack = [
        f"\n    {link['kind']}" + "".join(f"\n      {frame}" for frame in link["stack"])
        for link in told.get("exception", ())
    ]
    return " ".join(_on_one_line(str(part)) for part in (*begun, *shown, *details)) + "".join(stack)


def _on_one_line(text: str) -> str:
    """The text without what would begin another line, or command a terminal."""
    return text if text.isprintable() else repr(text)[1:-1]


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        if _PLAIN.fullmatch(value):
            return value
        for pattern in _SECRETS:
            value = pattern.sub(REDACTED, value)
        return value[:LONGEST_TEXT]
    if isinstance(value, list):
        return [_redacted(item) for item in value]
    if isinstance(value, dict):
        return {key: _redacted(item) for key, item in value.items()}
    if value is None or isinstance(value, int | float):
        return value
    return _redacted(str(value))


def _chain(error: BaseException) -> Iterator[BaseException]:
    link: BaseException | None = error
    for _ in range(LONGEST_CHAIN):
        if link is None:
            return
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)


def _stack(error: BaseException) -> list[str]:
    frames = traceback.extract_tb(error.__traceback__)[-LONGEST_STACK:]
    return [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames]


def _short(filename: str) -> str:
    for root in ("/site-packages/", "/src/", "/lib/"):
        if root in filename:
            return filename.rsplit(root, 1)[1]
    return filename


class _Line:
    """Writes one finished line. The level was judged before; every level's method is the same."""

    def __init__(self, name: str = "service") -> None:
        self.name = name

    def msg(self, line: str) -> None:
        # One write, so that the lines of several processes on one terminal or pipe do not mix.
        sys.stderr.write(line + "\n")
        sys.stderr.flush()

    debug = info = warning = error = critical = exception = msg


_LINES = _Line("http")


class _Forwarder(logging.Handler):
    """Hands what libraries log to the same chain, so that nothing leaves unredacted."""

    def emit(self, record: logging.LogRecord) -> None:
        structlog.get_logger(record.name).log(record.levelno, record.getMessage(), exc_info=record.exc_info)
