"""The operator's port of a process: /metrics, and the probes, for the API and for the worker alike.

A port of its own, because the API's is reached by everyone whom the load balancer lets in, and a worker has none.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator

import uvicorn
from fastapi import FastAPI, Request, Response
from prometheus_client.exposition import choose_encoder

from ecosystem_api.runtime import metrics
from ecosystem_api.runtime.health import health_router
from ecosystem_api.runtime.http import problems
from ecosystem_api.runtime.http.middleware import FrontDoor
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.protocol import GuardedProtocol
from ecosystem_api.runtime.sockets import listen

FINISH_SECONDS = 1


def create_probes(machinery: Machinery) -> FastAPI:
    """The application behind the operator's port."""
    app = FastAPI(
        title="Operator's port", openapi_url=None, docs_url=None, redoc_url=None, telemetry={"tracing": False}
    )
    app.state.machinery = machinery
    app.router.routes.extend(health_router.routes)
    app.add_route("/metrics", tell_metrics)
    problems.install(app)
    app.add_middleware(FrontDoor)
    return app


async def tell_metrics(request: Request) -> Response:
    """Every series of this process, in Prometheus' text format or OpenMetrics, as the scraper asks."""
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    # In a thread: thousands of series take some milliseconds, which no request should wait for.
    return Response(await asyncio.to_thread(encode, metrics.REGISTRY), media_type=media_type)


@contextlib.asynccontextmanager
async def open_probes(machinery: Machinery) -> AsyncIterator[int | None]:
    """Answer at the operator's port while the process lives; gives the port, or None where there is none.

    Errors: `PortTaken`.
    """
    settings = machinery.settings
    if not settings.metrics_port:
        yield None
        return
    metrics.watch_pool(machinery.database.connections)
    listener = listen(settings.metrics_host, settings.metrics_port, "ECOSYSTEM_METRICS_PORT")
    config = uvicorn.Config(
        create_probes(machinery),
        http=GuardedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=FINISH_SECONDS,
    )
    server = _Beside(config)
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await serving


class _Beside(uvicorn.Server):
    """A second server in the same loop: signals are the first one's."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave the signals alone."""
        yield
