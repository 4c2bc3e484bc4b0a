"""The contract: OpenAPI 3.1 made from the rooms, with every refusal, every event as a webhook, and security.

What FastAPI says of shapes is kept; what only the house knows is added here: which permission an operation asks, which
refusals it can answer with, which headers travel, an example of everything, and the news a webhook would carry.
"""

import gzip
import hashlib
import json
from typing import Any

from fastapi import FastAPI, Request, Response

from ecosystem_api.runtime.area import Catalog
from ecosystem_api.runtime.contract.document import complete
from ecosystem_api.runtime.http import public, room_router
from ecosystem_api.runtime.http.packing import packed

__all__ = ["contract_router", "describe"]

_EXAMPLE = {"openapi": "3.1.0", "info": {"title": "Ecosystem API", "version": "0.1.0"}, "paths": {}}
_DOCUMENT = {
    "description": "An OpenAPI 3.1 document.",
    "content": {"application/json": {"schema": {"type": "object"}, "example": _EXAMPLE}},
}
contract_router = room_router("contract")


@contract_router.get(
    "/openapi.json",
    dependencies=[public("a client reads the contract before it has a token")],
    response_class=Response,
    responses={200: _DOCUMENT},
)
async def read_contract(request: Request) -> Response:
    """The contract of this service as an OpenAPI 3.1 document."""
    body, small, tag = _serialised(request.app)
    headers = {"ETag": tag, "Cache-Control": "public, max-age=60"}
    return packed(request, Response(body, media_type="application/json", headers=headers), small)


def describe(app: FastAPI, catalog: Catalog) -> None:
    """Have `app.openapi()` answer the full contract, computed once, when first asked."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if not getattr(app.state, "has_contract", False):
            url = app.state.machinery.settings.public_url
            app.openapi_schema = complete(plain(), app.router.routes, catalog, url)
            app.state.has_contract = True
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _serialised(app: FastAPI) -> tuple[bytes, bytes, str]:
    """The document, plain and compressed, with its tag: made when it is first asked for."""
    found: tuple[bytes, bytes, str] | None = getattr(app.state, "contract_bytes", None)
    if found is None:
        body = json.dumps(app.openapi(), ensure_ascii=False, separators=(",", ":")).encode()
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        found = app.state.contract_bytes = body, gzip.compress(body, 6, mtime=0), tag
    return found
