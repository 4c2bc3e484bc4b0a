"""What this room offers the house."""

from ecosystem_api.market.merging.events import AccountMerged, AccountParted
from ecosystem_api.market.merging.jobs import HANDLERS
from ecosystem_api.market.merging.routes import router
from ecosystem_api.market.merging.tables import AccountMergeRow
from ecosystem_api.runtime.area import Area, Exports

AREA = Area(
    name="market/merging",
    router=router,
    tables=(AccountMergeRow,),
    exports=(Exports("account_merges"),),
    events=(AccountMerged, AccountParted),
    handlers=HANDLERS,
)
