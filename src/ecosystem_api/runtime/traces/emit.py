"""Traces for OpenTelemetry: off unless its standard variables name a receiver; then spans of known attributes only.

FastAPI makes the span of a request and continues the caller's `traceparent`; the spans inside are ours.
"""

import contextlib
import os
from collections.abc import AsyncIterator, Callable, Iterator
from importlib import import_module
from typing import TypeVar

from opentelemetry import trace
from opentelemetry.trace import Span, SpanKind, Status, StatusCode

from ecosystem_api import __version__

Entered = TypeVar("Entered")
_tracer: trace.Tracer | None = None
_NO_SPAN = contextlib.nullcontext()


def begin_tracing(service: str) -> Callable[[], None]:
    """Send spans where the environment says; answer what to call at the end, which sends the last ones.

    Edges: nothing is loaded and nothing happens without an endpoint, or when the SDK is disabled.
    """
    global _tracer
    if not is_wanted():
        return lambda: None
    # Imported only when it is wanted: every other process is spared the SDK.
    provider = import_module("ecosystem_api.runtime.traces.export").open_provider(service)
    trace.set_tracer_provider(provider)
    _tracer = provider.get_tracer("ecosystem_api", __version__)

    def end() -> None:
        global _tracer
        _tracer = None
        provider.shutdown()

    return end


def span(name: str, kind: SpanKind = SpanKind.INTERNAL, **attributes: str) -> contextlib.AbstractContextManager[None]:
    """A span around what happens inside; costs a comparison while tracing is off.

    Edges: an exception marks it as failed, by its kind and without its text. Dots in names are written `__`.
    """
    return _NO_SPAN if _tracer is None else _span(_tracer, name, kind, attributes)


def within(
    name: str, inner: contextlib.AbstractAsyncContextManager[Entered], **attributes: str
) -> contextlib.AbstractAsyncContextManager[Entered]:
    """A context with a span around it."""
    return inner if _tracer is None else _within(name, inner, attributes)


@contextlib.asynccontextmanager
async def _within(
    name: str, inner: contextlib.AbstractAsyncContextManager[Entered], attributes: dict[str, str]
) -> AsyncIterator[Entered]:
    assert _tracer is not None, "there is one where there is a span"
    with _span(_tracer, name, SpanKind.INTERNAL, attributes):
        async with inner as entered:
            yield entered


@contextlib.contextmanager
def _span(tracer: trace.Tracer, name: str, kind: SpanKind, attributes: dict[str, str]) -> Iterator[None]:
    told = {key.replace("__", "."): value for key, value in attributes.items()}
    with tracer.start_as_current_span(
        name, kind=kind, attributes=told, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield
        except BaseException as error:
            current.set_attribute("error.type", type(error).__qualname__)
            current.set_status(Status(StatusCode.ERROR))
            raise


def name_request(method: str, route: str, request_id: str) -> None:
    """Give the request's span its route: our index finds it, not the framework's router."""
    if _tracer is None:
        return
    current: Span = trace.get_current_span()
    current.update_name(f"{method} {route}")
    current.set_attributes({"http.route": route, "ecosystem.request_id": request_id})


def is_wanted() -> bool:
    """Whether the environment names a receiver of spans."""
    given = os.environ
    endpoint = given.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or given.get("OTEL_EXPORTER_OTLP_ENDPOINT")
    is_off = given.get("OTEL_SDK_DISABLED", "").lower() == "true" or given.get("OTEL_TRACES_EXPORTER") == "none"
    return bool(endpoint) and not is_off
