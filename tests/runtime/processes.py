"""More API processes beside the first, on its database and by its clock."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any

import httpx
from tests.conftest import BASE_URL
from tests.makers import Api, House

from ecosystem_api.app import build_machinery, create_app


@contextlib.asynccontextmanager
async def process(house: House, **settings: Any) -> AsyncIterator[House]:
    """One more API process on the same database, by the same clock, with limits of its own."""
    chosen = house.settings.model_copy(update=settings)
    machinery = build_machinery(chosen, house.clock)
    app = create_app(machinery)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
        yield House(chosen, house.clock, machinery, app, house.worker, http, house.admins)


def at(other: House, api: Api) -> Api:
    """The same caller at another process."""
    return Api(other.http, api.client, api.token)
