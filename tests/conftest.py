"""The house under test: real PostgreSQL migrated by Alembic, a fresh database per test, real requests to the app."""

import itertools
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

import asyncpg
import httpx
import pytest
from hypothesis import settings as hypothesis_settings

from ecosystem_api.app import build_machinery, create_app
from ecosystem_api.runtime.bootstrap import prepare
from ecosystem_api.runtime.clock import MovableClock
from ecosystem_api.runtime.postgres import throwaway_postgres
from ecosystem_api.runtime.settings import WORKER_ROLE, Settings
from ecosystem_api.runtime.worker import Worker
from tests.makers import House
from tests.promises import keep_promises

# A busy machine is not a failure.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

TEST_SECRET = "a secret for tests only, long enough to be one"
BASE_URL = "http://testserver"


@dataclass
class Cluster:
    """A PostgreSQL server and a migrated template that every test's database is cloned from."""

    owner_url: str
    template: str
    counter: Iterator[int]

    def url(self, database: str) -> str:
        return self.owner_url.rsplit("/", 1)[0] + "/" + database

    def settings(self, database: str) -> Settings:
        return Settings(
            DATABASE_URL=self.url(database),
            environment="development",
            secret=TEST_SECRET,
            base_url=BASE_URL,
            login_prefix=f"ecosystem_test_{os.getpid()}",
            pool_size=8,
            log_level="WARNING",
            unsafe_loopback_egress=True,
            # Tests ask more in a second than clients do in a minute; those about limits set their own.
            client_requests_per_minute=1_000_000,
            partner_requests_per_minute=1_000_000,
            vendor_requests_per_minute=1_000_000,
            address_requests_per_minute=1_000_000,
            client_writes_per_minute=1_000_000,
            client_tokens_per_minute=1_000_000,
            client_imports_per_hour=1_000_000,
            partner_probes_per_minute=1_000_000,
            vendor_queue=1_000,
            request_log_seconds=0,
        )  # type: ignore[call-arg]

    async def execute(self, sql: str) -> None:
        connection = await asyncpg.connect(self.owner_url)
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    async def clone(self) -> str:
        name = f"{self.template}_{next(self.counter)}"
        try:
            await self.execute(f"create database {name} template {self.template} strategy file_copy")
        except asyncpg.PostgresSyntaxError:
            await self.execute(f"create database {name} template {self.template}")
        return name

    async def drop(self, name: str) -> None:
        await self.execute(f"drop database if exists {name} with (force)")


@pytest.fixture(scope="session")
async def cluster() -> AsyncIterator[Cluster]:
    given = os.environ.get("DATABASE_URL")
    if given:
        async for found in _migrated(given):
            yield found
    else:
        with throwaway_postgres() as server:
            async for found in _migrated(server.url()):
                yield found


async def _migrated(owner_url: str) -> AsyncIterator[Cluster]:
    found = Cluster(owner_url, f"ecosystem_test_{os.getpid()}", itertools.count())
    await found.execute(f"create database {found.template}")
    try:
        await prepare(found.settings(found.template))
        yield found
    finally:
        await found.drop(found.template)
        for role in ("app", "worker"):
            await found.execute(f"drop role if exists ecosystem_test_{os.getpid()}_{role}")


@pytest.fixture
async def house(cluster: Cluster) -> AsyncIterator[House]:
    """A service of its own for one test."""
    database = await cluster.clone()
    settings = cluster.settings(database)
    clock = MovableClock()
    machinery = build_machinery(settings, clock)
    labour = build_machinery(settings, clock, WORKER_ROLE)
    app = create_app(machinery)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    client = httpx.AsyncClient(transport=transport, base_url=BASE_URL, event_hooks={"response": [keep_promises]})
    try:
        async with app.router.lifespan_context(app), client as http:
            yield House(settings, clock, machinery, app, Worker(labour), http)
    finally:
        await labour.database.close()
        await cluster.drop(database)
