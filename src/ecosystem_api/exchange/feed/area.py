"""What this room offers the house, and how the ledger's tables leave with their owner."""

from ecosystem_api.exchange.feed.events import DeliveryRetried
from ecosystem_api.exchange.feed.routes import router
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import ADMINS, EVERYONE

AREA = Area(
    name="exchange/feed",
    router=router,
    exports=(
        Exports("events"),
        Exports("event_heads", withheld="the last position stands on the last event"),
        Exports("deliveries", withheld="this installation's own work in hand; what it tells of are the events"),
        Exports("counters", withheld="the next running number follows from the records that carry the numbers"),
        Exports("idempotency_keys", withheld="sealed answers, kept for a day against repeats, that may hold secrets"),
        Exports("tenants", withheld="says only that the vendor exists, which its vendors row says as well"),
    ),
    grants=(
        Grant("events:read", EVERYONE, "Follow the news one may see, in order."),
        Grant("deliveries:read", ADMINS, "See work owed to handlers: waiting, done, or given up."),
        Grant("deliveries:retry", ADMINS, "Have a delivery that was given up tried again."),
    ),
    events=(DeliveryRetried,),
)
