"""A service that stands for a whole module: for tests that read, or are refused, and so leave nothing behind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from tests.conftest import BASE_URL, Cluster
from tests.makers import House

from ecosystem_api.app import build_machinery, create_app
from ecosystem_api.runtime.clock import MovableClock
from ecosystem_api.runtime.settings import WORKER_ROLE
from ecosystem_api.runtime.worker import Worker


@asynccontextmanager
async def standing(cluster: Cluster) -> AsyncIterator[House]:
    """A house on a database of its own, until the block ends."""
    database = await cluster.clone()
    settings = cluster.settings(database)
    clock = MovableClock()
    machinery = build_machinery(settings, clock)
    labour = build_machinery(settings, clock, WORKER_ROLE)
    app = create_app(machinery)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    try:
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
            yield House(settings, clock, machinery, app, Worker(labour), http)
    finally:
        await labour.database.close()
        await cluster.drop(database)
