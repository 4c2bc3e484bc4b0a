"""Paths of this room, by resource."""

from ecosystem_api.cosell.leads.routes import leads, offers, routings
from ecosystem_api.runtime.http import room_router

router = room_router("leads")
for part in (leads, offers, routings):
    router.routes.extend(part.router.routes)

__all__ = ["router"]
