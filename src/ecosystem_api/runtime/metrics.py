"""What this process counts about itself, for Prometheus.

Labels are words of this code: route templates, handlers, codes, outcomes. Never an id, a name or an address, so there
are as many series as there are routes and rooms, however many vendors are served. Every process counts for itself.
"""

import platform
from typing import Protocol

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)

from ecosystem_api import __version__

UNMATCHED = "unmatched"
OTHER = "other"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_REQUEST_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0)
_WAIT_SECONDS = (0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 2.0)
_DELIVERY_SECONDS = (0.01, 0.05, 0.25, 1.0, 5.0, 20.0)

disable_created_metrics()  # type: ignore[no-untyped-call]  # the library's own omission
REGISTRY = CollectorRegistry()
ProcessCollector(registry=REGISTRY)
GCCollector(registry=REGISTRY)

BUILD = Gauge("ecosystem_build_info", "Always 1; the labels say what runs.", ["version", "python"], registry=REGISTRY)
BUILD.labels(__version__, platform.python_version()).set(1)

REQUESTS = Counter("ecosystem_http_requests", "Requests answered.", ["method", "route", "status"], registry=REGISTRY)
REQUEST_SECONDS = Histogram(
    "ecosystem_http_request_seconds",
    "Time from the head of a request to the end of its answer.",
    ["method", "route"],
    buckets=_REQUEST_SECONDS,
    registry=REGISTRY,
)
IN_FLIGHT = Gauge("ecosystem_http_requests_in_flight", "Requests being answered now.", registry=REGISTRY)
REFUSALS = Counter("ecosystem_refusals", "Refusals by their code, as in docs/errors.md.", ["code"], registry=REGISTRY)
RATE_LIMITED = Counter(
    "ecosystem_rate_limited", "Requests refused because a budget was spent.", ["budget"], registry=REGISTRY
)
REPLAYS = Counter("ecosystem_idempotent_replays", "Stored answers given again under a key.", registry=REGISTRY)

POOL_WAIT_SECONDS = Histogram(
    "ecosystem_pool_wait_seconds",
    "Time until a database connection was lent, or was not.",
    buckets=_WAIT_SECONDS,
    registry=REGISTRY,
)
POOL_SIZE = Gauge("ecosystem_pool_connections_limit", "Database connections this process may open.", registry=REGISTRY)
POOL_IN_USE = Gauge("ecosystem_pool_connections_in_use", "Database connections lent now.", registry=REGISTRY)

STAMPED = Counter("ecosystem_events_stamped", "Events given their position in a feed.", registry=REGISTRY)
DELIVERIES = Counter(
    "ecosystem_deliveries",
    "Attempts to deliver, by result: done, failed (tried again later), dead (given up), lapsed (lost or taken back).",
    ["handler", "result"],
    registry=REGISTRY,
)
DELIVERY_SECONDS = Histogram(
    "ecosystem_delivery_seconds",
    "Time of one attempt to deliver.",
    ["handler"],
    buckets=_DELIVERY_SECONDS,
    registry=REGISTRY,
)
RELAY_LAG_SECONDS = Gauge(
    "ecosystem_relay_lag_seconds",
    "Age of the oldest event without a position, over all vendors, as this worker last saw it.",
    registry=REGISTRY,
)
UNSTAMPED = Gauge("ecosystem_events_unstamped", "Events without a position, as last seen.", registry=REGISTRY)
OLDEST_OWED_SECONDS = Gauge(
    "ecosystem_deliveries_oldest_owed_seconds",
    "Time since the oldest unfinished delivery fell due, by kind: event (news) or planned (a reminder).",
    ["kind"],
    registry=REGISTRY,
)
OVERDUE = Gauge(
    "ecosystem_deliveries_overdue", "Deliveries due for more than a minute, as last seen.", registry=REGISTRY
)
BEATS = Counter("ecosystem_worker_beats", "Times the worker looked at its queue and reported.", registry=REGISTRY)

DECISIONS = Counter(
    "ecosystem_decisions",
    "Committed decisions on what partners asked for, by who decided (automatic or human) and outcome.",
    ["action", "kind", "outcome"],
    registry=REGISTRY,
)

_requests: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}


class Pool(Protocol):
    """What is asked of a pool of connections: how many it may hold, and how many are lent."""

    size: int
    lent: int


def count_request(method: str, route: str | None, status: int, seconds: float) -> None:
    """One request was answered. Edges: an unknown method or address counts as `other` and `unmatched`."""
    place = (method if method in _METHODS else OTHER, route or UNMATCHED, status)
    series = _requests.get(place)
    if series is None:
        series = _requests[place] = REQUESTS.labels(*place), REQUEST_SECONDS.labels(*place[:2])
    series[0].inc()
    series[1].observe(seconds)


def count_delivery(handler: str, result: str, seconds: float) -> None:
    """One attempt to deliver ended."""
    DELIVERIES.labels(handler, result).inc()
    DELIVERY_SECONDS.labels(handler).observe(seconds)


def watch_pool(pool: Pool) -> None:
    """Tell the use of this pool, which is this process's, whenever it is asked."""
    POOL_SIZE.set(pool.size)
    POOL_IN_USE.set_function(lambda: pool.lent)
