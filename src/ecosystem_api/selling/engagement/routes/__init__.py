"""Paths of this room, by resource."""

from ecosystem_api.runtime.http import room_router
from ecosystem_api.selling.engagement.routes import books, decisions, rules, simulations

router = room_router("engagement")
for part in (rules, books, simulations, decisions):
    router.routes.extend(part.router.routes)

__all__ = ["router"]
