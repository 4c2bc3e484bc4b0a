"""What this room offers the house."""

from ecosystem_api.cosell.conflicts import service
from ecosystem_api.cosell.conflicts.events import EVENTS
from ecosystem_api.cosell.conflicts.jobs import HANDLERS
from ecosystem_api.cosell.conflicts.routes import router
from ecosystem_api.cosell.conflicts.schemas import OpportunityWrite
from ecosystem_api.cosell.conflicts.tables import ConflictRow, VendorOpportunityRow
from ecosystem_api.runtime.area import Area, Exports, Grant
from ecosystem_api.runtime.caller import ADMINS, DECIDERS, EDITORS, PARTNER_ROLES, STAFF_AND_SYSTEMS
from ecosystem_api.runtime.http.bulk import BulkKind, offer_bulk

BULK = BulkKind(
    name="vendor_opportunities",
    path="/v1/vendor-opportunities/bulk",
    item=OpportunityWrite,
    permission="vendor-opportunities:write",
    apply=service.bulk_opportunity,
    known_by="An opportunity is known by its `external_id`, and one that is known is kept as it is told, whatever "
    "`if_known` says: as in a single request.",
    most=25,  # each locks its customer, for which the registrations there wait
)

AREA = Area(
    name="cosell/conflicts",
    router=router,
    tables=(VendorOpportunityRow, ConflictRow),
    exports=(Exports("vendor_opportunities"), Exports("conflicts")),
    grants=(
        Grant("vendor-opportunities:read", STAFF_AND_SYSTEMS, "Read the opportunities of the vendor's own team."),
        Grant("vendor-opportunities:write", EDITORS, "Tell of opportunities of the vendor's own team."),
        Grant("conflicts:read", STAFF_AND_SYSTEMS | PARTNER_ROLES, "Read conflicts; a partner those on its claims."),
        Grant("conflicts:decide", DECIDERS, "Confirm, dismiss and overrule conflicts, choose and prove what is owed."),
        Grant("conflicts:answer", ADMINS | PARTNER_ROLES, "Answer, as the partner, whether the vendor has made good."),
    ),
    events=EVENTS,
    handlers=HANDLERS,
    bulks=(offer_bulk(router, BULK),),
)
