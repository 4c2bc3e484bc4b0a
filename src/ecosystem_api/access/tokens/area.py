"""What this room offers the house."""

from ecosystem_api.access.tokens.routes import router
from ecosystem_api.access.tokens.service import vouch
from ecosystem_api.runtime.area import Area, Grant
from ecosystem_api.runtime.caller import EVERYONE

AREA = Area(
    name="access/tokens",
    router=router,
    grants=(Grant("me:read", EVERYONE, "Ask who one is."),),
    gate=vouch,
)
