"""What this room offers the house."""

from ecosystem_api.cosell.routing import service
from ecosystem_api.cosell.routing.events import RoutingPolicyDrafted, RoutingPolicyPublished
from ecosystem_api.cosell.routing.routes import router
from ecosystem_api.cosell.routing.tables import RoutingPolicyRow
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import ADMINS, DECIDERS, EVERYONE, STAFF

AREA = Area(
    name="cosell/routing",
    router=router,
    tables=(RoutingPolicyRow,),
    exports=(Exports("routing_policies"),),
    grants=(
        Grant("routing:read", EVERYONE, "Read the routing policy in force."),
        Grant("routing-policies:read", STAFF, "Read routing policies in any state."),
        Grant("routing-policies:write", DECIDERS, "Draft routing policies."),
        Grant("routing-policies:publish", ADMINS, "Publish routing policies."),
    ),
    events=(RoutingPolicyDrafted, RoutingPolicyPublished),
    on_new_vendor=service.open_first_policy,
)
