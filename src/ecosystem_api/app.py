"""The front door: one ASGI application over all rooms."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig

from ecosystem_api import __version__
from ecosystem_api.areas import catalog
from ecosystem_api.runtime import traces
from ecosystem_api.runtime.bootstrap import refuse_unsafe_login
from ecosystem_api.runtime.clock import Clock, system_clock
from ecosystem_api.runtime.contract import contract_router, describe
from ecosystem_api.runtime.database import Database
from ecosystem_api.runtime.egress import Egress
from ecosystem_api.runtime.health import health_router
from ecosystem_api.runtime.http import problems
from ecosystem_api.runtime.http.index import RouteIndex
from ecosystem_api.runtime.http.middleware import FrontDoor
from ecosystem_api.runtime.http.origins import AllowedOrigins
from ecosystem_api.runtime.http.stream import OpenStreams
from ecosystem_api.runtime.keyring import Keyring
from ecosystem_api.runtime.keysets import KeySets
from ecosystem_api.runtime.machinery import Machinery
from ecosystem_api.runtime.pages import pages_router
from ecosystem_api.runtime.safety import refuse_unsafe
from ecosystem_api.runtime.settings import APP_ROLE, WORKER_ROLE, Settings, listed

# Beyond what the server ends by itself: a server that has vanished ends nothing.
COMMAND_SECONDS = {APP_ROLE: 6.0, WORKER_ROLE: 35.0}

# Spans alone: figures are Prometheus', and the framework's own logs would hold texts of exceptions.
TELEMETRY: TelemetryConfig = {"metrics": False, "logs": False, "operation_spans": False, "auto_configure": False}


def build_machinery(settings: Settings, clock: Clock = system_clock, role: str = APP_ROLE) -> Machinery:
    """The parts of one process that connects as `role`."""
    house = catalog()
    database = Database(
        settings.url_for(role),
        pool_size=settings.pool_size,
        pool_wait_seconds=settings.pool_wait_seconds,
        command_seconds=COMMAND_SECONDS[role],
        statement_cache_size=settings.statement_cache_size,
        clock=clock,
        listeners=house.listeners,
    )
    egress = Egress(settings.egress_policy)
    return Machinery(settings, database, house, Keyring(settings), clock, KeySets(egress, clock))


def create_app(machinery: Machinery) -> FastAPI:
    """The application. Routes are flat and found by an index; every answer, also a refusal, passes the front door."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        refuse_unsafe(machinery.settings)
        await refuse_unsafe_login(machinery.database)
        await machinery.keyring.load(machinery.database)
        writing = asyncio.create_task(machinery.journal.run(machinery.catalog.keeper))
        machinery.is_started = True
        yield
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await machinery.bell.close()
        await machinery.database.close()

    app = FastAPI(
        title="Ecosystem API",
        version=__version__,
        lifespan=lifespan,
        openapi_url=None,
        docs_url=None,
        # Asked once: the framework would look for a receiver of spans at every request.
        telemetry={**TELEMETRY, "tracing": traces.is_wanted()},
    )
    app.state.machinery = machinery
    app.state.open_streams = OpenStreams()
    app.router.routes.extend(health_router.routes)
    app.router.routes.extend(pages_router.routes)
    for area in machinery.catalog.areas:
        if area.router is not None:
            app.router.routes.extend(area.router.routes)
    app.router.routes.extend(contract_router.routes)
    describe(app, machinery.catalog)
    problems.install(app)
    index = RouteIndex(app.router.routes)
    lifespan_and_rest = app.router.middleware_stack

    async def route(scope, receive, send):  # type: ignore[no-untyped-def]
        await (index if scope["type"] == "http" else lifespan_and_rest)(scope, receive, send)

    app.router.middleware_stack = route
    app.add_middleware(FrontDoor)
    if origins := listed(machinery.settings.cors_origins):
        app.add_middleware(AllowedOrigins, origins)
    return app
