"""Traces: spans for OpenTelemetry, off unless its standard variables name a receiver."""

from ecosystem_api.runtime.traces.emit import begin_tracing, is_wanted, name_request, span, within

__all__ = ["begin_tracing", "is_wanted", "name_request", "span", "within"]
