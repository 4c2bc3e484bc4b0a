"""What of a span leaves this process: its name, its times, its place in the trace, and attributes that are listed."""

import os
from collections.abc import Sequence

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.trace import Status

from ecosystem_api import __version__

# What may leave. A span of a library says more (addresses, queries, texts of exceptions): it is left out.
ATTRIBUTES = frozenset(
    {
        "http.request.method", "http.response.status_code", "http.route", "url.scheme", "network.protocol.version",
        "error.type", "db.system.name", "ecosystem.handler", "ecosystem.event_type", "ecosystem.request_id",
    }
)  # fmt: skip


def open_provider(service: str) -> TracerProvider:
    """A provider that sends spans where the environment says, under this name unless the environment has another."""
    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": service}
    provider = TracerProvider(resource=Resource.create({**named, "service.version": __version__}))
    provider.add_span_processor(BatchSpanProcessor(KnownAttributesOnly(OTLPSpanExporter())))
    return provider


class KnownAttributesOnly(SpanExporter):
    """An exporter that hands on spans without anything that could be personal or secret."""

    def __init__(self, exporter: SpanExporter) -> None:
        self._exporter = exporter

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        """Send what may be known of them."""
        return self._exporter.export([redacted(span) for span in spans])

    def shutdown(self) -> None:
        """Send nothing any more."""
        self._exporter.shutdown()

    def force_flush(self, timeout_millis: int = 30_000) -> bool:
        """Send what waits."""
        return self._exporter.force_flush(timeout_millis)


def redacted(span: ReadableSpan) -> ReadableSpan:
    """A copy with listed attributes only, without events (they hold exceptions' texts) and without a description."""
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes={key: value for key, value in (span.attributes or {}).items() if key in ATTRIBUTES},
        kind=span.kind,
        status=Status(span.status.status_code),
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )
