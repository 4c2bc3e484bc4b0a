"""Paths of this room, by resource."""

from ecosystem_api.market.accounts.routes import families, records
from ecosystem_api.runtime.http import room_router

router = room_router("accounts")
for part in (records, families):
    router.routes.extend(part.router.routes)

__all__ = ["router"]
