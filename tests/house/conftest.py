"""The house as its checks see it: its folders, its import graph, its source, its offers."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import grimp
import pytest

import ecosystem_api
from ecosystem_api.areas import catalog
from ecosystem_api.runtime.area import Catalog
from tests.conftest import Cluster
from tests.house.checks.statements import Source, sources

PACKAGE = Path(ecosystem_api.__file__).parent
ROOT = PACKAGE.parent.parent


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture(scope="session")
def package() -> Path:
    return PACKAGE


@pytest.fixture(scope="session")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(
        "ecosystem_api", include_external_packages=True, exclude_type_checking_imports=True, cache_dir=None
    )


@pytest.fixture(scope="session")
def code(package: Path) -> list[Source]:
    return sources(package)


@pytest.fixture(scope="session")
def offers() -> Catalog:
    return catalog()


@pytest.fixture
async def template(cluster: Cluster) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the owner to the migrated template, read only."""
    connection = await asyncpg.connect(cluster.url(cluster.template))
    try:
        await connection.execute("set default_transaction_read_only = on")
        yield connection
    finally:
        await connection.close()
