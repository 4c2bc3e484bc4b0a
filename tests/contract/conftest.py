"""The document under test, as an application with every room makes it."""

from typing import Any

import pytest
from fastapi import FastAPI

from ecosystem_api.app import build_machinery, create_app
from ecosystem_api.runtime.settings import Settings


@pytest.fixture(scope="session")
def app() -> FastAPI:
    """An application that answers about itself; it is never started."""
    url = "postgresql://nobody:nothing@127.0.0.1/none"
    nowhere = {"DATABASE_URL": url, "secret": "a secret for tests only, long enough to be one"}
    return create_app(build_machinery(Settings(**nowhere)))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def document(app: FastAPI) -> dict[str, Any]:
    return app.openapi()
