"""What this room offers the house."""

from ecosystem_api.market.products.events import ProductAdded, ProductUpdated
from ecosystem_api.market.products.routes import router
from ecosystem_api.market.products.tables import ProductRow
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import EDITORS, EVERYONE

AREA = Area(
    name="market/products",
    router=router,
    tables=(ProductRow,),
    exports=(Exports("products"),),
    grants=(
        Grant("products:read", EVERYONE, "Read what the vendor sells."),
        Grant("products:write", EDITORS, "Add, change and retire products."),
    ),
    events=(ProductAdded, ProductUpdated),
)
