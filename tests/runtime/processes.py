"""More API processes beside the first, on its database and by its clock."""

import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
from tests.conftest import BASE_URL
from tests.makers import Api, House

from ecosystem_api.app import build_machinery, create_app
from ecosystem_api.runtime.area import Area, Catalog
from ecosystem_api.runtime.versions import KNOWN


@contextlib.asynccontextmanager
async def process(
    house: House, *, area: Area | None = None, versions: Sequence[str] = KNOWN, **settings: Any
) -> AsyncIterator[House]:
    """One more API process on the same database, by the same clock, with settings, a room and versions of its own."""
    chosen = house.settings.model_copy(update=settings)
    machinery = build_machinery(chosen, house.clock)
    own = {area.name: (area,)} if area else {}
    machinery.catalog = Catalog({**machinery.catalog.house, **own}, versions)
    app = create_app(machinery)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=BASE_URL) as http:
        yield House(chosen, house.clock, machinery, app, house.worker, http, house.admins)


def at(other: House, api: Api) -> Api:
    """The same caller at another process."""
    return Api(other.http, api.client, api.token)
