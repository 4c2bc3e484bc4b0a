"""What this room offers the house."""

from ecosystem_api.cosell.fairness.routes import router
from ecosystem_api.runtime.area import Area, Grant
from ecosystem_api.runtime.caller import STAFF

AREA = Area(
    name="cosell/fairness",
    router=router,
    grants=(Grant("fairness:read", STAFF, "Read the fairness report."),),
)
